import { DATABASE_GONE, DISK_FULL, isDatabaseGone, isDiskFull, Refusal } from '../../kernel/index.ts';
import {
  type Command,
  commandHelp,
  type ExitCode,
  exitCodes,
  programHelp,
  readArguments,
} from './command.ts';
import { isInterrupted } from './interruptions.ts';
import { openTerminal } from './terminal.ts';

/**
 * Runs one call of the program and gives its exit code. What the rules refuse is said in a sentence with a remedy;
 * what should never happen is printed with its stack, because somebody has to mend it.
 */
export async function runProgram(commands: readonly Command[], words: readonly string[]): Promise<ExitCode> {
  const [verb, ...rest] = words;
  const json = words.includes('--json');
  const terminal = openTerminal(json);
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
    process.stdout.write(programHelp(commands));
    return verb === undefined ? exitCodes.refused : exitCodes.done;
  }
  const command = commands.find(({ name }) => name === verb);
  try {
    if (!command) throw unknownVerb(verb, commands);
    const given = readArguments(command, rest);
    if (given.options.help) {
      process.stdout.write(commandHelp(command));
      return exitCodes.done;
    }
    return await command.run(given, terminal);
  } catch (error) {
    // Its database was taken from under it, and the exit code is the signal's.
    if (isInterrupted()) return await new Promise<never>(() => {});
    const known = isDiskFull(error) ? DISK_FULL : isDatabaseGone(error) ? DATABASE_GONE : null;
    if (known) {
      terminal.say(`${known.because} ${known.remedy}`);
      return exitCodes.failed;
    }
    if (!(error instanceof Refusal)) {
      terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return exitCodes.failed;
    }
    const { code, message, remedy } = error;
    if (json) terminal.result({ refused: { code, because: message, remedy } }, () => '');
    terminal.say(`${message}\n${remedy}`);
    return exitCodes.refused;
  }
}

function unknownVerb(verb: string, commands: readonly Command[]): Refusal {
  return new Refusal({
    code: 'usage',
    because: `There is no verb ${verb}.`,
    remedy: `The verbs are: ${commands.map(({ name }) => name).join(', ')}. neighbourhold --help says what each does.`,
  });
}
