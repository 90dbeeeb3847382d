import type { Dice } from './dice.ts';

// What people say when they are asked, in their own words: over two hundred ethnic groups and a hundred and fifty
// languages are spoken of in south-east London (strategy of 2022). The code beside the words is one of the sixteen
// groups of the census; which words go with which group, and how often, is invented. Each list is in the order of
// how common its words are.

/** The words by the letter of the group in the census of 2001, where there are more than the group's own. */
const BY_LETTER: Readonly<Record<string, readonly string[]>> = {
  A: list('English,British,Scottish,Welsh,Northern Irish,Cornish,Manx,Channel Islander'),
  B: list('Irish,Irish Traveller'),
  C: list(
    'Polish,Italian,Portuguese,Spanish,French,Turkish,Romanian,German,Greek,Greek Cypriot,Turkish Cypriot,Bulgarian,Lithuanian,Hungarian,Albanian,Kosovan,Ukrainian,Russian,Czech,Slovak,Swedish,Dutch,Latvian,Australian,New Zealander,American,Canadian,South African White,Serbian,Croatian,Bosnian,Macedonian,Montenegrin,Slovenian,Norwegian,Danish,Finnish,Icelandic,Belgian,Swiss,Austrian,Estonian,Maltese,Moldovan,Belarusian,Armenian,Georgian,Gypsy,Roma,Traveller,Basque,Catalan,Jewish,Luxembourger,Corsican',
  ),
  D: list('White and Black Caribbean,White and Jamaican,White and Barbadian,White and Trinidadian'),
  E: list('White and Black African,White and Nigerian,White and Ghanaian,White and South African'),
  F: list('White and Asian,White and Indian,White and Pakistani,White and Sri Lankan'),
  G: list(
    'Mixed,Black and Asian,Black and Chinese,White and Chinese,White and Arab,White and Latin American,Asian and Chinese,White and Japanese,Caribbean and African',
  ),
  H: list('Indian,Gujarati,Punjabi,Tamil of India,Goan,Sikh,Keralan,East African Asian'),
  J: list('Pakistani,Kashmiri,Pathan,Mirpuri'),
  K: list('Bangladeshi,Sylheti'),
  L: list(
    'Vietnamese,Tamil,Filipino,Sri Lankan,Nepalese,Thai,Sinhalese,Malaysian,Japanese,Korean,Indonesian,Burmese,Bhutanese,Cambodian,Laotian,Tibetan,Singaporean,Mongolian,Maldivian,Uzbek,Kazakh,Tajik,Turkmen,Kyrgyz',
  ),
  M: list(
    'Caribbean,Jamaican,Barbadian,Trinidadian,Guyanese,Grenadian,St Lucian,Dominican of Dominica,Antiguan,Montserratian,Vincentian,Kittitian,Bahamian,Belizean,Bermudian,Haitian,Tobagonian,Anguillan,Caymanian,Virgin Islander,Surinamese,Martiniquais',
  ),
  N: list(
    'African,Nigerian,Ghanaian,Somali,Sierra Leonean,Congolese,Ivorian,Ugandan,Eritrean,Ethiopian,Zimbabwean,Kenyan,Cameroonian,Gambian,Angolan,South African Black,Zambian,Rwandan,Senegalese,Guinean,Malian,Liberian,Togolese,Beninese,Malawian,Tanzanian,Burundian,Mozambican,Chadian,Gabonese,Botswanan,Namibian,Djiboutian,Burkinabe,Nigerien,Cape Verdean,South Sudanese,Central African,Equatorial Guinean,Guinea-Bissauan,Basotho,Swazi,Malagasy,Comorian',
  ),
  P: list('Black British,Black,Black American,Black Brazilian,Black Colombian,Black Cuban,Black Portuguese'),
  R: list('Chinese,Hong Kong Chinese,Malaysian Chinese,Singaporean Chinese,Taiwanese,Macanese'),
  S: list(
    'Latin American,Arab,Iranian,Afghan,Colombian,Brazilian,Ecuadorian,Iraqi,Kurdish,Moroccan,Algerian,Bolivian,Peruvian,Egyptian,Syrian,Lebanese,Mauritian,Yemeni,Sudanese,Libyan,Tunisian,Palestinian,Jordanian,Saudi,Kuwaiti,Argentinian,Chilean,Venezuelan,Mexican,Uruguayan,Paraguayan,Cuban,Honduran,Guatemalan,Salvadoran,Nicaraguan,Costa Rican,Panamanian,Seychellois,Fijian,Tongan,Samoan,Maori,Israeli,Emirati,Qatari,Omani,Bahraini,Azeri,Berber',
  ),
};

/** Languages in which somebody asks for an interpreter. */
const LANGUAGES = list(
  'Spanish,Portuguese,Vietnamese,Somali,French,Polish,Tamil,Turkish,Arabic,Romanian,Yoruba,Italian,Bengali,Albanian,Cantonese,Mandarin,Farsi,Tigrinya,Amharic,Pashto,Dari,Urdu,Lingala,Twi,Bulgarian,Russian,Ukrainian,Lithuanian,Hungarian,Nepali,Kurdish Sorani,Kurdish Kurmanji,Punjabi,Gujarati,Hindi,Swahili,Igbo,Krio,Greek,Czech,Slovak,Thai,Tagalog,Sylheti,Sinhala,Hakka,Edo,Fante,Ga,Ewe,Hausa,Luganda,Oromo,Shona,Zulu,Wolof,Mandinka,Fula,Bambara,Dioula,Kikongo,Tshiluba,Kinyarwanda,Kirundi,Kikuyu,Luo,Acholi,Ndebele,Xhosa,Sotho,Tswana,Afrikaans,Chichewa,Bemba,Malagasy,Mauritian Creole,Haitian Creole,Jamaican Patois,Papiamento,Galician,Catalan,Basque,German,Dutch,Flemish,Swedish,Norwegian,Danish,Finnish,Icelandic,Estonian,Latvian,Belarusian,Serbian,Croatian,Bosnian,Slovene,Macedonian,Moldovan,Romani,Maltese,Armenian,Georgian,Azerbaijani,Chechen,Kazakh,Uzbek,Tajik,Turkmen,Kyrgyz,Mongolian,Uyghur,Tibetan,Dzongkha,Burmese,Karen,Khmer,Lao,Hmong,Malay,Indonesian,Javanese,Cebuano,Ilocano,Japanese,Korean,Hokkien,Shanghainese,Teochew,Malayalam,Telugu,Kannada,Marathi,Konkani,Sindhi,Kashmiri,Pahari,Hindko,Balochi,Hebrew,Yiddish,Aramaic,Berber Tamazight,Maltese Sign,British Sign,Quechua,Aymara,Guarani,Fijian,Samoan,Tongan,Maori,Temne,Mende,Limba,Susu,Soninke,Efik,Tiv,Dagbani,Irish,Welsh',
);

/** How somebody puts their ethnic group, by the letter that its term begins with. */
export function ethnicWords(dice: Dice, term: string): string {
  return common(dice, BY_LETTER[term.slice(0, 1)] ?? [term.slice(2)]);
}

export function languageWords(dice: Dice): string {
  return `Interpreter needed: ${common(dice, LANGUAGES)}`;
}

/** One of a list, the first ones much more often; one in five is any of them. */
function common(dice: Dice, words: readonly string[]): string {
  const any = dice.below(words.length);
  const place = dice.chance(20)
    ? any
    : Math.min(any, dice.below(words.length), dice.below(words.length), dice.below(words.length));
  return words[place] ?? '';
}

function list(text: string): readonly string[] {
  return text.split(',');
}
