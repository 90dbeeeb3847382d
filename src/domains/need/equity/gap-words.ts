import type { Estimate } from './ratios.ts';

/** How two groups compare: as they are, and after age and sex where that can be said. */
export interface Gap {
  /** The people, in the middle of a sentence: "people in the most deprived fifth". */
  readonly who: string;
  readonly than: string;
  /** What they are likely to be: "on “Diabetes”". */
  readonly to: string;
  readonly crude: Estimate;
  readonly adjusted: Estimate | null;
  /** Whether age and sex can be allowed for at all. */
  readonly standardised: boolean;
}

/**
 * A gap in plain words, which never say more than the interval allows: a difference is one only where the whole interval
 * lies on one side of 1.
 */
export function gapInWords({ who, than, to, crude, adjusted, standardised }: Gap): string {
  const first = `${capital(who)} are ${timesText(crude)} as likely as ${than} to be ${to} (95% interval ${rangeText(crude)}).`;
  if (adjusted === null) {
    if (side(crude) === 0) return `${first} The difference may be chance.`;
    return standardised ? `${first} Too few to say what is left of it after age and sex.` : first;
  }
  return `${first} After allowing for age and sex: ${timesText(adjusted)} (${rangeText(adjusted)}). ${verdict(side(crude), side(adjusted))}`;
}

type Side = -1 | 0 | 1;

/** On which side of 1 the whole interval lies; 0 where 1 is inside. */
function side({ interval }: Estimate): Side {
  return interval.lower > 1 ? 1 : interval.upper < 1 ? -1 : 0;
}

function verdict(crude: Side, adjusted: Side): string {
  if (adjusted === 0)
    return crude === 0 ? 'The difference may be chance.' : 'What is left after age and sex may be chance.';
  const word = adjusted === 1 ? 'more' : 'less';
  if (crude === adjusted) return `At the same age and sex they are still ${word} likely.`;
  return `At the same age and sex they are ${word} likely.`;
}

/** Two decimals below ten, and none that rounding would make into 1 from one side. */
export function timesText({ value }: Estimate): string {
  return `${ratioText(value)} times`;
}

export function rangeText({ interval }: Estimate): string {
  return `${ratioText(interval.lower)} to ${ratioText(interval.upper)}`;
}

export function ratioText(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
