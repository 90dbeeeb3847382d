import { addDays, londonDay } from '../../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  Heading,
  InsetText,
  Page,
  PageHeading,
  Refused,
  TextInput,
  type Typed,
  type Visit,
} from '../../../../platform/web/index.ts';
import { DayBoxes } from '../../../work/index.ts';
import type { Lead } from '../../capacity.ts';
import { type Over, overInWords } from '../accept-list.ts';
import type { Head } from '../selection.ts';
import type { SelectionContent } from '../selection-content.ts';
import type { Share } from '../share-out.ts';
import { peopleText, selectionHref } from './words.ts';

interface AcceptPageProps {
  readonly visit: Visit;
  readonly content: SelectionContent;
  readonly head: Head;
  readonly people: number;
  readonly over: readonly Over[];
  readonly leads: readonly Lead[];
  readonly shares: readonly Share[];
  readonly typed: Typed;
}

/** The last step: who leads how many of a list, and what happens first. */
export function AcceptPage(props: AcceptPageProps) {
  const { visit, content, head, people, over, leads, shares, typed } = props;
  const { fields, errors } = typed;
  const given = shares.reduce((sum, share) => sum + share.people, 0);
  const asksWhy =
    over.length > 0 ||
    Boolean(fields.override) ||
    ['over_capacity', 'over_hours'].includes(typed.refusal?.code ?? '');
  return (
    <Page
      title="Accept the list"
      chrome={visit.chrome}
      width="reading"
      errors={errors}
      back={{ text: 'Back to the list', href: selectionHref(head.selection) }}
    >
      <PageHeading caption={peopleText(people)}>Accept the list</PageHeading>
      <Refused typed={typed} />
      {over.length > 0 && !typed.refusal && (
        <InsetText>
          <p>{`The list takes more than there is: ${over.map((each) => overInWords(content, each)).join('; ')}.`}</p>
        </InsetText>
      )}
      <p>
        Everybody on it is taken on, each under one lead: whoever was on the caseload lately under the lead
        they had, as far as that lead takes people. Whoever has died, left, or gone on a caseload since is
        left out, and the list says so.
      </p>
      <form method="post" action={`${selectionHref(head.selection)}/accept`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <input type="hidden" name="seen" value={head.version} />
        <Heading level={2}>How many does each lead take?</Heading>
        {given < people && (
          <p>{`There is room for ${peopleText(given)}. Say who takes the other ${people - given}, or move somebody out.`}</p>
        )}
        {leads.map((lead) => {
          const name = `share-${lead.account}`;
          const share = shares.find(({ account }) => account === lead.account)?.people ?? 0;
          return (
            <TextInput
              key={lead.account}
              name={name}
              label={lead.name}
              hint={
                lead.capacity === null
                  ? `${peopleText(lead.open)} now; nobody has said how much room they have`
                  : `${lead.open} of ${lead.capacity} people now`
              }
              width={3}
              inputmode="numeric"
              errors={errors}
              value={fields[name] ?? String(share)}
            />
          );
        })}
        <TextInput
          name="nextStep"
          label="What happens first?"
          labelSize="s"
          errors={errors}
          value={fields.nextStep ?? 'Ring to arrange the first visit'}
        />
        <DayBoxes
          name="due"
          label="From which day on?"
          hint={`The first steps are spread over the working days of ${content.first_step_over_weeks} weeks from then, so that they are not all due at once.`}
          typed={typed}
          suggested={addDays(londonDay(visit.now), 1)}
        />
        {asksWhy && (
          <TextInput
            name="override"
            label="Why should it be accepted all the same?"
            hint="Kept with the list and in the audit."
            labelSize="s"
            errors={errors}
            value={fields.override}
          />
        )}
        <Button preventDoubleClick>Accept and take on</Button>
      </form>
    </Page>
  );
}
