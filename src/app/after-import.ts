import {
  type Assigned,
  assignNamedGps,
  keepContacts,
  type PersonEvent,
  readAlertPathway,
  readContinuityContent,
  readCoordinated,
  takeBackAlerts,
  tellOfHospitalEvents,
} from '../domains/coordination/index.ts';
import { readDefectKinds } from '../domains/defects/index.ts';
import { readLibrary, restrictedContent } from '../domains/need/index.ts';
import { LakeAccess, readHospitalEvents, readSnapshot } from '../domains/register/index.ts';
import { returnWorkOfLeavers, type WorkKinds } from '../domains/work/index.ts';
import { addDays, type PlainDate, plainDate } from '../kernel/index.ts';
import { type Actor, act } from '../platform/auth/index.ts';
import type { Book, Tx } from '../platform/database/index.ts';
import type { Home } from '../platform/home/index.ts';
import { openDuck } from '../platform/lake/index.ts';
import { batchSettings } from './product.ts';
import { workKinds } from './work-kinds.ts';

interface Imported {
  readonly book: Book;
  readonly home: Home;
  readonly operator: Actor;
  readonly content: string;
}

/**
 * What has to follow an import, whatever came in: whom people see is counted anew; people who are new on a list get a
 * named GP, those whose GP left another one; the work of people who left goes back to their teams; and named professionals are told of hospital
 * events of people on their caseloads. Safe to run again: then there is nothing to do.
 */
export async function afterImport(
  imported: Imported,
  now: Date,
): Promise<Assigned & { readonly returned: number; readonly told: number; readonly takenBack: number }> {
  const { book, operator: by, content } = imported;
  const origin = { requestId: 'after-import', from: 'import' };
  const kinds = workKinds(content, readDefectKinds(content));
  return await act(book, { by, origin, login: 'batch' }, async (tx) => {
    await keepGpContacts(tx, imported);
    const assigned = await assignNamedGps(tx, { by, now });
    const tables = kinds.all.map(({ states }) => states);
    const returned = await returnWorkOfLeavers(tx, tables, by, now);
    return { ...assigned, returned, ...(await tellOfEvents(tx, imported, kinds, now)) };
  });
}

/** Which GPs people see, from their appointments: a new list, a GP who is new and a later day all change it. */
async function keepGpContacts(tx: Tx, { home, content }: Imported): Promise<void> {
  const snapshot = await readSnapshot(tx, home.lake);
  if (!snapshot) return;
  const duck = await openDuck(batchSettings);
  try {
    await keepContacts(tx, {
      content: readContinuityContent(content),
      library: readLibrary(content),
      duck,
      lake: snapshot.lake,
      asOf: snapshot.asOf as PlainDate,
    });
  } finally {
    duck.close();
  }
}

/** What was told and is taken back may be older than what is still told. */
const EVER = plainDate('1900-01-01');

async function tellOfEvents(
  tx: Tx,
  { home, operator: by, content }: Imported,
  kinds: WorkKinds,
  now: Date,
): Promise<{ told: number; takenBack: number }> {
  const coordinated = await readCoordinated(tx);
  const snapshot = await readSnapshot(tx, home.lake);
  if (coordinated.length === 0 || !snapshot) return { told: 0, takenBack: 0 };
  const pathway = readAlertPathway(content);
  const restricted = restrictedContent(readLibrary(content));
  const duck = await openDuck({ threads: 1, memoryMegabytes: 512 });
  try {
    const access = new LakeAccess(
      { rows: (statement, values) => duck.rows(statement, values), close: async () => {} },
      home.lake,
    );
    const opened = await access.open(tx, snapshot.id);
    const since = addDays(snapshot.asOf as PlainDate, -pathway.within_days);
    const events: PersonEvent[] = [];
    for (const { person, ...whose } of coordinated) {
      const found = await readHospitalEvents(access, opened, whose, {
        since: EVER,
        admissions: pathway.admissions,
        restricted,
      });
      events.push(...found.map((event) => ({ ...event, person })));
    }
    const people = coordinated.map(({ person }) => person);
    const takenBack = await takeBackAlerts(tx, { by, now, kinds, pathway, people, events });
    const recent = events.filter(({ day }) => day >= since);
    const told = await tellOfHospitalEvents(tx, { by, now, kinds, pathway, events: recent });
    return { told, takenBack };
  } finally {
    duck.close();
  }
}
