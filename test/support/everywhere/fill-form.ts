import type { FormField, PageForm } from './forms.ts';

/** Somebody whom nobody who fills forms in cares for: number and day of birth. */
export interface Stranger {
  readonly nhsNumber: string;
  readonly born: string;
}

/** What a form is filled with that says its own name in every text: a script, were it not text. */
export function scriptFor(name: string): string {
  return `<script>alert('${name}')</script>`;
}

/** Where no script can stand: numbers, times, and ids that have a form of their own. */
const SHAPED: readonly (readonly [RegExp, string])[] = [
  [/^(hours|minutes|capacity)$/, '10'],
  [/^every$/, '14'],
  [/^(to|from)$/, '1'],
  [/^time$/, '10:30'],
  [/^born$/, '1960-02-02'],
  [/^(new_value|number)$/, '7'],
  [/^new_name$/, 'drawn_name'],
];

const DAYS_AHEAD = [7, 40, 0, -1] as const;

/**
 * Fills a form in: what stands in it stays, choices are made, and every text is a script. The n-th try makes other choices,
 * another day, and later plain words in place of scripts.
 */
export function fillForm(form: PageForm, turn: number, stranger: Stranger): Record<string, string> {
  const day = new Date(Date.now() + (DAYS_AHEAD[turn % 4] ?? 0) * 86_400_000);
  const filled = form.fields.flatMap((field) => {
    const value = valueFor(field, turn, day, stranger);
    return value === null ? [] : [[field.name, value] as const];
  });
  const button = form.buttons[turn % Math.max(1, form.buttons.length)];
  return Object.fromEntries(button ? [...filled, button] : filled);
}

function valueFor(field: FormField, turn: number, day: Date, stranger: Stranger): string | null {
  const { name, kind, value, offers } = field;
  if (kind === 'kept') return value;
  if (kind === 'file') return null;
  if (kind === 'ticks') return offers[turn % offers.length] ?? null;
  if (kind === 'choice') {
    const choices = offers.filter((offer) => offer !== '');
    return turn === 0 && value !== '' ? value : (choices[turn % Math.max(1, choices.length)] ?? null);
  }
  const part = /^(.*)-(day|month|year)$/.exec(name);
  if (part) {
    const of = part[1] === 'born' ? new Date(`${stranger.born}T12:00:00Z`) : day;
    const parts = { day: of.getUTCDate(), month: of.getUTCMonth() + 1, year: of.getUTCFullYear() };
    return String(parts[part[2] as keyof typeof parts]);
  }
  if (name === 'nhs_number') return stranger.nhsNumber;
  const shaped = SHAPED.find(([of]) => of.test(name));
  if (shaped) return shaped[1];
  if (name === 'id') return `drawn-${turn}`;
  if (value !== '') return value;
  // What need not be said is left out at last.
  return turn < 2 ? scriptFor(name) : turn === 2 ? 'Drawn words' : '';
}
