import { formatDay, londonDay, type PlainDate } from '../../../../kernel/index.ts';
import { Heading, SummaryList } from '../../../../platform/web/index.ts';
import type { Appointment, Appointments } from '../../../register/index.ts';
import { Part } from './own-parts.tsx';

/** So many of those that are over are shown. */
const PAST_SHOWN = 3;

/** What practices call the ways in which an appointment is held, in plain words. Others are shown as they came. */
const HOW: Readonly<Record<string, string>> = {
  'face to face (surgery)': 'at the practice',
  'face to face': 'at the practice',
  'telephone/audio': 'by phone',
  telephone: 'by phone',
  'video with audio': 'by video',
  'written (including online)': 'in writing',
  'home visit': 'at your home',
};

/** Those that still stand on a day or after it, and those before, the latest first. */
export function partAppointments(
  all: readonly Appointment[],
  today: PlainDate,
): { next: readonly Appointment[]; past: readonly Appointment[] } {
  const isOff = ({ status }: Appointment) => /cancel/i.test(status ?? '');
  return {
    next: all.filter((each) => each.day >= today && !isOff(each)),
    past: all.filter(({ day }) => day < today).reverse(),
  };
}

/**
 * The appointments of a person: what is to come, what was, and how to get one. It says by when its practice told us,
 * because what was booked since is not here.
 */
export function MyAppointments({
  appointments,
  practice,
  nameOf,
  now,
}: {
  readonly appointments: Appointments | null;
  readonly practice: string | null;
  /** The name of a practice by its code. */
  readonly nameOf: (code: string) => string;
  readonly now: Date;
}) {
  const { next, past } = partAppointments(appointments?.all ?? [], londonDay(now));
  const row = (each: Appointment) => ({ key: whenOf(each), value: whereOf(each, nameOf) });
  return (
    <Part id="appointments" title="My appointments">
      {next.length > 0 ? <SummaryList rows={next.map(row)} /> : <p>We do not know of one that is to come.</p>}
      {appointments && (
        <p class="app-secondary">
          {`This is what your practice told us by ${formatDay(appointments.asOf)}. What you booked since is not here.`}
        </p>
      )}
      <p>{`You cannot book here yet. To book, change or cancel, ask ${practice ?? 'your practice'}.`}</p>
      {past.length > 0 && (
        <>
          <Heading level={3}>The last ones</Heading>
          <SummaryList
            rows={past.slice(0, PAST_SHOWN).map((each) => {
              const { key, value } = row(each);
              const came = cameOf(each);
              return { key, value: came === null ? value : `${value}. ${came}` };
            })}
          />
        </>
      )}
    </Part>
  );
}

function whenOf({ day, minute }: Appointment): string {
  if (minute === null) return formatDay(day);
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${formatDay(day)}, ${hours}:${String(minutes).padStart(2, '0')}`;
}

function whereOf({ practice, mode }: Appointment, nameOf: (code: string) => string): string {
  const how = mode === null ? null : (HOW[mode.toLowerCase()] ?? mode);
  return how === null ? nameOf(practice) : `${nameOf(practice)}, ${how}`;
}

/** What became of one that is over, where that has to be said. */
function cameOf({ status }: Appointment): string | null {
  if (/cancel/i.test(status ?? '')) return 'It was cancelled';
  return /^(dna|did not attend|missed)/i.test(status ?? '') ? 'You did not come' : null;
}
