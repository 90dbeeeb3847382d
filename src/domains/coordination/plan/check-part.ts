import { type FieldError, InvalidInput, parsePlainDate } from '../../../kernel/index.ts';
import type { PlanContent } from './plan-content.ts';
import type { Content } from './plan-document.ts';
import { type FieldKind, planSections, type SectionId } from './plan-parts.ts';

const LONGEST: Record<FieldKind, number> = {
  text: 4000,
  line: 200,
  day: 10,
  choice: 60,
  link: 500,
  goal: 40,
  owner: 40,
};

/** What an entry may point at. */
export interface Choosable {
  readonly goals: readonly string[];
  readonly owners: readonly string[];
}

/**
 * Whether what was typed can stand in a part. Nothing is required: a plan is written bit by bit, and what it lacks is
 * said where somebody is asked to agree to it. Throws InvalidInput naming every field.
 */
export function checkPart(
  section: SectionId,
  typed: Content,
  rules: PlanContent,
  choosable: Choosable,
): Content {
  const errors: FieldError[] = [];
  const clean: Record<string, string> = {};
  for (const [field, kind] of Object.entries(planSections[section].fields)) {
    const text = tidy(typed[field] ?? '', kind);
    const message = text === '' ? null : whatIsWrong(section, field, kind, text, rules, choosable);
    if (message !== null) errors.push({ field, message });
    clean[field] = text;
  }
  if (errors.length > 0) throw new InvalidInput(errors);
  return clean;
}

/** Browsers send line ends as two characters; what was typed has one. */
function tidy(text: string, kind: FieldKind): string {
  const lines = text.replaceAll('\r\n', '\n');
  return kind === 'text' ? lines.replace(/\s+$/, '') : lines.trim();
}

function whatIsWrong(
  section: SectionId,
  field: string,
  kind: FieldKind,
  text: string,
  rules: PlanContent,
  { goals, owners }: Choosable,
): string | null {
  const { label, choices } = rules.sections[section].fields[field] ?? { label: field };
  if (text.length > LONGEST[kind])
    return `“${label}” may be ${LONGEST[kind]} characters long; this is ${text.length}`;
  if (kind === 'day' && parsePlainDate(text) === null) return `“${label}” must be a day such as 9 11 2026`;
  if (kind === 'choice' && choices && !Object.hasOwn(choices, text))
    return `Choose one answer for “${label}”`;
  if (kind === 'goal' && !goals.includes(text)) return `Choose a goal of this plan for “${label}”`;
  if (kind === 'owner' && !owners.includes(text)) return `Choose who it is for “${label}”`;
  if (kind === 'link' && !isHttps(text)) return `“${label}” must be an address that begins with https://`;
  return null;
}

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
