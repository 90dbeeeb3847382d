import { z } from 'zod';
import { NotFound, Refusal } from '../../../kernel/index.ts';
import type { Answer, Visit, Web } from '../../../platform/web/index.ts';
import { rowNumber } from '../../../platform/web/index.ts';
import { applyOffer, discardOffer, undoChanges } from '../decide-changes.ts';
import { readDirectory } from '../directory-state.ts';
import { readChangeSet, readChangeSets } from '../read-changes.ts';
import { mayChangeDirectory, maySeePlaces } from '../who-may.ts';
import { ChangeSetPage, ChangeSetsPage } from './change-pages.tsx';

const which = z.object({ set: rowNumber });

/** Changes of the directory: what waits to be decided on, what was decided, and undoing it. */
export function changeRoutes(web: Web, changed: () => Promise<void>): void {
  web.route({
    method: 'GET',
    url: '/places/changes',
    may: maySeePlaces,
    handle: async (visit) => ({
      page: (
        <ChangeSetsPage
          visit={visit}
          sets={await readChangeSets(visit.tx)}
          mayChange={mayChangeDirectory(visit.by).allowed}
        />
      ),
    }),
  });
  web.route({
    method: 'GET',
    url: '/places/changes/:set',
    may: maySeePlaces,
    params: which,
    handle: (visit) => showSet(visit, visit.params.set),
  });
  decision(web, 'apply', async (visit, setId) => {
    await applyOffer(visit.tx, { by: visit.by, setId, now: visit.now, seen: visit.body.seen ?? '' });
    await changed();
  });
  decision(web, 'discard', (visit, setId) => discardOffer(visit.tx, { by: visit.by, setId, now: visit.now }));
  decision(web, 'undo', async (visit, setId) => {
    await undoChanges(visit.tx, { by: visit.by, setId, now: visit.now });
    await changed();
  });
}

const decisionForm = z.object({ seen: z.string().max(40).optional() });

/** One decision on a set; when it is refused, the page says why and shows the differences as they are now. */
function decision(
  web: Web,
  verb: 'apply' | 'discard' | 'undo',
  decide: (visit: Visit<unknown, unknown, z.output<typeof decisionForm>>, setId: number) => Promise<unknown>,
): void {
  web.route({
    method: 'POST',
    url: `/places/changes/:set/${verb}`,
    may: mayChangeDirectory,
    params: which,
    body: decisionForm,
    handle: async (visit) => {
      await decide(visit, visit.params.set);
      return { redirect: `/places/changes/${visit.params.set}` };
    },
    again: (visit, { refusal }) => showSet(visit, visit.params.set, refusal),
  });
}

async function showSet(visit: Visit, setId: number, refused?: Refusal): Promise<Answer> {
  const state = await readDirectory(visit.tx);
  const mayChange = mayChangeDirectory(visit.by).allowed;
  try {
    const shown = await readChangeSet(visit.tx, setId);
    const page = (
      <ChangeSetPage visit={visit} {...shown} state={state} mayChange={mayChange} refused={refused ?? null} />
    );
    return refused ? { page, status: 409 } : { page };
  } catch (error) {
    // An offer that the directory no longer allows: it is shown with the reason, and can only be laid aside.
    if (!(error instanceof Refusal) || error instanceof NotFound) throw error;
    const set = (await readChangeSets(visit.tx, 10_000)).find((each) => each.setId === setId);
    if (!set) throw error;
    const nothing = { set, changes: [], mark: '', state, mayChange };
    return { page: <ChangeSetPage visit={visit} {...nothing} refused={refused ?? error} /> };
  }
}
