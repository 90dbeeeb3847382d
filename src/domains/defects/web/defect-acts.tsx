import { z } from 'zod';
import { parseForm, rowNumber, Textarea } from '../../../platform/web/index.ts';
import type { InboxRow, KindAct } from '../../work/index.ts';
import { closeAsRight, takeDefect } from '../change-defect.ts';
import type { DefectKinds } from '../defect-kinds.ts';
import { mayMend } from '../who-may.ts';
import { whyRight } from './defect-form.ts';

const takeForm = z.object({ seen: rowNumber });
const closeForm = takeForm.extend({ reason: whyRight });

/**
 * What is done with a defect of the data in the row of a list of work: taken on, or closed as right with the reason. Its
 * rows and its history stand on its own page.
 */
export function defectActs(kinds: DefectKinds): KindAct[] {
  const of = ({ subjectId }: InboxRow) => ({ kinds, defect: subjectId });
  return [
    {
      act: 'take-defect',
      text: 'Take it on',
      heading: 'Take it on',
      submit: 'Take it on',
      may: ({ by }, { owner }) => owner !== by.account && mayMend(by).allowed,
      fields: async (_, { lastChange }) => <Seen lastChange={lastChange} />,
      do: async ({ tx, by, now }, row, typed) => {
        await takeDefect(tx, { by, now, ...of(row), ...parseForm(takeForm, typed) });
      },
    },
    {
      act: 'close-defect',
      text: 'Right as it is',
      heading: 'Close as right as it is',
      submit: 'Close',
      may: ({ by }) => mayMend(by).allowed,
      fields: async (_, { lastChange }, { errors, fields }) => (
        <>
          <Seen lastChange={lastChange} />
          <Textarea
            name="reason"
            label="Why is it right as it is?"
            hint="It is not raised again while the facts stay the same."
            labelSize="s"
            rows={2}
            errors={errors}
            value={fields.reason}
          />
        </>
      ),
      do: async ({ tx, by, now }, row, typed) => {
        await closeAsRight(tx, { by, now, ...of(row), ...parseForm(closeForm, typed) });
      },
    },
  ];
}

function Seen({ lastChange }: { lastChange: number }) {
  return <input type="hidden" name="seen" value={String(lastChange)} />;
}
