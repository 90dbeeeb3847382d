import { beforeAll, describe, expect, test } from 'vitest';
import { everybody } from '../../../test/support/imports.ts';
import { useSite } from '../../../test/support/site.ts';
import { useTestBorough } from '../../../test/support/test-book.ts';
import { VICTORIA_NHS_NUMBER } from '../../synthetic/index.ts';

/** Victoria's operation, as the borough's hospitals sent it. */
describe('a stay in hospital on a person’s page', () => {
  const at = useTestBorough();
  const site = useSite(at, () => ({ purpose: 'demo' }));
  let page: string;
  beforeAll(async () => {
    const victoria = (await everybody(at)).find(({ nhs_number }) => nhs_number === VICTORIA_NHS_NUMBER);
    page = `/people/${victoria?.public_id}`;
  });

  test.each(['gp', 'practice_nurse', 'int_lead'])(
    'is shown to the %s, who may see the person: where, how, when and why',
    async (role) => {
      const visitor = await site.signedIn(role);
      const answer = await visitor.get(`${page}?show=hospital`);
      expect(answer.statusCode).toBe(200);
      for (const words of [
        '14 November 2023',
        'Hospital stay',
        'Planned admission: Malignant neoplasm of breast',
        'discharged 15 November 2023 to usual place of residence',
        'ICD-10 C50.9, E11.9, I10',
        'Heronmere University Hospital',
      ])
        expect(answer.body).toContain(words);
    },
  );

  test('stands among everything else, and not among the appointments', async () => {
    const gp = await site.signedIn('gp');
    expect((await gp.get(`${page}?show=appointments`)).body).not.toContain('Planned admission');
    expect((await gp.get(`${page}?show=entries`)).body).not.toContain('Heronmere');
  });

  test.each(['pcn_manager', 'commissioner', 'analyst'])('is not shown to the %s', async (role) => {
    const visitor = await site.signedIn(role);
    const answer = await visitor.get(`${page}?show=hospital`);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('Heronmere');
  });
});
