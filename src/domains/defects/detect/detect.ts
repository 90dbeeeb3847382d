import type { Kysely } from 'kysely';
import type { PlainDate } from '../../../kernel/index.ts';
import type { Tables } from '../../../platform/database/index.ts';
import type { Duck } from '../../../platform/lake/index.ts';
import { readPlaces } from '../../directory/index.ts';
import type { Library } from '../../need/index.ts';
import type { FeedRule, Snapshot } from '../../register/index.ts';
import type { DefectKinds } from '../defect-kinds.ts';
import { absentPractices } from './absent-practices.ts';
import { type Finding, judge } from './judge.ts';
import { readLastCame, readRounds } from './last-came.ts';
import { measurePractices } from './measure-practices.ts';
import type { Measured } from './measured.ts';
import { scanSnapshot } from './scan-snapshot.ts';

/** Everything that a search for defects needs to be told. It reads no clock and no content of its own. */
export interface DetectRequest {
  readonly db: Kysely<Tables>;
  readonly duck: Duck;
  readonly snapshot: Snapshot;
  readonly library: Library;
  readonly kinds: DefectKinds;
  readonly feeds: readonly FeedRule[];
  readonly accepted: ReadonlyMap<string, number>;
  /** The day by which feeds are late and entries in the future. */
  readonly today: PlainDate;
  onProgress?(part: number, parts: number): void;
}

export interface Detected {
  readonly findings: readonly Finding[];
  readonly measured: readonly Measured[];
  /** Entries, prescriptions and appointments that were read. */
  readonly rows: number;
}

/** Looks for all twelve kinds of defect in one pass over a snapshot. Writes nothing. */
export async function detectDefects(request: DetectRequest): Promise<Detected> {
  const { db, duck, snapshot, library, kinds, feeds, accepted, today } = request;
  const scan = {
    duck,
    lake: snapshot.lake,
    library,
    kinds,
    today,
    ...(request.onProgress ? { onProgress: request.onProgress } : {}),
  };
  const rows = await scanSnapshot(scan);
  const measured = await measurePractices(scan, await readLastCame(db, feeds));
  const absent = absentPractices({
    places: await readPlaces(db),
    rounds: await readRounds(db),
    known: new Set(measured.map(({ practice }) => practice)),
    share: kinds.thresholds['missing-practice'].round_share,
  });
  const findings = judge({ measured, absent, accepted, kinds, feeds, today });
  return { findings, measured, rows };
}
