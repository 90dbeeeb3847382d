import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeFields, nothingSaid, type Said } from './merge-fields.ts';
import type { Content } from './plan-document.ts';

const me = { voice: 'staff', name: 'Me', at: '2026-11-02' } as const;
const them = { voice: 'person', name: 'Victoria', at: '2026-11-01' } as const;

const said = (content: Content, removed = false): Said => ({
  content,
  authors: Object.fromEntries(Object.keys(content).map((field) => [field, them])),
  removed,
});

describe('two who write in one part', () => {
  test.each<[string, Content, Content, Content, Content | 'conflict']>([
    ['nobody changed anything', { a: '1' }, { a: '1' }, { a: '1' }, { a: '1' }],
    ['I changed it', { a: '1' }, { a: '1' }, { a: '2' }, { a: '2' }],
    ['they changed it', { a: '1' }, { a: '3' }, { a: '1' }, { a: '3' }],
    ['both wrote the same', { a: '1' }, { a: '2' }, { a: '2' }, { a: '2' }],
    ['each in another field', { a: '1', b: '1' }, { a: '2', b: '1' }, { a: '1', b: '3' }, { a: '2', b: '3' }],
    ['I emptied it', { a: '1' }, { a: '1' }, { a: '' }, {}],
    ['they emptied it, I left it', { a: '1' }, {}, { a: '1' }, {}],
    ['they emptied it, I wrote', { a: '1' }, {}, { a: '2' }, 'conflict'],
    ['I emptied it, they wrote', { a: '1' }, { a: '2' }, { a: '' }, 'conflict'],
    ['both wrote', { a: '1' }, { a: '2' }, { a: '3' }, 'conflict'],
    ['both wrote where nothing was', {}, { a: '2' }, { a: '3' }, 'conflict'],
  ])('%s', (_, base, now, typed, expected) => {
    const merged = mergeFields(said(base), said(now), typed, me);
    if (expected === 'conflict') expect(merged).toHaveProperty('conflicts');
    else expect(merged).toMatchObject({ said: { content: expected } });
  });

  test('a conflict shows both texts, and the form comes back with theirs where only they wrote', () => {
    const merged = mergeFields(
      said({ a: '1', b: '1' }),
      said({ a: '2', b: '2' }),
      { a: '3', b: '1', c: 'new' },
      me,
    );
    expect(merged).toEqual({
      conflicts: [{ field: 'a', before: '1', theirs: '2', mine: '3', author: them }],
      offered: { a: '3', b: '2', c: 'new' },
    });
  });

  test('writing in what was taken away is a conflict; leaving it as it was is not', () => {
    const gone = { ...nothingSaid, removed: true };
    expect(mergeFields(said({ a: '1', b: '1' }), gone, { a: '2', b: '1' }, me)).toMatchObject({
      conflicts: [
        { field: 'a', theirs: '', mine: '2' },
        { field: 'b', theirs: '', mine: '1' },
      ],
    });
    expect(mergeFields(said({ a: '1' }), gone, { a: '1' }, me)).toEqual({ said: gone, changed: false });
    expect(mergeFields(gone, gone, { a: '2' }, me)).toMatchObject({
      said: { content: { a: '2' }, removed: false },
      changed: true,
    });
  });

  const fields = ['a', 'b', 'c'] as const;
  const text = fc.constantFrom('', '1', '2', '3');
  const content = fc.record({ a: text, b: text, c: text });
  const clean = (of: Content) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== ''));

  test('whatever they write: every text that I changed is in the part or in a conflict, and so is every text of theirs', () => {
    fc.assert(
      fc.property(content, content, content, (base, now, typed) => {
        const merged = mergeFields(said(clean(base)), said(clean(now)), typed, me);
        for (const field of fields) {
          const [before, theirs, mine] = [base[field], now[field], typed[field]];
          if ('conflicts' in merged) {
            const isTwoTexts = mine !== before && theirs !== before && mine !== theirs;
            expect(merged.conflicts.some((each) => each.field === field)).toBe(isTwoTexts);
            if (mine !== before) expect(merged.offered[field] ?? '').toBe(mine);
          } else {
            const stands = merged.said.content[field] ?? '';
            expect(stands).toBe(mine === before ? theirs : mine);
            if (stands !== '') {
              const whose = mine !== before && mine !== theirs ? me : them;
              expect(merged.said.authors[field]).toEqual(whose);
            }
          }
        }
      }),
    );
  });
});
