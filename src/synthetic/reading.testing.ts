import { EXTRACT_DAY } from './calendar.ts';
import { type Chart, NO_VALUE, UNDATED } from './chart.ts';
import { codesOf, onList } from './codelists.testing.ts';
import { conceptAt } from './concepts.ts';
import { medicineAt } from './medicines.ts';
import type { Sex } from './people.ts';

// For tests: what a chart says, by the plain rules of the scores (docs/definitions.md has them in full). A second pair
// of eyes on the borough that shares no rule with the code that draws it.

const YEAR_AGO = EXTRACT_DAY - 365;

/** A chart as somebody reads it who looks for codes. */
export class Reading {
  private readonly entries: { code: string; day: number; value: number }[] = [];
  private readonly issues: { bnf: string; day: number }[] = [];

  constructor(chart: Chart) {
    for (let at = 0; at < chart.observations; at++) {
      const { code } = conceptAt(chart.concept[at] ?? 0);
      this.entries.push({ code, day: chart.day[at] ?? UNDATED, value: chart.value[at] ?? NO_VALUE });
    }
    for (let at = 0; at < chart.prescriptions; at++) {
      this.issues.push({ bnf: medicineAt(chart.medicine[at] ?? 0).bnf, day: chart.issued[at] ?? 0 });
    }
  }

  days(codes: Set<string>): number[] {
    return this.entries.filter(({ code }) => codes.has(code)).map(({ day }) => day);
  }

  ever(codes: Set<string>): boolean {
    return this.entries.some(({ code }) => codes.has(code));
  }

  since(codes: Set<string>, day: number): boolean {
    return this.days(codes).some((found) => found >= day);
  }

  issued(is: (bnf: string) => boolean, since = YEAR_AGO): number {
    return this.issues.filter(({ bnf, day }) => day >= since && is(bnf)).length;
  }

  paragraphs(since: number): number {
    return new Set(this.issues.filter(({ day }) => day >= since).map(({ bnf }) => bnf.slice(0, 6))).size;
  }

  /** The latest values, newest first. */
  values(codes: Set<string>): number[] {
    return this.entries
      .filter(({ code, value }) => codes.has(code) && value !== NO_VALUE)
      .sort((one, other) => other.day - one.day)
      .map(({ value }) => value);
  }
}

interface Term {
  readonly hundredths: number;
  readonly met: (reading: Reading) => boolean;
}

const code = (id: string, ...more: string[]) => {
  const codes = codesOf(id, ...more);
  return (reading: Reading) => reading.ever(codes);
};
const issues = (id: string, atLeast: number) => {
  const is = onList(id);
  return (reading: Reading) => reading.issued(is) >= atLeast;
};
const lately = (id: string) => {
  const codes = codesOf(id);
  return (reading: Reading) => reading.since(codes, YEAR_AGO);
};
const cancer = codesOf('CAN_COD');
const egfr = codesOf('EGFR');

/** Cambridge Multimorbidity Score, 20 conditions, general weights (Payne and others 2020). */
const cambridge: Record<string, Term> = {
  hypertension: { hundredths: 8, met: code('HYP_COD') },
  mood: {
    hundredths: 50,
    met: any(
      lately('ANX_COD'),
      lately('DEPR_COD'),
      issues('ANXIOLYTICS_AND_HYPNOTICS', 4),
      issues('ANTIDEPRESSANTS_FOR_CMS', 4),
    ),
  },
  pain: {
    hundredths: 92,
    met: any(
      issues('ANALGESICS_FOR_CMS', 4),
      all(issues('ANTIEPILEPTICS_FOR_PAIN', 4), not(code('EPIL_COD'))),
    ),
  },
  hearing: { hundredths: 9, met: code('HEARING_LOSS') },
  bowel: { hundredths: 21, met: any(code('IBS_COD'), issues('ANTISPASMODICS', 4)) },
  asthma: { hundredths: 19, met: all(code('AST_COD'), issues('ASTHMA_MEDICINES', 1)) },
  diabetes: { hundredths: 75, met: code('DM_COD') },
  coronary: { hundredths: 49, met: code('CHD_COD') },
  kidney: { hundredths: 53, met: lowKidney },
  fibrillation: { hundredths: 134, met: code('AFIB_COD') },
  constipation: { hundredths: 112, met: issues('LAXATIVES', 4) },
  stroke: { hundredths: 80, met: code('STRK_COD', 'TIA_COD') },
  copd: { hundredths: 146, met: code('COPD_COD') },
  rheumatic: { hundredths: 43, met: code('RARTH_COD', 'CTD_COD') },
  cancer: { hundredths: 153, met: cancerLately },
  alcohol: { hundredths: 65, met: code('ALC_COD') },
  heartFailure: { hundredths: 118, met: code('HF_COD') },
  dementia: { hundredths: 250, met: code('DEM_COD') },
  psychosis: { hundredths: 64, met: any(code('MH_COD'), issues('LITHIUM', 1)) },
  epilepsy: { hundredths: 92, met: all(code('EPIL_COD'), issues('ANTIEPILEPTICS', 1)) },
};

/** The terms of the Cambridge score that a chart meets. */
export function cambridgeTerms(reading: Reading): string[] {
  return Object.entries(cambridge)
    .filter(([, { met }]) => met(reading))
    .map(([name]) => name);
}

/** The Cambridge score in hundredths: 236 is 2.36. */
export function cambridgeScore(reading: Reading): number {
  return cambridgeTerms(reading).reduce((sum, name) => sum + (cambridge[name]?.hundredths ?? 0), 0);
}

const registers: readonly (readonly [Set<string>, Set<string>])[] = [
  [codesOf('HYP_COD'), codesOf('HYPRES_COD')],
  [codesOf('DM_COD'), codesOf('DMRES_COD')],
  [codesOf('CHD_COD'), new Set()],
  [codesOf('AFIB_COD'), codesOf('AFIBRES_COD')],
  [codesOf('STRK_COD', 'TIA_COD'), new Set()],
  [codesOf('HF_COD'), codesOf('HFRES_COD')],
  [codesOf('PAD_COD'), new Set()],
  [codesOf('CKD_COD'), codesOf('CKD1AND2_COD', 'CKDRES_COD')],
  [codesOf('AST_COD'), codesOf('ASTRES_COD')],
  [codesOf('COPD_COD'), codesOf('COPDRES_COD')],
  [cancer, new Set()],
  [codesOf('DEM_COD'), new Set()],
  [codesOf('DEPR_COD'), codesOf('DEPRES_COD')],
  [codesOf('MH_COD'), new Set()],
  [codesOf('EPIL_COD'), codesOf('EPILRES_COD')],
  [codesOf('LD_COD'), new Set()],
  [codesOf('RARTH_COD'), new Set()],
  [codesOf('OSTEO_COD'), new Set()],
];

/** Long-term conditions on record and not resolved since: the registers of the quality framework. */
export function longTermCount(reading: Reading): number {
  return registers.filter(([codes, resolved]) => {
    if (!reading.ever(codes)) return false;
    const end = Math.max(UNDATED, ...reading.days(resolved));
    return end === UNDATED || Math.max(...reading.days(codes)) > end;
  }).length;
}

const deficits = [
  'EFI_ACTLIM',
  'EFI_ARTH RARTH_COD',
  'AFIB_COD',
  'STRK_COD TIA_COD',
  'DM_COD',
  'EFI_DIZZINESS',
  'EFI_DYSPNOEA',
  'EFI_FALLS',
  'EFI_FOOT',
  'EFI_FRACTURE FF_COD',
  'EFI_HEARING',
  'HF_COD',
  'EFI_VALVE',
  'HOUSEBOUND_COD',
  'HYP_COD',
  'EFI_HYPOTENSION',
  'CHD_COD',
  'EFI_MEMORY DEM_COD',
  'EFI_MOBILITY',
  'OSTEO_COD',
  'EFI_PARKINSONISM',
  'EFI_PEPTIC',
  'PAD_COD',
  'EFI_CARE CAREHOME_COD',
  'AST_COD COPD_COD EFI_RESPIRATORY',
  'EFI_SKIN_ULCER',
  'EFI_SLEEP',
  'EFI_SOCIAL',
  'EFI_THYROID',
  'EFI_INCONTINENCE',
  'EFI_URINARY',
  'EFI_VISION',
  'EFI_WEIGHT_LOSS',
].map((ids) => codesOf(...ids.split(' ')));
const anaemia = codesOf('EFI_ANAEMIA');
const kidney = codesOf('CKD_COD');
const haemoglobin = codesOf('HB');

/** Deficits of the electronic frailty index, of 36. */
export function frailtyDeficits(reading: Reading, sex: Sex): number {
  const [latestBlood = 200] = reading.values(haemoglobin);
  const [latestRate = 100] = reading.values(egfr);
  const more = [
    reading.ever(anaemia) || latestBlood < (sex === 'F' ? 120 : 130),
    reading.ever(kidney) || latestRate < 60,
    reading.paragraphs(EXTRACT_DAY - 90) >= 5,
  ];
  return deficits.filter((codes) => reading.ever(codes)).length + more.filter(Boolean).length;
}

/** 0 fit, 1 mild, 2 moderate, 3 severe. */
export function frailtyBand(count: number): number {
  return count <= 4 ? 0 : count <= 8 ? 1 : count <= 12 ? 2 : 3;
}

function lowKidney(reading: Reading): boolean {
  const latest = reading.values(egfr).slice(0, 2);
  return latest.length > 0 && Math.max(...latest) < 60;
}

function cancerLately(reading: Reading): boolean {
  const dated = reading.days(cancer).filter((day) => day !== UNDATED);
  return dated.length > 0 && Math.min(...dated) >= EXTRACT_DAY - 5 * 365;
}

function any(...terms: ((reading: Reading) => boolean)[]): (reading: Reading) => boolean {
  return (reading) => terms.some((met) => met(reading));
}

function all(...terms: ((reading: Reading) => boolean)[]): (reading: Reading) => boolean {
  return (reading) => terms.every((met) => met(reading));
}

function not(term: (reading: Reading) => boolean): (reading: Reading) => boolean {
  return (reading) => !term(reading);
}
