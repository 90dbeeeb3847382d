import { describe, expect, test } from 'vitest';
import { adt, type DrawnAdt } from '../../../test/support/adt.ts';
import { readAdtFormat } from './adt-format.ts';
import { adtRow, hl7Time } from './adt-row.ts';
import { readMessage } from './er7.ts';

const format = readAdtFormat('content');
const said = (drawn: DrawnAdt | string) => {
  const text = typeof drawn === 'string' ? drawn : adt(drawn);
  return adtRow(readMessage(text.split('\r').filter(Boolean)), text, format);
};
const rowOf = (drawn: DrawnAdt) => {
  const found = said(drawn);
  if (found.to === 'nowhere') throw new Error(found.lacks);
  return found.row;
};

describe('what an ADT message is', () => {
  test.each([
    ['A01', 'I', 'admission'],
    ['A03', 'I', 'admission'],
    ['A11', 'I', 'admission'],
    ['A04', 'E', 'attendance'],
    ['A03', 'e', 'attendance'],
    ['A01', 'B', 'admission'],
    ['A04', 'O', 'kept'],
    ['A05', 'P', 'kept'],
    ['A28', 'I', 'kept'],
    ['A31', 'I', 'kept'],
  ])('%s of class %s is of %s', (event, patientClass, to) => {
    expect(said({ event, patientClass })).toMatchObject({ to });
  });

  test('a message that does not say what it is lacks something that has a name', () => {
    expect(said({ event: 'A01', patientClass: '' })).toEqual({ to: 'nowhere', lacks: 'PV1-2' });
    expect(said('MSH|^~\\&|PAS')).toEqual({ to: 'nowhere', lacks: 'MSH-9' });
    expect(said('MSH|^~\\&|PAS|ZH900|||20261101||ORU^R01|1')).toMatchObject({ to: 'kept', type: 'ORU^R01' });
  });

  test('the event may stand in EVN-1 alone', () => {
    expect(said('MSH|^~\\&|PAS|ZH900|||20261101||ADT|1\rEVN|A04|20261101\rPV1|1|E')).toMatchObject({
      to: 'attendance',
      type: 'ADT^A04',
    });
  });
});

describe('what it says of a visit', () => {
  test('the NHS number is the identifier that says that it is one', () => {
    expect(rowOf({ event: 'A01', nhsNumber: '999 000 0018' }).nhs_number).toBe('999 000 0018');
    const other = adt({ event: 'A01' }).replace('^^^NHS^NH', '^^^OTHER^PI');
    expect(said(other)).toMatchObject({ row: { nhs_number: null } });
  });

  test('a discharge has its time, or the time of the event, or none', () => {
    const discharged = { event: 'A03', discharge: '20261103091500' } as const;
    expect(rowOf(discharged).discharge_date_time).toBe('2026-11-03T09:15:00.000');
    expect(rowOf({ event: 'A03' }).discharge_date_time).toBe('no time');
    const happened = adt({ event: 'A03', at: '20261103100000' }).replace(
      'EVN|A03|20261103100000',
      'EVN|A03|20261103100000||||202611030930',
    );
    expect(said(happened)).toMatchObject({ row: { discharge_date_time: '2026-11-03T09:30:00.000' } });
    // A cancelled discharge may still say when it had been.
    expect(rowOf({ ...discharged, event: 'A13' }).discharge_date_time).toBeNull();
  });

  test('of messages of one second the cancellation is the later', () => {
    const versions = ['A04', 'A01', 'A08', 'A03', 'A13', 'A11'].map(
      (event) => rowOf({ event, at: '20261101101500' }).lds_start_date_time ?? '',
    );
    expect(versions).toEqual([...versions].sort());
    expect(new Set(versions).size).toBe(6);
    expect(rowOf({ event: 'A11', at: '20261101101500.25+0000' }).lds_start_date_time).toBe(
      '2026-11-01T10:15:00.250+00:00',
    );
  });

  test('diagnoses: the one of priority 1 first, coded ones only; confidential by a mark', () => {
    const row = rowOf({
      event: 'A01',
      more: [
        'DG1|1||J18.9^Pneumonia^I10||||||||||||2',
        'DG1|2||X^Local^99L',
        'DG1|3||I50.0^Heart failure^I10||||||||||||1',
      ],
    });
    expect(row).toMatchObject({ diagnoses: 'I50.0;J18.9', primary_diagnosis_display: 'Heart failure' });
    expect(row.is_confidential).toBeNull();
    expect(rowOf({ event: 'A01', more: ['ARV|1|A|R'] }).is_confidential).toBe('true');
  });

  test('a department by its service, an admission by its type', () => {
    expect(rowOf({ event: 'A04', patientClass: 'E', service: 'utc' }).department_type).toBe('3');
    expect(rowOf({ event: 'A01', admissionType: 'E' }).admission_method).toBe('emergency');
    expect(rowOf({ event: 'A01', admissionType: '2A' }).admission_method).toBe('2A');
  });
});

test.each([
  ['20261101', '2026-11-01T00:00:00.000'],
  ['2026110109', '2026-11-01T09:00:00.000'],
  ['202611010915', '2026-11-01T09:15:00.000'],
  ['20261101091530.1234+0100', '2026-11-01T09:15:30.123+01:00'],
  ['202611', '202611'],
  ['yesterday', 'yesterday'],
  [null, null],
])('the time %s is %s', (written, time) => {
  expect(hl7Time(written)).toBe(time);
});
