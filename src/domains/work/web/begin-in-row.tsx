import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { addDays, formatDay, londonDay } from '../../../kernel/index.ts';
import {
  Button,
  ButtonGroup,
  CsrfField,
  Heading,
  nothingTyped,
  Refused,
  Textarea,
  type Typed,
  type Visit,
} from '../../../platform/web/index.ts';
import type { LatestWork } from '../read-latest.ts';
import { ActList, type WorkInList } from './acts-in-rows.tsx';
import { DayBoxes } from './item-page.tsx';
import type { RowAddresses } from './row-addresses.ts';
import { withDays } from './work-forms.ts';

// Rows of things that wait and that nobody has taken on: whoever looks takes it on, puts it off or declines it, and it
// is work from then on.

const reason = z
  .string({ error: 'Say why' })
  .trim()
  .min(1, 'Say why')
  .max(1000, 'Keep this to 1,000 characters');

export const beginForms = {
  take: z.object({}),
  defer: withDays({ reason }, { due: 'Say until when' }),
  decline: z.object({ reason }),
} as const;
export type BeginAct = keyof typeof beginForms;
export const beginActs = Object.keys(beginForms) as BeginAct[];

const WORDS = { defer: 'Put off', decline: 'Decline' } as const;
const FORMS = ['defer', 'decline'] as const;

/** The row whose form is open, or whose form or button came back. */
export interface OpenedBegin {
  readonly row: number;
  readonly act: BeginAct;
  readonly typed: Typed;
}

/** The form that an address opens in a row. */
export function openedBegin(at: RowAddresses): OpenedBegin | null {
  const act = FORMS.find((each) => at.act === `begin-${each}`);
  return act === undefined || at.row === null ? null : { row: at.row, act, typed: nothingTyped };
}

/** A row of a list in which work can be begun. */
export interface BeginRow {
  readonly visit: Visit;
  readonly at: RowAddresses;
  /** The number by which the row is opened, and whom or what it is about, for those who hear the page. */
  readonly row: number;
  readonly about: string;
  /** Where each act is sent. */
  href(act: BeginAct): string;
}

/** Who has it, until when; or who declined it; and what whoever looks can do about it. */
export function WhoHasIt(
  props: BeginRow & { latest: LatestWork | null; work: WorkInList; may: boolean; nobody?: string },
) {
  const { visit, at, row, about, latest, work, may, href } = props;
  if (latest !== null && latest.closedAt === null) {
    const until = formatDay(londonDay(new Date(latest.due.getTime() - 1)));
    return (
      <>
        <p class="app-decision">
          {`${[latest.owner, latest.team].filter(Boolean).join(', ')}, until ${until}${latest.offeredTo === null ? '' : `; ${latest.offeredTo} has been asked`}`}
          {latest.note !== null && `: “${latest.note}”`}
        </p>
        {work.cell(latest.item, about)}
      </>
    );
  }
  const forms = FORMS.filter((act) => act !== 'decline' || !latest?.declined);
  return (
    <>
      {latest?.declined && (
        <p class="app-decision">{`Declined by ${latest.decidedBy ?? latest.team}: “${latest.note ?? ''}”`}</p>
      )}
      {!latest?.declined && props.nobody && <p class="app-decision">{props.nobody}</p>}
      {may && (
        <ActList
          visit={visit}
          context={about}
          acts={[
            { text: 'Take on', post: at.send(href('take')) },
            ...forms.map((act) => ({ text: WORDS[act], href: at.open(row, `begin-${act}`) })),
          ]}
        />
      )}
    </>
  );
}

/** Below a row: the form that was opened in it, or what was refused there; null where it is another row's. */
export function belowBegin(
  about: BeginRow,
  opened: OpenedBegin | null,
  latest: LatestWork | null,
  work: WorkInList,
): ComponentChildren {
  if (opened?.row !== about.row) return latest === null ? null : work.below(latest.item);
  // Somebody was first, or a button was refused: that is said, and the row shows who has it.
  if (opened.act === 'take' || latest?.closedAt === null) return <Refused typed={opened.typed} />;
  return <BeginForm {...about} act={opened.act} typed={opened.typed} />;
}

function BeginForm(props: BeginRow & { act: 'defer' | 'decline'; typed: Typed }) {
  const { visit, at, about, act, typed, href } = props;
  return (
    <div class="app-in-row" id="deciding">
      <Heading level={2} class="nhsuk-heading-s">
        {`${WORDS[act]}: ${about}`}
      </Heading>
      <Refused typed={typed} />
      <form method="post" action={at.send(href(act))} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        {act === 'defer' && (
          <DayBoxes
            name="due"
            label="Until when?"
            typed={typed}
            suggested={addDays(londonDay(visit.now), 14)}
          />
        )}
        <Textarea
          name="reason"
          label="Why?"
          labelSize="s"
          hint="Whoever looks at this list reads it."
          rows={2}
          errors={typed.errors}
          value={typed.fields.reason}
        />
        <ButtonGroup>
          <Button preventDoubleClick>{WORDS[act]}</Button>
          <a href={at.left}>Cancel</a>
        </ButtonGroup>
      </form>
    </div>
  );
}
