import { beforeAll, expect, test } from 'vitest';
import { asProduct, useSite } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { formatDay, londonDay } from '../../kernel/index.ts';
import type { PdfDocument } from '../../platform/pdf/index.ts';
import { plantPlans } from '../plant-plans.ts';

// What a paramedic holds in the hand: who this is, what to do first, whom to call, that it is a copy and of when, and where the
// live plans are. What is set on paper is looked at, and not the pages of the file.

const at = useTestBorough();
beforeAll(async () => plantPlans(asProduct(at), new Date()));
const papers: PdfDocument[] = [];
const site = useSite(at, () => ({
  pdf: {
    make: async (document) => {
      papers.push(document);
      return Buffer.from('%PDF-');
    },
    close: async () => {},
  },
}));

interface Paper {
  readonly name: string;
  readonly who: string;
  readonly copy: string;
  readonly ucp: string;
  readonly urgent: readonly { title: string; rows: readonly [string, string][] }[];
  readonly more: readonly { title: string; rows: readonly [string, string][] }[];
}

async function victoriasPlan(): Promise<string> {
  const { body } = await (await site.signedIn('patient')).get('/');
  const [, plan] = /href="(\/plans\/[0-9a-f-]{36})"/.exec(body) ?? [];
  if (plan === undefined) throw new Error('Victoria has no plan');
  return plan;
}

async function paperOf(plan: string, key: string): Promise<{ paper: Paper; foot: string }> {
  papers.length = 0;
  const answer = await (await site.signedIn(key)).get(`${plan}/pdf`);
  expect(answer.statusCode).toBe(200);
  const [made] = papers;
  if (!made) throw new Error('nothing was set');
  return { paper: made.data as unknown as Paper, foot: made.foot };
}

test('the paper says who, what to do and whom to call first, and that it is a copy of today', async () => {
  const plan = await victoriasPlan();
  const { paper, foot } = await paperOf(plan, 'gp');
  expect(paper.name).toBe('Victoria Larkmoor');
  expect(paper.who).toMatch(/^born 9 March 1955, NHS number \d{3} \d{3} \d{4}$/);
  const today = formatDay(londonDay(new Date()));
  for (const said of [paper.copy, foot]) {
    expect(said).toMatch(/[Cc]opy/);
    expect(said).toContain(today);
    expect(said).toContain(plan);
  }
  const titles = paper.urgent.map(({ title }) => title);
  expect(titles[0]).toBe('Call in an emergency');
  expect(titles).toContain('Allergies in the record');
  expect(titles.filter((title) => title.startsWith('If this happens: ')).length).toBeGreaterThan(0);
  expect(paper.more.map(({ title }) => title)).toContain('My goals');
});

test('it leads to her Universal Care Plan where there is one, and says so where there is none', async () => {
  const plan = await victoriasPlan();
  const gp = await site.signedIn('gp');
  const link = 'https://ucp.example.org/plans/1';
  for (const [status, said] of [
    ['none', /^There is no Universal Care Plan\.$/],
    [
      'published',
      /^There is a Universal Care Plan, since 2 March 2026\. https:\/\/ucp\.example\.org\/plans\/1$/,
    ],
  ] as const) {
    const form = `${plan}/parts/ucp/only`;
    const { body } = await gp.get(form);
    const action = /<form[^>]*action="([^"]*parts\/ucp[^"]*)"/.exec(body)?.[1] ?? form;
    const saved = await gp.post(action, {
      _csrf: /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '',
      seen: /name="seen" value="(\d+)"/.exec(body)?.[1] ?? '',
      status,
      ...(status === 'none' ? {} : { link, 'day-day': '2', 'day-month': '3', 'day-year': '2026' }),
    });
    expect(saved.statusCode).toBe(303);
    expect((await paperOf(plan, 'gp')).paper.ucp).toMatch(said);
    const page = (await gp.get(plan)).body;
    if (status === 'published') expect(page).toContain(`href="${link}"`);
  }
});
