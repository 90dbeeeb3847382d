import { type Actor, type Role, roles } from '../platform/auth/index.ts';
import type { Command } from '../platform/cli/index.ts';
import type { Web } from '../platform/web/index.ts';

const VERBS_EYES = {
  somebody: 'the account named with `--as`',
  operator: 'whoever runs the product',
  nobody: 'nobody; it opens no data',
} as const;

/**
 * Who may come to which page and run which verb, and why, as a document to read and sign. Made from the policies
 * themselves: `docs/security/who-may-what.md` is what this says, or the build fails.
 *
 * It tells who may come at all. Whom they then see is decided by row-level security, from care relationships.
 */
export function whoMayWhat(routes: Web['routes'], commands: readonly Command[]): string {
  const rows = [...routes].sort(byAddress);
  return [
    '# Who may what',
    '',
    'Made from the policies in the code; a test fails when it differs. It says who may come to a page or send a form at all.',
    'Whom they then see is decided by the database, from open care relationships: row-level security',
    '([decision 0004](../decisions/0004-row-level-security.md)). Roles that are not named are refused, with the sentence at the',
    'end of their line, and the refusal is audited.',
    '',
    '## Pages and forms',
    '',
    '| Route | Who may, and why | Who may not, and why |',
    '|---|---|---|',
    ...rows.map(routeLine),
    '',
    '## Verbs of the command line',
    '',
    'Whoever can run a verb has the data folder or a login of the database. What protects people from them is the operating',
    'system; a verb that shows a person asks for an account and a reason all the same.',
    '',
    '| Verb | With whose eyes | What it shows |',
    '|---|---|---|',
    ...commands.map(({ name, access }) => `| \`${name}\` | ${VERBS_EYES[access.as]} | ${access.because} |`),
    '',
  ].join('\n');
}

function byAddress(one: { method: string; url: string }, other: { method: string; url: string }): number {
  const [a, b] = [`${one.url} ${one.method}`, `${other.url} ${other.method}`];
  return a < b ? -1 : a > b ? 1 : 0;
}

function routeLine({ method, url, access }: Web['routes'][number]): string {
  const route = `\`${method} ${url}\``;
  if ('everybody' in access)
    return `| ${route} | Everybody, signed in or not: ${access.everybody} | Nobody is refused |`;
  const answers = (Object.keys(roles) as Role[])
    .filter((role) => role !== 'operator')
    .map((role) => ({ role, ...access.may(somebodyAs(role)) }));
  const those = (allowed: boolean) => grouped(answers.filter((answer) => answer.allowed === allowed));
  return `| ${route} | ${those(true) || 'Nobody'} | ${those(false) || 'Nobody is refused'} |`;
}

/** Somebody in a role as they usually are: at an organisation, and in a team where the role is one of a team. */
function somebodyAs(role: Role): Actor {
  const inTeam = role === 'int_lead' || role === 'care_coordinator';
  const ofNone = role === 'patient' || role === 'carer';
  return {
    account: '00000000-0000-4000-8000-000000000000',
    name: roles[role],
    role,
    organisation: ofNone ? null : 'Z90001',
    organisationKind: ofNone ? null : 'practice',
    team: inTeam ? 1 : null,
    teamKind: inTeam ? 'int' : null,
  };
}

function grouped(answers: readonly { role: Role; because: string }[]): string {
  const because = new Map<string, string[]>();
  for (const answer of answers)
    because.set(answer.because, [...(because.get(answer.because) ?? []), roles[answer.role]]);
  return [...because].map(([why, who]) => `${who.join(', ')}: ${why}`).join('<br>');
}
