import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { formatDay, formatInstant, londonDay, NotFound } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import {
  type Answer,
  ContextLink,
  NotificationBanner,
  nothingTyped,
  Refused,
  statusOf,
  type Typed,
  toCsv,
  type Visit,
} from '../../../platform/web/index.ts';
import { goneInWords, listName } from '../../register/index.ts';
import { readLeads } from '../capacity.ts';
import { type CaseloadFilter, countCaseload, listCaseload } from '../caseload-filter.ts';
import type { CaseloadPathway } from '../caseload-pathway.ts';
import { type CaseloadRow, readEntry } from '../read-caseload.ts';
import { inList, listAddress } from '../standing/web/list-address.ts';
import { mayChange } from '../who-may.ts';
import { caseloadHref } from './caseload-href.ts';
import { CaseloadPage, type EntryAct, EntryFormInRow, entryActs } from './caseload-pages.tsx';

const blank = (text: unknown) => (text === '' ? undefined : text);

/** What the address of a caseload asks: whose, which of it, which page. */
export const caseloadQuery = z.object({
  of: z.enum(['me', 'team']).optional(),
  lead: z.preprocess(blank, z.union([z.uuid(), z.literal('nobody')]).optional()),
  due: z.preprocess(blank, z.enum(['late', 'today', 'week', 'later']).optional()),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});

type CaseloadQuery = z.output<typeof caseloadQuery>;

interface OpenedEntry {
  readonly row: number;
  readonly act: EntryAct;
  readonly typed: Typed;
}

function asked(visit: Visit, query: CaseloadQuery) {
  const { team } = visit.by;
  if (team === null) throw new NotFound('You are not in a team yet.', 'Ask your INT lead to add you to one.');
  const everybody = (query.of ?? (visit.by.role === 'int_lead' ? 'team' : 'me')) === 'team';
  const filter: CaseloadFilter = { due: query.due, lead: everybody ? query.lead : visit.by.account };
  return { team, everybody, filter };
}

/** One page of a caseload, as the address asks; or the answer to a form that was opened in one of its rows. */
export async function answerCaseload(
  visit: Visit,
  pathway: CaseloadPathway,
  opened: OpenedEntry | null,
): Promise<Answer> {
  const { tx, by, now } = visit;
  const address = listAddress(visit.url);
  const parsed = caseloadQuery.safeParse(Object.fromEntries(address.words));
  const query = parsed.success ? parsed.data : caseloadQuery.parse({});
  const { team, everybody, filter } = asked(visit, query);
  const found = await listCaseload(tx, team, filter, { now, page: query.page });
  await auditListed(visit, 'caseload.listed', found.rows);
  const leads = await readLeads(tx, team);
  const typed = opened?.typed ?? nothingTyped;
  const open = opened ?? openedIn(address.act, address.row);
  const isOpen = (row: CaseloadRow) => row.item === open?.row && mayChange(by, ownerOf(row)).allowed;
  const formShown = found.rows.some(isOpen);
  const page = (
    <CaseloadPage
      visit={visit}
      rows={found.rows}
      total={found.total}
      filter={filter}
      page={query.page}
      counts={await countCaseload(tx, team, now)}
      leads={leads}
      everybody={everybody}
      typed={typed}
      acts={(row) => (mayChange(by, ownerOf(row)).allowed ? <Acts url={visit.url} row={row} /> : null)}
      below={(row) =>
        open !== null &&
        isOpen(row) && (
          <EntryFormInRow
            visit={visit}
            row={row}
            act={open.act}
            leads={leads}
            pathway={pathway}
            typed={typed}
            action={inList(address, `${caseloadHref(row.item)}/${open.act}`, { from: 'list' })}
            cancelHref={inList(address, '/caseload')}
          />
        )
      }
      done={
        opened && !formShown ? <Refused typed={typed} /> : await whatWasDone(visit, pathway, address.done)
      }
    />
  );
  return { page, ...statusOf(typed) };
}

function ownerOf(row: CaseloadRow) {
  return { owner_team: row.team, owner_account: row.lead };
}

function openedIn(act: string | null, row: string | null): Omit<OpenedEntry, 'typed'> | null {
  if (act === null || !(act in entryActs) || !/^\d{1,9}$/.test(row ?? '')) return null;
  return { act: act as EntryAct, row: Number(row) };
}

function Acts({ url, row }: { url: string; row: CaseloadRow }) {
  const address = listAddress(url);
  return (
    <ul class="app-row-acts">
      {Object.entries(entryActs).map(([act, { link }]) => (
        <li key={act}>
          <ContextLink
            text={link}
            context={listName(row)}
            href={`${inList(address, '/caseload', { act, row: String(row.item) })}#deciding`}
          />
        </li>
      ))}
    </ul>
  );
}

/** The list again, where the form stood in it; null where it stood on a page of its own. */
export function caseloadAgain(
  visit: Visit<{ item: number }>,
  pathway: CaseloadPathway,
  act: EntryAct,
  typed: Typed,
): Promise<Answer> | null {
  if (!listAddress(visit.url).inList) return null;
  return answerCaseload(visit, pathway, { row: visit.params.item, act, typed });
}

/** Where somebody is after an act on an entry: in the list where they were, or where the page of the act leads. */
export function afterEntryAct(visit: Visit<{ item: number }>, otherwise: string): string {
  const address = listAddress(visit.url);
  return address.inList ? inList(address, '/caseload', { done: String(visit.params.item) }) : otherwise;
}

async function whatWasDone(
  visit: Visit,
  pathway: CaseloadPathway,
  done: string | null,
): Promise<ComponentChildren> {
  if (done === null || !/^\d{1,9}$/.test(done)) return null;
  const row = await readEntry(visit.tx, Number(done));
  if (!row || row.team !== visit.by.team) return null;
  await auditListed(visit, 'caseload.listed', [row]);
  const ended = pathway.outcomes.find(({ id }) => id === row.outcome)?.title;
  return (
    <NotificationBanner
      variant="success"
      heading={
        row.closedAt === null
          ? `${listName(row)}: ${row.nextStep}, by ${formatDay(row.due)}`
          : `${listName(row)} is discharged: ${ended ?? row.outcome}`
      }
    >
      <p>
        {row.closedAt === null
          ? `Lead: ${row.leadName ?? 'the team'}. `
          : `On ${formatInstant(row.closedAt)}. To take them on again, open their record. `}
        <a href={row.closedAt === null ? caseloadHref(row.item) : `/people/${row.publicId}`}>
          {row.closedAt === null ? 'Change it again' : 'Open the record'}
        </a>
      </p>
    </NotificationBanner>
  );
}

/** The whole list that an address means, as a file. */
export async function caseloadFile(visit: Visit<unknown, CaseloadQuery>): Promise<Answer> {
  const { team, filter } = asked(visit, visit.query);
  const { rows } = await listCaseload(visit.tx, team, filter, { now: visit.now, page: null });
  await auditListed(visit, 'caseload.exported', rows);
  return {
    download: 'caseload.csv',
    type: 'text/csv; charset=utf-8',
    content: toCsv(
      ['family_name', 'given_names', 'lead', 'next_step', 'due', 'late', 'on_since', 'because', 'gone'],
      rows.map((row) => [
        row.familyName,
        row.givenNames,
        row.leadName,
        row.nextStep,
        row.due,
        row.due < londonDay(visit.now) ? 'yes' : 'no',
        londonDay(row.openedAt),
        row.reason,
        goneInWords(row),
      ]),
    ),
  };
}

/** Being shown in a list is being looked at. */
async function auditListed(visit: Visit, action: string, rows: readonly CaseloadRow[]): Promise<void> {
  if (rows.length === 0) return;
  await writeAudit(visit.tx, {
    action,
    purpose: visit.because,
    detail: { people: rows.map(({ personNo }) => personNo) },
  });
}
