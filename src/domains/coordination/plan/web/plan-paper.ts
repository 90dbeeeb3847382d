import { formatDay, formatInstant, formatNhsNumber, londonDay } from '../../../../kernel/index.ts';
import type { PdfDocument } from '../../../../platform/pdf/index.ts';
import { entriesOf, only, type PlanEntry, stepStatus } from '../plan-document.ts';
import type { SectionId } from '../plan-parts.ts';
import { stateInWords, stateOn } from '../plan-states.ts';
import { fieldWords, type OwnerNames } from './part-view.tsx';
import { nameOf, type PlanLook } from './plan-visit.ts';

/** What stands on paper: who, what is urgent, and then what matters; each as names and values. */
interface Block {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

/**
 * The plan on one or two pages for whoever stands at the bed: whom to call, what to do, what was recommended, allergies;
 * then what matters to the person. Dated and marked as a copy, with the way to the live plan and the Universal Care
 * Plan. `allergies` null: no record was at hand, which the paper says.
 */
export function paperOf(parts: {
  look: PlanLook;
  owners: OwnerNames;
  allergies: readonly string[] | null;
  address: string;
}): PdfDocument {
  const { look, address } = parts;
  const { plan, person, visit, rules } = look;
  const name = nameOf(person);
  const printed = formatInstant(visit.now);
  const ucp = only(plan, 'ucp');
  const urgent = urgentBlocks(parts);
  return {
    title: 'Care plan (copy)',
    day: londonDay(visit.now),
    foot: `Copy of the care plan of ${name}, made on ${printed}. The live plan: ${address}/plans/${plan.publicId}`,
    template: TEMPLATE,
    data: {
      name,
      who: identityWords(look),
      copy: `This is a copy, made on ${printed}. The plan is ${stateInWords(stateOn(plan, londonDay(visit.now)))}${plan.agreedOn ? `; agreed on ${formatDay(plan.agreedOn)}` : '; not agreed yet'}${plan.reviewOn ? `; review due on ${formatDay(plan.reviewOn)}` : ''}. The live plan is at ${address}/plans/${plan.publicId}.`,
      ucp: ucpWords(ucp.status, ucp.day, ucp.link),
      urgent: urgent.map(asData),
      more: calmBlocks(parts).map(asData),
      credit: rules.credit,
    },
  };
}

function identityWords({ person, voice }: PlanLook): string {
  const born = person.birth_date ? `born ${formatDay(person.birth_date)}` : 'date of birth not known';
  if (voice === 'carer') return born;
  return `${born}, ${person.nhs_number ? `NHS number ${formatNhsNumber(person.nhs_number)}` : 'no NHS number'}`;
}

function asData({ title, rows }: Block) {
  return { title, rows: rows.map((row) => [...row]) };
}

function ucpWords(status: string | undefined, day: string | undefined, link: string | undefined): string {
  if (status === 'created' || status === 'published')
    return `There is a Universal Care Plan${status === 'published' ? '' : ', not published yet'}${day ? `, since ${formatDay(day)}` : ''}. ${link ?? ''}`.trim();
  return status === 'none'
    ? 'There is no Universal Care Plan.'
    : 'It is not noted whether there is a Universal Care Plan.';
}

type Paper = Parameters<typeof paperOf>[0];

function urgentBlocks(paper: Paper): Block[] {
  return blocksThatMatter(paper).filter(({ rows }) => rows.length > 0);
}

function blocksThatMatter({ look, owners, allergies }: Paper): Block[] {
  const { plan, rules } = look;
  const contacts = entriesOf(plan, 'contact').filter(({ content }) => content.emergency === 'yes');
  const recommended = only(plan, 'emergency_recommendation');
  const title = (section: SectionId) => rules.sections[section].title;
  return [
    {
      title: 'Call in an emergency',
      rows: contacts.map(({ content }) => [
        [content.name, content.relation].filter((part) => part).join(', '),
        [content.phone, content.reach, authorityWords(look, owners, content.authority)]
          .filter((part) => part)
          .join('. '),
      ]),
    },
    {
      title: title('emergency_recommendation'),
      rows: Object.keys(recommended).length
        ? rowsOf(look, owners, 'emergency_recommendation', recommended)
        : [],
    },
    {
      title: 'Allergies in the record',
      // The person shares parts of the plan with a carer, and nothing of the record.
      rows: look.voice === 'carer' ? [] : [['Known', allergyWords(allergies)]],
    },
    ...entriesOf(plan, 'contingency').map((entry) => ({
      title: `If this happens: ${entry.content.trigger ?? ''}`,
      rows: rowsOf(look, owners, 'contingency', entry.content, new Set(['trigger'])),
    })),
  ];
}

function allergyWords(allergies: readonly string[] | null): string {
  if (allergies === null) return 'The record was not at hand. Ask the practice.';
  return allergies.length === 0 ? 'None recorded in what practices sent. Ask.' : allergies.join('; ');
}

function authorityWords(look: PlanLook, owners: OwnerNames, authority: string | undefined): string {
  if (!authority || authority === 'none') return '';
  const { label = '' } = look.rules.sections.contact.fields.authority ?? {};
  return `${label} ${fieldWords({ rules: look.rules, plan: look.plan, owners }, 'contact', 'authority', authority)}`;
}

const CALM: readonly SectionId[] = ['about_me', 'preferences'];

function calmBlocks({ look, owners }: Paper): Block[] {
  const { plan, rules } = look;
  const steps = entriesOf(plan, 'action').filter((step) => stepStatus(step) === 'to_do');
  const others = entriesOf(plan, 'contact').filter(({ content }) => content.emergency !== 'yes');
  const list = (
    section: SectionId,
    entries: readonly PlanEntry[],
    row: (of: PlanEntry) => [string, string],
  ) => ({
    title: rules.sections[section].title,
    rows: entries.map(row),
  });
  return [
    ...CALM.map((section) => ({
      title: rules.sections[section].title,
      rows: rowsOf(look, owners, section, only(plan, section)),
    })),
    list('goal', entriesOf(plan, 'goal'), ({ content }) => [
      content.words ?? '',
      [content.whose ? rules.sections.goal.fields.whose?.choices?.[content.whose] : null, content.measure]
        .filter((part) => part)
        .join('. '),
    ]),
    list('action', steps, ({ content }) => [
      content.what ?? '',
      [
        content.who ||
          (content.owner
            ? fieldWords({ rules, plan, owners }, 'action', 'owner', content.owner)
            : 'Nobody yet'),
        content.due ? `by ${formatDay(content.due)}` : null,
      ]
        .filter((part) => part)
        .join(', '),
    ]),
    list('carer', entriesOf(plan, 'carer'), ({ content }) => [
      content.name ?? '',
      [content.helps, content.phone, content.if_cannot ? `If they cannot: ${content.if_cannot}` : null]
        .filter((part) => part)
        .join('. '),
    ]),
    list('contact', others, ({ content }) => [
      [content.name, content.relation].filter((part) => part).join(', '),
      [content.phone, content.reach].filter((part) => part).join('. '),
    ]),
    list('additional_plan', entriesOf(plan, 'additional_plan'), ({ content }) => [
      content.name ?? '',
      [content.day ? formatDay(content.day) : null, content.kept, content.link]
        .filter((part) => part)
        .join(', '),
    ]),
  ].filter(({ rows }) => rows.length > 0);
}

function rowsOf(
  look: PlanLook,
  owners: OwnerNames,
  section: SectionId,
  content: Readonly<Record<string, string>>,
  except: ReadonlySet<string> = new Set(),
): [string, string][] {
  const { rules, plan } = look;
  const { fields } = rules.sections[section];
  return Object.entries(fields).flatMap(([field, { label }]): [string, string][] => {
    const text = content[field];
    if (!text || except.has(field)) return [];
    return [[label, fieldWords({ rules, plan, owners }, section, field, text)]];
  });
}

// The program of the paper. It sees the plan as data only.
const TEMPLATE = `
#let part-of(part) = {
  heading(level: 2, part.title)
  for row in part.rows {
    block(above: 5pt, below: 0pt, breakable: false, stroke: (bottom: 0.3pt), inset: (bottom: 4pt), width: 100%,
      grid(columns: (32%, 1fr), column-gutter: 8pt, text(weight: "bold", row.at(0)), row.at(1)))
  }
}
= Care plan of #data.name
#data.who

#box(width: 100%, stroke: 1pt, inset: 6pt)[*COPY.* #data.copy #data.ucp]

#for part in data.urgent { part-of(part) }
#for part in data.more { part-of(part) }

#text(size: 8pt, data.credit)
`;
