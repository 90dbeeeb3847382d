import type { ScaleLinear } from 'd3-scale';

export interface BarMarkProps {
  readonly value: number | 'suppressed' | 'unknown';
  /** From a value to a share of the line, 0 to 100. */
  readonly percent: ScaleLinear<number, number>;
}

const HEIGHT = 20;
const STUB = 32;

/**
 * The length of one bar. A suppressed value is a hatched stub that is always as long, so that the drawing
 * gives away no more than the words; an unknown one is only the line where bars begin.
 */
export function BarMark({ value, percent }: BarMarkProps) {
  return (
    <svg class="app-bars__mark" width="100%" height={HEIGHT} focusable="false" aria-hidden="true">
      {typeof value === 'number' && value > 0 && (
        <rect class="app-bars__bar" width={`${percent(value).toFixed(2)}%`} height={HEIGHT} />
      )}
      {value === 'suppressed' && <path class="app-bars__stub" d={hatchedStub()} />}
      <rect class="app-bars__line" width="1" height={HEIGHT} />
    </svg>
  );
}

/** A box with slanting lines, as one path: a pattern would need an id that no other chart has. */
function hatchedStub(): string {
  const box = `M.5 .5h${STUB}v${HEIGHT - 1}h-${STUB}z`;
  const lines = [0, 8, 16, 24].map((x) => `M${x + 0.5} ${HEIGHT - 0.5}l8 -${HEIGHT - 1}`);
  return box + lines.join('');
}
