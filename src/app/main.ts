import { runProgram } from '../platform/cli/index.ts';
import { commands } from './cli/commands.ts';

process.exitCode = await runProgram(commands, process.argv.slice(2));
