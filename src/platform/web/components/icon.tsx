// Our own drawings: each is one filled path in a box of 24 by 24.
const PATHS = {
  'arrow-left': 'M11 5 4 12l7 7 1.5-1.5L8 13h12v-2H8l4.5-4.5z',
  'arrow-right': 'M13 5l7 7-7 7-1.5-1.5L16 13H4v-2h12l-4.5-4.5z',
  'arrow-right-circle': 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm.5 4.5L11 8l3 3H6v2h8l-3 3 1.5 1.5L18 12z',
  user: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm0 2a8 8 0 0 0-5.8 13.5C7.3 15.4 9.5 14 12 14s4.7 1.4 5.8 3.5A8 8 0 0 0 12 4zm0 2.5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4z',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside words that say the same. Screen readers pass over it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      class={`nhsuk-icon nhsuk-icon--${name}`}
      xmlns="http://www.w3.org/2000/svg"
      viewBox="0 0 24 24"
      width="16"
      height="16"
      focusable="false"
      aria-hidden="true"
    >
      <path d={PATHS[name]} fill-rule="evenodd" />
    </svg>
  );
}
