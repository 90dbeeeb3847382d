import type { Command } from '../../platform/cli/index.ts';
import { backupCommand } from './backup.ts';
import { benchCommand } from './bench.ts';
import { codelistsCommand } from './codelists.ts';
import { cohortCommand } from './cohort.ts';
import { definitionCommand } from './definition.ts';
import { directoryCommand } from './directory.ts';
import { explainCommand } from './explain.ts';
import { identifyCommand } from './identify.ts';
import { importCommand } from './import.ts';
import { optOutsCommand } from './opt-outs.ts';
import { planCommand } from './plan.ts';
import { qualityCommand } from './quality.ts';
import { refreshCommand } from './refresh.ts';
import { releaseCommand } from './release.ts';
import { restoreCommand } from './restore.ts';
import { retainCommand } from './retain.ts';
import { scoreCommand } from './score.ts';
import { serveCommand } from './serve.ts';
import { startCommand } from './start.ts';
import { synthesiseCommand } from './synthesise.ts';
import { verifyCommand } from './verify.ts';

/** Every verb, in the order in which somebody meets them. */
export const commands: readonly Command[] = [
  startCommand,
  serveCommand,
  synthesiseCommand,
  importCommand,
  releaseCommand,
  directoryCommand,
  refreshCommand,
  identifyCommand,
  qualityCommand,
  codelistsCommand,
  cohortCommand,
  definitionCommand,
  explainCommand,
  planCommand,
  optOutsCommand,
  scoreCommand,
  verifyCommand,
  retainCommand,
  backupCommand,
  restoreCommand,
  benchCommand,
];
