import { join } from 'node:path';
import { beginLoad, mayProposeCodelists, type SaidOfLoad } from '../../domains/need/index.ts';
import { loadableKinds } from '../../interoperability/index.ts';
import { NotPermitted } from '../../kernel/index.ts';
import { act } from '../../platform/auth/index.ts';
import type { Jobs } from '../../platform/jobs/index.ts';
import type { Web } from '../../platform/web/index.ts';
import type { Product } from '../product.ts';
import { type LoadJob, queues } from '../queues.ts';
import { intoFolder, receiveFiles } from './upload-routes.ts';

/** Receives files of lists into a folder of their own and queues their reading: a whole release takes a minute. */
export function codelistUpload(web: Web, product: Product, jobs: Jobs): void {
  const config = { access: { may: mayProposeCodelists } };
  web.fastify.post('/codelists/loads', { bodyLimit: 2 * 1024 ** 3, config }, async (request, reply) => {
    const who = await web.who(request);
    if (!who) return reply.redirect('/sign-in', 303);
    const permission = mayProposeCodelists(who.by);
    if (!permission.allowed) throw new NotPermitted(permission.because);
    const folder = join(product.home.deliveries, `codelists-${request.id}`);
    const load = await intoFolder(request.raw, folder, async () => {
      const fields = await receiveFiles(request.parts(), folder, (token) => who.isOwnForm(token));
      const begun = await act(
        product.book,
        { by: who.by, origin: { requestId: request.id, from: request.ip } },
        (tx) => beginLoad(tx, { by: who.by, said: saidOf(fields) }),
      );
      await jobs.send(queues.loadCodelists, { load: begun, folder } satisfies LoadJob);
      return begun;
    });
    return reply.redirect(`/codelists/loads/${load}`, 303);
  });
}

function saidOf(fields: ReadonlyMap<string, string>): SaidOfLoad {
  const text = (name: string) => fields.get(name)?.trim().slice(0, 200) || undefined;
  const kind = loadableKinds.find((each) => each === text('kind'));
  const [id, title] = [text('id'), text('title')];
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
  };
}
