/** One medicine as practices order it. Codes and names as published prescribing data have them (NHSBSA, OGL v3.0). */
export interface Medicine {
  readonly bnf: string;
  readonly name: string;
  readonly dose: string;
  /** For one period of `days`. */
  readonly quantity: number;
  readonly unit: string;
  readonly days: number;
}

/** The place of a medicine in the formulary. */
export type MedicineNumber = number;

const formulary: Medicine[] = [];

export function medicineAt(number: MedicineNumber): Medicine {
  const found = formulary[number];
  if (found === undefined) throw new Error(`no medicine ${number}`);
  return found;
}

/** Every medicine that anybody here is given. */
export function allMedicines(): readonly Medicine[] {
  return formulary;
}

function add(
  bnf: string,
  name: string,
  dose: string,
  quantity = 28,
  unit = 'tablet',
  days = 28,
): MedicineNumber {
  return formulary.push({ bnf, name, dose, quantity, unit, days }) - 1;
}

const ONE_DAILY = 'Take one daily';
const ONE_TWICE = 'Take one twice a day';
const TWO_FOUR_TIMES = 'Take two up to four times a day';
const ONE_AT_NIGHT = 'Take one at night';
const TWO_PUFFS_TWICE = 'Inhale two puffs twice a day';

// Blood pressure, heart, lipids
export const ramipril = add('0205051R0AAADAD', 'Ramipril 10mg capsules', ONE_DAILY, 28, 'capsule');
export const ramiprilLow = add('0205051R0AAACAC', 'Ramipril 5mg capsules', ONE_DAILY, 28, 'capsule');
export const lisinopril = add('0205051L0AAADAD', 'Lisinopril 20mg tablets', ONE_DAILY);
export const losartan = add('0205052N0AAABAB', 'Losartan 50mg tablets', ONE_DAILY);
export const candesartan = add('0205052C0AAACAC', 'Candesartan 8mg tablets', ONE_DAILY);
export const amlodipine = add('0206020A0AAAAAA', 'Amlodipine 5mg tablets', ONE_DAILY);
export const amlodipineHigh = add('0206020A0AAABAB', 'Amlodipine 10mg tablets', ONE_DAILY);
export const indapamide = add('0202010P0AAAAAA', 'Indapamide 2.5mg tablets', 'Take one in the morning');
export const bendroflumethiazide = add('0202010B0AAABAB', 'Bendroflumethiazide 2.5mg tablets', ONE_DAILY);
export const doxazosin = add('0205040D0AAACAC', 'Doxazosin 4mg tablets', ONE_DAILY);
export const bisoprolol = add('0204000H0AAAJAJ', 'Bisoprolol 2.5mg tablets', ONE_DAILY);
export const propranolol = add('0204000R0AAAJAJ', 'Propranolol 40mg tablets', ONE_TWICE, 56);
export const furosemide = add('0202020L0AABDBD', 'Furosemide 40mg tablets', 'Take one in the morning');
export const atorvastatin = add('0212000B0AAABAB', 'Atorvastatin 20mg tablets', ONE_DAILY);
export const atorvastatinHigh = add('0212000B0AAADAD', 'Atorvastatin 80mg tablets', ONE_DAILY);
export const simvastatin = add('0212000Y0AAADAD', 'Simvastatin 40mg tablets', ONE_AT_NIGHT);
export const rosuvastatin = add('0212000AAAAAAAA', 'Rosuvastatin 10mg tablets', ONE_DAILY);
export const aspirin = add('0209000A0AAABAB', 'Aspirin 75mg dispersible tablets', ONE_DAILY);
export const clopidogrel = add('0209000C0AAAAAA', 'Clopidogrel 75mg tablets', ONE_DAILY);
export const apixaban = add('0208020Z0AAABAB', 'Apixaban 5mg tablets', ONE_TWICE, 56);
export const edoxaban = add('0208020AAAAACAC', 'Edoxaban 60mg tablets', ONE_DAILY);
export const warfarin = add(
  '0208020V0AAABAB',
  'Warfarin 3mg tablets',
  'Take as directed in the yellow book',
  56,
);
export const digoxin = add('0201010F0AAAEAE', 'Digoxin 125microgram tablets', ONE_DAILY);
export const nitrate = add(
  '0206010K0AAAEAE',
  'Isosorbide mononitrate 60mg modified-release tablets',
  'Take one in the morning',
);

// Diabetes
export const metformin = add(
  '0601022B0AAABAB',
  'Metformin 500mg tablets',
  'Take two twice a day with meals',
  112,
);
export const gliclazide = add('0601021M0AAAAAA', 'Gliclazide 80mg tablets', ONE_TWICE, 56);
export const sitagliptin = add('0601023X0AAAAAA', 'Sitagliptin 100mg tablets', ONE_DAILY);
export const linagliptin = add('0601023AEAAAAAA', 'Linagliptin 5mg tablets', ONE_DAILY);
export const empagliflozin = add('0601023ANAAAAAA', 'Empagliflozin 10mg tablets', ONE_DAILY);
export const dapagliflozin = add('0601023AGAAABAB', 'Dapagliflozin 10mg tablets', ONE_DAILY);
export const insulin = add(
  '0601012V0AAADAD',
  'Insulin glargine 100units/ml pre-filled pens',
  'Inject as directed',
  5,
  'pen',
);

// Lungs
export const salbutamol = add(
  '0301011R0AAAPAP',
  'Salbutamol 100micrograms/dose inhaler',
  'Inhale two puffs when needed',
  1,
  'inhaler',
  56,
);
export const beclometasone = add(
  '0302000C0AABFBF',
  'Beclometasone 100micrograms/dose inhaler',
  TWO_PUFFS_TWICE,
  1,
  'inhaler',
  50,
);
export const fostair = add(
  '0302000C0BQAABX',
  'Fostair 100micrograms/dose / 6micrograms/dose inhaler',
  TWO_PUFFS_TWICE,
  1,
  'inhaler',
  30,
);
export const tiotropium = add(
  '0301020Q0AAABAB',
  'Tiotropium 18microgram inhalation powder capsules',
  'Inhale one a day',
  30,
  'capsule',
  30,
);
export const montelukast = add('0303020G0AAABAB', 'Montelukast 10mg tablets', ONE_AT_NIGHT);
export const prednisolone = add(
  '0603020T0AAACAC',
  'Prednisolone 5mg tablets',
  'Take six a day for five days',
  30,
  'tablet',
  5,
);
export const prednisoloneLow = add('0603020T0AAAAAA', 'Prednisolone 1mg tablets', 'Take four a day', 112);

// Mind and nerves
export const sertraline = add('0403030Q0AAAAAA', 'Sertraline 50mg tablets', ONE_DAILY);
export const citalopram = add('0403030D0AAAAAA', 'Citalopram 20mg tablets', ONE_DAILY);
export const fluoxetine = add('0403030E0AAAAAA', 'Fluoxetine 20mg capsules', ONE_DAILY, 28, 'capsule');
export const mirtazapine = add('0403040X0AAANAN', 'Mirtazapine 15mg tablets', ONE_AT_NIGHT);
export const venlafaxine = add(
  '0403040W0AAADAD',
  'Venlafaxine 75mg modified-release capsules',
  ONE_DAILY,
  28,
  'capsule',
);
export const amitriptyline = add('0403010B0AAAGAG', 'Amitriptyline 10mg tablets', ONE_AT_NIGHT);
export const diazepam = add(
  '0401020K0AAAHAH',
  'Diazepam 2mg tablets',
  'Take one when needed',
  14,
  'tablet',
  7,
);
export const zopiclone = add('0401010Z0AAAAAA', 'Zopiclone 7.5mg tablets', ONE_AT_NIGHT, 14, 'tablet', 14);
export const olanzapine = add('040201060AAACAC', 'Olanzapine 10mg tablets', ONE_AT_NIGHT);
export const quetiapine = add('0402010ABAAADAD', 'Quetiapine 200mg tablets', ONE_TWICE, 56);
export const risperidone = add('040201030AAABAB', 'Risperidone 2mg tablets', ONE_DAILY);
export const lithium = add(
  '0402030K0AAAFAF',
  'Lithium carbonate 400mg modified-release tablets',
  ONE_AT_NIGHT,
);
export const levetiracetam = add('0408010A0AAABAB', 'Levetiracetam 500mg tablets', ONE_TWICE, 56);
export const lamotrigine = add('0408010H0AAAAAA', 'Lamotrigine 100mg tablets', ONE_TWICE, 56);
export const carbamazepine = add('0408010C0AAACAC', 'Carbamazepine 200mg tablets', ONE_TWICE, 56);
export const donepezil = add('0411000D0AAABAB', 'Donepezil 10mg tablets', ONE_AT_NIGHT);
export const memantine = add('0411000G0AAADAD', 'Memantine 20mg tablets', ONE_DAILY);
export const coCareldopa = add(
  '0409010N0AAABAB',
  'Co-careldopa 25mg/100mg tablets',
  'Take one three times a day',
  84,
);

// Pain and joints
export const coCodamol = add('0407010F0AAAHAH', 'Co-codamol 30mg/500mg tablets', TWO_FOUR_TIMES, 100);
export const codeine = add('0407020C0AAAEAE', 'Codeine 30mg tablets', 'Take one up to four times a day', 84);
export const tramadol = add(
  '040702040AAAAAA',
  'Tramadol 50mg capsules',
  'Take one up to four times a day',
  84,
  'capsule',
);
export const buprenorphine = add(
  '0407020B0AAAHAH',
  'Buprenorphine 5micrograms/hour seven day patches',
  'Change the patch every week',
  4,
  'patch',
);
export const gabapentin = add(
  '0408010G0AAABAB',
  'Gabapentin 300mg capsules',
  'Take one three times a day',
  84,
  'capsule',
);
export const pregabalin = add('0408010AEAAACAC', 'Pregabalin 75mg capsules', ONE_TWICE, 56, 'capsule');
export const paracetamol = add('0407010H0AAAMAM', 'Paracetamol 500mg tablets', TWO_FOUR_TIMES, 100);
export const naproxen = add('1001010P0AAAEAE', 'Naproxen 500mg tablets', ONE_TWICE, 56);
export const ibuprofen = add(
  '1001010J0AAAEAE',
  'Ibuprofen 400mg tablets',
  'Take one three times a day',
  42,
  'tablet',
  14,
);
export const methotrexate = add('1001030U0AAABAB', 'Methotrexate 2.5mg tablets', 'Take six once a week', 24);
export const hydroxychloroquine = add('1001030C0AAAAAA', 'Hydroxychloroquine 200mg tablets', ONE_DAILY);
export const sulfasalazine = add(
  '0105010E0AAABAB',
  'Sulfasalazine 500mg gastro-resistant tablets',
  'Take two twice a day',
  112,
);
export const allopurinol = add('1001040C0AAAAAA', 'Allopurinol 100mg tablets', ONE_DAILY);
export const alendronicAcid = add('0606020A0AAACAC', 'Alendronic acid 70mg tablets', 'Take one a week', 4);
export const calcium = add(
  '0906040G0BNADCD',
  'Adcal-D3 750mg/200unit caplets',
  'Take two twice a day',
  112,
  'caplet',
);

// Stomach and bowel
export const lansoprazole = add(
  '0103050L0AAABAB',
  'Lansoprazole 15mg gastro-resistant capsules',
  ONE_DAILY,
  28,
  'capsule',
);
export const omeprazole = add(
  '0103050P0AAAAAA',
  'Omeprazole 20mg gastro-resistant capsules',
  ONE_DAILY,
  28,
  'capsule',
);
export const macrogol = add(
  '0106040M0AAAAAA',
  'Macrogol compound oral powder sachets',
  'Take one or two a day',
  30,
  'sachet',
);
export const senna = add('0106020M0AAACAC', 'Senna 7.5mg tablets', 'Take two at night', 56);
export const lactulose = add(
  '0106040G0AAAAAA',
  'Lactulose 3.1-3.7g/5ml oral solution',
  'Take 15ml twice a day',
  500,
  'ml',
);
export const docusate = add('0106020I0AAAKAK', 'Docusate 100mg capsules', ONE_TWICE, 56, 'capsule');
export const mebeverine = add(
  '0102000P0AAABAB',
  'Mebeverine 135mg tablets',
  'Take one three times a day',
  84,
);
export const hyoscine = add(
  '0102000N0AAABAB',
  'Hyoscine butylbromide 10mg tablets',
  'Take one when needed',
  56,
);

// Hormones, cancer, kidneys and bladder, blood
export const levothyroxine = add(
  '0602010V0AABXBX',
  'Levothyroxine 50microgram tablets',
  'Take one in the morning',
);
export const letrozole = add('0803041L0AAAAAA', 'Letrozole 2.5mg tablets', ONE_DAILY);
export const tamoxifen = add('0803041S0AAABAB', 'Tamoxifen 20mg tablets', ONE_DAILY);
export const bicalutamide = add('0803042A0AAAAAA', 'Bicalutamide 50mg tablets', ONE_DAILY);
export const tamsulosin = add(
  '0704010U0AAAAAA',
  'Tamsulosin 400microgram modified-release capsules',
  ONE_DAILY,
  30,
  'capsule',
  30,
);
export const finasteride = add('0604020C0AAAAAA', 'Finasteride 5mg tablets', ONE_DAILY);
export const solifenacin = add('0704020ABAAAAAA', 'Solifenacin 5mg tablets', ONE_DAILY, 30, 'tablet', 30);
export const ferrousFumarate = add('0901011F0AAAEAE', 'Ferrous fumarate 210mg tablets', ONE_TWICE, 56);
export const folicAcid = add('0901020G0AAAGAG', 'Folic acid 5mg tablets', ONE_DAILY);
export const thiamine = add('0906026M0AAAGAG', 'Thiamine 100mg tablets', ONE_TWICE, 56);
export const desogestrel = add(
  '0703021Q0AAAAAA',
  'Desogestrel 75microgram tablets',
  ONE_DAILY,
  84,
  'tablet',
  84,
);

// Short courses
export const amoxicillin = add(
  '0501013B0AAABAB',
  'Amoxicillin 500mg capsules',
  'Take one three times a day',
  15,
  'capsule',
  5,
);
export const nitrofurantoin = add(
  '0501130R0AAAGAG',
  'Nitrofurantoin 100mg modified-release capsules',
  ONE_TWICE,
  6,
  'capsule',
  3,
);
export const trimethoprim = add('0501080W0AAAEAE', 'Trimethoprim 200mg tablets', ONE_TWICE, 6, 'tablet', 3);
export const cetirizine = add('0304010I0AAAAAA', 'Cetirizine 10mg tablets', ONE_DAILY, 30, 'tablet', 30);
export const sumatriptan = add(
  '0407041T0AAAFAF',
  'Sumatriptan 50mg tablets',
  'Take one at the start of a migraine',
  6,
  'tablet',
  28,
);
export const betahistine = add(
  '0406000B0AAABAB',
  'Betahistine 16mg tablets',
  'Take one three times a day',
  84,
);
