import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBatch, drawPerson } from '../../../test/support/drawn-team.ts';
import { importPaths } from '../../../test/support/imports.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readActor } from '../../domains/directory/index.ts';
import { changeGrants, endCarer, visiblePractices } from '../../domains/register/index.ts';
import { findAccount, readPersonas, settleInstallation } from '../../platform/auth/index.ts';

const PACK = `layout: place-pack
version: 1.0.0
valid_from: '2026-04-01'
places:
  - { id: XICB, kind: icb, name: Example ICB }
  - { id: Z00001, kind: practice, name: First Surgery, within: XICB }
  - { id: Z00002, kind: practice, name: Second Surgery, within: XICB }
teams:
  - { id: int, name: Team, kind: int, place: XICB }
staff:
`;
const gp = (line: string) => `${PACK}  - { key: gp, name: Dr Test, ${line} }\n`;

describe('somebody of a place pack', () => {
  const at = useTestBook();
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nh-staff-'));
    await settleInstallation(at.book.as('owner'), 'demo');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const send = async (pack: string) => {
    const file = join(folder, 'places.yaml');
    writeFileSync(file, pack);
    const { deliveries } = await importPaths(at, file);
    expect(deliveries.map(({ refusal }) => refusal)).toEqual([null]);
  };
  const account = async () => {
    const { rows } = await at.book
      .pool('owner')
      .query("select account from auth.account where subject = 'gp'");
    return rows[0].account as string;
  };
  const actor = async () => await readActor(at.book.as('app'), await account());
  /** The practices whose people they see, by code. */
  const sees = async () => {
    const by = await actor();
    if (!by) return null;
    const places = await at.book.pool('owner').query('select place_id, code from directory.place');
    const codeOf = new Map(places.rows.map((row) => [row.place_id, row.code]));
    const visible = await at.book
      .as('app')
      .transaction()
      .execute((tx) => visiblePractices(tx, by));
    return visible.map((id) => codeOf.get(id));
  };

  test('who changes practice sees the people of the new one and no longer those of the old one', async () => {
    await send(gp('role: gp, organisation: Z00001'));
    expect(await sees()).toEqual(['Z00001']);
    await send(gp('role: gp, organisation: Z00002'));
    expect(await sees()).toEqual(['Z00002']);
  });

  test('who moves to a post without patients sees nobody', async () => {
    await send(gp('role: commissioner, organisation: XICB'));
    expect(await sees()).toEqual([]);
  });

  test('who leaves cannot sign in, is out where they are signed in, and sees nobody', async () => {
    await send(gp('role: gp, organisation: Z00001'));
    await send(gp('role: gp, organisation: Z00001, left: true'));
    expect(await actor()).toBeNull();
    expect(await findAccount(at.book.as('app'), 'demo', 'gp')).toBeNull();
    expect(await readPersonas(at.book.as('app'))).toEqual([]);
    const open = await at.book
      .pool('owner')
      .query('select from register.care_relationship where ends is null or ends > now()');
    expect(open.rowCount).toBe(0);
  });

  test('who comes back is as they were', async () => {
    await send(gp('role: gp, organisation: Z00001'));
    expect(await sees()).toEqual(['Z00001']);
  });

  test('what the person decided of their carer stands, whatever a later file says', async () => {
    await drawPerson(at.book, 1, null, { nhs_number: '9990000018' });
    const carer = `${PACK}  - { key: carer, name: Son, role: carer, person: '9990000018', grants: [team, next_step] }\n`;
    const granted = async () =>
      (
        await at.book
          .pool('batch')
          .query(`select relationship_id as id, grants, ends is null as open from register.care_relationship
                   where kind = 'carer' order by relationship_id`)
      ).rows;
    await send(carer);
    await send(carer);
    const [given] = await granted();
    expect(await granted()).toEqual([{ id: given.id, grants: ['team', 'next_step'], open: true }]);
    await asBatch(at.book, (tx) => changeGrants(tx, given.id, ['plan_goals']));
    await send(carer);
    expect(await granted()).toEqual([{ id: given.id, grants: ['plan_goals'], open: true }]);
    await asBatch(at.book, (tx) => endCarer(tx, given.id));
    await send(carer);
    expect(await granted()).toEqual([{ id: given.id, grants: ['plan_goals'], open: false }]);
  });
});
