import type { Dice } from './dice.ts';
import type { NameList } from './ethnicity.ts';

// Family names are put together from two words of the countryside and belong to nobody. Given names are ordinary
// ones of many cultures, loosely by ethnic group, so that lists of people read like lists of people.

const beginnings =
  'Acorn Amber Barley Bluebell Bracken Bramble Cinder Clover Copper Dapple Dew Ember Fennel Fern Foxglove Frost Gorse Heron Ivy Juniper Kestrel Lark Lichen Linnet Mallow Moss Nettle Nightjar Otter Pebble Pipit Plover Puffin Quill Reed Rook Sable Sorrel Swift Tansy Teasel Thistle Umber Vetch Wren Yarrow'.split(
    ' ',
  );
const endings =
  'bough brook combe copse drift fen glade heath hedge hollow holm marsh mere moor ripple shade spinney tarn thicket wold'.split(
    ' ',
  );

interface GivenNames {
  readonly F: readonly string[];
  readonly M: readonly string[];
}

const given: Record<NameList, GivenNames> = {
  english: {
    F: words(
      'Alice Amy Anne Beth Carol Charlotte Chloe Claire Daisy Doris Elizabeth Ellie Emily Freya Grace Hannah Helen Isla Jean Joan Julie Karen Laura Lily Lucy Margaret Mary Megan Nicola Olivia Poppy Rachel Ruby Sally Sarah Sheila Sophie Susan Tracey Wendy',
    ),
    M: words(
      'Adam Alan Alfie Andrew Archie Arthur Barry Ben Brian Callum Charlie Colin Daniel David Derek Edward Frank Gary George Graham Harry Henry Ian Jack James John Keith Kevin Leo Mark Martin Matthew Oliver Paul Peter Raymond Robert Ryan Stephen Thomas',
    ),
  },
  european: {
    F: words(
      'Agnieszka Ana Beatriz Carla Elena Francesca Giulia Ines Ioana Katarzyna Lucia Magdalena Marta Monika Natalia Paola Sofia Teresa Valentina Zofia',
    ),
    M: words(
      'Alessandro Andrei Antonio Bogdan Carlos Dimitri Fernando Giorgos Jakub Jan Joao Krzysztof Luca Marco Mateo Mihai Pablo Pavel Stefan Tomasz',
    ),
  },
  westAfrican: {
    F: words(
      'Abena Adaeze Adwoa Aisha Akosua Amina Ayo Bisi Chiamaka Efua Esther Fatou Folake Funmi Grace Hadiza Ife Mariama Ngozi Yetunde',
    ),
    M: words(
      'Abdul Ade Babatunde Chidi Ebenezer Emeka Femi Ibrahim Ikenna Kofi Kojo Kwame Moses Musa Obi Olu Samuel Segun Tunde Yaw',
    ),
  },
  caribbean: {
    F: words(
      'Alvita Beverley Candice Charmaine Claudette Denise Dionne Gloria Ionie Jacqueline Keisha Leonie Marcia Maxine Merlene Natasha Paulette Shanice Sonia Yvonne',
    ),
    M: words(
      'Anthony Carlton Clive Courtney Delroy Desmond Devon Dwayne Errol Everton Glenroy Jermaine Leroy Lloyd Marlon Neville Orville Trevor Tyrone Winston',
    ),
  },
  southAsian: {
    F: words(
      'Aaliyah Anjali Asha Ayesha Deepa Fatima Gita Jaya Kavita Lakshmi Meera Nadia Nasreen Parveen Priya Rani Rukhsana Shabnam Sunita Zainab',
    ),
    M: words(
      'Ahmed Ajay Amit Arjun Bilal Faisal Hamza Imran Kamal Karim Mohammed Naveed Prakash Rajesh Ravi Rohan Sanjay Tariq Usman Vijay',
    ),
  },
  eastAsian: {
    F: words('Ai Hui Jia Lan Lin Mai Mei Ming Ngoc Phuong Siew Thuy Wei Xin Yan Ying Yuki Zhen'),
    M: words('An Bao Cheng Duc Feng Hao Hiroshi Hung Jian Jun Kenji Long Minh Quang Tuan Wen Yong Zhi'),
  },
  middleEastern: {
    F: words(
      'Amal Dalia Farah Hala Hanan Layla Leila Mariam Maryam Mina Noor Rania Salma Samira Shirin Yasmin',
    ),
    M: words(
      'Ali Amir Bashir Dariush Farid Hassan Jamal Khalid Mahmoud Nabil Omar Rami Reza Saeed Sami Yusuf',
    ),
  },
};

const titles = { F: ['Ms', 'Mrs', 'Miss'], M: ['Mr'] } as const;

export function familyName(dice: Dice): string {
  return dice.one(beginnings) + dice.one(endings);
}

/** One given name, and for some a second. */
export function givenNames(dice: Dice, sex: 'F' | 'M', lists: readonly NameList[]): string {
  const from = given[dice.one(lists)][sex];
  const first = dice.one(from);
  if (!dice.chance(25)) return first;
  const second = dice.one(from);
  return second === first ? first : `${first} ${second}`;
}

/** Children have none. */
export function title(dice: Dice, sex: 'F' | 'M', age: number): string {
  return age < 16 ? '' : dice.one(titles[sex]);
}

/** A street that is nowhere, with a number. */
export function addressLine(dice: Dice): string {
  const kind = dice.one(['Road', 'Street', 'Lane', 'Close', 'Gardens', 'Walk']);
  return `${dice.between(1, 180)} ${dice.one(beginnings)}${dice.one(endings)} ${kind}`;
}

/** The `place`-th name of a practice that nobody bears. */
export function practiceName(place: number): string {
  const kind = ['Surgery', 'Medical Centre', 'Practice', 'Health Centre'][place % 4];
  const beginning = beginnings[(place * 7) % beginnings.length];
  const ending = endings[(place * 3 + Math.floor(place / endings.length)) % endings.length];
  return `${beginning}${ending} ${kind}`;
}

function words(text: string): string[] {
  return text.split(' ');
}
