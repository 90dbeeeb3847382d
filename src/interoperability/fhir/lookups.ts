import { type Lake, wholeTable } from '../../domains/register/index.ts';
import { type Duck, literal } from '../../platform/lake/index.ts';
import type { Piles } from './piles.ts';
import { BY_IDENTIFIER, BY_NHS_NUMBER, NHS_NUMBER } from './reference.ts';
import { pile, type Sorted } from './sort-resources.ts';
import { PATIENT } from './used-types.ts';

/** Makes SQL of rows into SQL of the same rows with what they only referred to. */
export type Resolve = (rows: string) => string;

export interface Lookups {
  readonly patients: Resolve;
  readonly organisations: Resolve;
  readonly medicines: Resolve;
  /** Rows with NHS numbers in place of patients, as stays and attendances name people; others are left out. */
  readonly numbers: Resolve;
}

let prepared = 0;

interface Where {
  readonly piles: Piles;
  readonly publisher: string;
  readonly base: Lake | null;
}

/**
 * Prepares what references of a delivery are looked up in, as far as any of its rows has such references. A patient
 * is found by identifier among those of the delivery and, by NHS number, among those that the same sender sent before;
 * an identifier that two patients have finds neither.
 */
export async function prepareLookups(
  duck: Duck,
  about: { piles: Piles; sorted: Sorted; publisher: string; base: Lake | null },
): Promise<Lookups> {
  const { piles, sorted } = about;
  const same: Resolve = (rows) => rows;
  return {
    numbers: numbersOfPatients(about),
    patients: sorted.waits.identifiers ? await patientsByIdentifier(duck, about) : same,
    organisations: sorted.waits.organisations ? organisationsById(piles) : same,
    medicines: sorted.waits.medicines ? medicinesById(piles) : same,
  };
}

async function patientsByIdentifier(duck: Duck, { piles, publisher, base }: Where): Promise<Resolve> {
  const table = `fhir_identifier_${++prepared}`;
  const rows = piles.sql(pile.identifiers, 'identifiers');
  await duck.run(
    `create temp table ${table} as
     select token, min(patient_id) as patient_id from (
       select '${BY_IDENTIFIER}' || system || '|' || value as token, patient_id from ${rows}
       union all select '${BY_IDENTIFIER}|' || value, patient_id from ${rows}
       union all ${knownByNhsNumber(base, publisher)})
      group by token having count(distinct patient_id) = 1`,
  );
  return (rows) =>
    `(select row.* replace (coalesce(found.patient_id, row.patient_id) as patient_id)
        from ${rows} as row left join ${table} as found on found.token = row.patient_id)`;
}

function knownByNhsNumber(base: Lake | null, publisher: string): string {
  const patient = base && wholeTable(base, 'patient');
  const record = base && wholeTable(base, 'record');
  if (!patient || !record) return 'select null, null where false';
  return `select '${BY_IDENTIFIER}${NHS_NUMBER}|' || patient.nhs_number, record.patient_id
            from ${patient} as patient join ${record} as record using (rec)
           where not patient.deleted and patient.nhs_number is not null and record.org = ${literal(publisher)}`;
}

function numbersOfPatients({ piles, publisher, base }: Where): Resolve {
  const here = `select patient_id, max(nhs_number) as number from ${piles.sql(pile.rows(PATIENT), 'patient')} where nhs_number is not null group by 1`;
  const there = `select patient_id, substr(token, ${BY_NHS_NUMBER.length + 1}) as number from (${knownByNhsNumber(base, publisher)}) as known(token, patient_id)`;
  const named = `case when starts_with(row.patient_id, ${literal(BY_NHS_NUMBER)}) then substr(row.patient_id, ${BY_NHS_NUMBER.length + 1})
                      else coalesce(here.number, there.number) end`;
  return (rows) =>
    `(select * from (
        select row.* replace ('n:' || regexp_replace(${named}, '[\\s-]', '', 'g') as patient_id) from ${rows} as row
          left join (${here}) as here on here.patient_id = row.patient_id
          left join (${there}) as there on there.patient_id = row.patient_id)
       where patient_id is not null)`;
}

function organisationsById(piles: Piles): Resolve {
  const codes = piles.sql(pile.organisations, 'organisations');
  return (rows) =>
    `(select row.* replace (coalesce(row.practice_code, found.code) as practice_code)
        from ${rows} as row
        left join (select id, min(code) as code from ${codes} group by id) as found on found.id = row.practice_ref)`;
}

function medicinesById(piles: Piles): Resolve {
  const medicines = piles.sql(pile.medicines, 'medicines');
  const taken = ['code', 'system', 'display', 'source_term', 'bnf'].map(
    (name) => `case when found.id is null then row."${name}" else found."${name}" end as "${name}"`,
  );
  return (rows) =>
    `(select row.* replace (${taken.join(', ')})
        from ${rows} as row
        left join (select distinct on (id) * from ${medicines} order by id, code) as found on found.id = row.medicine)`;
}
