// Makes dist/: the programs, and the files that browsers fetch. Run it, or call build() from a test or bin/start.
// There is no other build step: types are checked by tsc, which emits nothing.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build as bundle } from 'esbuild';
import * as sass from 'sass';
import { parseDocument } from 'yaml';

// Every file that node starts on its own. One that does not exist yet is passed over.
const PROGRAMS = [
  { from: 'src/app/main.ts', to: 'dist/neighbourhold.js' },
  { from: 'src/platform/lake/lake-worker.ts', to: 'dist/lake-worker.js' },
  { from: 'src/platform/pdf/pdf-worker.ts', to: 'dist/pdf-worker.js' },
  { from: 'src/platform/solver/solver-worker.ts', to: 'dist/solver-worker.js' },
  { from: 'bench/bench.ts', to: 'dist/bench.js' },
  { from: 'bench/bare-server.ts', to: 'dist/bare-server.js' },
  { from: 'src/synthetic/synthetic-worker.ts', to: 'dist/synthetic-worker.js' },
];

const ASSETS = 'src/platform/web/assets';

// Neither is ours to use; nhsuk-frontend brings both unless it is told not to.
const NOT_OURS = /@font-face|frutiger|assets\.nhs\.uk/i;

/**
 * Builds everything into `<root>/dist`.
 *
 * @param {{ root: string, quiet?: boolean }} options
 */
export async function build({ root, quiet = false }) {
  const say = quiet ? () => {} : (/** @type {string} */ line) => console.error(line);
  await bundlePrograms(root, say);
  await parseContent(root, say);
  const manifest = {
    'styles.css': await compileStyles(root, say),
    ...(await copyAssets(root, say)),
  };
  await put(join(root, 'dist/assets/manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  say('manifest   dist/assets/manifest.json');
}

async function bundlePrograms(root, say) {
  for (const { from, to } of PROGRAMS) {
    if (!existsSync(join(root, from))) {
      say(`bundle     ${from} does not exist yet`);
      continue;
    }
    const { outputFiles } = await bundle({
      entryPoints: [join(root, from)],
      outfile: join(root, to),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      logLevel: 'warning',
      write: false,
    });
    for (const { path, contents } of outputFiles) await put(path, contents);
    say(`bundle     ${to}`);
  }
}

/**
 * What the YAML files of content/ say, as JSON, a line each after the hash of the file's bytes: reading all of the YAML
 * takes longer than most verbs take to run. A file that has changed since, or has a fault, is read as it stands.
 */
async function parseContent(root, say) {
  const file = join(root, 'dist/content.jsonl');
  const before = new Map(
    existsSync(file)
      ? (await readFile(file, 'utf8')).split('\n').map((line) => [line.slice(0, 64), line])
      : [],
  );
  const names = await readdir(join(root, 'content'), { recursive: true });
  const lines = new Set();
  for (const name of names.filter((name) => name.endsWith('.yaml')).sort()) {
    const bytes = await readFile(join(root, 'content', name));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const line = before.get(hash) ?? lineOf(hash, bytes.toString('utf8'));
    if (line) lines.add(line);
  }
  await put(file, [...lines].join('\n'));
  say(`content    ${lines.size} files`);
}

/** Null for what has a fault, and for what JSON could not say. */
function lineOf(hash, text) {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return null;
  const said = document.toJS();
  const json = JSON.stringify(said);
  return isDeepStrictEqual(JSON.parse(json), said) ? `${hash}${json}` : null;
}

/** Sass takes over a second, so that it runs only when what goes into it has changed. */
async function compileStyles(root, say) {
  const source = join(root, ASSETS, 'styles.scss');
  const inputs = await hashOfStyleInputs(root);
  const stampFile = join(root, 'dist/styles-stamp.json');
  const stamp = existsSync(stampFile) ? JSON.parse(await readFile(stampFile, 'utf8')) : {};
  if (stamp.inputs === inputs && existsSync(join(root, 'dist/assets', stamp.name))) {
    say(`styles     ${stamp.name} (unchanged)`);
    return stamp.name;
  }
  const { css } = sass.compile(source, {
    style: 'compressed',
    loadPaths: [join(root, 'node_modules')],
    quietDeps: true,
  });
  const foreign = NOT_OURS.exec(css);
  if (foreign)
    throw new Error(`${source}: the style sheet contains "${foreign[0]}", which is not ours to use`);
  await copyIcons(root, css);
  const name = await putHashed(root, 'styles.css', css);
  await put(stampFile, JSON.stringify({ inputs, name }));
  say(`styles     ${name}`);
  return name;
}

async function hashOfStyleInputs(root) {
  const own = (await filesIn(join(root, ASSETS))).filter((file) => file.endsWith('.scss'));
  const versions = ['nhsuk-frontend', 'sass'].map((name) => join(root, 'node_modules', name, 'package.json'));
  const hash = createHash('sha256');
  for (const file of [...own, ...versions, fileURLToPath(import.meta.url)]) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** The few small arrows that nhsuk-frontend's style sheet asks for. Its folder also holds logos: not those. */
async function copyIcons(root, css) {
  const names = new Set([...css.matchAll(/url\("images\/([\w-]+\.svg)"\)/g)].map((match) => match[1]));
  for (const name of names) {
    const icon = await readFile(join(root, 'node_modules/nhsuk-frontend/dist/nhsuk/assets/images', name));
    await put(join(root, 'dist/assets/images', name), icon);
  }
}

async function copyAssets(root, say) {
  const nhsuk = dirname(createRequire(join(root, 'package.json')).resolve('nhsuk-frontend'));
  const copied = {
    'nhsuk.js': await putHashed(root, 'nhsuk.js', await readFile(join(nhsuk, 'nhsuk-frontend.min.js'))),
  };
  for (const file of await filesIn(join(root, ASSETS))) {
    if (!/\.(js|svg)$/.test(file)) continue;
    const name = basename(file);
    copied[name] = await putHashed(root, name, withHashedImports(await readFile(file, 'utf8'), copied));
  }
  for (const name of Object.values(copied)) say(`asset      ${name}`);
  return copied;
}

function withHashedImports(script, copied) {
  return script.replaceAll(/(from '\.\/)([\w-]+\.js)(')/g, (whole, before, name, after) =>
    copied[name] ? before + copied[name] + after : whole,
  );
}

/** Writes an asset under a name that changes with its content, so that browsers may keep it for ever. */
async function putHashed(root, name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const hashed = name.replace(/\.(\w+)$/, `-${hash}.$1`);
  await put(join(root, 'dist/assets', hashed), content);
  return hashed;
}

/** Writes beside and moves into place: a server that reads while we build never sees half a file. */
async function put(file, content) {
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, content);
  await rename(beside, file);
}

async function filesIn(folder) {
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await build({ root: resolve(dirname(fileURLToPath(import.meta.url)), '..') });
}
