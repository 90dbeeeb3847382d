/** Joins the classes that apply: `classNames('nhsuk-button', small && 'nhsuk-button--small')`. */
export function classNames(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
