import { beforeAll, describe, expect, test } from 'vitest';
import { VICTORIA_PRACTICE } from './borough.ts';
import { ageAt, dayText, EXTRACT_DAY } from './calendar.ts';
import { codesOf } from './codelists.testing.ts';
import { Dice } from './dice.ts';
import { LifeDrawer } from './life.ts';
import { planBorough } from './plan.ts';
import {
  cambridgeScore,
  cambridgeTerms,
  frailtyBand,
  frailtyDeficits,
  longTermCount,
  Reading,
} from './reading.testing.ts';
import { type PatientRecord, recordsOf } from './records.ts';

describe.each([1, 7])('Victoria, in a borough of seed %i', (seed) => {
  const plan = planBorough({ seed, people: 6_000 });
  let record: PatientRecord;
  let carer: PatientRecord;
  let reading: Reading;
  let visits = 0;

  beforeAll(() => {
    const at = plan.practices.find(({ practice }) => practice.code === VICTORIA_PRACTICE);
    if (at === undefined) throw new Error('her practice is missing');
    const records = [...recordsOf(plan, at, new Dice())];
    const named = (number: number) => records.find(({ person }) => person.number === number);
    const [hers, his] = [named(plan.victoria), named(plan.carer)];
    if (hers === undefined || his === undefined) throw new Error('she or her carer is missing');
    record = hers;
    carer = his;
    const chart = new LifeDrawer(plan).draw(record.person, record.start, 'registered');
    visits = chart.bookings.length;
    reading = new Reading(chart);
  });

  test('is a woman of 71 on the day of the extract, registered for years', () => {
    expect(record.person.sex).toBe('F');
    expect(ageAt(EXTRACT_DAY, record.person.born)).toBe(71);
    expect(`${record.label.given} ${record.label.family}`).toBe('Victoria Larkmoor');
    expect([record.kept, record.part, record.end]).toEqual(['registered', 'whole', null]);
  });

  test.each([
    ['high blood pressure', 'HYP_COD', '2004-06-14'],
    ['type 2 diabetes', 'DMTYPE2_COD', '2011-03-21'],
    ['breast cancer', 'CAN_COD', '2023-10-09'],
  ])('has %s, first coded on its day', (_, list, first) => {
    expect(dayText(Math.min(...reading.days(codesOf(list))))).toBe(first);
  });

  test('scores 2.36 by those three and nothing else', () => {
    expect(cambridgeTerms(reading)).toEqual(['hypertension', 'diabetes', 'cancer']);
    expect(cambridgeScore(reading)).toBe(236);
    expect(longTermCount(reading)).toBe(3);
    expect(frailtyBand(frailtyDeficits(reading, 'F'))).toBe(0);
  });

  test('has the record of somebody who is looked after', () => {
    expect(reading.values(codesOf('HBA1C')).length).toBeGreaterThan(25);
    expect(reading.values(codesOf('SYSTOLIC')).length).toBeGreaterThan(20);
    expect(reading.days(codesOf('FLU_VACCINE')).length).toBeGreaterThan(12);
    expect(reading.days(codesOf('DMRVW_COD')).length).toBeGreaterThan(12);
    for (const bnf of ['0601022B0', '0205051R0', '0206020A0', '0803041L0', '0212000B0']) {
      expect(reading.issued((code) => code.startsWith(bnf))).toBeGreaterThan(11);
    }
    expect(visits).toBe(20);
  });

  test('has a carer who is somebody else, registered at her practice', () => {
    expect(carer.person.number).not.toBe(record.person.number);
    expect(carer.label.family).toBe('Larkmoor');
    expect(carer.kept).toBe('registered');
    const his = new LifeDrawer(plan).draw(carer.person, carer.start, 'registered');
    expect(new Reading(his).ever(codesOf('CARER_COD'))).toBe(true);
  });
});
