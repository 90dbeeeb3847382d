import { expect, test } from 'vitest';
import { openSite } from '../../../test/support/site.ts';
import { useTestBook } from '../../../test/support/test-book.ts';
import { readConfig } from '../config/index.ts';

const at = useTestBook();

test('security.txt says where to tell of a fault, and until when that holds', async () => {
  const site = await openSite(at, {
    settings: { SECURITY_CONTACT: 'mailto:security@example.org', PUBLIC_URL: 'https://nh.example.org' },
  });
  const answer = await site.visitor().get('/.well-known/security.txt');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  const fields = new Map(
    answer.body
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/) as [string, string]),
  );
  expect(fields.get('Contact')).toBe('mailto:security@example.org');
  expect(fields.get('Canonical')).toBe('https://nh.example.org/.well-known/security.txt');
  const days = (new Date(fields.get('Expires') ?? '').getTime() - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
  await site.web.fastify.close();
});

test('without somebody to tell there is none, and what is no contact stops the start', async () => {
  const site = await openSite(at);
  expect((await site.visitor().get('/.well-known/security.txt')).statusCode).toBe(404);
  await site.web.fastify.close();
  for (const contact of ['security@example.org', 'http://example.org', 'javascript:alert(1)'])
    expect(() => readConfig({ SECURITY_CONTACT: contact })).toThrow('SECURITY_CONTACT');
});
