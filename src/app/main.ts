import { runProgram } from '../platform/cli/index.ts';
import { benchCommand } from './cli/bench.ts';
import { cohortCommand } from './cli/cohort.ts';
import { directoryCommand } from './cli/directory.ts';
import { explainCommand } from './cli/explain.ts';
import { importCommand } from './cli/import.ts';
import { refreshCommand } from './cli/refresh.ts';
import { serveCommand } from './cli/serve.ts';
import { startCommand } from './cli/start.ts';
import { synthesiseCommand } from './cli/synthesise.ts';
import { verifyCommand } from './cli/verify.ts';

const commands = [
  startCommand,
  serveCommand,
  synthesiseCommand,
  importCommand,
  directoryCommand,
  refreshCommand,
  cohortCommand,
  explainCommand,
  verifyCommand,
  benchCommand,
];

process.exitCode = await runProgram(commands, process.argv.slice(2));
