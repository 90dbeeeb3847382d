const HOUSES = [
  [0, 0],
  [17, 0],
  [0, 17],
  [17, 17],
] as const;

/** Our own mark, as in assets/mark.svg: four houses around a point. Drawn in the colour of the text beside it. */
export function Mark() {
  return (
    <svg class="app-mark" viewBox="0 0 32 32" width="32" height="32" focusable="false" aria-hidden="true">
      {HOUSES.map(([x, y]) => (
        <path key={`${x} ${y}`} transform={`translate(${x} ${y})`} d="M7.5 1.5 13 6v7H2V6z" />
      ))}
      <circle cx="16" cy="16.5" r="2.5" />
    </svg>
  );
}
