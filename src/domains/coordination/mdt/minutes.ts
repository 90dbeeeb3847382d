import { formatDay, formatInstant, londonDay } from '../../../kernel/index.ts';
import type { PdfDocument } from '../../../platform/pdf/index.ts';
import { listName } from '../../register/index.ts';
import type { MdtPathway } from './mdt-pathway.ts';
import type { Meeting } from './meeting.ts';
import { type MeetingMove, moveSentence } from './pass-over.ts';
import type { NeededDiscipline } from './quorum.ts';
import { type MeetingCase, type OpenAction, textOf } from './read-case.ts';

/** Everything that the minutes of a meeting say. */
export interface Minutes {
  readonly meeting: Meeting;
  readonly moves: readonly MeetingMove[];
  readonly cases: readonly MeetingCase[];
  readonly needed: readonly NeededDiscipline[];
  readonly earlier: readonly OpenAction[];
  readonly pathway: MdtPathway;
}

const TEMPLATE = `
= #data.title
#data.when \\
#data.where
#for move in data.moves [ \\ #move ]

*Chair:* #data.chair \\
*Present:* #data.present \\
*Apologies:* #data.apologies
#if data.missing != "" [ \\ *Not there, though needed:* #data.missing. #data.note ]

#for case in data.cases [
  == #case.name
  *Why:* #case.why
  #for part in case.parts [
    *#part.at(0):* #part.at(1)

  ]
  #if case.actions.len() > 0 [
    #table(columns: (1fr, auto, auto), table.header([Action], [Who], [By when]), ..case.actions.flatten())
  ]
  #case.next
]
#if data.off.len() > 0 [
  == Taken off the agenda
  #for line in data.off [ - #line ]
]
#if data.earlier.len() > 0 [
  == Open actions of earlier meetings
  #table(columns: (1fr, auto, auto), table.header([Action], [Who], [By when]), ..data.earlier.flatten())
]
`;

/** The minutes of a meeting to print: dated, and marked as a copy. */
export function minutesDocument({ meeting, moves, cases, needed, earlier, pathway }: Minutes): PdfDocument {
  const titleOf = (discipline: string) =>
    pathway.disciplines.find(({ id }) => id === discipline)?.title ?? discipline;
  const people = (attended: 'present' | 'apologies') =>
    meeting.members
      .filter((member) => member.attended === attended)
      .map(({ name, discipline }) => `${name} (${titleOf(discipline)})`)
      .join(', ') || 'Nobody noted';
  const day = londonDay(meeting.startsAt);
  const endOf = (due: Date) => formatDay(londonDay(new Date(due.getTime() - 1)));
  return {
    title: `${meeting.name}, ${formatDay(day)}`,
    day,
    foot: 'Minutes: a copy. Confidential. What has been done since stands in Neighbourhold.',
    template: TEMPLATE,
    data: {
      title: meeting.name,
      when: formatInstant(meeting.startsAt),
      where: meeting.place,
      moves: moves.map(moveSentence),
      chair: meeting.chairName,
      present: people('present'),
      apologies: people('apologies'),
      missing: needed
        .filter(({ present }) => !present)
        .map(({ title }) => title)
        .join(', '),
      note: meeting.quorumNote ?? '',
      cases: cases
        .filter(({ removedBecause }) => removedBecause === null)
        .map((each) => ({
          name: listName(each) + (each.birthDate === null ? '' : `, born ${formatDay(each.birthDate)}`),
          why: each.reasons.map(({ why }) => why).join('; '),
          parts: (
            [
              ['Summary', textOf(each, 'summary')],
              ['Questions', textOf(each, 'questions')],
              ['Discussion', textOf(each, 'discussion')],
              ['No change, because', textOf(each, 'no_change')],
              ['On the next agenda, because', each.carriedBecause ?? ''],
              ['For the person', textOf(each, 'for_person')],
            ] as const
          ).filter(([, text]) => text !== ''),
          actions: each.actions.map(({ title, with: who, due }) => [title, who, endOf(due)]),
          next: each.nextReview === null ? '' : `Next review: ${formatDay(each.nextReview)}`,
        })),
      off: cases
        .filter(({ removedBecause }) => removedBecause !== null)
        .map((each) => `${listName(each)}: ${each.removedBecause}`),
      earlier: earlier.map((each) => [`${listName(each)}: ${each.title}`, each.with, endOf(each.due)]),
    },
  };
}
