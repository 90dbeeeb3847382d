import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { DirectoryFile, OpenedDeliveries, RefusedDelivery, SourceDelivery } from '../../domains/register/index.ts';
import { Refusal } from '../../kernel/index.ts';
import type { Duck } from '../../platform/lake/index.ts';
import { placePackFile } from '../place-pack/import-place-pack.ts';
import { readPracticeExtractFormat } from '../practice-extract/format.ts';
import { isPracticeExtract, readPracticeExtract } from '../practice-extract/read-practice-extract.ts';

/**
 * Finds the deliveries in what somebody pointed at: a practice extract is a folder with tables of the layout; a
 * folder of folders is as many deliveries as it has. One delivery that cannot be opened does not hold up the others.
 *
 * Throws Refusal when a path does not exist.
 */
export async function openDeliveries(
  duck: Duck,
  paths: readonly string[],
  content: string,
): Promise<OpenedDeliveries> {
  const format = readPracticeExtractFormat(content);
  const deliveries: SourceDelivery[] = [];
  const directory: DirectoryFile[] = [];
  const refused: RefusedDelivery[] = [];
  const attempt = async (path: string, formatId: string, open: () => Promise<SourceDelivery>) => {
    try {
      deliveries.push(await open());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push({
        name: basename(path),
        format: formatId,
        refusal: { code: error.code, because: error.message, remedy: error.remedy },
      });
    }
  };
  for (const path of paths.map((given) => resolve(given))) {
    if (!existsSync(path)) throw noSuchPath(path);
    directory.push(...placePacks(path).map(placePackFile));
    for (const folder of extractFolders(path, (at) => isPracticeExtract(at, format))) {
      await attempt(folder, format.id, () => readPracticeExtract(duck, folder, format));
    }
  }
  return { deliveries, refused, directory };
}

function noSuchPath(path: string): Refusal {
  return new Refusal({
    code: 'no_such_path',
    because: `There is no file or folder ${basename(path)} at the place that was given.`,
    remedy: 'Check the path; it is taken from the folder that you are in.',
  });
}

/** A place pack is a YAML file of any name that says so in its first lines. */
function placePacks(path: string): string[] {
  const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files.filter((file) => /\.ya?ml$/.test(file) && /^layout: place-pack$/m.test(readFileSync(file, 'utf8').slice(0, 2000)));
}

function extractFolders(path: string, isExtract: (folder: string) => boolean): string[] {
  if (!statSync(path).isDirectory()) return [];
  if (isExtract(path)) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name))
    .sort()
    .flatMap((folder) => extractFolders(folder, isExtract));
}
