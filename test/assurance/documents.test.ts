import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

// What people sign is held to what is there: every link leads somewhere, every hazard says what shows that it is held back
// or that nothing does yet, and no number is made up.

const ASSURANCE = 'docs/assurance';
const SECURITY = 'docs/security';

const pages = [ASSURANCE, SECURITY]
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'));

/** The links of a page to what is here: where they lead, and the heading there. */
function linksOf(text: string): { path: string; heading: string }[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, address = '']) => address)
    .filter((address) => !/^(https?|mailto):/.test(address))
    .map((address) => {
      const [path = '', heading = ''] = address.split('#');
      return { path, heading };
    });
}

/** The names under which the headings of a page can be linked to. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function deadLinks(page: string, text: string): string[] {
  return linksOf(text)
    .filter(({ path, heading }) => {
      const to = path === '' ? page : join(dirname(page), path);
      if (!existsSync(to) || relative('.', to).startsWith('..')) return true;
      return heading !== '' && !headingsOf(readFileSync(to, 'utf8')).includes(heading);
    })
    .map(({ path, heading }) => `${page}: ${path}#${heading}`);
}

const isTest = (path: string) => /\.test\.tsx?$/.test(path);

describe('what people sign', () => {
  test('is all there', () => {
    expect(pages.length).toBeGreaterThan(9);
    for (const name of [
      'hazard-log',
      'safety-case-report',
      'dtac',
      'dpia',
      'record-of-processing',
      'retention',
    ])
      expect(pages).toContain(`${ASSURANCE}/${name}.md`);
  });

  test.each(pages)('%s has no link that leads nowhere', (page) => {
    expect(deadLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  test('would be found out by a dead link, a missing heading, and a way out of the project', () => {
    const text =
      '[a](gone.md) [b](README.md#no-such) [c](#neither) [d](../../../etc/passwd) [e](README.md#assurance)';
    expect(deadLinks(`${ASSURANCE}/x.md`, text).length).toBe(4);
  });
});

const FIELDS = [
  'Description',
  'Cause',
  'Effect',
  'Existing controls',
  'Initial risk',
  'Mitigation and what remains',
  'Shown by',
  'Residual risk',
  'Owner',
  'Status',
] as const;

type Hazard = { readonly id: string; readonly title: string } & Record<(typeof FIELDS)[number], string>;

function readHazards(text: string): Hazard[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [, id = '', title = ''] = /^(H\d\d) (.+)$/m.exec(section) ?? [];
      const fields = FIELDS.map((name) => [
        name,
        new RegExp(`^- \\*\\*${name}:\\*\\* (.+)$`, 'm').exec(section)?.[1] ?? '',
      ]);
      return { id, title, ...Object.fromEntries(fields) };
    });
}

/** What is wrong with a hazard: a field that is missing, or nothing that shows its control and no word of it. */
function faultsOf(hazard: Hazard): string[] {
  const missing = FIELDS.filter((name) => hazard[name] === '').map((name) => `${hazard.id} has no ${name}`);
  const shown = linksOf(hazard['Shown by']).filter(({ path }) => isTest(path));
  const unshown = shown.length === 0 && hazard['Shown by'] !== 'none yet';
  return unshown ? [...missing, `${hazard.id} is shown by no test, and does not say so`] : missing;
}

describe('the hazard log', () => {
  const text = readFileSync(join(ASSURANCE, 'hazard-log.md'), 'utf8');
  const hazards = readHazards(text);
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const table = (heading: RegExp) => {
    const lines = text.split('\n');
    const first = lines.findIndex((line) => heading.test(line));
    const end = lines.findIndex((line, at) => at > first && !line.startsWith('|'));
    return { head: cells(lines[first] ?? ''), rows: lines.slice(first + 2, end).map(cells) };
  };
  const matrix = table(/^\| \| Minor/);
  const ratingOf = (risk: string) => {
    const [, severity = '', likelihood = '', said = ''] = /^(\w+) × ([\w ]+) = (\d)$/.exec(risk) ?? [];
    const row = matrix.rows.find(([name]) => name === likelihood);
    return { said, is: row?.[matrix.head.indexOf(severity)] ?? `no rating for ${risk}` };
  };

  test('numbers its hazards, each with all of its fields', () => {
    expect(hazards.map(({ id }) => id)).toEqual(
      hazards.map((_, nth) => `H${String(nth + 1).padStart(2, '0')}`),
    );
    expect(hazards.length).toBeGreaterThan(30);
    expect(hazards.flatMap(faultsOf)).toEqual([]);
  });

  test('would be found out by a hazard without a field, or that nothing shows', () => {
    const [whole] = hazards;
    if (!whole) throw new Error('there are no hazards');
    expect(faultsOf({ ...whole, Owner: '' })).toEqual(['H01 has no Owner']);
    expect(faultsOf({ ...whole, 'Shown by': 'we are careful' })).toEqual([
      'H01 is shown by no test, and does not say so',
    ]);
    expect(faultsOf({ ...whole, 'Shown by': 'none yet' })).toEqual([]);
  });

  test('rates each by its own matrix, and none is worse after its controls', () => {
    expect(matrix.rows.length).toBe(5);
    for (const hazard of hazards) {
      const [initial, residual] = [ratingOf(hazard['Initial risk']), ratingOf(hazard['Residual risk'])];
      expect([hazard.id, initial.said, residual.said]).toEqual([hazard.id, initial.is, residual.is]);
      expect(Number(residual.said), hazard.id).toBeLessThanOrEqual(Number(initial.said));
    }
  });

  test('has a summary that says what its hazards say', () => {
    const rows = hazards.map((hazard) => [
      hazard.id,
      hazard.title,
      ratingOf(hazard['Initial risk']).is,
      ratingOf(hazard['Residual risk']).is,
      hazard.Owner,
      hazard.Status.split(':')[0],
    ]);
    const summary = table(/^\| Id \| Hazard/).rows.map(([id = '', ...more]) => [id.slice(1, 4), ...more]);
    expect(summary).toEqual(rows);
  });

  test('has its worst hazards named in the safety case report', () => {
    const report = readFileSync(join(ASSURANCE, 'safety-case-report.md'), 'utf8');
    const named = [...report.matchAll(/^- \[(H\d\d)\]/gm)].map(([, id]) => id);
    expect(named).toEqual(
      hazards.filter((hazard) => Number(ratingOf(hazard['Residual risk']).is) >= 3).map(({ id }) => id),
    );
    expect(report).toContain(`${hazards.length} hazards.`);
  });
});

describe('the self-assessment against ASVS', () => {
  const text = readFileSync(join(SECURITY, 'asvs-5.md'), 'utf8');
  const lines = [
    ...text.matchAll(/^\| (\d[\d.,\s-]*) \| ([12-]+) \| (.+) \| (.+) \| (.+) \| (.+) \|$/gm),
  ].map(([, id = '', , , answer = '', evidence = '', gap = '']) => ({ id, answer, evidence, gap }));

  test('answers each line, with what shows it or what would close it', () => {
    expect(lines.length).toBeGreaterThan(150);
    const unfounded = lines.filter(({ answer, evidence, gap }) => {
      if (answer === 'yes') return linksOf(evidence).length === 0 || gap !== '–';
      if (answer === 'partly') return linksOf(evidence).length === 0 || gap === '–';
      if (answer === 'no') return evidence !== '–' || gap === '–';
      return answer !== 'does not apply' || evidence === '–' || gap !== '–';
    });
    expect(unfounded.map(({ id }) => id)).toEqual([]);
  });

  test('counts its own answers', () => {
    const [, ...said] =
      /^\| Yes \| Partly \| No \| Does not apply \|\n\|[-|]+\n\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/m.exec(
        text,
      ) ?? [];
    const counted = ['yes', 'partly', 'no', 'does not apply'].map(
      (answer) => lines.filter((line) => line.answer === answer).length,
    );
    expect(said.map(Number)).toEqual(counted);
  });

  test('covers each chapter of the standard', () => {
    expect([...text.matchAll(/^## V(\d+) /gm)].map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 17 }, (_, nth) => nth + 1),
    );
  });
});
