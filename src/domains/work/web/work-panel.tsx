import type { VNode } from 'preact';
import { ButtonGroup, ButtonLink, Heading } from '../../../platform/web/index.ts';
import { type PersonVisit, personHref } from '../../register/index.ts';
import { readWorkOfPerson } from '../read-inbox.ts';
import type { WorkKinds } from '../work-kind.ts';
import { WorkTable } from './inbox-page.tsx';
import { describe } from './work-routes.tsx';

const SHOWN = 20;

/** On a person's page: what is to be done for them, open first, and the way to ask for something. */
export function workPanel(kinds: WorkKinds): (on: PersonVisit) => Promise<VNode | null> {
  return async ({ visit, person }) => {
    const all = await readWorkOfPerson(visit.tx, person.person_no, SHOWN);
    const rows = all.filter((row) => kinds.all.some(({ states }) => states.kind === row.kind));
    return (
      <section aria-labelledby="work">
        <Heading level={2} id="work">
          Work about this person
        </Heading>
        {rows.length === 0 ? (
          <p>Nothing is being done for this person here now.</p>
        ) : (
          <WorkTable
            visit={visit}
            kinds={kinds}
            rows={rows}
            said={await describe(visit.tx, kinds, rows)}
            view="sent"
          />
        )}
        <ButtonGroup>
          <ButtonLink href={`${personHref(person.public_id)}/ask`} variant="secondary" small>
            Ask for something
          </ButtonLink>
        </ButtonGroup>
      </section>
    );
  };
}
