import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDrawnCaseload } from '../../../../test/support/drawn-caseload.ts';
import { asBatch, type DrawnPerson } from '../../../../test/support/drawn-team.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { plainDate } from '../../../kernel/index.ts';
import { readWorkPathway, WorkKinds } from '../../work/index.ts';
import { readAlertPathway } from './alert-pathway.ts';
import { type PersonEvent, readCoordinated, tellOfHospitalEvents } from './hospital-alert.ts';

const now = new Date('2026-11-02T12:00:00Z');
const pathway = readAlertPathway('content');
const kinds = new WorkKinds(readWorkPathway('content'), []);

describe('hospital alerts', () => {
  const at = useTestBook();
  const drawn = useDrawnCaseload(at, { josie: 100, tunde: 100 });
  const people: DrawnPerson[] = [];
  let stranger: DrawnPerson;
  beforeAll(async () => {
    for (let each = 0; each < 5; each += 1) {
      const person = await drawn.person();
      await drawn.take(person, { by: drawn.intLead, lead: each % 2 === 0 ? drawn.josie : drawn.tunde });
      people.push(person);
    }
    stranger = await drawn.person();
  });

  const tell = (events: readonly PersonEvent[]) =>
    asBatch(at.book, (tx) => tellOfHospitalEvents(tx, { by: drawn.intLead, now, kinds, pathway, events }));
  const forget = async () => {
    await at.book.pool('owner').query('truncate coordination.hospital_event');
    await at.book.pool('owner').query(`
      delete from work.link where to_item in (select item_id from work.item where kind = 'alert');
      delete from work.transition where item_id in (select item_id from work.item where kind = 'alert');
      delete from work.item where kind = 'alert'`);
  };
  const alerts = async () =>
    (
      await at.book.pool('owner').query(
        `select e.sender, e.encounter, e.event, i.subject_id, i.owner_account, i.title, i.due_at, i.state
           from coordination.hospital_event e join work.item i using (item_id) order by 1, 2, 3`,
      )
    ).rows;
  const event = (more: Partial<PersonEvent> = {}): PersonEvent => ({
    sender: 'R1K',
    encounter: 'e1',
    event: 'attended',
    day: plainDate('2026-11-01'),
    person: people[0]?.no ?? 0,
    ...more,
  });

  test('one for the named professional, due so many days after it happened', async () => {
    await forget();
    expect(await tell([event()])).toBe(1);
    expect(await alerts()).toMatchObject([
      {
        subject_id: people[0]?.no,
        owner_account: drawn.josie.account,
        title: 'Went to A&E on 1 November 2026',
        due_at: new Date('2026-11-04T00:00:00Z'),
        state: 'in_hand',
      },
    ]);
    expect(await tell([event(), event()])).toBe(0);
  });

  test('by encounter and event, never by person: another visit of the same person is another alert', async () => {
    await forget();
    const told = await tell([
      event(),
      event({ encounter: 'e2' }),
      event({ event: 'admitted' }),
      event({ sender: 'RJ1' }),
    ]);
    expect(told).toBe(4);
  });

  test('none for people whose care nobody coordinates, and none later for what happened before', async () => {
    await forget();
    expect(await tell([event({ person: stranger.no })])).toBe(0);
    await drawn.take(stranger, { by: drawn.intLead, lead: drawn.josie });
    expect(await tell([event({ person: stranger.no })])).toBe(0);
    expect((await asBatch(at.book, readCoordinated)).map(({ person }) => person)).toContain(stranger.no);
  });

  test('told by two at once, one is made of each', async () => {
    await forget();
    const events = Array.from({ length: 20 }, (_, n) => event({ encounter: `e${n}` }));
    const both = await Promise.all([tell(events), tell([...events].reverse())]);
    expect(both[0] + both[1]).toBe(20);
    expect(await alerts()).toHaveLength(20);
  });

  test('ten thousand events in any order, with duplicates, give the same alerts', async () => {
    const kindsOf = ['attended', 'admitted', 'discharged'] as const;
    // 300 events of 100 encounters, sent 10,000 times.
    const all = Array.from({ length: 300 }, (_, n) =>
      event({
        encounter: `e${Math.floor(n / 3)}`,
        event: kindsOf[n % 3] ?? 'attended',
        person: people[Math.floor(n / 3) % people.length]?.no ?? 0,
        day: plainDate(`2026-11-0${1 + (n % 3)}`),
      }),
    );
    let expected: unknown = null;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(299), { minLength: 9_700, maxLength: 9_700 }),
        fc.nat(99),
        async (again, turn) => {
          await forget();
          const sent = [...again.map((n) => all[n] ?? event()), ...all.slice(turn), ...all.slice(0, turn)];
          // In deliveries of a thousand, each a transaction of its own.
          for (let from = 0; from < sent.length; from += 1000) await tell(sent.slice(from, from + 1000));
          const found = await alerts();
          expect(found).toHaveLength(300);
          expected ??= found;
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 2 },
    );
  });
});
