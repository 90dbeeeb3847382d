import { readPlaces } from '../../domains/directory/index.ts';
import { bandMeasure, readPlaceNumbers, readPublication } from '../../domains/need/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { openProduct } from '../product.ts';
import { countFile } from './cohort-file.ts';

export const cohortCommand: Command = {
  name: 'cohort',
  summary: 'Counts who is in, out and unknown for a definition, in all or in one place.',
  access: { as: 'operator', because: 'shows exact counts to whoever runs the product, never people' },
  usage: 'cohort DEFINITION [--place CODE] | cohort --file DRAFT.yaml [--json]',
  words: 1,
  teach: `
The numbers are exact and are of the latest refresh; in + out + unknown = registered. A score or a segmentation also says
how many are in each band or segment. They are for whoever runs the product: what planners see is rounded and protected,
on the pages.

  neighbourhold cohort diabetes
  neighbourhold cohort diabetes --place lewisham-n2 --json

--file counts a definition that is not published, as docs/definitions.md says how to write one: in, out, unknown, how
many leave at each step, and whom it moves where its id is published already. Nothing is kept.

  neighbourhold cohort --file draft.yaml`,
  options: { place: { type: 'string' }, file: { type: 'string' } },
  async run(given, terminal) {
    const id = given.words[0];
    const file = textOption(given, 'file');
    if (file !== undefined) {
      if (id !== undefined || given.options.place !== undefined)
        throw refuse(
          'A file is counted alone, everywhere.',
          'Leave out the other words: cohort --file DRAFT.yaml',
        );
      return await countFile(file, given, terminal);
    }
    if (id === undefined)
      throw refuse('No definition was named.', 'Usage: neighbourhold cohort DEFINITION [--place CODE]');
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const counts = await product.book
        .as('batch')
        .transaction()
        .execute(async (tx) => {
          const publication = await readPublication(tx);
          if (!publication)
            throw refuse('Nothing has been worked out yet.', 'Run neighbourhold refresh first.');
          const definition = publication.definitions.find((each) => each.id === id);
          if (!definition)
            throw refuse(
              `There is no definition ${id}.`,
              `The definitions are: ${publication.definitions.map((each) => each.id).join(', ')}.`,
            );
          const about = { definition: id, version: definition.version };
          const bands = definition.bands ?? [];
          const code = textOption(given, 'place');
          if (code === undefined) {
            return {
              ...about,
              registered: publication.people,
              in: definition.in,
              out: definition.out,
              unknown: definition.unknown,
              bands: bands.map((band) => ({ id: band.id, people: band.people })),
            };
          }
          const tree = await readPlaces(tx);
          const place = tree.named(code);
          const everywhere = new Set(tree.all.map((each) => each.id));
          const numbers = await readPlaceNumbers(tx, publication, tree, [place], everywhere);
          const of = (measure: string, band: string) => numbers.of(place, measure, band).people ?? 0;
          // A ranking is of those who have its score.
          const measure = id === 'need' ? 'definition:cambridge-multimorbidity' : `definition:${id}`;
          return {
            ...about,
            registered: of('registered', 'all'),
            in: of(measure, 'in'),
            out: of(measure, 'out'),
            unknown: of(measure, 'unknown'),
            bands: bands.map((band) => ({ id: band.id, people: of(bandMeasure(id), band.id) })),
          };
        });
      terminal.result(counts, () =>
        [
          `${counts.definition} ${counts.version}: ${counts.registered} registered = ${counts.in} in + ${counts.out} out + ${counts.unknown} unknown`,
          ...counts.bands.map((band) => `  ${band.id}: ${band.people}`),
        ].join('\n'),
      );
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

function refuse(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
