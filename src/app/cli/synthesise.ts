import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refusal } from '../../kernel/index.ts';
import {
  type Command,
  exitCodes,
  numberOption,
  type Terminal,
  textOption,
} from '../../platform/cli/index.ts';
import {
  type Calibrated,
  calibrate,
  calibrationPicture,
  calibrationTable,
  type LongTermReading,
  plants,
  plantsNamed,
  synthesise,
} from '../../synthetic/index.ts';
import { contentFolder } from '../product.ts';

export const synthesiseCommand: Command = {
  name: 'synthesise',
  summary: 'Writes the synthetic borough as practice extracts. Nobody in it is real.',
  access: { as: 'nobody', because: 'writes made-up people' },
  usage:
    'synthesise --out DIR [--place lewisham|sel] [--people N] [--practices N] [--seed N] [--plant NAME,...] [--reading at-least|exactly] [--calibration] [--format parquet|csv] [--json]',
  teach: `
Writes a folder per practice and a place pack, in the layout that import reads. The same seed and size give the same
content hash on any machine. docs/synthetic-borough.md says what is exact and what is invented.

  neighbourhold synthesise --out borough
  neighbourhold synthesise --out small --people 3000 --format csv
  neighbourhold synthesise --out sel --place sel

--calibration measures what was written against the figures of the strategies, writes calibration.txt and
calibration.svg, and ends with 1 when a figure is not met. --reading says whether 28.9% with one long-term condition
and 11.2% with two mean at least so many (as it is unless said) or exactly so many. --place sel writes six boroughs,
195 practices and two million people, without NHS numbers. --plant puts cases and defects in on purpose, which
truth.txt lists:
${Object.entries(plants)
  .map(([name, what]) => `  ${name}: ${what}`)
  .join('\n')}`,
  options: {
    out: { type: 'string' },
    people: { type: 'string' },
    practices: { type: 'string' },
    seed: { type: 'string' },
    place: { type: 'string' },
    plant: { type: 'string' },
    reading: { type: 'string' },
    calibration: { type: 'boolean' },
    format: { type: 'string' },
  },
  async run(given, terminal) {
    const out = textOption(given, 'out');
    if (out === undefined) throw usage('synthesise needs a folder to write to.', 'Add --out DIR.');
    const format = textOption(given, 'format') ?? 'parquet';
    if (format !== 'parquet' && format !== 'csv')
      throw usage(`There is no format ${format}.`, 'Choose parquet or csv.');
    const place = textOption(given, 'place') ?? 'lewisham';
    if (place !== 'lewisham' && place !== 'sel')
      throw usage(`There is no place ${place}.`, 'Choose lewisham or sel.');
    const reading = textOption(given, 'reading') ?? 'at-least';
    if (reading !== 'at-least' && reading !== 'exactly')
      throw usage(`There is no reading ${reading}.`, 'Choose at-least or exactly.');
    const borough = await synthesise({
      out: resolve(out),
      format,
      place,
      reading,
      ...sizes(given),
      plants: plantsNamed(textOption(given, 'plant') ?? ''),
      seed: numberOption(given, 'seed', 1),
      onProgress: (done, total) => terminal.progress(`Writing practice ${done} of ${total}`),
    });
    const { folders, people, events, rows, hash } = borough;
    const wanted = given.options.calibration === true;
    const calibration = wanted ? await measure(resolve(out), reading, terminal) : null;
    const table = calibration === null ? [] : ['', calibrationTable(calibration)];
    const result = { out: resolve(out), practices: folders.length, people, events, rows, hash };
    terminal.result(calibration === null ? result : { ...result, calibration }, () =>
      [
        `${folders.length} practices, ${people} registered people and ${events} entries in ${join(resolve(out))}`,
        `Content hash ${hash}`,
        ...table,
      ].join('\n'),
    );
    return calibration?.some(({ met }) => met === false) ? exitCodes.findings : exitCodes.done;
  },
};

/** Measures what was written, and puts the table beside it. */
async function measure(
  out: string,
  reading: LongTermReading,
  terminal: Terminal,
): Promise<readonly Calibrated[]> {
  terminal.progress('Measuring');
  const rows = await calibrate(out, contentFolder(), reading);
  writeFileSync(join(out, 'calibration.txt'), `${calibrationTable(rows)}\n`);
  writeFileSync(join(out, 'calibration.svg'), calibrationPicture(rows));
  return rows;
}

/** How many people and practices, where that was said. */
function sizes(given: Parameters<Command['run']>[0]): { people?: number; practices?: number } {
  const said = (name: string) => textOption(given, name) !== undefined;
  return {
    ...(said('people') ? { people: numberOption(given, 'people', 3000) } : {}),
    ...(said('practices') ? { practices: numberOption(given, 'practices', 40) } : {}),
  };
}

function usage(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
