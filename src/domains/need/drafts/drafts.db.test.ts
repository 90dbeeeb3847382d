import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { actAs, drawStaff } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { countInbox, readDesk, readInbox, readMembers } from '../../work/index.ts';
import { readLibrary } from '../language/library.ts';
import type { NeedTables } from '../tables.ts';
import {
  askForCheck,
  discardDraft,
  publishDraft,
  resumeDraft,
  retireDefinition,
  sendBack,
  withdrawFromCheck,
} from './decide-draft.ts';
import { describeChecks, readCheckPathway } from './definition-check.ts';
import { copiedText, newText } from './draft-text.ts';
import { readInEffect } from './read-authored.ts';
import { readDraft, readEvents, readVersions } from './read-drafts.ts';
import { beginDraft, ChangedSince, restoreVersion, saveDraft, undoStep } from './save-draft.ts';

const library = readLibrary('content');
const checks = readCheckPathway('content');
const now = new Date('2026-11-23T10:00:00Z');
const at = useTestBook();
let analyst: Actor;
let other: Actor;
let gp: Actor;
let nurse: Actor;

beforeAll(async () => {
  analyst = await drawStaff(at.book, 'analyst');
  other = await drawStaff(at.book, 'analyst');
  gp = await drawStaff(at.book, 'gp');
  nurse = await drawStaff(at.book, 'practice_nurse');
});

const as = <Result>(by: Actor, work: (tx: Tx) => Promise<Result>) => actAs(at.book, by, work);
let ids = 0;
const text = (id: string, rule = 'rule:\n  all:\n    - sex: female\n') =>
  newText({ id, title: 'Trial', why: 'A test', author: 'Somebody', review: plainDate('2027-01-01') }) + rule;
const cases = (id: string, more = '') => `definition: ${id}
reference_date: 2026-11-01
people:
  - { name: 'Ada, a woman', born: 1990-01-01, sex: female, expect: { outcome: in } }
  - { name: 'Ben, a man', born: 1990-01-01, sex: male, expect: { outcome: out } }
${more}`;

async function begun(by = analyst): Promise<{ draftId: number; id: string }> {
  const id = `trial-${++ids}`;
  const content = { definition: text(id), cases: cases(id) };
  return { draftId: await as(by, (tx) => beginDraft(tx, { by, basedOn: null, content })), id };
}

const save = (by: Actor, draftId: number, seen: number, definition: string) =>
  as(by, (tx) =>
    saveDraft(tx, {
      by,
      draftId,
      seen,
      what: () => 'Changed',
      change: (draft) => ({ ...draft, definition }),
    }),
  );

describe('saving', () => {
  test('every save is a version, and none can be changed or removed', async () => {
    const { draftId, id } = await begun();
    expect(await save(analyst, draftId, 1, text(id, 'rule: { sex: male }\n'))).toBe(2);
    expect(await save(gp, draftId, 2, text(id, 'rule: { age: { from: 18 } }\n'))).toBe(3);
    const versions = await as(analyst, (tx) => readVersions(tx, draftId));
    expect(versions.map(({ version, savedBy }) => [version, savedBy])).toEqual([
      [3, gp.name],
      [2, analyst.name],
      [1, analyst.name],
    ]);
    for (const statement of [
      'update need.draft_version set what = $1',
      'delete from need.draft_version where what = $1',
    ])
      await expect(at.book.pool('app').query(statement, ['x'])).rejects.toThrow('permission denied');
  });

  test('the same text is no new version', async () => {
    const { draftId, id } = await begun();
    expect(await save(analyst, draftId, 1, text(id))).toBe(1);
  });

  test('of two tabs the second is told, with what the first wrote, and nothing is lost', async () => {
    const { draftId, id } = await begun();
    const theirs = text(id, 'rule: { sex: male }\n');
    await save(analyst, draftId, 1, theirs);
    const refused = await save(other, draftId, 1, text(id, 'rule: { ever: DM_COD }\n')).catch(
      (error) => error,
    );
    expect(refused).toBeInstanceOf(ChangedSince);
    expect(refused.draft).toMatchObject({ version: 2, definition: theirs, savedBy: analyst.name });
    expect((await as(other, (tx) => readDraft(tx, draftId))).version).toBe(2);
  });

  test('of two who press at once, one is told', async () => {
    const { draftId, id } = await begun();
    const both = await Promise.allSettled(
      [analyst, other].map((by, n) => save(by, draftId, 1, text(id, `rule: { age: { from: ${n} } }\n`))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await as(analyst, (tx) => readVersions(tx, draftId))).length).toBe(2);
  });

  test('steps are undone one after the other, and what was undone stands in the history', async () => {
    const { draftId, id } = await begun();
    const steps = [18, 40, 65].map((from) => text(id, `rule: { age: { from: ${from} } }\n`));
    for (const [n, step] of steps.entries()) await save(analyst, draftId, n + 1, step);
    const now = async () => (await as(analyst, (tx) => readDraft(tx, draftId))).definition;
    const undo = (seen: number) => as(analyst, (tx) => undoStep(tx, { by: analyst, draftId, seen }));
    expect(await undo(4)).toBe(5);
    expect(await now()).toBe(steps[1]);
    expect(await undo(5)).toBe(6);
    expect(await now()).toBe(steps[0]);
    await undo(6);
    expect(await now()).toBe(text(id));
    await expect(undo(7)).rejects.toMatchObject({ code: 'nothing_to_undo' });
    await as(analyst, (tx) => restoreVersion(tx, { by: analyst, draftId, seen: 7, version: 4 }));
    expect(await now()).toBe(steps[2]);
    expect(await undo(8)).toBe(9);
    expect(await now()).toBe(text(id));
  });

  test('is not for everybody', async () => {
    const { draftId, id } = await begun();
    await expect(save(nurse, draftId, 1, text(id, 'rule: { sex: male }\n'))).rejects.toMatchObject({
      code: 'not_permitted',
    });
  });
});

describe('from draft to published', () => {
  const ask = (draftId: number, seen = 1, by = analyst) =>
    as(by, (tx) => askForCheck(tx, { by, at: now, draftId, seen, library, pathway: checks }));
  const publish = (draftId: number, by: Actor, seen = 1) =>
    as(by, (tx) => publishDraft(tx, { ...published, by, draftId, seen }));
  const published = {
    at: now,
    seen: 1,
    library,
    reason: 'Looked at every case',
    status: 'verified',
    get by() {
      return gp;
    },
  } as const;

  test('asked, published by somebody else, in effect, and taken back with a reason', async () => {
    const { draftId, id } = await begun();
    await ask(draftId);
    await expect(save(analyst, draftId, 1, text(id, 'rule: { sex: male }\n'))).rejects.toMatchObject({
      code: 'not_now',
    });
    await publish(draftId, gp);
    const inEffect = async () => (await readInEffect(at.book.as('batch'))).filter((each) => each.id === id);
    expect((await inEffect())[0]?.definition).toMatch(
      new RegExp(`author: ${analyst.name}[\\s\\S]*checker: ${gp.name}[\\s\\S]*status: verified`),
    );
    await expect(
      as(gp, (tx) => retireDefinition(tx, { by: gp, at: now, draftId, seen: 1 })),
    ).rejects.toMatchObject({
      fields: [{ field: 'reason', message: 'Write why' }],
    });
    await as(gp, (tx) =>
      retireDefinition(tx, { by: gp, at: now, draftId, seen: 1, reason: 'It found nobody' }),
    );
    expect(await inEffect()).toEqual([]);
    const events = await as(analyst, (tx) => readEvents(tx, draftId));
    expect(events.map(({ action, by, reason }) => [action, by, reason])).toEqual([
      ['retire', gp.name, 'It found nobody'],
      ['publish', gp.name, 'Looked at every case'],
      ['ask', analyst.name, null],
    ]);
  });

  test('sent back with a reason, and withdrawn', async () => {
    const { draftId } = await begun();
    await ask(draftId);
    await as(other, (tx) => sendBack(tx, { by: other, at: now, draftId, seen: 1, reason: 'Children too?' }));
    await ask(draftId);
    await as(analyst, (tx) => withdrawFromCheck(tx, { by: analyst, at: now, draftId, seen: 1 }));
    expect((await as(analyst, (tx) => readDraft(tx, draftId))).state).toBe('draft');
    await as(analyst, (tx) => discardDraft(tx, { by: analyst, at: now, draftId, seen: 1 }));
    await as(analyst, (tx) => resumeDraft(tx, { by: analyst, at: now, draftId, seen: 1 }));
    expect((await as(analyst, (tx) => readDraft(tx, draftId))).state).toBe('draft');
  });

  test('waits as work of the data team until it is decided, and each analyst has it in their inbox', async () => {
    const inboxOf = (by: Actor, draftId: number) =>
      as(by, async (tx) => {
        const [team] = (await readDesk(tx, by, now)).teams;
        if (!team) return null;
        const rows = await readInbox(tx, { team: team.team }, {}, { now, page: 1 });
        const row = rows.find(({ kind, subjectId }) => kind === 'definition_check' && subjectId === draftId);
        const said = row && (await describeChecks(tx, [row])).get(row.item);
        const members = (await readMembers(tx, team.team, now)).map(({ account }) => account);
        const open = (await countInbox(tx, { team: team.team }, now)).some(
          ({ kind }) => kind === 'definition_check',
        );
        return { team: team.name, due: row?.dueAt, said, members, open };
      });
    const { draftId } = await begun();
    const none = await inboxOf(other, draftId);
    expect(none).toMatchObject({ team: 'Data team', said: undefined });
    expect(none?.members).toEqual(expect.arrayContaining([analyst.account, other.account]));
    expect(none?.members).not.toContain(gp.account);
    for (const [decide, by] of [
      [(tx: Tx) => withdrawFromCheck(tx, { by: analyst, at: now, draftId, seen: 1 }), analyst],
      [(tx: Tx) => sendBack(tx, { by: other, at: now, draftId, seen: 1, reason: 'Men too?' }), other],
      [(tx: Tx) => publishDraft(tx, { ...published, draftId }), gp],
    ] as const) {
      await ask(draftId);
      // Seven days from now, by the end of the day in London.
      const due = new Date('2026-12-01T00:00:00Z');
      expect(await inboxOf(other, draftId)).toMatchObject({ said: 'Check the definition “Trial”', due });
      expect(await inboxOf(nurse, draftId)).toBeNull();
      await as(by, decide);
      expect((await inboxOf(other, draftId))?.said).toBeUndefined();
    }
    const outcomes = await at.book
      .pool('owner')
      .query(
        "select outcome from work.item where kind = 'definition_check' and subject_id = $1 order by item_id",
        [draftId],
      );
    expect(outcomes.rows.map(({ outcome }) => outcome)).toEqual(['withdraw', 'send_back', 'publish']);
  });

  test.each<[string, () => Actor]>([
    ['its author', () => analyst],
    ['somebody who saved an earlier version', () => gp],
    ['somebody who may not check at all', () => nurse],
  ])('is not published by %s', async (_, who) => {
    const { draftId, id } = await begun(gp);
    await save(analyst, draftId, 1, text(id, 'rule: { sex: female }\n'));
    await ask(draftId, 2);
    await expect(publish(draftId, who(), 2)).rejects.toMatchObject({ code: 'not_permitted' });
    expect((await as(analyst, (tx) => readDraft(tx, draftId))).state).toBe('asked');
  });

  test('the database refuses an author as checker, whatever the program says', async () => {
    const { draftId, id } = await begun(gp);
    await save(analyst, draftId, 1, text(id, 'rule: { sex: female }\n'));
    const insert = (author: Actor, checker: Actor) =>
      as(analyst, (tx) =>
        tx
          .withTables<NeedTables>()
          .insertInto('need.authored_definition')
          .values({
            id,
            version: '1.0.0',
            draft_id: draftId,
            version_no: 2,
            definition: 'x',
            cases: 'x',
            author: author.account,
            checker: checker.account,
            reason: 'x',
            retired_at: null,
            retired_by: null,
            retired_reason: null,
          })
          .execute(),
      );
    await expect(insert(analyst, analyst)).rejects.toMatchObject({ constraint: 'author_is_not_checker' });
    await expect(insert(analyst, gp)).rejects.toMatchObject({ constraint: 'author_is_not_checker' });
    const refused = sql`update need.authored_definition set checker = author`;
    await expect(as(analyst, (tx) => refused.execute(tx))).rejects.toThrow('permission denied');
  });

  test.each<[string, (id: string) => { definition?: string; cases?: string }]>([
    ['without cases', () => ({ cases: '' })],
    [
      'with a case that comes out otherwise',
      (id) => ({
        cases: cases(id, '  - { name: C, born: 1990-01-01, sex: male, expect: { outcome: in } }\n'),
      }),
    ],
    ['without a case that is out', (id) => ({ cases: cases(id).replace(/ {2}- \{ name: 'Ben.*\n/, '') })],
    ['with cases of something else', () => ({ cases: cases('another') })],
    ['without a rule', (id) => ({ definition: text(id, '') })],
    ['with a list that there is not', (id) => ({ definition: text(id, 'rule: { ever: NO_SUCH_COD }\n') })],
  ])('is not asked for %s', async (_, wrong) => {
    const { draftId, id } = await begun();
    await as(analyst, (tx) =>
      saveDraft(tx, {
        by: analyst,
        draftId,
        seen: 1,
        what: () => 'Changed',
        change: (draft) => ({ ...draft, ...wrong(id) }),
      }),
    );
    await expect(ask(draftId, 2)).rejects.toMatchObject({ code: 'not_ready' });
  });

  test('a copy of one of content needs a higher version, and may not be of another kind or say who objects', async () => {
    const of = (id: string) => ({
      id,
      version: library.definition(id).version,
      definition: readFileSync(`content/definitions/${id}.yaml`, 'utf8'),
      cases: readFileSync(`content/definitions/${id}.cases.yaml`, 'utf8'),
    });
    const copy = async (id: string, change: (definition: string) => string) => {
      const copied = copiedText(of(id), { id, title: 'A copy', why: 'A test', author: analyst.name });
      const content = { ...copied, definition: change(copied.definition) };
      return as(analyst, (tx) => beginDraft(tx, { by: analyst, basedOn: `${id} 1.0.0`, content }));
    };
    await ask(await copy('diabetes', (same) => same));
    await expect(ask(await copy('diabetes', (made) => made.replace('1.1.0', '1.0.0')))).rejects.toMatchObject(
      { code: 'version_taken' },
    );
    await expect(ask(await copy('type-1-objection', (same) => same))).rejects.toMatchObject({
      code: 'not_to_replace',
    });
  });

  test('what is decided about a version that is not the latest is refused', async () => {
    const { draftId, id } = await begun();
    await save(analyst, draftId, 1, text(id, 'rule: { sex: female }\n'));
    await expect(ask(draftId, 1)).rejects.toBeInstanceOf(ChangedSince);
  });
});
