import { runProgram } from '../platform/cli/index.ts';
import { importCommand } from './cli/import.ts';
import { refreshCommand } from './cli/refresh.ts';
import { synthesiseCommand } from './cli/synthesise.ts';

const commands = [synthesiseCommand, importCommand, refreshCommand];

process.exitCode = await runProgram(commands, process.argv.slice(2));
