import { formatDay, formatInstant } from '../../../../kernel/index.ts';
import {
  ButtonLink,
  Heading,
  InsetText,
  PostButton,
  Table,
  type Visit,
} from '../../../../platform/web/index.ts';
import { readTeams } from '../../../directory/index.ts';
import { type PersonVisit, personHref } from '../../../register/index.ts';
import { readDesk } from '../../../work/index.ts';
import { readSmiPerson, type SmiPerson } from '../read-smi.ts';
import type { SmiPathway } from '../smi-pathway.ts';
import { mayChase, maySeeSmi } from '../who-may.ts';
import { chaseWords, StatusTag } from './smi-words.tsx';

/** On a person's page: each check, when it was last done and by whom, and who makes sure of it. */
export function smiPanel(pathway: SmiPathway) {
  return async ({ visit, person }: PersonVisit) => {
    if (!maySeeSmi(visit.by).allowed) return null;
    const found = await readSmiPerson(visit.tx, pathway, person.person_no);
    if (found === null) return null;
    const title = (id: string) => pathway.checks.find((check) => check.id === id)?.title ?? id;
    return (
      <section aria-labelledby="smi">
        <Heading level={2} id="smi">
          Physical health checks (SMI)
        </Heading>
        <Table
          caption="Each check and where it stands"
          hideCaption
          compact
          responsive
          rows={found.checks}
          columns={[
            { heading: 'Check', rowHeader: true, cell: (check) => title(check.check) },
            { heading: 'Stands', cell: (check) => <StatusTag status={check.status} /> },
            {
              heading: 'Last done',
              nowrap: true,
              unknown: 'Never recorded',
              cell: (check) => check.last && formatDay(check.last),
            },
            {
              heading: 'Counts until',
              nowrap: true,
              deskOnly: true,
              unknown: 'Not done',
              cell: (check) => check.until && formatDay(check.until),
            },
            {
              heading: 'Recorded as',
              unknown: 'Not shown',
              cell: (check) =>
                check.last === null
                  ? '–'
                  : [check.recorded, check.recordedBy].filter((part) => part).join(', '),
            },
          ]}
        />
        <Chasing visit={visit} person={found} may={await mayStart(visit, pathway, found)} />
      </section>
    );
  };
}

async function mayStart(visit: Visit, pathway: SmiPathway, { checks, chase }: SmiPerson): Promise<boolean> {
  if (chase !== null || !checks.some(({ status }) => status === 'overdue' || status === 'due')) return false;
  await readTeams(visit.tx);
  const { teams } = await readDesk(visit.tx, visit.by, visit.now);
  return teams.some(({ kind }) => mayChase(visit.by, kind, pathway.mental_health_team_kind).allowed);
}

function Chasing({ visit, person, may }: { visit: Visit; person: SmiPerson; may: boolean }) {
  const { chase } = person;
  if (chase !== null)
    return (
      <>
        <p>{`${chaseWords(person)}: makes sure that they are done, since ${formatInstant(chase.since)}.`}</p>
        <ButtonLink href={`/work/${chase.item}`} variant="secondary" small>
          Open this work
        </ButtonLink>
      </>
    );
  return (
    <>
      <InsetText>Nobody makes sure of these checks now.</InsetText>
      {may && (
        <PostButton
          action={`${personHref(person.publicId)}/smi-chase`}
          csrfToken={visit.chrome.csrfToken}
          small
        >
          Make sure of them
        </PostButton>
      )}
    </>
  );
}
