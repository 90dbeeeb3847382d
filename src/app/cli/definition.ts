import { definitionText, readLibrary, readNextLibrary } from '../../domains/need/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { openProduct } from '../product.ts';

export const definitionCommand: Command = {
  name: 'definition',
  summary: 'Prints a definition as YAML, from content or as it was published on the pages.',
  access: { as: 'operator', because: 'prints definitions; no people' },
  usage: 'definition export ID [--json]',
  words: 2,
  teach: `
Prints what the next refresh will work with: of content and the book the higher version. The text can be changed and
counted with cohort --file, or put into content/definitions.

  neighbourhold definition export diabetes > diabetes.yaml`,
  async run(given, terminal) {
    const [what, id] = given.words;
    if (what !== 'export' || id === undefined)
      throw new Refusal({
        code: 'usage',
        because: 'Nothing was named to be printed.',
        remedy: 'Usage: neighbourhold definition export ID',
      });
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const whole = await readNextLibrary(product.book.as('batch'), readLibrary(product.content));
      const found = definitionText(whole, product.content, id);
      if (!found)
        throw new Refusal({
          code: 'usage',
          because: `There is no definition ${id}.`,
          remedy: `The definitions are: ${whole.library.definitions.map((each) => each.id).join(', ')}.`,
        });
      terminal.result(found, () => found.definition.trimEnd());
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};
