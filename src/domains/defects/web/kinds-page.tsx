import { formatDay, type PlainDate } from '../../../kernel/index.ts';
import { Details, Heading, Page, PageHeading, SummaryList, type Visit } from '../../../platform/web/index.ts';
import type { FeedRule } from '../../register/index.ts';
import type { DefectKind, DefectKinds } from '../defect-kinds.ts';
import { boardHref } from './words.tsx';

/** What is looked for, from when on it counts, and who answers for that. */
export function KindsPage(props: { visit: Visit; kinds: DefectKinds; feeds: readonly FeedRule[] }) {
  const { visit, kinds, feeds } = props;
  return (
    <Page
      title="What is looked for"
      chrome={visit.chrome}
      width="reading"
      breadcrumbs={[{ text: 'Data quality', href: '/quality' }]}
    >
      <PageHeading>What is looked for</PageHeading>
      <p>
        After each import, in every practice’s data. The thresholds are content that whoever runs this product
        can change: <code>content/quality</code>.
      </p>
      {kinds.all.map((kind) => (
        <section key={kind.id}>
          <Heading level={2} class="nhsuk-heading-s">
            <a href={boardHref({ kind: kind.id })}>{kind.title}</a>
          </Heading>
          <p>{kind.what}</p>
          <Details summary="Thresholds, and who answers for them">
            <KindFacts kind={kind} kinds={kinds} feeds={feeds} />
          </Details>
        </section>
      ))}
    </Page>
  );
}

function KindFacts({
  kind,
  kinds,
  feeds,
}: {
  kind: DefectKind;
  kinds: DefectKinds;
  feeds: readonly FeedRule[];
}) {
  const days =
    kind.id === 'late-feed' ? feeds.map((feed) => `${feed.title}: ${feed.late_after_days} days`) : [];
  return (
    <SummaryList
      rows={[
        { key: 'Counts from', value: [...thresholdsInWords(kinds.thresholds[kind.id]), ...days].join('; ') },
        { key: 'Who mends it', value: kind.fixed_by === 'practice' ? 'The practice' : 'The data team' },
        {
          key: 'In time',
          value: `${kind.clock.due_days} days; escalates after ${kind.clock.due_days + kind.clock.breach_after_days}`,
        },
        { key: 'Source', value: kind.source },
        { key: 'Owner', value: kind.owner },
        { key: 'Checker', value: kind.checker },
        { key: 'Review', value: formatDay(kind.review as PlainDate) },
        { key: 'State', value: kind.status },
      ]}
    />
  );
}

const WORDS: Readonly<Record<string, (value: number) => string>> = {
  least: (value) => `at least ${value}`,
  share: (value) => (value === 0 ? 'any share' : `at least ${Math.round(value * 100)}%`),
  round_share: (value) => `a delivery that brought at least ${Math.round(value * 100)}% of all senders`,
  window_days: (value) => `of the last ${value} days`,
  grace_days: (value) => `more than ${value} days off`,
  approximate_days: (value) => `${value} days where the birth date is approximate`,
  issues: (value) => `issued at least ${value} times`,
};

function thresholdsInWords(thresholds: object): string[] {
  return Object.entries(thresholds).flatMap(([name, value]) => {
    const words = WORDS[name];
    return words && typeof value === 'number' ? [words(value)] : [];
  });
}
