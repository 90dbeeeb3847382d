export {
  type Arguments,
  type Command,
  type ExitCode,
  exitCodes,
  numberOption,
  textOption,
} from './command.ts';
export { type Interruptions, interruptions } from './interruptions.ts';
export { runProgram } from './run-program.ts';
export { openTerminal, type Terminal } from './terminal.ts';
