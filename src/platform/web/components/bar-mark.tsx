import type { ScaleLinear } from 'd3-scale';

export interface BarMarkProps {
  readonly value: number | 'suppressed' | 'unknown';
  /** How far the value may be off, drawn as a line across the end of the bar. */
  readonly interval?: { readonly lower: number; readonly upper: number } | undefined;
  /** From a value to a share of the line, 0 to 100. */
  readonly percent: ScaleLinear<number, number>;
}

const HEIGHT = 20;
const STUB = 32;

/**
 * The length of one bar. A suppressed value is a hatched stub that is always as long, so that the drawing
 * gives away no more than the words; an unknown one is only the line where bars begin.
 */
export function BarMark({ value, interval, percent }: BarMarkProps) {
  return (
    <svg class="app-bars__mark" width="100%" height={HEIGHT} focusable="false" aria-hidden="true">
      {typeof value === 'number' && value > 0 && (
        <rect class="app-bars__bar" width={`${percent(value).toFixed(2)}%`} height={HEIGHT} />
      )}
      {interval && typeof value === 'number' && (
        <Whisker from={percent(interval.lower)} to={percent(interval.upper)} />
      )}
      {value === 'suppressed' && <path class="app-bars__stub" d={hatchedStub()} />}
      <rect class="app-bars__line" width="1" height={HEIGHT} />
    </svg>
  );
}

/** Drawn twice, wide in the paper's colour and narrow in the ink's, so that it shows on the bar and beside it. */
function Whisker({ from, to }: { readonly from: number; readonly to: number }) {
  const at = (percent: number) => `${percent.toFixed(2)}%`;
  const lines = (part: string) => (
    <g key={part} class={`app-bars__whisker app-bars__whisker--${part}`}>
      <line x1={at(from)} x2={at(to)} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {[from, to].map((end, place) => (
        <line key={place} x1={at(end)} x2={at(end)} y1={5} y2={HEIGHT - 5} />
      ))}
    </g>
  );
  return <>{['paper', 'ink'].map(lines)}</>;
}

/** A box with slanting lines, as one path: a pattern would need an id that no other chart has. */
function hatchedStub(): string {
  const box = `M.5 .5h${STUB}v${HEIGHT - 1}h-${STUB}z`;
  const lines = [0, 8, 16, 24].map((x) => `M${x + 0.5} ${HEIGHT - 0.5}l8 -${HEIGHT - 1}`);
  return box + lines.join('');
}
