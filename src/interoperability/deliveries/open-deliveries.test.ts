import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { observation, patient, toCsv } from '../../../test/support/extracts.ts';
import { type Duck, openDuck } from '../../platform/lake/index.ts';
import { openDeliveries } from './open-deliveries.ts';

describe('several extracts, of which each is opened while the one before it is', () => {
  let folder: string;
  let duck: Duck;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-opened-'));
    mkdirSync(join(folder, 'sent'));
    duck = await openDuck({ threads: 1 });
  });
  afterEach(() => {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (practice: string, table: string, content: string | Buffer) => {
    mkdirSync(join(folder, 'sent', practice), { recursive: true });
    writeFileSync(join(folder, 'sent', practice, `${table}.csv`), content);
  };
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  const open = async () => {
    const heard: string[] = [];
    const opening = {
      scratch: join(folder, 'scratch'),
      base: null,
      keptDelivery: async () => null,
      progress: (what: string) => heard.push(what),
      say: (what: string) => heard.push(what),
    };
    return { heard, opened: openDeliveries(duck, [join(folder, 'sent')], 'content', opening) };
  };

  test('are spoken of one after another, whichever is done first', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => observation(`o${n}`, 'p'));
    send('A81001', 'observation', utf16(toCsv(many)));
    send('B81002', 'patient', utf16(toCsv([patient('p')])));
    const { heard, opened } = await open();
    const { deliveries } = await opened;
    expect(deliveries.map(({ name }) => name)).toEqual(['A81001', 'B81002']);
    expect(heard).toEqual([
      'Opening A81001',
      expect.stringMatching(/^observation\.csv is UTF-16/),
      'Opening B81002',
      expect.stringMatching(/^patient\.csv is UTF-16/),
    ]);
  });

  test('are left alone when one fails in a way that nobody expected', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => observation(`o${n}`, 'p'));
    send('A81001', 'patient', toCsv([patient('p')]));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'sent', 'A81001', 'observation.csv.gz'));
    send('B81002', 'observation', utf16(toCsv(many)));
    const { opened } = await open();
    await expect(opened).rejects.toThrow(/ENOENT/);
    // What was begun of the other is over by then, and nothing comes back of what is cleared away now.
    const written = readdirSync(join(folder, 'scratch'), { recursive: true, encoding: 'utf8' });
    const [table = ''] = written.filter((name) => name.endsWith('observation.csv'));
    expect(statSync(join(folder, 'scratch', table)).size).toBe(Buffer.byteLength(toCsv(many)));
  });
});
