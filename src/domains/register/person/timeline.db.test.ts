import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numberOf } from '../../../../test/support/drawn-matches.ts';
import {
  admission,
  attendance,
  observation,
  patient,
  registration,
  writeExtract,
} from '../../../../test/support/extracts.ts';
import { importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { type Duck, openDuck } from '../../../platform/lake/index.ts';
import { LakeAccess } from '../lake/lake-access.ts';
import type { RegisterTables } from '../tables.ts';
import { readTimeline } from './timeline.ts';

const HIV = '86406008';

/** What of a record is shown depends on who reads it; what is not shown does not say that it is there. */
describe('a person’s timeline', () => {
  const at = useTestBook();
  let duck: Duck;
  beforeAll(async () => {
    const folder = writeExtract(
      join(at.home.path, 'drawn'),
      'Z90001',
      {
        patient: [patient('1', { nhs_number: numberOf(1) }), patient('2', { nhs_number: numberOf(2) })],
        episode_of_care: [registration('1'), registration('2')],
        observation: [
          observation('ordinary', '1', { clinical_effective_date: '2021-01-01' }),
          observation('restricted', '1', {
            mapped_concept_code: HIV,
            mapped_concept_display: 'Drawn infection',
            clinical_effective_date: '2022-01-01',
          }),
          observation('private', '1', { clinical_effective_date: '2023-01-01', is_confidential: true }),
          observation('undated', '1', { clinical_effective_date: '' }),
          observation('anothers', '2'),
        ],
      },
      { publisher: 'Z90001', extracted_at: '2026-11-01T06:00:00Z' },
    );
    const stay = (id: string, admitted: string, more: Record<string, string | boolean> = {}) =>
      admission(id, numberOf(1), { admission_date_time: admitted, discharge_date_time: '', ...more });
    const hospital = writeExtract(
      join(at.home.path, 'drawn'),
      'ZH900',
      {
        admission: [
          stay('mixed', '2024-03-01', {
            diagnoses: 'S72.0;B24;I10X',
            primary_diagnosis_display: 'Fracture of neck of femur',
            discharge_date_time: '2024-03-12',
          }),
          stay('restricted', '2024-04-01', {
            diagnoses: 'B20.6;J18.9',
            admission_method: '11',
            primary_diagnosis_display: 'Drawn illness',
            provider_name: '',
          }),
          stay('private', '2024-05-01', {
            is_confidential: true,
            primary_diagnosis_display: '',
            diagnoses: '',
          }),
          admission('anothers', numberOf(2)),
        ],
        attendance: [
          attendance('open', numberOf(1), { arrival_date_time: '2024-06-01T22:05:00+01:00' }),
          attendance('restricted', numberOf(1), {
            arrival_date_time: '2024-07-01T09:00:00+01:00',
            chief_complaint_code: HIV,
            chief_complaint_display: 'Drawn complaint',
            department_type: '3',
            conveyed_by_ambulance: '',
            outcome: '',
          }),
        ],
      },
      { publisher: 'ZH900', extracted_at: '2026-11-01T06:00:00Z' },
    );
    await importPaths(at, folder, hospital);
    duck = await openDuck({ threads: 1 });
  });
  afterAll(() => duck.close());

  const shown = (everything: boolean) =>
    at.book
      .as('batch')
      .transaction()
      .execute(async (tx) => {
        const access = new LakeAccess(
          { rows: (sql, values) => duck.rows(sql, values), close: async () => {} },
          at.home.lake,
        );
        const person = await tx
          .withTables<RegisterTables>()
          .selectFrom('register.person')
          .selectAll()
          .where('family_name', 'ilike', 'family1')
          .executeTakeFirstOrThrow();
        const restricted = ({ concept }: { concept: string }) => concept === HIV || concept.startsWith('B2');
        const entries = await readTimeline(access, await access.open(tx, 1), person, {
          everything,
          restricted,
        });
        return entries;
      });
  const coded = async (everything: boolean) =>
    (await shown(everything))
      .filter(({ kind }) => kind === 'observation')
      .map(({ what, date }) => [what, date]);
  const stays = async (everything: boolean) =>
    (await shown(everything))
      .filter(({ kind }) => kind === 'admission' || kind === 'attendance')
      .map(({ date, what, detail, org }) => `${date} ${what} | ${detail} | ${org}`);

  test('has all entries for who may see all: the latest first, those without a day at the end', async () => {
    expect(await coded(true)).toEqual([
      ['Type 2 diabetes mellitus', '2023-01-01'],
      ['Drawn infection', '2022-01-01'],
      ['Type 2 diabetes mellitus', '2021-01-01'],
      ['Type 2 diabetes mellitus', null],
    ]);
  });

  test('leaves out restricted content and what a practice marked confidential for everybody else', async () => {
    expect(await coded(false)).toEqual([
      ['Type 2 diabetes mellitus', '2021-01-01'],
      ['Type 2 diabetes mellitus', null],
    ]);
  });

  const FRACTURE = '2024-03-01 Emergency admission: Fracture of neck of femur | discharged 12 March 2024';
  const CHEST_PAIN =
    '2024-06-01 A&E attendance: Chest pain | 22:05; came by ambulance; discharged | Drawn Hospital';

  test('has stays in hospital and attendances, with where, how, until when and why', async () => {
    expect(await stays(true)).toEqual([
      '2024-07-01 Urgent treatment centre attendance: Drawn complaint | 09:00 | Drawn Hospital',
      CHEST_PAIN,
      '2024-05-01 Emergency admission | not discharged yet; Geriatric medicine | Drawn Hospital',
      '2024-04-01 Planned admission: Drawn illness | not discharged yet; Geriatric medicine; ICD-10 B20.6, J18.9 | ZH901',
      `${FRACTURE} to usual place of residence; Geriatric medicine; ICD-10 S72.0, B24, I10 | Drawn Hospital`,
    ]);
  });

  test('leaves out a stay that a restricted diagnosis led to, and the restricted diagnoses of others', async () => {
    expect(await stays(false)).toEqual([
      CHEST_PAIN,
      `${FRACTURE} to usual place of residence; Geriatric medicine; ICD-10 S72.0, I10 | Drawn Hospital`,
    ]);
  });
});
