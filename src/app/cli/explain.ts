import { readPlaces } from '../../domains/directory/index.ts';
import {
  type ExplainedEntry,
  type Explanation,
  evaluatePerson,
  readCurrentLibrary,
  readLibrary,
  readPublication,
} from '../../domains/need/index.ts';
import {
  findByNhsNumber,
  LakeAccess,
  mayOpenPerson,
  maySeeRestricted,
  openScope,
} from '../../domains/register/index.ts';
import { NotPermitted, parseNhsNumber, Refusal } from '../../kernel/index.ts';
import { writeAudit } from '../../platform/audit/index.ts';
import { act } from '../../platform/auth/index.ts';
import { type Arguments, type Command, exitCodes, textOption } from '../../platform/cli/index.ts';
import { openDuck } from '../../platform/lake/index.ts';
import { openProduct, type Product } from '../product.ts';
import { actorOf, commandOrigin, reasonOf } from './who.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Says why a definition says what it says of one person.',
  access: {
    as: 'somebody',
    because: 'shows one person to an account that may see them, with a reason, in the audit',
  },
  usage: 'explain DEFINITION --person - --as ACCOUNT --reason TEXT [--json]',
  words: 1,
  teach: `
The NHS number comes on standard input, never as an argument: arguments stand in process lists and shell histories.
You see what the account that you name may see, and the look is audited with your reason.

  echo 9990000018 | neighbourhold explain diabetes --person - --as gp --reason "called about her results"`,
  options: { person: { type: 'string' }, as: { type: 'string' }, reason: { type: 'string' } },
  async run(given, terminal) {
    const id = given.words[0];
    if (id === undefined)
      throw refuse(
        'No definition was named.',
        'Usage: neighbourhold explain DEFINITION --person - --as ACCOUNT --reason TEXT',
      );
    if (textOption(given, 'person') !== '-')
      throw refuse(
        'The person is not on standard input.',
        'Write --person - and give the NHS number on standard input.',
      );
    const reason = reasonOf(given);
    const product = await openProduct({ home: textOption(given, 'home') });
    try {
      const explanation = await explainOne(product, given, {
        id,
        reason,
        nhsNumber: await terminal.readSecretLine(),
      });
      terminal.result(explanation, () => explanationText(explanation));
      return exitCodes.done;
    } finally {
      await product.close();
    }
  },
};

async function explainOne(
  product: Product,
  given: Arguments,
  asked: { id: string; reason: string; nhsNumber: string },
): Promise<Explanation> {
  const by = await actorOf(product, given);
  const library = await readCurrentLibrary(product.book.as('batch'), readLibrary(product.content));
  const definition = library.definitions.find(({ id }) => id === asked.id);
  if (!definition)
    throw refuse(
      `There is no definition ${asked.id}.`,
      `The definitions are: ${library.definitions.map(({ id }) => id).join(', ')}.`,
    );
  const number = parseNhsNumber(asked.nhsNumber);
  if (number === null)
    throw refuse('What came on standard input is not a valid NHS number.', 'Give its ten digits.');
  const permission = mayOpenPerson(by);
  if (!permission.allowed) throw new NotPermitted(permission.because);
  const duck = await openDuck({ threads: 1 });
  try {
    const access = new LakeAccess(
      { rows: (sql, values) => duck.rows(sql, values), close: async () => {} },
      product.home.lake,
      product.home.outcomes,
    );
    return await act(product.book, { by, origin: commandOrigin('explain'), scope: openScope }, async (tx) => {
      const publication = await readPublication(tx);
      if (!publication) throw refuse('Nothing has been worked out yet.', 'Run neighbourhold refresh first.');
      const person = await findByNhsNumber(tx, number);
      await writeAudit(tx, {
        action: 'person.explained',
        subject: { kind: 'person', id: person.person_no },
        purpose: asked.reason,
        detail: { definition: asked.id },
      });
      const places = await readPlaces(tx);
      const practice = person.practice_id === null ? null : (places.place(person.practice_id)?.code ?? null);
      const people = await evaluatePerson(tx, access, library, publication, {
        person,
        practice,
        seesRestricted: maySeeRestricted(by),
      });
      // A ranking has no answer for one person alone; what is ranked has.
      const wanted = definition.kind === 'ranking' ? definition.of : definition.id;
      const evaluation = people.evaluations.find((each) => each.definition.id === wanted);
      if (!evaluation) throw new Error(`${wanted} was not evaluated`);
      return people.explain(evaluation);
    });
  } finally {
    duck.close();
  }
}

function explanationText(explanation: Explanation): string {
  const answer =
    explanation.value === undefined ? explanation.outcome : `${explanation.outcome}, ${explanation.value}`;
  return [
    `${explanation.definition} ${explanation.version}: ${answer}`,
    ...conditionLines(explanation.because, 1),
    ...explanation.wouldChange.map((change) => `it hangs on: ${change}`),
  ].join('\n');
}

function conditionLines(conditions: Explanation['because'], depth: number): string[] {
  const indent = '  '.repeat(depth);
  return conditions.flatMap((condition) => [
    `${indent}${answerText(condition)}: ${condition.asked}${condition.found ? ` (${condition.found})` : ''}`,
    ...condition.evidence.map((entry) => `${indent}  - ${entryText(entry)}`),
    ...conditionLines(condition.parts, depth + 1),
  ]);
}

function answerText({ truth, answer }: Explanation['because'][number]): string {
  if (answer !== undefined) return answer.assumed ? `assumed ${answer.text}` : answer.text;
  return truth === null ? 'unknown' : truth ? 'yes' : 'no';
}

function refuse(because: string, remedy: string): Refusal {
  return new Refusal({ code: 'usage', because, remedy });
}

function entryText({ what, value, unit, date, practice }: ExplainedEntry): string {
  const measured = value === null ? null : `${value}${unit === null ? '' : ` ${unit}`}`;
  return [what, measured, date ?? 'no date', practice].filter((part) => part !== null).join(', ');
}
