import { expect, test } from 'vitest';
import { useTestBorough } from '../../../../test/support/test-book.ts';
import { openDuck } from '../../../platform/lake/index.ts';
import { readPublication } from '../facts/publication.ts';
import { outcomesFaults } from './check-outcomes.ts';

const at = useTestBorough();

test('the file of what a refresh found says what it published, and where it does not, that is said', async () => {
  const publication = await readPublication(at.book.as('batch'));
  if (!publication) throw new Error('the small borough has no publication');
  const duck = await openDuck({ threads: 1 });
  const faults = (of: typeof publication) => outcomesFaults(duck, at.home.outcomes, of);
  try {
    expect(await faults(publication)).toEqual([]);
    const [first, ...others] = publication.definitions;
    if (!first) throw new Error('nothing was published');
    const otherwise = { ...publication, definitions: [{ ...first, in: first.in + 1 }, ...others] };
    expect(await faults(otherwise)).toEqual([
      `the file of outcomes says otherwise of ${first.id} than was published`,
    ]);
    expect(await faults({ ...publication, outcomes: 'gone' })).toBeNull();
  } finally {
    duck.close();
  }
});
