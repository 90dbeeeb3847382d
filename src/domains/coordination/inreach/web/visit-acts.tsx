import { z } from 'zod';
import {
  addDays,
  InvalidInput,
  londonDay,
  NotFound,
  type PlainDate,
  Refusal,
} from '../../../../kernel/index.ts';
import {
  parseForm,
  Select,
  Textarea,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { DayBoxes, type InboxRow, type KindAct, withDays } from '../../../work/index.ts';
import { moveVisit } from '../change-visits.ts';
import type { InReachPathway } from '../in-reach-pathway.ts';
import { readResident } from '../read-in-reach.ts';
import { recordVisits } from '../record-visits.ts';
import { mayVisit } from '../who-may.ts';

const version = z.coerce.number().int().min(0).max(2_147_483_647);
const recordForm = withDays(
  {
    version,
    outcome: z.string().min(1, 'Choose what came of the visit'),
    note: z.string().trim().max(1000, 'Keep the note to 1,000 characters').default(''),
  },
  { day: 'Say when it was' },
);
const moveForm = withDays(
  {
    version,
    reason: z.string().trim().min(1, 'Say why').max(1000, 'Keep this to 1,000 characters'),
  },
  { to: 'Say until when' },
);

const may = ({ by }: Visit) => mayVisit(by).allowed;

/** What is done with a visit in the row of a list of work: what came of it, or another day with the reason. */
export function visitActs(pathway: InReachPathway): KindAct[] {
  return [
    {
      act: 'record-visit',
      text: 'Record',
      heading: 'Record',
      submit: 'Save',
      may,
      fields: async (visit, row, typed) => (
        <>
          <Version version={await versionOf(visit, row, typed)} />
          <DayBoxes name="day" label="Day of the visit" typed={typed} suggested={londonDay(visit.now)} />
          <Select
            name="outcome"
            label="What came of it"
            errors={typed.errors}
            value={typed.fields.outcome ?? ''}
            options={[
              { value: '', text: 'Choose' },
              ...pathway.outcomes.map(({ id, title }) => ({ value: id, text: title })),
            ]}
          />
          <TextInput name="note" label="Note (optional)" errors={typed.errors} value={typed.fields.note} />
        </>
      ),
      do: async ({ tx, by, now }, row, typed) => {
        const { day, outcome, note, version: seen } = parseForm(recordForm, typed);
        const lines = [{ person: row.personId ?? '', outcome, note: note || null, seen }];
        const { not } = await recordVisits(tx, { by, now, pathway, visitedOn: day as PlainDate, lines });
        const [first] = not;
        if (first)
          throw new Refusal({
            code: 'changed_meanwhile',
            because: first.because,
            remedy: 'Nothing of yours has been saved. Save it again if it is still right.',
          });
      },
    },
    {
      act: 'move-visit',
      text: 'Put off',
      heading: 'Put off',
      submit: 'Put off',
      may,
      fields: async (visit, row, typed) => (
        <>
          <Version version={await versionOf(visit, row, typed)} />
          <DayBoxes
            name="to"
            label="Until when?"
            typed={typed}
            suggested={addDays(londonDay(visit.now), 1)}
          />
          <Textarea
            name="reason"
            label="Why?"
            labelSize="s"
            rows={2}
            errors={typed.errors}
            value={typed.fields.reason}
          />
        </>
      ),
      do: async ({ tx, by, now }, row, typed) => {
        const { to, reason, version: seen } = parseForm(moveForm, typed);
        if (to === undefined) throw new InvalidInput([{ field: 'to', message: 'Say until when' }]);
        await moveVisit(tx, { by, now, pathway, person: row.personId ?? '', to, reason, seen });
      },
    },
  ];
}

/** The version of somebody's visits that the form was written against. */
async function versionOf(visit: Visit, row: InboxRow, typed: Typed): Promise<string> {
  const stands = await readResident(visit.tx, row.subjectId);
  if (stands === null)
    throw new NotFound('They are not visited any more, or you may not see them.', 'Go back to your work.');
  // What was typed wrong comes back against what it was written against; what was refused, against what stands now.
  const typedWrong = typed.errors.length > 0 ? typed.fields.version : undefined;
  return typedWrong ?? String(stands.version);
}

function Version({ version: value }: { version: string }) {
  return <input type="hidden" name="version" value={value} />;
}
