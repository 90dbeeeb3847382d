import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import { insertImportRun, mayImport } from '../../domains/register/index.ts';
import { InvalidInput, NotPermitted, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { act } from '../../platform/auth/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Web } from '../../platform/web/index.ts';
import type { Product } from '../product.ts';
import { type ImportJob, queues } from '../queues.ts';

/** A practice's whole extract as CSV is below this; larger ones come by the command line, which has no such limit. */
const LARGEST_FILE = 2 * 1024 ** 3;
const MOST_FILES = 200;
/** In characters; disks take names of up to 255 bytes. */
const LONGEST_NAME = 200;
/** All files of one form together, in largest files: the disk is everybody's. */
const LARGEST_TOGETHER = 4;

/** Receives uploaded files into a folder of their own and queues their import. */
export async function uploadRoutes(
  web: Web,
  product: Product,
  jobs: Jobs,
  largest = LARGEST_FILE,
): Promise<void> {
  await web.fastify.register(multipart, {
    limits: { fileSize: largest, files: MOST_FILES, fields: 10, fieldSize: 1000 },
  });
  const config = { access: { may: mayImport } };
  web.fastify.post('/imports', { bodyLimit: largest * LARGEST_TOGETHER, config }, async (request, reply) => {
    const who = await web.who(request);
    if (!who) return reply.redirect('/sign-in', 303);
    const permission = mayImport(who.by);
    if (!permission.allowed) throw new NotPermitted(permission.because);
    const folder = join(product.home.deliveries, `upload-${request.id}`);
    const runId = await intoFolder(request.raw, folder, async () => {
      const most = largest * LARGEST_TOGETHER;
      const fields = await receiveFiles(request.parts(), folder, (token) => who.isOwnForm(token), most);
      // The delivery on whose page they were sent, to bring its rows again.
      const delivery = fields.get('mends') ?? '';
      const mends = /^\d{1,9}$/.test(delivery) ? Number(delivery) : null;
      const origin = { requestId: request.id, from: request.ip };
      return await act(product.book, { by: who.by, origin, login: 'batch' }, async (tx) => {
        const run = await insertImportRun(tx, who.by, { mends });
        await writeAudit(tx, { action: 'import.begun', purpose: permission.because, detail: { run } });
        return run;
      });
    });
    await jobs.send(queues.importFiles, { runId, folder } satisfies ImportJob);
    return reply.redirect(`/imports/${runId}`, 303);
  });
}

type Parts = AsyncIterableIterator<
  | { type: 'file'; filename: string; file: NodeJS.ReadableStream & { truncated?: boolean } }
  | { type: 'field'; fieldname: string; value: unknown }
>;

/**
 * Receives the files of a form into a folder. The form's token comes before its files, so that nothing of a foreign form
 * is written. `most` is how many bytes they may have together. Returns what was typed into its other fields. Throws NotPermitted, InvalidInput, Refusal.
 */
export async function receiveFiles(
  parts: Parts,
  folder: string,
  isOwnForm: (token: unknown) => boolean,
  most = LARGEST_FILE * LARGEST_TOGETHER,
): Promise<ReadonlyMap<string, string>> {
  let own = false;
  const fields = new Map<string, string>();
  const names = new Set<string>();
  let taken = 0;
  for await (const part of parts) {
    if (part.type === 'field') {
      if (part.fieldname === '_csrf') own = isOwnForm(part.value);
      else fields.set(part.fieldname, String(part.value));
      continue;
    }
    if (!own)
      throw new NotPermitted(
        'This form is not from a page of this session.',
        'Load the page again and send the files once more.',
      );
    const name = basename(part.filename ?? '').replace(/[^\w.-]/g, '_');
    if (name === '') {
      part.file.resume();
      continue;
    }
    if (name.length > LONGEST_NAME) throw nameTooLong(name);
    if (names.has(name)) throw sameName(name);
    const kept = createWriteStream(join(folder, name), { mode: 0o600 });
    await pipeline(part.file, kept);
    if (part.file.truncated) throw tooLarge(name);
    taken += kept.bytesWritten;
    if (taken > most) throw tooMuchTogether();
    names.add(name);
  }
  if (names.size === 0) throw new InvalidInput([{ field: 'files', message: 'Choose the files to import' }]);
  return fields;
}

/**
 * Does what fills a folder with the files of a form. When that is refused or fails, the folder goes, and what is still to come of
 * the form is read first, so that its sender sees why.
 */
export async function intoFolder<Done>(
  form: IncomingMessage,
  folder: string,
  work: () => Promise<Done>,
): Promise<Done> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return await work();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    await dropTheRest(form);
    throw error;
  }
}

/** How much of a refused form is still read, in bytes, and for how long. */
const MOST_DROPPED = 64 * 1024 ** 2;
const LONGEST_DROPPING_MS = 5000;

/**
 * Reads and drops what is still to come of a form that is refused: a browser that is cut off while it sends says that the
 * connection broke, and does not show the page that says why. What is very large or slow is cut off all the same.
 */
async function dropTheRest(form: IncomingMessage): Promise<void> {
  if (form.readableEnded || form.destroyed) return;
  form.unpipe();
  await new Promise<void>((done) => {
    let dropped = 0;
    const late = setTimeout(done, LONGEST_DROPPING_MS);
    const over = () => {
      clearTimeout(late);
      done();
    };
    for (const event of ['end', 'close', 'error']) form.once(event, over);
    form.on('data', (bytes: Buffer) => {
      dropped += bytes.length;
      if (dropped > MOST_DROPPED) over();
    });
    form.resume();
  });
}

/** No disk takes it. */
function nameTooLong(name: string): InvalidInput {
  const message = `The name of a file is too long: ${name.slice(0, 40)}… Give it one of up to ${LONGEST_NAME} characters`;
  return new InvalidInput([{ field: 'files', message }]);
}

/** One would take the place of the other. */
function sameName(name: string): InvalidInput {
  const message = `Two of the files are called ${name}. Send the files of one delivery at a time`;
  return new InvalidInput([{ field: 'files', message }]);
}

function tooLarge(name: string): Refusal {
  return new Refusal({
    code: 'file_too_large',
    because: `${name} is larger than a page can take.`,
    remedy: 'Import it on the command line: bin/neighbourhold import FOLDER.',
  });
}

function tooMuchTogether(): Refusal {
  return new Refusal({
    code: 'files_too_large',
    because: 'The files are larger together than a page can take at once.',
    remedy: 'Send them in several goes, or import them on the command line: bin/neighbourhold import FOLDER.',
  });
}
