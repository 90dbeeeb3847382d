import { NotFound, type PlainDate } from '../../../kernel/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Cell, LakeReader, Row } from '../../../platform/lake/index.ts';
import { type BucketedTable, type Lake, liveRows, wholeTable } from './manifest.ts';
import { readSnapshot } from './snapshots.ts';

/** What a dictionary number stands for. */
export interface Concept {
  readonly system: string;
  readonly concept: string;
  readonly bnf: string | null;
  readonly display: string | null;
}

export interface OpenedLake {
  readonly lake: Lake;
  readonly dictionary: ReadonlyMap<number, Concept>;
}

/** Whose rows are asked for: the records that are one person, and where they stand. */
export interface Whose {
  readonly records: readonly number[];
  readonly buckets: readonly number[];
}

/** What pages show of a record, and what definitions ask of it. */
const RECORD_COLUMNS = {
  event: 'org, row_id, day, precision, code, value, unit, kind, term, note, confidential',
  medication: 'org, row_id, day, code, duration_days, term, dose, quantity, unit, confidential',
  appointment: 'org, row_id, day, start_minute, minutes, status, category, mode',
  admission: `org, row_id, day, start_minute, diagnoses, term, provider, provider_name, confidential,
    discharge_day, method, destination, specialty`,
  attendance: `org, row_id, day, start_minute, diagnoses, term, provider, provider_name, confidential,
    department, ambulance, outcome, complaint`,
} satisfies Partial<Record<BucketedTable, string>>;

/** The lake as pages read it: one person at a time. Manifests and dictionaries of the last snapshots are kept. */
export class LakeAccess {
  private readonly reader: LakeReader;
  private readonly folder: string;
  /** Where the files lie that say what was found of everybody, for those who know what they mean; null for none. */
  readonly outcomes: string | null;
  private readonly opened = new Map<number, Promise<OpenedLake>>();
  private readonly records = new WeakMap<Lake, Kept<Whose>>();
  private readonly small: Kept<Lake> = new WeakMap();

  constructor(reader: LakeReader, folder: string, outcomes: string | null = null) {
    this.reader = reader;
    this.folder = folder;
    this.outcomes = outcomes;
  }

  /** The lake of a snapshot. Throws NotFound when its files are no longer kept. */
  async open(tx: Tx, snapshot: number): Promise<OpenedLake> {
    const known = this.opened.get(snapshot);
    if (known) return await known;
    const opening = this.openSnapshot(tx, snapshot);
    this.opened.set(snapshot, opening);
    opening.catch(() => this.opened.delete(snapshot));
    for (const old of [...this.opened.keys()].slice(0, -2)) this.opened.delete(old);
    return await opening;
  }

  /** The lake as it is now, and the day that it speaks for. Null while nothing has been imported. */
  async openCurrent(
    tx: Tx,
  ): Promise<(OpenedLake & { readonly snapshotId: number; readonly asOf: PlainDate }) | null> {
    const current = await readSnapshot(tx, this.folder);
    return current && { ...(await this.open(tx, current.id)), snapshotId: current.id, asOf: current.asOf };
  }

  /** All live rows of one person in a bucketed table, from whichever practice. */
  async rowsOf<Shape extends Row>(
    lake: Lake,
    table: BucketedTable,
    whose: Whose,
    columns: string,
  ): Promise<Shape[]> {
    const parts = whose.buckets.flatMap((bucket) => liveRows(lake, table, bucket) ?? []);
    if (parts.length === 0 || whose.records.length === 0) return [];
    const records = whose.records.join(', ');
    const sql = parts
      .map((part) => `select ${columns} from ${part} where rec in (${records})`)
      .join(' union all ');
    return await this.reader.rows<Shape>(sql);
  }

  /**
   * Somebody's record in one table: what pages show and definitions ask of it, read once however many parts of a page want
   * it. It is kept as long as `whose` is, which one request holds.
   */
  async recordOf<Shape extends Row>(
    lake: Lake,
    table: keyof typeof RECORD_COLUMNS,
    whose: Whose,
  ): Promise<readonly Shape[]> {
    const ofLake = this.records.get(lake) ?? new WeakMap();
    this.records.set(lake, ofLake);
    const read = () => this.rowsOf<Row>(lake, table, whose, RECORD_COLUMNS[table]);
    return (await once(ofLake, whose, table, read)) as Shape[];
  }

  /** A short query of a snapshot's own tables whose answer is small: asked once, since snapshots never change. */
  async readOnce<Shape extends Row>(lake: Lake, query: string, values: readonly Cell[]): Promise<Shape[]> {
    const key = JSON.stringify([query, values]);
    return (await once(this.small, lake, key, () => this.reader.rows<Row>(query, values))) as Shape[];
  }

  /** A short query of the lake's own tables. */
  async read<Shape extends Row>(sql: string, values: readonly Cell[] = []): Promise<Shape[]> {
    return await this.reader.rows<Shape>(sql, values);
  }

  private async openSnapshot(tx: Tx, snapshot: number): Promise<OpenedLake> {
    const found = await readSnapshot(tx, this.folder, snapshot);
    if (!found) throw new NotFound('The snapshot of this page is no longer kept.', 'Load the page again.');
    const code = wholeTable(found.lake, 'code');
    const rows = code
      ? await this.reader.rows<Concept & Row & { code: number }>(
          `select code, system, concept, bnf, display from ${code}`,
        )
      : [];
    return { lake: found.lake, dictionary: new Map(rows.map(({ code, ...concept }) => [code, concept])) };
  }
}

type Kept<Holder extends object> = WeakMap<Holder, Map<string, Promise<Row[]>>>;

/** What was found for a key, as long as its holder lives; a failure is not kept. */
function once<Holder extends object>(
  kept: Kept<Holder>,
  holder: Holder,
  key: string,
  read: () => Promise<Row[]>,
): Promise<Row[]> {
  const known = kept.get(holder) ?? new Map<string, Promise<Row[]>>();
  kept.set(holder, known);
  const found = known.get(key) ?? read();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}
