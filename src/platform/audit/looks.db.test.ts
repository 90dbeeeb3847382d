import { describe, expect, test } from 'vitest';
import { anActor, anOrigin } from '../../../test/support/actors.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { act } from '../auth/index.ts';
import { type AuditEntry, readLooksAt, writeAudit } from './index.ts';

describe('who looked at a person', () => {
  const at = useTestBook();
  const by = anActor('gp');
  const write = (entry: AuditEntry) =>
    act(at.book, { by, origin: anOrigin() }, (tx) => writeAudit(tx, entry));
  const looks = (person: number, limit = 10) =>
    act(at.book, { by, origin: anOrigin() }, async (tx) =>
      (await readLooksAt(tx, person, limit)).map(({ action }) => action),
    );

  test('is told of each page of theirs and each list that showed them, the latest first, and of nobody else’s', async () => {
    await write({ action: 'person.opened', subject: { kind: 'person', id: 7 }, purpose: 'drawn' });
    await write({ action: 'people.listed', purpose: 'drawn', detail: { people: [5, 7, 70] } });
    await write({ action: 'people.exported', purpose: 'drawn', detail: { people: [7] } });
    await write({ action: 'people.listed', purpose: 'drawn', detail: { people: [70, 77] } });
    await write({ action: 'person.opened', subject: { kind: 'person', id: 70 }, purpose: 'drawn' });
    await write({ action: 'import.begun', purpose: 'drawn', detail: { run: 7 } });
    expect(await looks(7)).toEqual(['people.exported', 'people.listed', 'person.opened']);
    expect(await looks(70)).toEqual(['person.opened', 'people.listed', 'people.listed']);
    expect(await looks(7, 1)).toEqual(['people.exported']);
    expect(await looks(1)).toEqual([]);
  });
});
