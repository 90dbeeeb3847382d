import { sql } from 'kysely';
import { type NhsNumber, type PlainDate, parseNhsNumber, Refusal } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { RegisterTables } from '../tables.ts';

/** What became of one question to the national service. */
export interface NationalCheck {
  readonly id: number;
  readonly checkedOn: PlainDate;
  readonly at: Date;
  /** NHS numbers that were asked about, and those that came back as allowed. */
  readonly asked: number;
  readonly allowed: number;
  /** Of those asked about, how many are people here. */
  readonly known: number;
}

/**
 * Reads the NHS numbers of a file of the national check: one in a line, with or without commas after it, a heading, or
 * quotes. Throws Refusal `not_numbers` that names the first lines that are none.
 */
export function readNumbers(text: string, file: string): Set<NhsNumber> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const numbers = new Set<NhsNumber>();
  const wrong: number[] = [];
  for (const [at, line] of lines.entries()) {
    const field = line.replace(/[",;\s]+$/, '').replace(/^["\s]+/, '');
    if (field === '' || (at === 0 && /^[a-z_ ]+$/i.test(field))) continue;
    const number = parseNhsNumber(field);
    if (number === null) wrong.push(at + 1);
    else numbers.add(number);
  }
  if (wrong.length > 0)
    throw new Refusal({
      code: 'not_numbers',
      // The text of the line is not repeated: it may be a mistyped number of somebody.
      because: `${file} has ${wrong.length} ${wrong.length === 1 ? 'line' : 'lines'} without a valid NHS number: ${wrong.length === 1 ? 'line' : 'lines'} ${wrong.slice(0, 10).join(', ')}${wrong.length > 10 ? ' ...' : ''}.`,
      remedy: 'The file has one NHS number in each line. Correct it and run this again; nothing was changed.',
    });
  return numbers;
}

/**
 * Keeps the answer of the national service: it was asked about some NHS numbers, and gave back those whose data may be
 * used. Who was asked about and is not given back has opted out. Nobody else's state changes: who was not asked about
 * stays as they were, and who never was is unknown.
 *
 * Source: NHS England, "Check for national data opt-outs service". Throws Refusal `not_asked` when a number came back
 * that was not asked about, `older_check` when a later answer is kept already.
 */
export async function keepNationalCheck(
  tx: Tx,
  check: {
    readonly checkedOn: PlainDate;
    readonly asked: ReadonlySet<NhsNumber>;
    readonly allowed: ReadonlySet<NhsNumber>;
  },
): Promise<NationalCheck> {
  const { checkedOn, asked, allowed } = check;
  const strange = [...allowed].filter((number) => !asked.has(number)).length;
  if (strange > 0)
    throw new Refusal({
      code: 'not_asked',
      because: `${strange} of the numbers that came back were not asked about.`,
      remedy: 'Check that both files are of the same question. Nothing was changed.',
    });
  // Two answers at once are kept one after the other.
  await sql`select pg_advisory_xact_lock(hashtext('national_check'))`.execute(tx);
  const latest = (await readNationalChecks(tx, 1))[0];
  if (latest && latest.checkedOn > checkedOn)
    throw new Refusal({
      code: 'older_check',
      because: `An answer of ${latest.checkedOn} is kept already, and this one is of ${checkedOn}.`,
      remedy: 'Ask the national service again, and give the new answer. Nothing was changed.',
    });
  const { check_id } = await tx
    .withTables<RegisterTables>()
    .insertInto('register.national_check')
    .values({ checked_on: checkedOn, asked: asked.size, allowed: allowed.size, known: 0 })
    .returning('check_id')
    .executeTakeFirstOrThrow();
  await sql`
    create temporary table said on commit drop as
    select p.person_no, allowed.number is null as opted_out
      from unnest(${[...asked]}::text[]) as asked (number)
      join register.person p on p.nhs_number = asked.number
      left join unnest(${[...allowed]}::text[]) as allowed (number) on allowed.number = asked.number`.execute(
    tx,
  );
  await sql`
    with latest as (
      select distinct on (person_no) person_no, first_check, opted_out from register.national_opt_out
       order by person_no, last_check desc)
    update register.national_opt_out kept set last_check = ${check_id}
      from latest join said using (person_no, opted_out)
     where kept.person_no = latest.person_no and kept.first_check = latest.first_check`.execute(tx);
  await sql`
    insert into register.national_opt_out (person_no, opted_out, first_check, last_check)
    select person_no, opted_out, ${check_id}, ${check_id} from said
     where not exists (select from register.national_opt_out kept
                        where kept.person_no = said.person_no and kept.last_check = ${check_id})`.execute(tx);
  await sql`update register.national_check set known = (select count(*) from said) where check_id = ${check_id}`.execute(
    tx,
  );
  await writeAudit(tx, {
    action: 'national_check.kept',
    purpose: 'applies national data opt-outs',
    detail: { check: check_id, asked: asked.size, allowed: allowed.size },
  });
  const [kept] = await readNationalChecks(tx, 1);
  if (kept?.id !== check_id) throw new Error('A national check was not kept');
  return kept;
}

/** The latest checks, the latest first. */
export async function readNationalChecks(tx: Tx, count: number): Promise<NationalCheck[]> {
  const { rows } = await sql<NationalCheck>`
    select check_id as id, checked_on::text as "checkedOn", at, asked, allowed, known from register.national_check
     order by check_id desc limit ${count}`.execute(tx);
  return rows;
}

/** The NHS numbers of everybody registered, in order: the question to the national service. */
export async function numbersToAsk(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`
    select nhs_number as number from register.person
     where registered and nhs_number is not null order by nhs_number`.execute(tx);
  await writeAudit(tx, {
    action: 'national_check.asked',
    purpose: 'asks about national data opt-outs',
    detail: { asked: rows.length },
  });
  return rows.map(({ number }) => number);
}
