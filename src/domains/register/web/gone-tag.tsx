import { formatDay } from '../../../kernel/index.ts';
import { Tag } from '../../../platform/web/index.ts';

/** What says whether somebody is still there to be looked after. */
export interface Presence {
  readonly deathDate: string | null;
  readonly registered: boolean;
}

/** That somebody has died, or is on no practice's list any more, in a few words; null of everybody else. */
export function goneInWords({ deathDate, registered }: Presence): string | null {
  if (deathDate !== null) return `Died ${formatDay(deathDate)}`;
  return registered ? null : 'On no list';
}

/** The same beside a name, in lists of work and of people: nobody rings the family of somebody who has died by mistake. */
export function GoneTag({ of }: { of: Presence }) {
  const said = goneInWords(of);
  if (said === null) return null;
  return (
    <>
      {' '}
      <Tag colour={of.deathDate === null ? 'orange' : 'grey'}>{said}</Tag>
    </>
  );
}
