import { formatDay, londonDay } from '../../../kernel/index.ts';
import { writeAudit } from '../../../platform/audit/index.ts';
import type { Actor } from '../../../platform/auth/index.ts';
import {
  allow,
  DataDate,
  deny,
  EmptyState,
  Heading,
  InsetText,
  Page,
  PageHeading,
  type Permission,
  Table,
  type Visit,
  type Web,
} from '../../../platform/web/index.ts';
import { type OptOuts, readOptOuts } from '../facts/opt-outs.ts';
import { type Publication, readPublication } from '../facts/publication.ts';
import type { Measures } from './measures.ts';

export const OPT_OUTS = '/opt-outs';

/** What opt-outs leave out: whoever works with counts, and who answers for them. */
export function mayReadOptOuts(by: Actor): Permission {
  return ['ig_lead', 'analyst', 'commissioner', 'pcn_manager'].includes(by.role)
    ? allow('works with counts that leave people out')
    : deny('What opt-outs leave out is for those who work with counts.');
}

/** Opt-outs and their effect on what figures are of. Numbers alone: nobody is named, here or anywhere. */
export function optOutRoutes(web: Web, measures: Measures): void {
  web.route({
    method: 'GET',
    url: OPT_OUTS,
    may: mayReadOptOuts,
    handle: async (visit) => {
      const publication = await readPublication(visit.tx);
      const rules = visit.by.role === 'ig_lead' ? null : measures.rulesOf(publication);
      const optOuts = publication && (await readOptOuts(visit.tx, publication, rules));
      await writeAudit(visit.tx, { action: 'opt_outs.read', purpose: visit.because });
      return {
        page: <OptOutPage visit={visit} measures={measures} publication={publication} optOuts={optOuts} />,
      };
    },
  });
}

const number = new Intl.NumberFormat('en-GB');

function OptOutPage(props: {
  visit: Visit;
  measures: Measures;
  publication: Publication | null;
  optOuts: OptOuts | null;
}) {
  const { visit, measures, publication, optOuts } = props;
  return (
    <Page title="Opt-outs" chrome={visit.chrome} width="reading">
      <PageHeading>Opt-outs</PageHeading>
      <p>People can say that their record is for their own care only. Care itself goes on as before.</p>
      {publication === null || optOuts === null ? (
        <EmptyState title="Nothing has been worked out yet">
          <p>When the first data have come in, this page shows whom figures leave out.</p>
        </EmptyState>
      ) : (
        <>
          <Denominators visit={visit} measures={measures} publication={publication} optOuts={optOuts} />
          <Check optOuts={optOuts} />
        </>
      )}
    </Page>
  );
}

function Denominators(props: {
  visit: Visit;
  measures: Measures;
  publication: Publication;
  optOuts: OptOuts;
}) {
  const { visit, measures, publication, optOuts } = props;
  const { registered, objecting, optedOut } = optOuts;
  const less = (...left: readonly (number | null)[]) =>
    registered === null || left.includes(null)
      ? null
      : left.reduce<number>((people, each) => people - (each ?? 0), registered);
  const rows = [
    { what: 'Care', of: registered, without: 'Nobody' },
    {
      what: 'Figures for planning',
      of: less(objecting),
      without: 'Who objects at their GP (type 1)',
      left: objecting,
    },
    {
      what: 'Lists for analysts, under pseudonyms',
      of: less(objecting, optedOut),
      without: 'Who objects at their GP, and who opted out nationally',
      left: objecting === null || optedOut === null ? null : objecting + optedOut,
    },
  ];
  const shown = (people: number | null | undefined) =>
    people === null || people === undefined ? null : number.format(people);
  return (
    <>
      <Table
        caption="How many people each use counts"
        captionSize="s"
        responsive
        rows={rows}
        columns={[
          { heading: 'For what', rowHeader: true, cell: (row) => row.what },
          { heading: 'Without whom', cell: (row) => row.without },
          {
            heading: 'Left out',
            numeric: true,
            unknown: 'Hidden',
            cell: (row) => ('left' in row ? shown(row.left) : '0'),
          },
          { heading: 'People', numeric: true, unknown: 'Hidden', cell: (row) => shown(row.of) },
        ]}
      />
      <p>
        <DataDate date={publication.asOf} stale={measures.isStale(publication.asOf, londonDay(visit.now))} />
      </p>
      {visit.by.role !== 'ig_lead' && (
        <p>
          {`These numbers are rounded to the nearest ${measures.rulesOf(publication).round_to}, and numbers up to ${measures.rulesOf(publication).hide_up_to} are hidden.`}
        </p>
      )}
      <p>
        Whose objection is unknown counts as objecting. A national opt-out does not apply to numbers that name
        nobody, so figures for planning count those people.
      </p>
    </>
  );
}

function Check({ optOuts: { check, neverAsked } }: { optOuts: OptOuts }) {
  return (
    <>
      <Heading level={2}>The national service</Heading>
      {check === null ? (
        <InsetText>
          Nobody has been asked about yet, so it is not known who opted out nationally. Whoever operates the
          product asks with <code>neighbourhold opt-outs ask</code> and keeps the answer with{' '}
          <code>neighbourhold opt-outs keep</code>.
        </InsetText>
      ) : (
        <p>
          {`Last asked on ${formatDay(check.checkedOn)}. `}
          {neverAsked === 0
            ? 'It has answered about everybody who is registered now.'
            : `It was never asked about ${neverAsked === null ? 'a few' : number.format(neverAsked)} of the people registered now: of them it is not known.`}
        </p>
      )}
    </>
  );
}
