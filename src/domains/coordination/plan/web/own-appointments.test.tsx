import { expect, test } from 'vitest';
import { plainDate } from '../../../../kernel/index.ts';
import { renderPage } from '../../../../platform/web/index.ts';
import { MyAppointments, partAppointments } from './own-appointments.tsx';

const at = (day: string, more: Record<string, unknown> = {}) => ({
  day: plainDate(day),
  minute: 630,
  mode: 'Face to Face (Surgery)',
  status: 'Booked',
  practice: 'Z9001',
  ...more,
});
const today = plainDate('2026-11-22');
const said = (all: ReturnType<typeof at>[] | null) =>
  renderPage(
    <MyAppointments
      appointments={all && { asOf: plainDate('2026-11-01'), all }}
      practice="Drawn Surgery"
      nameOf={() => 'Drawn Surgery'}
      now={new Date('2026-11-22T12:00:00Z')}
    />,
  )
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

test('what is to come, from today on, without what was cancelled', () => {
  const { next, past } = partAppointments(
    [at('2026-11-20'), at('2026-11-21'), at('2026-11-22'), at('2026-11-30', { status: 'Cancelled' })],
    today,
  );
  expect(next.map(({ day }) => day)).toEqual(['2026-11-22']);
  expect(past.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-20']);
});

test('each says when, where and how; of the past also what came of it', () => {
  const text = said([
    at('2026-11-05', { status: 'DNA' }),
    at('2026-11-06', { status: 'Cancelled by patient' }),
    at('2026-11-07', { status: 'Attended', mode: 'Telephone/Audio' }),
    at('2026-11-30', { mode: null, minute: null }),
  ]);
  expect(text).toContain('30 November 2026 Drawn Surgery');
  expect(text).toContain('7 November 2026, 10:30 Drawn Surgery, by phone');
  expect(text).toContain('It was cancelled');
  expect(text).toContain('You did not come');
  expect(text).toContain('told us by 1 November 2026');
});

test('with nothing known it says so, and how to get one', () => {
  expect(said(null)).toContain('We do not know of one that is to come.');
  expect(said(null)).toContain('ask Drawn Surgery');
  expect(said(null)).not.toContain('told us by');
});
