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

/** The lake as pages read it: one person at a time. Manifests and dictionaries of the last snapshots are kept. */
export class LakeAccess {
  private readonly reader: LakeReader;
  private readonly folder: string;
  private readonly opened = new Map<number, Promise<OpenedLake>>();

  constructor(reader: LakeReader, folder: string) {
    this.reader = reader;
    this.folder = folder;
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
