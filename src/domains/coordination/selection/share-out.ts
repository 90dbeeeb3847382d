import { addDays, type PlainDate, plainDate } from '../../../kernel/index.ts';
import type { Lead } from '../capacity.ts';

/** How many of a list each lead takes. */
export interface Share {
  readonly account: string;
  readonly people: number;
}

/**
 * Shares so many people out among leads: each to whoever has the most room then, and of those with as much to the first
 * by name. Leads of whom nobody said how much room they have get only what the others cannot take, those with the
 * fewest first. Nobody is given more than they have room for: what is left over is nobody's until somebody decides.
 */
export function shareOut(leads: readonly Lead[], people: number): Share[] {
  const given = new Map(leads.map(({ account }) => [account, 0]));
  const now = (lead: Lead) => lead.open + (given.get(lead.account) ?? 0);
  const sorted = [...leads].sort((one, other) => one.name.localeCompare(other.name, 'en'));
  const first = (some: readonly Lead[], value: (lead: Lead) => number) =>
    some.reduce<Lead | null>((best, lead) => (best && value(best) >= value(lead) ? best : lead), null);
  for (let left = people; left > 0; left--) {
    const roomy = sorted.filter((lead) => lead.capacity !== null && lead.capacity > now(lead));
    const lead =
      first(roomy, (each) => (each.capacity ?? 0) - now(each)) ??
      first(
        sorted.filter(({ capacity }) => capacity === null),
        (each) => -now(each),
      );
    if (lead === null) break;
    given.set(lead.account, (given.get(lead.account) ?? 0) + 1);
  }
  return leads.map(({ account }) => ({ account, people: given.get(account) ?? 0 }));
}

/**
 * Who leads whom, in the order of the list: whoever led them before, as far as that lead takes people; the others in turn among
 * leads with people left to take, so that nobody gets all of those at the top. One lead a place; null where the shares are used
 * up. `former` has the lead of before of each place, null where there was none.
 */
export function inTurn(shares: readonly Share[], former: readonly (string | null)[]): (string | null)[] {
  const left = shares.map(({ account, people: share }) => ({ account, share }));
  const take = (each: { account: string; share: number } | undefined): string | null => {
    if (!each || each.share === 0) return null;
    each.share -= 1;
    return each.account;
  };
  const again = former.map((lead) => take(left.find(({ account }) => account === lead)));
  const order: string[] = [];
  while (left.some(({ share }) => share > 0))
    for (const each of left) {
      const account = take(each);
      if (account !== null) order.push(account);
    }
  return again.map((lead) => lead ?? order.shift() ?? null);
}

/** The days of so many first steps: spread evenly over the working days of so many weeks from a day on. */
export function spreadDays(from: PlainDate, count: number, weeks: number): PlainDate[] {
  const days: PlainDate[] = [];
  for (let day = from; days.length < weeks * 5; day = addDays(day, 1)) if (!isWeekend(day)) days.push(day);
  return Array.from(
    { length: count },
    (_, at) => days[Math.floor((at * days.length) / count)] ?? plainDate(from),
  );
}

function isWeekend(day: PlainDate): boolean {
  return [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());
}
