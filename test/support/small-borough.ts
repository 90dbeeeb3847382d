import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterImport } from '../../src/app/after-import.ts';
import { readActor } from '../../src/domains/directory/index.ts';
import {
  readCalibrationRules,
  readDisclosureRules,
  readLibrary,
  refresh,
} from '../../src/domains/need/index.ts';
import { importDeliveries, readMatchingMethod } from '../../src/domains/register/index.ts';
import { openDeliveries } from '../../src/interoperability/index.ts';
import { type Actor, readPersonas, settleInstallation } from '../../src/platform/auth/index.ts';
import type { Book } from '../../src/platform/database/index.ts';
import type { Home } from '../../src/platform/home/index.ts';
import { type PlantName, synthesise } from '../../src/synthetic/index.ts';
import { anActor } from './actors.ts';

/** Registered people of the small borough: enough that every place has people on both sides of every count. */
export const SMALL_BOROUGH = 4000;

/**
 * The synthetic borough in small, taken in and worked out as the product does it: all 40 practices, four
 * neighbourhoods, Victoria and the demonstration's staff; or fewer practices, and with something planted. Returns its
 * truth.txt.
 */
export async function makeSmallBorough(
  book: Book,
  home: Home,
  { practices, plants = [] }: { practices?: number; plants?: readonly PlantName[] } = {},
): Promise<string> {
  const settings = { threads: 2, memoryMegabytes: 1000 };
  await settleInstallation(book.as('owner'), 'demo');
  const out = join(home.deliveries, 'borough');
  await synthesise({
    out,
    people: SMALL_BOROUGH,
    threads: 1,
    plants,
    ...(practices === undefined ? {} : { practices }),
  });
  const { deliveries } = await importDeliveries({
    book,
    home,
    by: anActor('operator'),
    now: new Date(),
    settings,
    matching: readMatchingMethod('content'),
    open: (duck, opening) => openDeliveries(duck, [out], 'content', opening),
  });
  await afterImport({ book, home, operator: anActor('operator'), content: 'content' }, new Date());
  const refused = deliveries.find(({ refusal }) => refusal);
  if (refused) throw new Error(`the small borough was refused: ${refused.refusal?.because}`);
  await refresh({
    book,
    home,
    library: readLibrary('content'),
    disclosure: readDisclosureRules('content'),
    calibration: readCalibrationRules('content'),
    settings,
  });
  const truth = readFileSync(join(out, 'truth.txt'), 'utf8');
  rmSync(out, { recursive: true });
  return truth;
}

/** Somebody of the demonstration's staff, by the name they sign in under: `int_lead`, `care_coordinator`, ... */
export async function persona(book: Book, key: string): Promise<Actor> {
  const found = (await readPersonas(book.as('app'))).find(({ subject }) => subject === key);
  const actor = found && (await readActor(book.as('app'), found.account));
  if (!actor) throw new Error(`the small borough has nobody called ${key}`);
  return actor;
}
