import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../platform/cli/index.ts';
import { commands } from './commands.ts';

let out = '';
let err = '';
let folder = '';
beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'nh-score-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  model: { id: string; version: string; status: string };
  notice: { text: string; link: string } | null;
  columns: { layout: string | null; used: Record<string, string>; unused: string[]; absent: string[] };
  counts: { rows: number; in: number; out: number; unknown: number };
  rows: {
    row: number;
    line: number;
    id: string;
    outcome: string;
    value: number | null;
    rounded: string | null;
    band: { id: string; title: string; action: string | null } | null;
    reason: string | null;
    missing: string[];
    assumed: { inputs: string[]; as: string }[];
    contributions: Record<string, number>;
    problems: { column: string; message: string }[];
  }[];
}

async function score(words: readonly string[]): Promise<{ code: number; result: Result }> {
  const code = await runProgram(commands, ['score', ...words, '--json']);
  return { code, result: JSON.parse(out) };
}

function fileOf(content: string | Buffer, name = 'input.csv'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('score', () => {
  test('alone lists the models, each with how far it is checked', async () => {
    expect(await runProgram(commands, ['score'])).toBe(0);
    for (const id of ['cms', 'cms-modified', 'efi', 'hfrs', 'news2', 'parr-30', 'qrisk3'])
      expect(out).toMatch(new RegExp(`^${id} +.*\\(unverified\\)$`, 'm'));
  });

  test('of a model shows its columns, what a missing one means, and its notice', async () => {
    expect(await runProgram(commands, ['score', 'qrisk3'])).toBe(0);
    expect(out).toMatch(/^Notice: .*ClinRisk/m);
    expect(out).toContain('https://qrisk.org/src.php');
    expect(out).toMatch(/^ {2}sbp: Systolic blood pressure\n.*mmHg.*the score is unknown/m);
    expect(out).toContain('unverified');
  });

  test('of a file says of each row what came out, and goes on after one that cannot be used', async () => {
    const file = fileOf(
      [
        'ID,Respiratory Rate,SpO2,on_oxygen,SBP,pulse,consciousness,temperature,age,note',
        'well,16,98,0,120,70,A,37.0,50,"quoted, with a comma"',
        'ill,24,93,1,105,105,A,38.5,50,',
        'typo,16,98,0,1200,70,A,37.0,50,',
        'young,16,98,0,120,70,A,37.0,12,',
        'partly,16,,0,120,70,A,37.0,50,',
        'short,16',
        ',16,98,0,120,70,A,37.0,,',
      ].join('\r\n'),
    );
    const { code, result } = await score(['news2', '--input', file]);
    expect(code).toBe(1);
    expect(result.counts).toEqual({ rows: 7, in: 3, out: 1, unknown: 3 });
    expect(result.columns.unused).toEqual(['note']);
    expect(
      result.rows.map(({ row, line, id, outcome, value, band }) => [row, line, id, outcome, value, band?.id]),
    ).toEqual([
      [1, 2, 'well', 'in', 0, 'routine'],
      [2, 3, 'ill', 'in', 9, 'high'],
      [3, 4, 'typo', 'unknown', null, undefined],
      [4, 5, 'young', 'out', null, undefined],
      [5, 6, 'partly', 'unknown', null, undefined],
      [6, 7, '6', 'unknown', null, undefined],
      [7, 8, '7', 'in', 0, 'routine'],
    ]);
    const [, ill, typo, young, partly, short, unnamed] = result.rows;
    expect(Object.values(ill?.contributions ?? {})).toEqual([2, 2, 2, 1, 1, 0, 1]);
    expect(ill?.band?.action).toMatch(/Emergency/);
    expect(typo?.problems).toEqual([
      { column: 'SBP', message: '1200 is not a whole number from 20 to 350 (mmHg)' },
    ]);
    expect(young?.reason).toBe('NEWS2 is not for people under 16.');
    expect(partly?.missing).toEqual(['oxygen_saturation']);
    expect(short?.reason).toMatch(/10 columns/);
    expect(unnamed?.assumed.map(({ as }) => as)).toEqual([
      'Aged 16 or over',
      'Not pregnant',
      'Scale for oxygen saturation: 1',
    ]);
  });

  test('in words names row, line, column and what was expected', async () => {
    const file = fileOf('age,icd10_codes\n80,F00;N39\n80,F00;dementia\n');
    expect(await runProgram(commands, ['score', 'hfrs', '--input', file])).toBe(1);
    expect(out).toContain('1: 10.3 points, Intermediate risk');
    expect(out).toContain(
      '2: unknown (row 2, line 3: icd10_codes: F00;dementia is not ICD-10 codes, with ; or spaces between them, or none)',
    );
    expect(out).toContain('2 rows = 1 in + 0 out + 1 unknown');
  });

  test.each<[string, string | Buffer]>([
    ['a byte order mark', '\ufeffid,age,icd10_codes\r\n7,80,F00\r\n'],
    ['semicolons', 'id;age;icd10_codes\n7;80;F00\n'],
    ['tabs', 'id\tage\ticd10_codes\n7\t80\tF00\n'],
    ['quotes', '"id","age","icd10_codes"\n"7","80","F00"\n'],
    ['another order, other cases', 'ICD10_Codes,AGE,Id\nF00,80,7\n'],
    ['a lone column', 'icd10 codes\nF00\n'],
  ])('reads a file with %s', async (_, content) => {
    const { code, result } = await score(['hfrs', '--input', fileOf(content)]);
    expect(code).toBe(0);
    expect(result.rows.map(({ rounded }) => rounded)).toEqual(['7.1']);
  });

  test('runs a definition on answers, from the definition itself', async () => {
    const { code, result } = await score([
      'cambridge-multimorbidity',
      '--input',
      fileOf(
        `age,${CAMBRIDGE.join(',')}\n60,${CAMBRIDGE.map((term) => (term === 'DIB' || term === 'HYP' ? 1 : 0)).join(',')}\n`,
      ),
    ]);
    expect(code).toBe(0);
    expect(result.rows[0]).toMatchObject({ value: 0.83, rounded: '0.83' });
  });

  test('writes a table that carries status and notice on every row', async () => {
    const [input, output] = [fileOf('age,icd10_codes\n80,F00\n'), join(folder, 'scores.csv')];
    expect(await runProgram(commands, ['score', 'hfrs', '--input', input, '--output', output])).toBe(0);
    const [header, row] = readFileSync(output, 'utf8').replace('\ufeff', '').trim().split('\r\n');
    expect(header).toMatch(/^row,id,outcome,value,rounded,.*,status,notice$/);
    expect(row).toMatch(
      /^1,1,in,7\.1,7\.1,points,7\.1,Intermediate risk,.*F00 7\.1,hfrs,1\.0\.0,unverified,$/,
    );
    expect(out).toContain(`Written to ${output}`);
  });

  test.each<[string, (file: string) => string[], RegExp]>([
    ['a model that is none', () => ['qrisk4'], /^There is no model qrisk4\.\n.*qrisk3/],
    ['a file for no model', (file) => ['--input', file], /^No model was named\.\n/],
    ['an output without an input', () => ['news2', '--output', 'x.csv'], /^There is nothing to score\.\n/],
    ['a file that is not there', () => ['news2', '--input', '/nowhere/x.csv'], /^There is no file x\.csv/],
    ['a folder', () => ['news2', '--input', folder], /is a folder and no file/],
    [
      'the scores in the place of the answers',
      (file) => ['news2', '--input', file, '--output', file],
      /^The scores would be written over/,
    ],
    [
      'a file of something else',
      (file) => ['news2', '--input', file],
      /^The file has no column of news2\.\n.*respiratory_rate/,
    ],
    [
      'two columns for one thing',
      (file) => ['hfrs', '--input', file],
      /^The columns codes and diagnoses are both icd10_codes\.\n/,
    ],
  ])('refuses %s', async (_, words, says) => {
    const file = fileOf('codes,diagnoses\nF00,F01\n');
    expect(await runProgram(commands, ['score', ...words(file)])).toBe(2);
    expect(err).toMatch(says);
    expect(readFileSync(file, 'utf8')).toBe('codes,diagnoses\nF00,F01\n');
  });

  test('does not guess how sex and smoking are coded: other sources count otherwise', async () => {
    const { code, result } = await score(['qrisk3', '--input', fileOf('age,gender,smoke_cat\n64,1,1\n')]);
    expect(code).toBe(1);
    expect(result.columns).toMatchObject({ layout: null, unused: ['smoke_cat'] });
    expect(result.columns.absent).toContain('smoking');
    expect(result.rows[0]?.problems).toEqual([
      { column: 'gender', message: '1 is not one of female or f, male or m' },
    ]);
  });
});

const CAMBRIDGE = 'HYP ANX_DEP PNC HEL IBS AST DIB CHD CKD ATR CON STR COP RHE CAN ALC HEF DEM SCZ EPI'.split(
  ' ',
);

const QRISK = '../shared/data/vectors/qrisk3/QRISK3_2017_test.csv';
const NEWS = '../shared/data/vectors/news/news_1-500.csv';

/** The rows of a file without quotes, by column. */
function plainRows(file: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])));
}

describe.skipIf(!existsSync(QRISK))('the 48 test patients of the QRISK3 code', () => {
  test('have the risk that the original code gives them', async () => {
    const { code, result } = await score(['qrisk3', '--input', QRISK]);
    const wanted = plainRows(QRISK).map((row) => Number(row.QRISK_C_algorithm_score).toFixed(1));
    expect(code).toBe(0);
    expect(wanted).toHaveLength(48);
    expect(result.rows.map(({ rounded }) => rounded)).toEqual(wanted);
    expect(result.notice?.text).toContain('ClinRisk');
  });
});

describe.skipIf(!existsSync(NEWS))('500 patients with observations', () => {
  test('have the NEWS of the chart, which is not the one that was recorded', async () => {
    const { result } = await score(['news2', '--input', NEWS]);
    const rows = plainRows(NEWS);
    expect(result.columns.layout).toMatch(/NHSRdatasets/);
    for (const [at, { outcome, value, reason }] of result.rows.entries()) {
      const wanted = rows[at];
      if (outcome === 'in') expect({ at, value }).toEqual({ at, value: Number(wanted?.rcp_news_recalc) });
      else expect([reason, Number(wanted?.age) < 16]).toEqual(['NEWS2 is not for people under 16.', true]);
    }
    expect(result.counts.in).toBeGreaterThan(450);
    expect(result.rows.some(({ value }, at) => value !== Number(rows[at]?.NEWS))).toBe(true);
  });
});
