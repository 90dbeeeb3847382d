import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../platform/cli/index.ts';
import { commands } from './commands.ts';

let out = '';
let err = '';
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('help', () => {
  test('lists every verb that the product promises, each with what it does', async () => {
    expect(await runProgram(commands, ['--help'])).toBe(0);
    const promised = [
      'serve',
      'synthesise',
      'import',
      'refresh',
      'cohort',
      'explain',
      'plan',
      'score',
      'verify',
      'bench',
    ];
    for (const verb of promised) expect(out).toMatch(new RegExp(`^  ${verb} +[A-Z].*\\.$`, 'm'));
    expect(err).toBe('');
  });

  test.each(commands.map(({ name }) => name))(
    'of %s teaches: how it is called, what it does, and what its exit codes mean',
    async (verb) => {
      expect(await runProgram(commands, [verb, '--help'])).toBe(0);
      expect(out).toMatch(new RegExp(`^neighbourhold ${verb}`));
      expect(out).toContain('0 done, 1 done with findings, 2 refused input or usage, 3 failed');
      for (const common of ['--json', '--home DIR', '--help']) expect(out).toContain(common);
      // More than a list of options.
      expect(out.length).toBeGreaterThan(400);
      expect(err).toBe('');
    },
  );

  test('is given whatever else stands in the call', async () => {
    expect(await runProgram(commands, ['refresh', 'now', '-h'])).toBe(0);
    expect(out).toMatch(/^neighbourhold refresh/);
  });

  test('of every verb names each of its options', () => {
    const untold = commands.flatMap(({ name, usage, teach, options }) =>
      Object.keys(options ?? {})
        // --as-run is how the server hands an import to the process that carries it out, --delivery what it releases.
        .filter((option) => option !== 'as-run' && `${name} ${option}` !== 'release delivery')
        .filter((option) => !`${usage} ${teach}`.includes(`--${option}`))
        .map((option) => `${name} --${option}`),
    );
    expect(untold).toEqual([]);
  });
});

describe('what cannot be understood ends with 2 and says what to do', () => {
  test.each<[string, string[], RegExp]>([
    [
      'an unknown verb',
      ['improt', 'x'],
      /^There is no verb improt\.\n.*import, release, directory, refresh.*--help/,
    ],
    ['an option for a verb', ['--fast'], /^There is no verb --fast\.\n/],
    [
      'an unknown option',
      ['import', 'x', '--fast'],
      /^Unknown option '--fast'\.\n.*neighbourhold import --help/,
    ],
    [
      'an option without its value',
      ['cohort', 'diabetes', '--place'],
      /^Option '--place.*\n.*cohort DEFINITION/,
    ],
    [
      'a word too many',
      ['refresh', 'now'],
      /^refresh does not know what to do with 'now'\.\n.*refresh \[--json\]/,
    ],
    ['two definitions', ['cohort', 'copd', 'cancer'], /^cohort does not .* 'cancer'\.\n/],
    ['nothing to import', ['import'], /^Nothing was named to import\.\n.*import PATH/],
    ['no definition', ['cohort'], /^No definition was named\.\n.*cohort DEFINITION/],
    ['nobody to explain', ['explain', 'diabetes'], /^The person is not on standard input\.\n.*--person -/],
    ['a plan that nobody exports', ['plan'], /^A plan can be exported.*\n.*plan export/],
    ['nobody whose plan it is', ['plan', 'export'], /^The person is not on standard input\.\n.*--person -/],
    [
      'a person as an argument',
      ['explain', 'diabetes', '--person', '9990000018'],
      /^The person is not on standard input\.\n.*--person -/,
    ],
    ['a look without a reason', ['explain', 'diabetes', '--person', '-'], /know why\.\n.*--reason/],
    ['nowhere to write', ['synthesise'], /^synthesise needs a folder to write to\.\n.*--out/],
    [
      'a number that is none',
      ['synthesise', '--out', 'x', '--people', 'many'],
      /^--people takes a whole number.*\n/,
    ],
    [
      'a format that is none',
      ['synthesise', '--out', 'x', '--format', 'xlsx'],
      /^There is no format xlsx\.\n.*csv/,
    ],
  ])('%s', async (_, words, says) => {
    expect(await runProgram(commands, words)).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/9990000018|^\s+at /m);
    expect(out).toBe('');
  });

  test('no verb at all is answered with the help', async () => {
    expect(await runProgram(commands, [])).toBe(2);
    expect(out).toMatch(/neighbourhold VERB/);
  });

  test('with --json the refusal is JSON on standard output too', async () => {
    expect(await runProgram(commands, ['cohort', '--json'])).toBe(2);
    expect(JSON.parse(out)).toEqual({
      refused: {
        code: 'usage',
        because: 'No definition was named.',
        remedy: expect.stringContaining('Usage'),
      },
    });
    expect(err).toMatch(/^No definition was named\.\n/);
  });
});
