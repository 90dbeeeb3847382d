import { z } from 'zod';
import { formatDay, InvalidInput, type PlainDate, parsePlainDate } from '../../../kernel/index.ts';
import { FilterBar, TextInput, WarningCallout } from '../../../platform/web/index.ts';

/** The part of an address that asks as at a day: `?on=2025-08-01`. */
export const onDay = z.object({ on: z.string().trim().max(20).optional() });

/** The day that was asked for; null for today. Throws InvalidInput when it is none. */
export function dayAsked({ on }: z.output<typeof onDay>): PlainDate | null {
  if (on === undefined || on === '') return null;
  const day = parsePlainDate(on);
  if (day === null)
    throw new InvalidInput([
      { field: 'on', message: 'Write the day as year, month and day, for example 2025-08-01.' },
    ]);
  return day;
}

/** Says that a page is of another day, and leads back. Nobody may take last year's places for today's. */
export function AsAtBanner({ day, today }: { day: PlainDate | null; today: string }) {
  if (day === null) return null;
  return (
    <WarningCallout heading={`As at ${formatDay(day)}`}>
      <p>
        Names, networks, neighbourhoods and mergers are those of that day. Numbers are of the last data that
        had come by then. <a href={today}>Go to today</a>
      </p>
    </WarningCallout>
  );
}

/** Asks for another day. */
export function AsAtForm(props: {
  action: string;
  day: PlainDate | null;
  keep?: Readonly<Record<string, string>>;
}) {
  const { action, day, keep = {} } = props;
  return (
    <FilterBar action={action} title="Another day" submit="Show that day" keep={keep} open={day !== null}>
      <TextInput
        name="on"
        label="As at"
        hint="For example 2025-08-01. Leave it blank for today."
        width={10}
        value={day ?? ''}
      />
    </FilterBar>
  );
}
