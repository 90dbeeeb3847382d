import { z } from 'zod';
import { formatInstant, NotFound } from '../../../../kernel/index.ts';
import { Details, Heading, PostButton, Table, type Visit, type Web } from '../../../../platform/web/index.ts';
import {
  type DraftEvent,
  type DraftVersion,
  headOf,
  readEvents,
  readPublishedHere,
  readVersions,
} from '../../drafts/read-drafts.ts';
import { restoreVersion } from '../../drafts/save-draft.ts';
import type { DraftAction } from '../../tables.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { Differences } from './differences.tsx';
import { DraftFrame } from './draft-frame.tsx';
import { type DraftParts, draftHref, openDraft } from './draft-parts.ts';
import { draftParams, seenField } from './forms.ts';
import { PublishedHere } from './published-here.tsx';

const ACTION_WORDS: Record<DraftAction, string> = {
  ask: 'A check was asked for',
  withdraw: 'Taken back from the check',
  send_back: 'Sent back',
  publish: 'Published',
  retire: 'Retired',
  discard: 'Laid aside',
  resume: 'Taken up again',
};

const which = draftParams.extend({ version: z.coerce.number().int().positive().max(2_147_483_647) });

/** Every version of a draft, to be read, compared and taken up again; and what was decided about it. */
export function draftHistoryRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/history',
    may: mayWriteDefinitions,
    params: draftParams,
    handle: async (visit) => ({ page: await historyPage(visit, parts) }),
  });
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/history/:version',
    may: mayWriteDefinitions,
    params: which,
    handle: async (visit) => ({ page: await versionPage(visit, parts, visit.params.version) }),
  });
  web.route({
    method: 'POST',
    url: '/definitions/drafts/:draft/history/:version',
    may: mayWriteDefinitions,
    params: which,
    body: z.object({ seen: seenField }),
    handle: async ({ tx, by, params, body }) => {
      await restoreVersion(tx, { by, draftId: params.draft, seen: body.seen, version: params.version });
      return { redirect: draftHref(params.draft) };
    },
  });
}

async function historyPage(visit: Visit<{ draft: number }>, parts: DraftParts) {
  const { draft: draftId } = visit.params;
  const opened = await openDraft(visit, parts, draftId);
  const versions = await readVersions(visit.tx, draftId);
  const events = await readEvents(visit.tx, draftId);
  const published = await readPublishedHere(visit.tx, headOf(opened.draft.definition).id);
  return (
    <DraftFrame visit={visit} measures={parts.measures} opened={opened} view="history">
      <Events events={events} />
      <Heading level={2}>Versions</Heading>
      <Table
        caption="Versions, the latest first"
        hideCaption
        compact
        responsive
        rows={versions}
        columns={[
          {
            heading: 'Version',
            rowHeader: true,
            cell: ({ version }) => (
              <a href={draftHref(draftId, `history/${version}`)}>{`Version ${version}`}</a>
            ),
          },
          { heading: 'What was done', cell: ({ what }) => what },
          { heading: 'By', cell: ({ savedBy }) => savedBy },
          { heading: 'When', cell: ({ savedAt }) => formatInstant(savedAt) },
        ]}
      />
      <PublishedHere rows={published} linked />
    </DraftFrame>
  );
}

function Events({ events }: { events: readonly DraftEvent[] }) {
  if (events.length === 0) return null;
  return (
    <Table
      caption="What was decided, the latest first"
      captionSize="m"
      compact
      responsive
      rows={events}
      columns={[
        { heading: 'Decision', rowHeader: true, cell: ({ action }) => ACTION_WORDS[action] },
        { heading: 'Version', cell: ({ version }) => String(version) },
        { heading: 'By', cell: ({ by }) => by },
        { heading: 'When', cell: ({ at }) => formatInstant(at) },
        { heading: 'Why', unknown: 'No reason given', cell: ({ reason }) => reason },
      ]}
    />
  );
}

async function versionPage(visit: Visit<{ draft: number }>, parts: DraftParts, number: number) {
  const { draft: draftId } = visit.params;
  const opened = await openDraft(visit, parts, draftId);
  const versions = await readVersions(visit.tx, draftId);
  const at = versions.findIndex(({ version }) => version === number);
  const shown = versions[at];
  if (!shown) throw new NotFound('There is no such version.', 'The history lists all of them.');
  const before = versions[at + 1];
  return (
    <DraftFrame visit={visit} measures={parts.measures} opened={opened} view="history">
      <Heading level={2}>{`Version ${number}: ${shown.what}`}</Heading>
      <p>{`Saved by ${shown.savedBy} on ${formatInstant(shown.savedAt)}.`}</p>
      <Compared
        shown={shown}
        with={before}
        names={['before', 'this version']}
        title="Against the version before"
      />
      {shown.version !== opened.draft.version && (
        <Compared
          shown={{ definition: opened.draft.definition, cases: opened.draft.cases }}
          with={shown}
          names={['this version', 'now']}
          title="What has changed since"
        />
      )}
      <Details summary="The whole text">
        <pre class="app-blocks__text">{shown.definition}</pre>
      </Details>
      {opened.draft.state === 'draft' && shown.version !== opened.draft.version && (
        <PostButton
          action={draftHref(draftId, `history/${number}`)}
          csrfToken={visit.chrome.csrfToken}
          fields={{ seen: String(opened.draft.version) }}
          variant="secondary"
        >
          Take this version up again
        </PostButton>
      )}
    </DraftFrame>
  );
}

function Compared(props: {
  shown: Pick<DraftVersion, 'definition' | 'cases'>;
  with: Pick<DraftVersion, 'definition' | 'cases'> | undefined;
  names: readonly [string, string];
  title: string;
}) {
  const { shown, with: other, names, title } = props;
  if (!other) return null;
  return (
    <section>
      <Heading level={3}>{title}</Heading>
      {shown.definition !== other.definition && (
        <Differences before={other.definition} after={shown.definition} names={names} />
      )}
      {shown.cases !== other.cases && (
        <>
          <Heading level={4}>Cases</Heading>
          <Differences before={other.cases} after={shown.cases} names={names} />
        </>
      )}
      {shown.definition === other.definition && shown.cases === other.cases && <p>The two are the same.</p>}
    </section>
  );
}
