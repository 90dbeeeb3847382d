import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible, press, useBrowser } from '../support/browser.ts';
import { useServedProduct } from '../support/served-product.ts';
import { useTestBorough } from '../support/test-book.ts';

const LEAD = 'Amara Heronfen';
const JOSIE = 'Josie Brambletarn';
const TUNDE = 'Tunde Plovermere';
const GP = 'Dr Priya Kestrelmarsh';
const VICTORIA = 'LARKMOOR, Victoria';
const PRACTICE = 'Sorreltarn Medical Centre';

const at = useTestBorough();
const product = useServedProduct(at);
const people = useBrowser(product);

const main = (page: Page) => page.locator('main').innerText();
const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();
const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

async function ask(page: Page, what: string, of: RegExp): Promise<string> {
  await page.goto('/people?condition=diabetes&condition=cancer');
  await follow(page, VICTORIA);
  await press(page, 'Ask for something');
  await page.getByLabel('What is to be done?').fill(what);
  const options = await page.getByLabel('Who should do it?').locator('option').allInnerTexts();
  await page
    .getByLabel('Who should do it?')
    .selectOption({ label: options.find((each) => of.test(each)) ?? '' });
  await press(page, 'Ask');
  return new URL(page.url()).pathname;
}

// One journey in the order in which it happens: each step begins where the one before it ended.
describe('an inbox', () => {
  test('teaches while it is empty', async () => {
    const page = await people.signIn(TUNDE);
    await follow(page, 'Work');
    expect(await main(page)).toContain('Nothing is waiting for you');
    await expectAccessible(page);
    await follow(page, 'Asked of others');
    expect(await main(page)).toContain('Ask for something');
  });

  test('has what the lead asked for: a coordinator takes it, hands it over and puts it back', async () => {
    const lead = await people.signIn(LEAD);
    const item = await ask(lead, 'Check how she manages the stairs', /^Anybody in/);
    await expectAccessible(lead);

    const josie = await people.signIn(JOSIE);
    await josie.goto('/work?of=team');
    await expectAccessible(josie);
    await rowOf(josie, 'Check how she manages the stairs').getByRole('link').first().click();
    await press(josie, 'Take');
    expect(await main(josie)).toContain('In hand');
    await josie.goto('/work');
    expect(await main(josie)).toContain('1 piece of work');
    await josie.goto(item);
    await press(josie, 'Hand over');
    await josie.getByRole('radio', { name: TUNDE }).check();
    await josie.getByLabel('What should they know?').fill('The key is with the neighbour');
    await press(josie, 'Hand over');
    expect(await main(josie)).toContain('The key is with the neighbour');

    const tunde = await people.signIn(TUNDE);
    await tunde.goto('/');
    expect(await main(tunde), 'home shows the top of it').toContain('Check how she manages the stairs');
    await tunde.goto(item);
    await press(tunde, 'Put back');
    await press(tunde, 'Put back');
    expect(await main(tunde)).toContain('Waiting');
  });

  test('what is offered to a practice is declined with a reason, comes back, and is accepted the next time', async () => {
    const lead = await people.signIn(LEAD);
    const item = await ask(lead, 'Review her medicines', new RegExp(PRACTICE));
    expect(await main(lead)).toContain('Offered');
    const gp = await people.signIn(GP);
    await gp.goto('/work?of=team');
    await follow(gp, 'Review her medicines');
    await expectAccessible(gp);
    await press(gp, 'Decline');
    await press(gp, 'Decline');
    expect(await gp.getByRole('alert').innerText(), 'a reason has to be given').toContain('Say why');
    await gp.getByLabel('Why? Whoever asked reads this').fill('The pharmacist did it on Friday');
    await press(gp, 'Decline');

    await lead.goto('/work?of=me');
    expect(await rowOf(lead, 'Review her medicines').innerText()).toContain('Was declined');
    await lead.goto(item);
    expect(await main(lead)).toContain('The pharmacist did it on Friday');
    await press(lead, 'Ask another team');
    await lead.getByLabel('Which team?').selectOption({ label: PRACTICE });
    await lead.getByLabel('What should they know?').fill('After the pharmacist: the water tablet');
    await press(lead, 'Ask them');

    await gp.goto(item);
    await press(gp, 'Accept');
    await press(gp, 'Finish');
    await gp.getByRole('radio', { name: 'Done', exact: true }).check();
    await gp.getByLabel('Anything to add?').fill('Stopped the water tablet');
    await press(gp, 'Finish');

    await lead.goto('/work?of=sent');
    expect(await rowOf(lead, 'Review her medicines').innerText()).toContain('Done');
    await lead.goto(item);
    expect(await main(lead)).toContain('Stopped the water tablet');
  });

  test('is covered while somebody is away, and theirs again when they are back', async () => {
    const lead = await people.signIn(LEAD);
    await ask(lead, 'Ring about the clinic', new RegExp(`^${JOSIE}`));
    const josie = await people.signIn(JOSIE);
    await josie.goto('/work/away');
    await expectAccessible(josie);
    const day = new Date(Date.now() + 3 * 86_400_000);
    await josie.getByRole('group', { name: 'Last day away' }).getByLabel('Day').fill(String(day.getDate()));
    await josie
      .getByRole('group', { name: 'Last day away' })
      .getByLabel('Month')
      .fill(String(day.getMonth() + 1));
    await josie
      .getByRole('group', { name: 'Last day away' })
      .getByLabel('Year')
      .fill(String(day.getFullYear()));
    await josie.getByLabel('Who covers?').selectOption({ label: TUNDE });
    await press(josie, 'Save');
    await expectAccessible(josie);
    const tunde = await people.signIn(TUNDE);
    await tunde.goto('/work?of=me');
    expect(await main(tunde)).toContain(`You cover ${JOSIE}`);
    expect(await main(tunde)).toContain('Ring about the clinic');
    await press(josie, 'I am back');
    await tunde.reload();
    expect(await main(tunde)).not.toContain('Ring about the clinic');
  });

  test('many are assigned at once and undone; what changed in another tab stays, and is said', async () => {
    const lead = await people.signIn(LEAD);
    for (const what of ['First errand', 'Second errand', 'Third errand'])
      await ask(lead, what, /^Anybody in/);
    await lead.goto('/work?of=team&owner=nobody&kind=task');
    await expectAccessible(lead);
    await press(lead, 'Assign');
    expect(await lead.getByRole('alert').innerText()).toContain('Tick the work');
    for (const what of ['First errand', 'Second errand', 'Third errand'])
      await rowOf(lead, what).getByRole('checkbox').check();
    await lead.getByLabel('Give what is ticked to').selectOption({ label: JOSIE });
    await press(lead, 'Assign');
    expect(await main(lead)).toContain('3 pieces of work assigned');
    await expectAccessible(lead);

    const josie = await people.signIn(JOSIE);
    await josie.goto('/work');
    await follow(josie, 'Second errand');
    await press(josie, 'Finish');
    await josie.getByRole('radio', { name: 'Done', exact: true }).check();
    await press(josie, 'Finish');
    await press(lead, 'Undo');
    expect(await main(lead)).toContain('2 pieces of work put back as before');
    expect(await main(lead)).toContain('Somebody changed it after it was assigned');
    await josie.goto('/work');
    expect(await main(josie)).not.toContain('First errand');
  });

  test('is downloaded as CSV; and works without JavaScript on a phone', async () => {
    const page = await people.signIn(LEAD, {
      javaScriptEnabled: false,
      viewport: { width: 375, height: 720 },
    });
    await page.goto('/work?of=team');
    await page.getByText('Filters', { exact: true }).click();
    await page.getByLabel('State').selectOption('waiting');
    await press(page, 'Apply filters');
    const shown = await page.getByRole('rowheader').count();
    expect(await main(page), 'the count is the length of the list').toContain(
      `${shown} pieces of work with these filters`,
    );
    const csv = await page.request.get(`${product.address}/work.csv?of=team&state=waiting`);
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(shown + 1);
    await follow(page, 'First errand');
    await press(page, 'Take');
    expect(await main(page)).toContain('In hand');
  });
});
