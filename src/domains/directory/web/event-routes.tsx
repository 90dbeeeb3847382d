import { z } from 'zod';
import { type FieldError, NotFound, type Refusal } from '../../../kernel/index.ts';
import {
  Button,
  CsrfField,
  DateInput,
  Page,
  PageHeading,
  Radios,
  Select,
  Textarea,
  TextInput,
  type Visit,
  WarningCallout,
  type Web,
} from '../../../platform/web/index.ts';
import { offerEvent } from '../decide-changes.ts';
import { type KnownPlace, readDirectory } from '../directory-state.ts';
import { mayChangeDirectory } from '../who-may.ts';
import { eventForm, typedEvent } from './event-form.ts';
import { placeHref } from './words.ts';

const params = z.object({ code: z.string().max(40) });

/** Recording what happened to an organisation. It is shown as changes before anything is applied. */
export function eventRoutes(web: Web): void {
  web.route({
    method: 'GET',
    url: '/places/:code/event',
    may: mayChangeDirectory,
    params,
    handle: async (visit) => {
      const place = await find(visit, visit.params.code);
      return { page: <EventPage visit={visit} place={place} /> };
    },
  });
  web.route({
    method: 'POST',
    url: '/places/:code/event',
    may: mayChangeDirectory,
    params,
    body: eventForm,
    handle: async (visit) => {
      const { code } = await find(visit, visit.params.code);
      const event = typedEvent(code, visit.body);
      const setId = await offerEvent(visit.tx, { by: visit.by, event, reason: visit.body.reason });
      return { redirect: `/places/changes/${setId}` };
    },
    again: async (visit, { errors, refusal }) => {
      const place = await find(visit, visit.params.code);
      const page = (
        <EventPage visit={visit} place={place} typed={visit.body} errors={errors} refusal={refusal} />
      );
      return { page, status: errors.length > 0 ? 422 : 409 };
    },
  });
}

async function find(visit: Visit, code: string): Promise<KnownPlace> {
  const place = (await readDirectory(visit.tx)).places.get(code);
  if (!place)
    throw new NotFound(`There is no organisation ${code}.`, 'The directory of organisations lists all.');
  return place;
}

function EventPage(props: {
  visit: Visit;
  place: KnownPlace;
  typed?: Record<string, string>;
  errors?: readonly FieldError[];
  refusal?: Refusal;
}) {
  const { visit, place, typed = {}, errors = [], refusal } = props;
  const of = (name: string) => errors.filter(({ field }) => field === name);
  return (
    <Page
      title={`What happened to ${place.name}`}
      chrome={visit.chrome}
      errors={errors}
      back={{ text: 'Back to its history', href: `${placeHref(place)}/history` }}
    >
      <PageHeading caption={place.code}>{`What happened to ${place.name}`}</PageHeading>
      {refusal && errors.length === 0 && (
        <WarningCallout heading="That cannot have happened">
          <p>{`${refusal.message} ${refusal.remedy}`}</p>
        </WarningCallout>
      )}
      <form method="post" action={`${placeHref(place)}/event`} novalidate>
        <CsrfField token={visit.chrome.csrfToken} />
        <Radios
          name="kind"
          label="What happened"
          errors={of('kind')}
          value={typed.kind}
          choices={[
            { value: 'merge', text: 'It merged into another practice' },
            { value: 'split', text: 'It was split' },
            { value: 'close', text: 'It closed' },
            { value: 'transfer', text: 'It moved to another primary care network, or left its own' },
            { value: 'rename', text: 'It has a new name' },
          ]}
        />
        <DateInput
          name="day"
          label="First day on which it was so"
          hint="For a closure, the last day on which it was open. For example, 1 4 2026."
          errors={errors.filter(({ field }) => field.startsWith('day'))}
          value={{ day: typed['day-day'], month: typed['day-month'], year: typed['day-year'] }}
        />
        <TextInput
          name="other"
          label="Code of the other organisation"
          hint="The practice that it went into, or the network that it moved to; blank if it left its network. For a split, each practice with its name: Z10050 New Surgery; Z10051 Other Surgery."
          errors={of('other')}
          value={typed.other}
        />
        <TextInput name="name" label="New name" width={30} errors={of('name')} value={typed.name} />
        <Select
          name="closes"
          label="After a split"
          value={typed.closes ?? ''}
          options={[
            { value: '', text: 'It goes on beside the others' },
            { value: 'yes', text: 'It closes' },
          ]}
        />
        <Textarea
          name="reason"
          label="Where this is known from"
          hint="For example, the minute or the letter. It is kept with the change."
          errors={of('reason')}
          value={typed.reason}
        />
        <Button preventDoubleClick>Show what it changes</Button>
      </form>
    </Page>
  );
}
