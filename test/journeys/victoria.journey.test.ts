import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { afterImport } from '../../src/app/after-import.ts';
import { plantPlans } from '../../src/app/plant-plans.ts';
import { addDays, formatDay, londonDay } from '../../src/kernel/index.ts';
import { adt } from '../support/adt.ts';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { writeExtract } from '../support/extracts.ts';
import { everybody, importPaths, lakeRows } from '../support/imports.ts';
import { useServedProduct } from '../support/served-product.ts';
import { asProduct } from '../support/site.ts';
import { persona } from '../support/small-borough.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';
const GP = 'Dr Priya Kestrelmarsh';
const URGENT_CARE = 'Dr Ifeoma Sandpiperley';
const PATIENT = 'Victoria Larkmoor';
const VICTORIA = 'LARKMOOR, Victoria';
const PRACTICE = 'Sorreltarn Medical Centre';

const at = useTestBorough();
beforeAll(async () => plantPlans(asProduct(at), new Date()));
const product = useServedProduct(at);
const people = useBrowser(product);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nh-victoria-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
/** A part of the person's own page, by its heading. */
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).innerText();
const today = () => londonDay(new Date());

async function openVictoriasPlan(page: Page): Promise<void> {
  await page.goto('/plans');
  await follow(page, VICTORIA);
}

/** Puts everybody else on the next agenda, and closes a meeting without the disciplines that are missing. */
async function closeMeeting(page: Page, meeting: string): Promise<void> {
  await page.goto(meeting);
  const others = page.getByRole('row').filter({ hasText: 'Not yet' }).getByRole('link');
  const addresses = await others.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  for (const address of addresses) {
    await page.goto(address);
    await page.getByText('Change the agenda', { exact: true }).click();
    await page.getByLabel('Not reached: put on the next agenda, because').fill('No time today');
    await press(page, 'Next agenda');
  }
  await page.goto(meeting);
  await page.getByText('Close the meeting', { exact: true }).first().click();
  await page.getByRole('button', { name: 'Close the meeting' }).click();
  await page.getByLabel('Why was it held without').fill('The others are on leave');
  await page.getByRole('button', { name: 'Close the meeting' }).click();
}

async function victoria() {
  const found = (await everybody(at)).find(
    ({ family_name, given_names }) => `${given_names} ${family_name}` === 'Victoria Larkmoor',
  );
  if (!found) throw new Error('Victoria is not in the borough');
  return found;
}

/** What her practice would send of bookings since: rows of appointments, as any extract has them. */
async function practiceSends(bookings: readonly { day: string; status: string }[]): Promise<void> {
  const { records } = await victoria();
  const [known] = await lakeRows<{ org: string; patient_id: string }>(
    at,
    'event',
    `select distinct org, patient_id from live where rec in (${records.join(', ')}) and not starts_with(patient_id, 'n:')`,
  );
  if (!known) throw new Error('Victoria has no record');
  const appointment = bookings.map(({ day, status }, n) => ({
    id: `later-${n}`,
    patient_id: known.patient_id,
    start_date: `${day}T10:40:00`,
    planned_duration: 20,
    appointment_status_display: status,
    contact_mode_display: 'Face to Face (Surgery)',
  }));
  const result = await importPaths(
    at,
    writeExtract(folder, known.org, { appointment }, { publisher: known.org }),
  );
  expect(result.deliveries[0]?.tables[0]).toMatchObject({ table: 'appointment', loaded: bookings.length });
}

/** What a trust's engine hands over, and what follows an import. */
async function hospitalSends(name: string, message: string) {
  const file = join(folder, `${name}.hl7`);
  writeFileSync(file, message);
  await importPaths(at, file);
  const operator = await persona(at.book, 'int_lead');
  return await afterImport({ book: at.book, home: at.home, operator, content: 'content' }, new Date());
}

// What this means for Victoria: the nine lines of the Lewisham primary care strategy, section 6, each on live data.
describe('what this means for Victoria', () => {
  test('1. “Victoria’s individual needs and lifestyle will always be considered as the first priority”', async () => {
    const page = await people.signIn(PATIENT);
    const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    expect(headings[0]).toBe('What matters to me');
    expect(await part(page, 'What matters to me')).toMatch(
      /My choir on Thursdays[\s\S]*I want to walk to the market/,
    );
  });

  test('2. “… access primary care services at time that are convenient to her and she will know how and where to access urgent care”', async () => {
    const page = await people.signIn(PATIENT);
    const before = await part(page, 'My appointments');
    expect(before).toContain('We do not know of one that is to come.');
    expect(before, 'those that were, as her practice sent them').toContain('The last ones');
    // She cannot book here: the page does not say that she can.
    expect(before).toContain(`You cannot book here yet. To book, change or cancel, ask ${PRACTICE}.`);
    const [soon, off] = [addDays(today(), 9), addDays(today(), 5)];
    await practiceSends([
      { day: soon, status: 'Booked' },
      { day: off, status: 'Cancelled' },
    ]);
    await page.reload();
    const said = await part(page, 'My appointments');
    expect(said).toContain(`${formatDay(soon)}, 10:40`);
    expect(said).toContain(`${PRACTICE}, at the practice`);
    expect(said).not.toContain(formatDay(off));
    expect(said).toMatch(/told us by \d+ \w+ \d{4}/);
    await expectAccessible(page);
    const trouble = await part(page, 'If I need help soon');
    for (const how of ['I shake, sweat and feel odd', 'Drink juice', '020 7946 0101', 'Call 999', 'Call 111'])
      expect(trouble).toContain(how);
  });

  test('3. “… a named person responsible for coordinating her care and receive care from a variety of professionals who work together”', async () => {
    const page = await people.signIn(PATIENT);
    const team = await part(page, 'My team');
    for (const said of [JOSIE, '020 7946 0102', GP, PRACTICE]) expect(team).toContain(said);
  });

  test('4. “… supported and empowered to manage her conditions to the best of her ability …”', async () => {
    const page = await people.signIn(PATIENT);
    expect(await part(page, 'What happens next')).toContain('You do this.');
    await page.getByRole('link', { name: /Say how it went.*Walk to the corner/ }).click();
    await page.getByLabel('What came of it').fill('Five days of seven');
    await page.getByRole('radio', { name: 'Done' }).check();
    await press(page, 'Save');
    await page.goto('/');
    expect(await part(page, 'What happens next')).not.toContain('Walk to the corner');
    const josie = await people.signIn(JOSIE);
    await openVictoriasPlan(josie);
    expect(await main(josie)).toContain('Five days of seven');
  });

  test('5. “… relationships of trust with professionals who are familiar with her conditions, needs and preferences”', async () => {
    const gp = await people.signIn(GP);
    await openVictoriasPlan(gp);
    const said = await main(gp);
    for (const wish of ['Do not ring before nine', 'At home, as long as Marcus can manage'])
      expect(said).toContain(wish);
    expect(said).toContain('The person’s own words');
  });

  test('6. “Victoria’s health and wellbeing will be regularly reviewed and planned for …”', async () => {
    const page = await people.signIn(PATIENT);
    expect(await part(page, 'My care plan')).toMatch(/We look at the plan again by \d+ \w+ \d{4}/);
  });

  test('7. “… notice changes in her care system and see different services coming together, making it easier for her to navigate”', async () => {
    const page = await people.signIn(PATIENT);
    // One page: who looks after her, when she goes where, what comes next, and whom to call when something goes wrong.
    const headings = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    for (const heading of [
      'My team',
      'My appointments',
      'What happens next',
      'If I need help soon',
      'My care plan',
    ])
      expect(headings).toContain(heading);
    // What has changed, and who of which service changed it.
    expect(await part(page, 'What has changed')).toMatch(
      new RegExp(`\\d+ \\w+ \\d{4}: (You|${JOSIE} \\(Care coordinator\\)|${GP} \\(GP\\)) wrote in “`),
    );
    await press(page, 'Read the plan');
    const said = await main(page);
    for (const writer of [`${JOSIE} (Care coordinator)`, `${GP} (GP)`, 'The person'])
      expect(said).toContain(writer);
  });

  test('8. “All professionals involved in her care will be up to date with information …”', async () => {
    const [page, gp] = [await people.signIn(PATIENT), await people.signIn(GP)];
    await openVictoriasPlan(gp);
    await follow(page, 'Add a goal');
    await page.getByLabel('What I want', { exact: true }).fill('I want to sing at Christmas');
    await press(page, 'Save');
    await gp.reload();
    expect(await main(gp)).toContain('I want to sing at Christmas');
    // And what a professional writes she sees as changed, with who did, at once.
    await page.goto('/');
    expect(await part(page, 'What has changed')).toMatch(/You wrote in “/);
    expect(await part(page, 'What has changed')).toContain('sees these changes as soon as they are made');
    // Of training and premises nothing is known here, and nothing is said.
    await page.goto('/');
    expect(await main(page)).not.toMatch(/\b(trained|training|premises)\b/i);
  });

  test('9. “… organisations working more closely together and working towards common aims”', async () => {
    const page = await people.signIn(PATIENT);
    await press(page, 'Read the plan');
    const steps = await page.getByRole('region', { name: 'Next steps' }).innerText();
    for (const said of ['Book the foot clinic', JOSIE, 'Practice pharmacist']) expect(steps).toContain(said);
  });

  test('on paper: the page prints what it says, without buttons', async () => {
    const page = await people.signIn(PATIENT);
    await page.emulateMedia({ media: 'print' });
    expect(await main(page)).toContain('What matters to me');
    expect(await page.getByRole('button', { name: 'Print it' }).isVisible()).toBe(false);
  });
});

// J1, as far as the rooms that there are reach: the booking of a slot comes with its room.
describe('Victoria’s year', () => {
  test('from the ranking to her team, her words, the meeting, the Sunday visit and the plan of Monday', async () => {
    const [amara, josie] = [await people.signIn(LEAD), await people.signIn(JOSIE)];
    // Given the ranking has her among the first, and says why
    await amara.goto('/people?condition=diabetes&condition=cancer');
    await follow(amara, VICTORIA);
    const person = new URL(amara.url()).pathname;
    expect(await main(amara)).toMatch(/Need\s+Top \d% in the borough/);
    // And she has been taken on by a coordinator who has room (caseload.journey.test.ts has the taking on)
    expect(await main(amara)).toMatch(/Taken on\s+Amara Heronfen\s+Josie Brambletarn/);
    await amara
      .getByRole('link', { name: /^Why\s+Need$/ })
      .first()
      .click();
    expect(await main(amara)).toMatch(/diabetes/i);
    // Then she reads who that is, and what they do next
    const page = await people.signIn(PATIENT);
    expect(await part(page, 'My team')).toContain(JOSIE);
    expect(await part(page, 'What happens next')).toContain('Ring Victoria about the diabetes nurse');
    // And her goals are in her words, in the one plan
    await follow(page, 'Add a goal');
    await page.getByLabel('What I want', { exact: true }).fill('I want to see the sea once more');
    await press(page, 'Save');
    await openVictoriasPlan(josie);
    expect(await main(josie)).toContain('I want to see the sea once more');

    // When the meeting decides, typed once
    await amara.goto('/mdt/new');
    await amara.getByLabel('What is it called?').fill('Central meeting');
    await amara.getByRole('radio', { name: 'Every week' }).check();
    const day = addDays(today(), 1).split('-').map(Number);
    await amara.getByLabel('Day', { exact: true }).fill(String(day[2]));
    await amara.getByLabel('Month', { exact: true }).fill(String(day[1]));
    await amara.getByLabel('Year', { exact: true }).fill(String(day[0]));
    await amara.getByLabel('At what time?').fill('13:30');
    await amara.getByLabel('Where, or which link?').fill('Meeting room 2');
    await amara.getByLabel('Which discipline are they?').selectOption({ label: 'Community nursing' });
    await press(amara, 'Set up');
    const meeting = new URL(amara.url()).pathname;
    await amara.goto(person);
    await follow(amara, 'Refer to a meeting');
    await amara.getByLabel('Why, and what should the meeting answer?').fill('Who sees her first?');
    await press(amara, 'Refer');
    await amara.goto(meeting);
    await press(amara, 'Begin the meeting');
    await follow(amara, VICTORIA);
    await amara.getByLabel('What is to be done?').fill('Double appointment with her named GP');
    await amara.getByLabel('Who does it?').selectOption({ label: JOSIE });
    await amara.getByLabel('For the person').fill('We will book one long visit with your own doctor.');
    await amara.getByLabel('Medium').check();
    await amara.getByLabel('Changing').check();
    await press(amara, 'Save');
    await josie.goto('/work');
    expect(await main(josie)).toContain('Double appointment with her named GP');
    await closeMeeting(amara, meeting);
    // Then she reads what was agreed
    await page.goto('/');
    expect(await main(page)).toContain('We will book one long visit with your own doctor.');

    // On Sunday she walks into the urgent treatment centre, and the doctor there sees her plan and whom to ring
    const { nhs_number } = await victoria();
    const door = await people.signIn(URGENT_CARE);
    await door.goto('/urgent-care');
    await door.getByLabel('NHS number').fill(nhs_number ?? '');
    for (const [box, typed] of [
      ['Day', '9'],
      ['Month', '3'],
      ['Year', '1955'],
    ] as const)
      await door.getByLabel(box, { exact: true }).fill(typed);
    await door.getByLabel('What brought them?').fill('Dizzy since this morning');
    await press(door, 'Receive them');
    expect(await main(door)).toContain('Dizzy since this morning');
    expect(await main(door)).toMatch(new RegExp(`Named professional\\s+${JOSIE}`));
    await expectAccessible(door);
    await door.getByRole('link', { name: /^Plan/ }).first().click();
    expect(await main(door)).toContain('I want to see the sea once more');
    await door.goto('/urgent-care');
    await expectAccessible(door);
    await press(door, /^They have left/);
    expect((await door.goto(person))?.status()).toBe(404);
    await page.goto('/');
    expect(await main(page)).toContain(URGENT_CARE);
    // And the hospital says so: twice
    const stamp = `${today().replaceAll('-', '')}`;
    const visit = adt({
      event: 'A04',
      patientClass: 'E',
      service: 'UTC',
      visit: 'SUNDAY-1',
      nhsNumber: nhs_number ?? '',
      at: `${stamp}001500`,
      start: `${stamp}0010`,
    });
    expect(await hospitalSends('sunday', visit)).toMatchObject({ told: 1 });
    expect(await hospitalSends('sunday-again', visit)).toMatchObject({ told: 0 });
    // Then her coordinator is alerted once
    await josie.goto('/work');
    const alert = 'Went to an urgent treatment centre';
    expect(await josie.getByRole('row').filter({ hasText: alert }).count()).toBe(1);
    await expectAccessible(josie);
    // And on Monday her plan changes, and she reads it
    await openVictoriasPlan(josie);
    await follow(josie, 'Add: step');
    await josie.getByLabel('What will be done').fill('Ring you about Sunday');
    await josie.getByRole('radio', { name: JOSIE }).check();
    await press(josie, 'Save');
    await page.goto('/');
    expect(await part(page, 'What happens next')).toContain('Ring you about Sunday');
  });
});
