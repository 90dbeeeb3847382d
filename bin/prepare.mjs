// Makes the project ready to run: installs what package-lock.json names and builds what src/ holds, each only when
// something changed since. Uses nothing but Node, so that it works on a fresh machine.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** Installs and builds. `dev` also installs what only tests need; an installation with it serves both. */
export async function prepare() {
  refuseOldNode();
  // A container holds the built program and no sources: there is nothing to prepare.
  if (!existsSync(join(root, 'src'))) return;
  await installWhenChanged();
  if (!sourcesChanged()) return;
  // Read only when there is something to build: the tools alone take longer to load than most verbs to run.
  const { build } = await import(join(root, 'build', 'build.mjs'));
  const stamp = sourceStamp();
  await build({ root, quiet: true });
  writeFileSync(stampFile(), stamp);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Neighbourhold needs Node ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node}.`,
  );
  process.exit(2);
}

async function installWhenChanged() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.neighbourhold-install');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages (once)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

function stampFile() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  return join(root, 'dist', '.built-from');
}

function sourcesChanged() {
  const file = stampFile();
  return (
    !existsSync(join(root, 'dist', 'neighbourhold.js')) ||
    !existsSync(file) ||
    readFileSync(file, 'utf8') !== sourceStamp()
  );
}

/** Names, sizes and times of everything that the build reads: quick to take, and different after every edit. */
function sourceStamp() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'build', 'bench']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      const { size, mtimeMs, isFile } = statOf(join(root, folder, name));
      if (isFile) hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function statOf(path) {
  const found = statSync(path);
  return { size: found.size, mtimeMs: found.mtimeMs, isFile: found.isFile() };
}

/** Runs a program in a group of its own and ends the whole group when we are asked to end. */
export async function run(program, words, options = {}) {
  const child = spawn(program, words, { cwd: root, stdio: ['ignore', 2, 2], detached: true, ...options });
  const stop = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : code));
  });
  const listeners = signals.map((signal) => {
    const listener = () => {
      stop('SIGTERM');
      process.exit(130);
    };
    process.on(signal, listener);
    return [signal, listener];
  });
  const code = await ended;
  for (const [signal, listener] of listeners) process.off(signal, listener);
  if (code !== 0) {
    console.error(`${program} ${words.join(' ')} ended with ${code}`);
    process.exit(3);
  }
}
