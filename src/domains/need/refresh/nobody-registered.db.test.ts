import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fhirCondition, fhirPatient, ndjson, writeFile } from '../../../../test/support/fhir.ts';
import { everybody, importPaths } from '../../../../test/support/imports.ts';
import { useTestBook } from '../../../../test/support/test-book.ts';
import { readLibrary } from '../language/library.ts';
import { readDisclosureRules } from './disclosure.ts';
import { refresh } from './refresh.ts';

const at = useTestBook();

test('people whom no practice has on its list are people without facts, and a refresh says so', async () => {
  const lines = ndjson(fhirPatient('1'), fhirCondition('c1', '1'));
  await importPaths(at, writeFile(join(at.home.path, 'drawn'), 'people.ndjson', lines));
  expect(await everybody(at)).toMatchObject([{ registered: false, practice_id: null }]);
  const result = await refresh({
    book: at.book,
    home: at.home,
    library: readLibrary('content'),
    disclosure: readDisclosureRules('content'),
    settings: { threads: 1, memoryMegabytes: 512 },
  });
  expect(result).toMatchObject({ people: 0 });
  expect(result.definitions.filter((each) => each.in + each.out + each.unknown !== 0)).toEqual([]);
});
