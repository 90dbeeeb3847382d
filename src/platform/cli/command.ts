import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Refusal } from '../../kernel/index.ts';
import type { Terminal } from './terminal.ts';

/** The exit codes of every verb. */
export const exitCodes = { done: 0, findings: 1, refused: 2, failed: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Arguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
}

/**
 * Whose eyes a verb sees with. Whoever runs it has the machine, and with it the data folder or the database's login:
 * what protects people from them is the operating system. A verb that shows people asks for somebody all the same.
 */
export interface VerbAccess {
  /** `somebody`: who is named with --as, and sees what they may see. `operator`: batch work. `nobody`: needs no data. */
  readonly as: 'somebody' | 'operator' | 'nobody';
  /** What it shows or changes of people, for the table of who may what. */
  readonly because: string;
}

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One line, for the list of verbs. */
  readonly summary: string;
  /** How it is called, without the program's name: `import PATH... [--json]`. */
  readonly usage: string;
  /** What somebody who has never used it needs to know, with examples. */
  readonly teach: string;
  readonly access: VerbAccess;
  readonly options?: Options;
  /** How many words it takes beside its options; none unless said. */
  readonly words?: number;
  run(given: Arguments, terminal: Terminal): Promise<ExitCode>;
}

/** Options that every verb takes. */
const COMMON: Options = {
  home: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

/** Reads the words after the verb. Throws Refusal on an option that the verb does not know. */
export function readArguments(command: Command, words: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...COMMON, ...command.options },
      allowPositionals: true,
    });
    const surplus = values.help ? undefined : positionals[command.words ?? 0];
    if (surplus !== undefined) throw new Error(`${command.name} does not know what to do with '${surplus}'`);
    return { options: values as Arguments['options'], words: positionals };
  } catch (error) {
    const said = error instanceof Error ? (error.message.split(/\. |\n/, 1)[0] ?? '') : String(error);
    throw new Refusal({
      code: 'usage',
      because: `${said}.`,
      remedy: `Usage: neighbourhold ${command.usage}. neighbourhold ${command.name} --help says more.`,
    });
  }
}

/** The text of an option, when it was given. */
export function textOption(given: Arguments, name: string): string | undefined {
  const value = given.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number given as an option. Throws Refusal when it is none. */
export function numberOption(given: Arguments, name: string, fallback: number): number {
  const text = textOption(given, name);
  if (text === undefined) return fallback;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Refusal({
    code: 'usage',
    because: `--${name} takes a whole number, not ${text}.`,
    remedy: `Write it as --${name} ${fallback}.`,
  });
}

/** The page that `--help` prints for one verb. */
export function commandHelp(command: Command): string {
  return `neighbourhold ${command.usage}\n\n${command.summary}\n\n${command.teach.trim()}\n\nEvery verb takes --json (the result alone on standard output), --home DIR (the data folder) and --help.\nExit codes: 0 done, 1 done with findings, 2 refused input or usage, 3 failed.\n`;
}

/** The page that `--help` prints without a verb. */
export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `neighbourhold VERB [OPTIONS]\n\nRuns a neighbourhood's primary care. The software advises; people decide.\n\n${lines.join('\n')}\n\nneighbourhold VERB --help teaches a verb.\n`;
}
