import { formatInstant } from '../../../../kernel/index.ts';
import { type Look, readLooksAt } from '../../../../platform/audit/index.ts';
import { isRole, roles } from '../../../../platform/auth/index.ts';
import { Details, Table, type Visit } from '../../../../platform/web/index.ts';
import { actionInWords, numbersOfPerson } from '../../../register/index.ts';
import { Part } from './own-parts.tsx';

/** What others did, and what came of it: their own visits and refused attempts say nothing about the record. */
export async function readLooks(visit: Visit, personNo: number): Promise<Look[]> {
  const numbers = await numbersOfPerson(visit.tx, personNo);
  const looks = await readLooksAt(visit.tx, numbers, 200);
  return looks
    .filter(({ account, outcome }) => account !== visit.by.account && outcome === 'done')
    .slice(0, 50);
}

/** What lists are to somebody who stood in one. */
const LIST_WORDS: Record<string, string> = {
  'people.listed': 'Saw you in a list of people',
  'mdt.looked': 'Saw you among the people of a meeting',
  'mdt.agenda_built': 'Put together the list of a meeting that you are on',
  'mdt.closed': 'Closed a meeting that talked about you',
  'work.listed': 'Saw you in a list of things to do',
  'caseload.listed': 'Saw you in a list of people whose care is coordinated',
  'caseload.exported': 'Downloaded a list of people whose care is coordinated, with you in it',
  'plan.listed': 'Saw you in a list of care plans',
  'plan.review_take': 'Will see to your care plan',
  'plan.review_defer': 'Put off seeing to your care plan, and said why',
  'plan.review_decline': 'Said why nobody has to see to your care plan now',
  'smi.chase_defer': 'Put off making sure of your health checks, and said why',
  'smi.chase_decline': 'Said why nobody has to make sure of your health checks now',
  'caseload.taken_back':
    'Took you off the list of people whose care is coordinated, before anybody had begun',
  'work.exported': 'Downloaded a list of things to do that you are in',
  'people.exported': 'Downloaded a list of people that you are in',
  'in_reach.round_opened': 'Saw you in a list of people to visit',
  'in_reach.printed': 'Printed a list of people to visit that you are in',
  'in_reach.moved': 'Moved visits, yours among them, to another day',
  'smi.listed': 'Saw you in a list of health checks',
  'smi.exported': 'Downloaded a list of health checks that you are in',
};

const LOOKS_SHOWN = 6;

/** Who looked, the latest few in sight and the others a press away. */
export function WhoLooked({ rows }: { rows: readonly Look[] }) {
  const earlier = rows.slice(LOOKS_SHOWN);
  return (
    <Part id="looked" title="Who looked at your record">
      {rows.length === 0 ? (
        <p>Nobody has looked at your record here yet.</p>
      ) : (
        <Looks caption="Who looked, the latest first" rows={rows.slice(0, LOOKS_SHOWN)} />
      )}
      {earlier.length > 0 && (
        <Details summary="Who looked before that">
          <Looks caption="Who looked before, the latest first" rows={earlier} />
        </Details>
      )}
    </Part>
  );
}

function Looks({ caption, rows }: { caption: string; rows: readonly Look[] }) {
  return (
    <Table
      caption={caption}
      hideCaption
      responsive
      rows={rows}
      columns={[
        { heading: 'When', cell: (row) => formatInstant(row.at) },
        { heading: 'Who', rowHeader: true, cell: (row) => row.account_name },
        { heading: 'Their job', cell: (row) => (isRole(row.role) ? roles[row.role] : row.role) },
        { heading: 'What they did', cell: (row) => LIST_WORDS[row.action] ?? actionInWords(row.action) },
      ]}
    />
  );
}
