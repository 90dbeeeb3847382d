import { mayDecidePlans, readPlan, readPlansOfPerson } from '../../domains/coordination/index.ts';
import { findByNhsNumber, openScope } from '../../domains/register/index.ts';
import { documentOf, planToFhir } from '../../interoperability/index.ts';
import { NotFound, NotPermitted, parseNhsNumber, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { act } from '../../platform/auth/index.ts';
import { type Arguments, type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { openProduct, type Product } from '../product.ts';
import { actorOf, commandOrigin, reasonOf } from './who.ts';

export const planCommand: Command = {
  name: 'plan',
  summary: 'Writes one person’s care plan as FHIR.',
  access: {
    as: 'somebody',
    because: 'writes one person’s plan out for an account that may see it, with a reason, in the audit',
  },
  usage: 'plan export --person - --as ACCOUNT --reason TEXT',
  words: 1,
  teach: `
The plan in use, or else the one in preparation, as one FHIR R4 bundle on standard output. The NHS number comes on
standard input, never as an argument. You export what the account that you name may see, and the look is audited with
your reason.

  echo 9990000018 | neighbourhold plan export --person - --as gp --reason "sent to the hospice" > plan.json`,
  options: { person: { type: 'string' }, as: { type: 'string' }, reason: { type: 'string' } },
  async run(given, terminal) {
    if (given.words[0] !== 'export')
      throw refuse(
        'A plan can be exported, and nothing else here.',
        'Usage: neighbourhold plan export --person -',
      );
    if (textOption(given, 'person') !== '-')
      throw refuse(
        'The person is not on standard input.',
        'Write --person - and give the NHS number on standard input.',
      );
    const reason = reasonOf(given);
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const bundle = await exportOne(product, given, reason, await terminal.readSecretLine());
      terminal.result(bundle, () => JSON.stringify(bundle, null, 2));
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

async function exportOne(product: Product, given: Arguments, reason: string, typed: string): Promise<object> {
  const by = await actorOf(product, given);
  const number = parseNhsNumber(typed);
  if (number === null)
    throw refuse('What came on standard input is not a valid NHS number.', 'Give its ten digits.');
  const permission = mayDecidePlans(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  return await act(product.book, { by, origin: commandOrigin('plan'), scope: openScope }, async (tx) => {
    const person = await findByNhsNumber(tx, number);
    const [head] = await readPlansOfPerson(tx, person.person_no);
    if (!head)
      throw new NotFound('This person has no care plan that is shared with you.', 'Begin one on their page.');
    const plan = await readPlan(tx, head.publicId);
    await writeAudit(tx, {
      action: 'plan.exported',
      subject: { kind: 'person', id: person.person_no },
      purpose: reason,
      detail: { plan: plan.id, version: plan.version },
    });
    return planToFhir(documentOf(plan), {
      nhsNumber: person.nhs_number,
      familyName: person.family_name,
      givenNames: person.given_names,
      birthDate: person.birth_date,
    });
  });
}

function refuse(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}
