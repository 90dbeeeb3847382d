import { plainDate, toEpochDay } from '../../../kernel/index.ts';
import type { CaseFile } from '../language/definition.ts';
import type { Library } from '../language/library.ts';
import { toSteps } from './exact.ts';
import type { Coverage, PersonRecord } from './person-record.ts';
import { valuePlaces } from './reference-evaluator.ts';
import type { Population } from './standing.ts';

type DrawnPerson = CaseFile['people'][number];

/** A drawn person of a case file as a record. */
export function drawnRecord(person: DrawnPerson): PersonRecord {
  const day = (date: string | null) => (date === null ? null : toEpochDay(plainDate(date)));
  const coverage = (feed: string | undefined): Coverage =>
    feed === undefined ? 'all' : feed === 'missing' ? 'missing' : { from: toEpochDay(plainDate(feed)) };
  return {
    born: plainDate(person.born),
    sex: person.sex,
    imdDecile: person.deprivation ?? null,
    lsoa: person.lsoa ?? null,
    practice: person.practice ?? null,
    registeredFrom: day(person.registered_from ?? null),
    events: person.events.map((event, at) => ({
      system: 'snomed',
      concept: event.code,
      display: null,
      day: day(event.date),
      value: event.value ?? null,
      unit: event.unit ?? null,
      org: 'Z1',
      row: `e${at}`,
    })),
    medicines: person.medicines.map((medicine, at) => ({
      days: medicine.days ?? null,
      system: null,
      concept: null,
      bnf: medicine.bnf,
      display: null,
      day: day(medicine.date),
      org: 'Z1',
      row: `m${at}`,
    })),
    appointments: person.appointments.map(({ status, date }, at) => ({
      status,
      day: toEpochDay(plainDate(date)),
      org: 'Z1',
      row: `a${at}`,
    })),
    admissions: person.admissions.map(({ date, discharged, method, diagnoses }, at) => ({
      day: toEpochDay(plainDate(date)),
      dischargeDay: day(discharged ?? null),
      method,
      diagnoses,
      destination: null,
      specialty: null,
      org: 'Z1',
      row: `s${at}`,
    })),
    attendances: person.attendances.map(({ date }, at) => ({
      day: toEpochDay(plainDate(date)),
      department: 1,
      ambulance: null,
      outcome: null,
      complaint: null,
      diagnoses: [],
      org: 'Z1',
      row: `v${at}`,
    })),
    coverage: {
      events: coverage(person.feeds.events),
      medicines: coverage(person.feeds.medicines),
      appointments: coverage(person.feeds.appointments),
      hospital: coverage(person.feeds.hospital),
    },
  };
}

/** The others with whom a drawn person is compared: as the case file draws them. Of equal values they all come first. */
export function drawnPopulation(library: Library, { others }: DrawnPerson): Population {
  return ({ of }) => {
    const values = others?.[of];
    if (values === undefined) return null;
    const places = valuePlaces(library, library.definition(of));
    return {
      people: values.length,
      values: values.map((value) => ({ steps: toSteps(value, places), people: 1, ahead: 1 })),
    };
  };
}
