import type { ComponentChildren } from 'preact';
import { formatDay, formatNhsNumber } from '../../../kernel/index.ts';
import { InsetText, SummaryList, Table } from '../../../platform/web/index.ts';
import type { PlaceTree } from '../../directory/index.ts';
import { levelWeight, type MatchField, type MatchPerson } from '../../register/index.ts';
import type { MatchPageProps } from './match-view.ts';
import { fieldWords, levelWords, weightWords } from './match-words.ts';

interface Line {
  readonly heading: string;
  of(person: MatchPerson): ComponentChildren;
  readonly field?: MatchField;
  /** Where the person lives and is registered: not shown of a record that is marked sensitive. */
  readonly isHidden?: true;
}

/** The two people, field by field, with what each field says for and against their being one. */
export function SideBySide({ match, people, method, places }: MatchPageProps) {
  const hides = people.some(({ hidden }) => hidden);
  const [one, other] = [match.one, match.other].map((no) => people.find(({ person_no }) => person_no === no));
  if (!one || !other) return <OwnPatient person={one ?? other} places={places} />;
  const level = ({ field, isHidden }: Line) =>
    field === undefined || (isHidden && hides) ? undefined : match.levels[field];
  return (
    <Table
      caption="The two people side by side"
      hideCaption
      compact
      responsive
      rows={linesOf(places)}
      columns={[
        { heading: 'Field', rowHeader: true, cell: ({ heading }) => heading },
        { heading: 'First', cell: (line) => show(line, one) },
        { heading: 'Second', cell: (line) => show(line, other) },
        {
          heading: 'Compared',
          unknown: 'Not compared',
          cell: (line) => {
            const is = level(line);
            return is === undefined ? null : levelWords(is);
          },
        },
        {
          heading: 'Evidence',
          unknown: 'None',
          cell: (line) => {
            const is = level(line);
            if (is === undefined || line.field === undefined) return null;
            const known = method.fields[line.field].find((each) => each.level === is);
            return weightWords(known ? levelWeight(known) : 0);
          },
        },
      ]}
    />
  );
}

function show(line: Line, person: MatchPerson): ComponentChildren {
  return line.isHidden && person.hidden ? 'Not shown' : line.of(person);
}

/** What a practice that was asked sees: its own patient, and of the other nothing. */
function OwnPatient({ person, places }: { person: MatchPerson | undefined; places: PlaceTree }) {
  if (!person) return <InsetText>Neither of the two is on your list now.</InsetText>;
  return (
    <>
      <SummaryList rows={linesOf(places).map((line) => ({ key: line.heading, value: show(line, person) }))} />
      <InsetText>The other record is at another practice, and is not shown to you.</InsetText>
    </>
  );
}

function linesOf(places: PlaceTree): Line[] {
  return [
    { heading: fieldWords.family_name, field: 'family_name', of: ({ family_name }) => family_name },
    { heading: fieldWords.given_name, field: 'given_name', of: ({ given_names }) => given_names },
    { heading: fieldWords.birth_date, field: 'birth_date', of: bornText },
    { heading: fieldWords.sex, field: 'sex', of: ({ sex }) => (sex === 'unknown' ? null : sex) },
    { heading: fieldWords.postcode, field: 'postcode', isHidden: true, of: ({ postcode }) => postcode },
    { heading: 'Address', isHidden: true, of: ({ address }) => address },
    {
      heading: 'NHS number',
      of: ({ nhs_number }) => (nhs_number === null ? 'None' : formatNhsNumber(nhs_number)),
    },
    {
      heading: 'Registered with',
      isHidden: true,
      of: ({ practice_id }) =>
        practice_id === null ? 'On no list here' : (places.place(practice_id)?.name ?? null),
    },
    {
      heading: 'Registered since',
      of: ({ registered_from }) => (registered_from === null ? null : formatDay(registered_from)),
    },
    {
      heading: 'Died',
      of: ({ death_date }) => (death_date === null ? 'Not recorded as having died' : formatDay(death_date)),
    },
  ];
}

function bornText({ birth_date, birth_approximate }: MatchPerson): string | null {
  if (birth_date === null) return null;
  return birth_approximate ? `${formatDay(birth_date)}, day not known` : formatDay(birth_date);
}
