import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readCalibrationRules,
  readDisclosureRules,
  readLibrary,
  readPublication,
  refresh,
} from '../../domains/need/index.ts';
import { importDeliveries, readMatchingMethod, readSnapshot } from '../../domains/register/index.ts';
import { openDeliveries } from '../../interoperability/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Command, type Terminal, textOption } from '../../platform/cli/index.ts';
import { emptyDemoPack, FULL_BOROUGH, synthesise } from '../../synthetic/index.ts';
import { afterImport } from '../after-import.ts';
import { afterRefresh, keptLine } from '../after-refresh.ts';
import { findDefects } from '../find-defects.ts';
import { plantHours } from '../plant-hours.ts';
import { plantPlans } from '../plant-plans.ts';
import { batchSettings, openProduct, type Product } from '../product.ts';
import { qualityLine } from './quality.ts';
import { serveUntilStopped } from './serve.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'Makes the synthetic borough if there is no data, works it out, and serves the pages.',
  access: { as: 'operator', because: 'starts the server, which asks everybody to sign in' },
  usage: 'start [--empty]',
  teach: `
For trying the product out. The first start takes a few minutes and says what it is doing; the next takes seconds.
--empty starts without the synthetic borough, for trying it with files of your own.

This is a demonstration: its sign-in page offers made-up people. For live use, set DATABASE_URL and OIDC_ISSUER and
call serve.`,
  options: { empty: { type: 'boolean' } },
  async run(given, terminal) {
    const began = Date.now();
    const product = await openProduct({ home: textOption(given, 'home'), demo: true });
    try {
      if (product.purpose !== 'demo') throw notADemo();
      terminal.say(`Data folder: ${product.home.path}`);
      await prepareData(product, given.options.empty === true, terminal);
    } catch (error) {
      await product.close();
      throw error;
    }
    return await serveUntilStopped(product, terminal, (server) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      const who = given.options.empty
        ? 'choose who to be on the sign-in page'
        : 'sign in as Amara Heronfen, the INT lead';
      return `Ready in ${seconds} s. Open ${server.address} and ${who}. Ctrl-C stops everything.`;
    });
  },
};

async function prepareData(product: Product, empty: boolean, terminal: Terminal): Promise<void> {
  const snapshot = await readSnapshot(product.book.as('batch'), product.home.lake);
  const publication = await readPublication(product.book.as('batch'));
  if (!snapshot && empty) await importPaths(product, [writeDemoStaff(product)], terminal);
  if (!snapshot && !empty) await importPaths(product, [await writeBorough(product, terminal)], terminal);
  const current = await readSnapshot(product.book.as('batch'), product.home.lake);
  if (current && current.id !== publication?.snapshotId) await work(product, terminal);
  if (empty) return;
  await plantPlans(product, new Date());
  await plantHours(product, new Date());
}

async function writeBorough(product: Product, terminal: Terminal): Promise<string> {
  const out = join(product.home.deliveries, 'synthetic-borough');
  // The pack is written last: with it, the borough of an interrupted start is whole.
  if (existsSync(join(out, 'place-pack.yaml'))) return out;
  const people = product.config.syntheticPeople;
  const many = new Intl.NumberFormat('en-GB').format(people ?? FULL_BOROUGH);
  terminal.say(`Writing the synthetic borough (${many} made-up people)`);
  await synthesise({
    out,
    ...(people ? { people } : {}),
    onProgress: (done, total) => terminal.progress(`  practice ${done} of ${total}`),
  });
  return out;
}

function writeDemoStaff(product: Product): string {
  const file = join(product.home.deliveries, 'demo-staff.yaml');
  writeFileSync(file, emptyDemoPack());
  return file;
}

async function importPaths(product: Product, paths: readonly string[], terminal: Terminal): Promise<void> {
  terminal.say('Importing');
  const { deliveries } = await importDeliveries({
    book: product.book,
    home: product.home,
    by: product.operator,
    now: new Date(),
    settings: batchSettings,
    matching: readMatchingMethod(product.content),
    open: (duck, opening) => openDeliveries(duck, paths, product.content, opening),
    onProgress: (what) => terminal.progress(`  ${what}`),
  });
  const refused = deliveries.find(({ refusal }) => refusal !== null);
  if (refused?.refusal) throw new Error(`${refused.source}: ${refused.refusal.because}`);
  await afterImport(product, new Date());
}

async function work(product: Product, terminal: Terminal): Promise<void> {
  terminal.say('Working out every definition for everybody');
  await refresh({
    book: product.book,
    home: product.home,
    library: readLibrary(product.content),
    disclosure: readDisclosureRules(product.content),
    calibration: readCalibrationRules(product.content),
    settings: batchSettings,
    onProgress: (what) => terminal.progress(`  ${what}`),
  });
  terminal.say(keptLine(await afterRefresh(product, new Date())));
  terminal.say('Looking for defects in the data');
  terminal.say(qualityLine(await findDefects(product, (what) => terminal.progress(`  ${what}`))));
}

function notADemo(): Refusal {
  return new Refusal({
    code: 'not_a_demo',
    because: 'This database is for live use, and start is for demonstrations.',
    remedy: 'Call bin/neighbourhold serve, or point DATABASE_URL at another database.',
  });
}
