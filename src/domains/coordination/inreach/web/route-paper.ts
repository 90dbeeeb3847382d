import { formatDay, formatInstant, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import type { PdfDocument } from '../../../../platform/pdf/index.ts';
import { listName } from '../../../register/index.ts';
import { type InReachPathway, settingOf } from '../in-reach-pathway.ts';
import type { Resident } from '../read-in-reach.ts';
import { lastVisitWords } from './in-reach-words.tsx';

/** The route of a day on paper: by building, with room to write what came of each visit. */
export function routePaper(about: {
  readonly pathway: InReachPathway;
  readonly day: PlainDate;
  readonly now: Date;
  readonly people: readonly Resident[];
  readonly who: string;
  /** There are more people than stand on it. */
  readonly isCut: boolean;
}): PdfDocument {
  const { pathway, day, now, people, who, isCut } = about;
  const sites: { title: string; rows: string[][] }[] = [];
  let last: number | null = null;
  for (const person of people) {
    if (person.site !== last) sites.push({ title: siteTitle(pathway, person), rows: [] });
    last = person.site;
    sites.at(-1)?.rows.push(rowOf(pathway, person, day));
  }
  return {
    title: `Visits, ${formatDay(day)}`,
    day: londonDay(now),
    foot: `Visits of ${formatDay(day)}, made for ${who} on ${formatInstant(now)}. Names people: shred it when the visits are recorded.`,
    template: TEMPLATE,
    data: {
      title: `Visits, ${formatDay(day)}`,
      cut: isCut
        ? `Only the first ${people.length} people. Choose care homes or homes on the page, and print each.`
        : '',
      sites,
    },
  };
}

function siteTitle(pathway: InReachPathway, { setting, postcode }: Resident): string {
  return [settingOf(pathway, setting).title, postcode ?? 'address not shown'].join(', ');
}

function rowOf(pathway: InReachPathway, person: Resident, day: PlainDate): string[] {
  const planned =
    person.nextDay !== null && person.nextDay < day ? `Planned ${formatDay(person.nextDay)}. ` : '';
  return [
    listName(person),
    person.birthDate === null ? '' : formatDay(person.birthDate),
    person.address ?? 'Not shown',
    `${planned}${lastVisitWords(pathway, person) ?? 'Not visited before'}`,
    '',
  ];
}

const TEMPLATE = `
= #data.title
#if data.cut != "" { strong(data.cut) }
#for site in data.sites {
  heading(level: 2, site.title)
  table(columns: (22%, 16%, 22%, 22%, 18%),
    table.header([Name], [Born], [Address], [Before], [What came of it]),
    ..site.rows.flatten().map(text => [#text]))
}
`;
