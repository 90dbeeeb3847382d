import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  expectedOf,
  isNeeded,
  type Model,
  type ModelBand,
  type ModelInput,
  type Models,
  missingMeans,
  readModels,
} from '../../domains/need/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Command, exitCodes, type Terminal, textOption } from '../../platform/cli/index.ts';
import { contentFolder } from '../product.ts';
import { scoreFile } from '../score-file.ts';
import { bandInWords, headLines, headOf, reportOf, resultOf, scoreTable } from './score-report.ts';

export const scoreCommand: Command = {
  name: 'score',
  summary: 'Runs a risk model over a file of answers, and says what each part added.',
  access: { as: 'nobody', because: 'reads a file of answers; opens neither the book nor the lake' },
  usage: 'score [MODEL [--input FILE.csv [--output FILE.csv]]] [--json]',
  words: 1,
  teach: `
Needs no data folder and no database: what is in the file is all that is known.

  neighbourhold score                                lists the models
  neighbourhold score qrisk3                         the columns of one, its notice and its cautions
  neighbourhold score qrisk3 --input FILE.csv        works it out for each row
  neighbourhold score qrisk3 --input FILE.csv --output SCORES.csv --json

The first line of the file names its columns, in any order; upper and lower case are one. A column id is kept; without
it rows have their number. Each row is in, out (the model is not for this person) or unknown. What is not given is
never taken for no: the row is unknown and says what is missing, or says what the model assumes. A value that cannot be
used makes its row unknown, with the column and what was expected; the rest goes on.

Ends with 1 when a row is unknown. docs/models.md has every column of every model.`,
  options: { input: { type: 'string' }, output: { type: 'string' } },
  async run(given, terminal) {
    const models = readModels(contentFolder());
    const name = given.words[0];
    const input = textOption(given, 'input');
    const output = textOption(given, 'output');
    if (name === undefined && input !== undefined) {
      throw usage('No model was named.', 'Usage: neighbourhold score MODEL --input FILE.csv');
    }
    if (input === undefined && output !== undefined)
      throw usage('There is nothing to score.', 'Add --input FILE.csv.');
    if (name === undefined) {
      listModels(models, terminal);
      return exitCodes.done;
    }
    const model = models.find(name);
    if (!model) {
      throw usage(`There is no model ${name}.`, `The models are: ${models.ids.join(', ')}.`);
    }
    if (input === undefined) {
      describeModel(model, terminal);
      return exitCodes.done;
    }
    if (output !== undefined && resolve(output) === resolve(input)) {
      throw usage(
        'The scores would be written over the file that they are read from.',
        'Choose another --output.',
      );
    }
    const scored = await scoreFile(model, input);
    if (output !== undefined) writeScores(output, scoreTable(model, scored));
    terminal.result(resultOf(model, scored), () => reportOf(model, scored, output));
    return scored.rows.some(({ outcome }) => outcome === 'unknown') ? exitCodes.findings : exitCodes.done;
  },
};

function listModels({ ids, find }: Models, terminal: Terminal): void {
  const models = ids.flatMap((id) => find(id) ?? []);
  const width = Math.max(...models.map(({ content }) => content.id.length));
  terminal.result({ models: models.map(headOf) }, () =>
    [
      ...models.map(({ content }) => `${content.id.padEnd(width)}  ${content.title} (${content.status})`),
      '',
      'neighbourhold score MODEL says which columns one takes.',
    ].join('\n'),
  );
}

function describeModel(model: Model, terminal: Terminal): void {
  const { content } = model;
  const columns = content.inputs.map((input) => ({
    name: input.id,
    title: input.title,
    holds: expectedOf(input),
    needed: isNeeded(input),
    missing: missingMeans(input),
    also: input.also,
    ...(input.hint === undefined ? {} : { hint: input.hint }),
  }));
  const { notice = null, cautions, layouts, bands } = content;
  terminal.result({ model: headOf(model), notice, cautions, columns, layouts, bands }, () =>
    [
      ...headLines(model),
      '',
      'Columns',
      ...content.inputs.flatMap(columnLines),
      ...layouts.map(
        ({ title, columns: coded }) => `  Read as it is: ${title} (${Object.keys(coded).join(', ')})`,
      ),
      '',
      ...(bands.length === 0 ? [] : ['Bands', ...bands.map(bandLine), '']),
      'Cautions',
      ...cautions.map((caution) => `  - ${caution}`),
    ].join('\n'),
  );
}

function columnLines(input: ModelInput): string[] {
  const also = input.also.length === 0 ? '' : ` Also read as ${input.also.join(', ')}.`;
  return [
    `  ${input.id}: ${input.title}`,
    `    ${expectedOf(input)}. Missing: ${missingMeans(input)}.${also}`,
    ...(input.hint === undefined ? [] : [`    ${input.hint}`]),
  ];
}

function bandLine(band: ModelBand): string {
  const condition = band.when === undefined ? '' : `, where ${band.when}`;
  return `  from ${band.from}${condition}: ${bandInWords(band)}`;
}

function writeScores(path: string, table: string): void {
  try {
    writeFileSync(path, table);
  } catch {
    throw usage(
      `The scores cannot be written to ${path}.`,
      'Name a file in a folder that is there and may be written to.',
    );
  }
}

function usage(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
