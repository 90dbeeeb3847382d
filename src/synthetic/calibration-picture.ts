import type { Calibrated } from './calibration.ts';

const WIDTH = 900;
const LINE = 26;
const TOP = 64;
const LEFT = 420;
const RIGHT = 640;
/** Tolerances to either side of the target that the picture has room for. */
const REACH = 1.5;

/**
 * The percentages of a calibration as an SVG picture: for each the tolerance as a band round the target, and a mark for
 * what was measured: a disc inside the band, a cross outside. The table has all of it in numbers.
 */
export function calibrationPicture(rows: readonly Calibrated[]): string {
  const shown = rows.filter(
    ({ unit, tolerance, measured }) => unit === '%' && tolerance !== null && measured !== null,
  );
  const height = TOP + shown.length * LINE + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="arial, sans-serif" font-size="13">
<title>Targets of the synthetic borough and what was measured</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="16" y="26" font-size="16" font-weight="bold">Targets and what was measured, in percent</text>
<text x="16" y="48" fill="#4c6272">The band is the tolerance round the target; everything in it is invented.</text>
${shown.map((row, at) => line(row, TOP + at * LINE)).join('\n')}
</svg>
`;
}

function line({ oracle, what, target, tolerance, measured, met }: Calibrated, top: number): string {
  const middle = (LEFT + RIGHT) / 2;
  const unit = (RIGHT - LEFT) / 2 / REACH;
  const off = ((measured ?? 0) - target) / (tolerance ?? 1);
  const x = Math.round(middle + Math.max(-REACH, Math.min(REACH, off)) * unit);
  const y = top + LINE / 2;
  const mark = met
    ? `<circle cx="${x}" cy="${y}" r="5" fill="#005eb8"/>`
    : `<path d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10" stroke="#d5281b" stroke-width="3"/>`;
  const found = (Math.round((measured ?? 0) * 100) / 100).toFixed(2);
  return `<text x="16" y="${y + 5}">${oracle}  ${escaped(what)}</text>
<rect x="${Math.round(middle - unit)}" y="${y - 8}" width="${Math.round(2 * unit)}" height="16" fill="#d8e6f4"/>
<path d="M${middle} ${y - 10}v20" stroke="#212b32"/>
${mark}
<text x="660" y="${y + 5}">${found} for ${target} ±${tolerance}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
