import { InsetText, type Visit, type Web } from '../../../../platform/web/index.ts';
import { mayWriteDefinitions } from '../../who-may.ts';
import { DraftFrame } from './draft-frame.tsx';
import { type DraftParts, openDraft } from './draft-parts.ts';
import { ExampleTable, openExamples } from './example-people.tsx';
import { draftParams } from './forms.ts';

const OUTCOME_WORDS = { in: 'In', out: 'Out', unknown: 'Unknown' } as const;

/** How many of those who are out, and unknown, stand beside ten who are in. */
const OTHERS = 5;

/** Ten people whom a draft means and some whom it does not, with what decided, for whoever may see them. */
export function examplePeopleRoutes(web: Web, parts: DraftParts): void {
  web.route({
    method: 'GET',
    url: '/definitions/drafts/:draft/people',
    may: mayWriteDefinitions,
    params: draftParams,
    handle: async (visit) => ({ page: await peoplePage(visit, parts) }),
  });
}

async function peoplePage(visit: Visit<{ draft: number }>, parts: DraftParts) {
  const opened = await openDraft(visit, parts, visit.params.draft);
  const { checked, count, whole } = opened;
  const picked =
    count?.is !== 'counted'
      ? []
      : (['in', 'unknown', 'out'] as const).flatMap((outcome) =>
          count.count.examples
            .filter((each) => each.outcome === outcome)
            .slice(0, outcome === 'in' ? undefined : OTHERS)
            .map(({ person }) => ({ person, of: OUTCOME_WORDS[outcome] })),
        );
  const shown =
    checked.definition === null || picked.length === 0
      ? null
      : await openExamples(visit, parts, {
          library: whole.library,
          candidate: checked.definition,
          examples: picked,
        });
  return (
    <DraftFrame visit={visit} measures={parts.measures} opened={opened} view="people">
      <p>
        Some of the people whom you may see, the same each time. Looking at them is written down, as every
        look at a person is.
      </p>
      {shown === null ? (
        <InsetText>There is nobody to show: the definition is not counted.</InsetText>
      ) : (
        <ExampleTable shown={shown} caption="Example people" />
      )}
    </DraftFrame>
  );
}
