import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ContentError, contentFiles, readContent } from '../../../platform/content/index.ts';
import type { Model } from '../models/prepare-model.ts';
import { readFormulaModels } from '../models/read-formula-models.ts';
import {
  asMeasured,
  type Calculation,
  conditionsIn,
  conditionsOfSource,
  countedIn,
  ownModel,
  readingsIn,
  unfit,
} from './calculation.ts';
import { type Codelist, codelistHash, codelistKinds, entryFeed, isEmpty, readCodelists } from './codelist.ts';
import {
  type CaseFile,
  type Comparison,
  type Condition,
  caseFileSchema,
  type Definition,
  definitionSchema,
  type Ranking,
  type Register,
  type Score,
  type Segmentation,
} from './definition.ts';

/**
 * All definitions and the codelists that they use, checked against each other. Definitions stand in an order in
 * which each comes after those it refers to.
 */
export interface Library {
  readonly codelists: ReadonlyMap<string, Codelist>;
  readonly definitions: readonly Definition[];
  /** The models that calculations name, by their ids. */
  readonly models: ReadonlyMap<string, Model>;
  /** The arithmetic of a calculation: its model, or its own. */
  modelOf(definition: Calculation): Model;
  /** Drawn people and what each definition must say of them. */
  readonly cases: ReadonlyMap<string, CaseFile>;
  definition(id: string): Definition;
  /** A hash of all that decides a definition's outcome: itself, its codelists, the definitions it refers to. */
  contentHash(id: string): string;
}

/**
 * Reads `content/codelists` and `content/definitions`. Throws ContentError when a file is wrong in itself, names a
 * list or definition that is not there, mixes medicines with codes, or refers to itself by a loop (which is named).
 */
export function readLibrary(content: string): Library {
  const codelists = readCodelists(join(content, 'codelists'));
  const folder = join(content, 'definitions');
  const files = contentFiles(folder, '.yaml');
  const definitions = files
    .filter((file) => !file.endsWith('.cases.yaml'))
    .map((file) => readContent(file, definitionSchema));
  const cases = files
    .filter((file) => file.endsWith('.cases.yaml'))
    .map((file) => readContent(file, caseFileSchema));
  return makeLibrary(codelists, definitions, cases, readFormulaModels(join(content, 'models')));
}

/** Puts a library together from parts, with the same checks. */
export function makeLibrary(
  codelists: ReadonlyMap<string, Codelist>,
  definitions: readonly Definition[],
  cases: readonly CaseFile[] = [],
  models: ReadonlyMap<string, Model> = new Map(),
): Library {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const arithmetic = new Map(
    definitions.flatMap((definition) =>
      definition.kind === 'calculation' ? [[definition, modelFor(definition, models)] as const] : [],
    ),
  );
  for (const definition of definitions) refuseUnknownNames(definition, codelists, byId);
  const ordered = inOrder(definitions, byId);
  const hashes = new Map<string, string>();
  const library: Library = {
    codelists,
    definitions: ordered,
    models,
    modelOf(definition) {
      const model = arithmetic.get(definition);
      if (!model) throw new Error(`${definition.id} is not of this library`);
      return model;
    },
    cases: new Map(cases.map((file) => [file.definition, file])),
    definition(id) {
      const definition = byId.get(id);
      if (!definition) throw new Error(`There is no definition ${id}`);
      return definition;
    },
    contentHash: (id) => {
      const hash = hashes.get(id) ?? contentHash(library, id);
      hashes.set(id, hash);
      return hash;
    },
  };
  return library;
}

/** The arithmetic of a calculation. Throws ContentError where there is no such model, or their inputs do not fit. */
function modelFor(definition: Calculation, models: ReadonlyMap<string, Model>): Model {
  const problems: string[] = [];
  const complain = (path: readonly (string | number)[], message: string) =>
    void problems.push(`${path.join('.')}: ${message}`);
  const model =
    definition.model === undefined ? ownModel(definition, complain) : models.get(definition.model);
  if (!model) {
    const known = [...models.keys()].join(', ');
    throw new ContentError(`definition ${definition.id}`, [
      `there is no model ${definition.model}; there are ${known || 'none'}`,
    ]);
  }
  problems.push(...unfit(definition, model));
  if (problems.length > 0) throw new ContentError(`definition ${definition.id}`, problems);
  return model;
}

/** Every condition of a definition, outermost first. */
export function conditionsOf(definition: Definition): Condition[] {
  switch (definition.kind) {
    case 'register':
      return [definition.rule];
    case 'score':
      return [definition.applies_to, ...definition.terms.map((term) => term.when)];
    case 'segmentation':
      return definition.segments.flatMap(({ when }) => when ?? []);
    case 'calculation':
      return conditionsIn(definition);
    case 'ranking':
      return [];
  }
}

/** Whether a definition gives those to whom it applies a value, of which bands are made: scores and calculations. */
export function hasValue({ kind }: Pick<Definition, 'kind'>): boolean {
  return kind === 'score' || kind === 'calculation';
}

/** The bands of a score or the segments of a segmentation; other definitions have none. */
export function bandsOf(definition: Definition): readonly { readonly id: string; readonly title: string }[] {
  if (definition.kind === 'score' || definition.kind === 'calculation') return definition.bands;
  return definition.kind === 'segmentation' ? definition.segments : [];
}

/** The conditions that a register puts one after the other, all of which must hold; none where it puts only one. */
export function stepsOf(definition: Definition): readonly Condition[] {
  return definition.kind === 'register' && 'all' in definition.rule ? definition.rule.all : [];
}

/** What a reference names: a definition, or one band of it, as `segments/frailty`. */
export function partsOfReference(reference: string): { readonly id: string; readonly band: string | null } {
  const [id = '', band = null] = reference.split('/', 2);
  return { id, band };
}

/** A condition and all below it. */
export function allConditions(condition: Condition): Condition[] {
  if ('all' in condition) return [condition, ...condition.all.flatMap(allConditions)];
  if ('any' in condition) return [condition, ...condition.any.flatMap(allConditions)];
  if ('not' in condition) return [condition, ...allConditions(condition.not)];
  return [condition];
}

/** The groups of codelists that a condition itself names; the lists of one group are read together. */
export function codelistGroups(condition: Condition): (readonly string[])[] {
  if ('ever' in condition) return [condition.ever];
  if ('active' in condition) return [condition.active.codes, condition.active.resolved];
  if ('latest_is' in condition) return [[...condition.latest_is.codes, ...condition.latest_is.of]];
  if ('followed' in condition) return [condition.followed.codes, condition.followed.by];
  if ('near' in condition) return [condition.near.codes, condition.near.to];
  if ('lives_in' in condition) return [condition.lives_in];
  if ('registered_with' in condition) return [condition.registered_with];
  if ('appointments' in condition) return [condition.appointments.status];
  if ('admitted' in condition) return condition.admitted.diagnoses ? [condition.admitted.diagnoses] : [];
  for (const word of READS_ONE_GROUP) {
    const body = (condition as Partial<Record<typeof word, { codes: readonly string[] }>>)[word];
    if (body) return [body.codes];
  }
  return [];
}

const READS_ONE_GROUP = [
  'within',
  'since',
  'between',
  'first_within',
  'nth_within',
  'age_at',
  'count',
  'current',
  'distinct_paragraphs',
  'measured',
  'sustained',
] as const;

/** The ids of the definitions that a definition refers to. */
export function references(definition: Definition): string[] {
  if (definition.kind === 'ranking') return [definition.of];
  return [
    ...bandReferences(definition).map((reference) => partsOfReference(reference).id),
    ...scoredBy(definition),
  ];
}

/** The ids of the scores whose value a definition compares, with a number or with that of other people. */
export function scoredBy(definition: Definition): string[] {
  return conditionsOf(definition)
    .flatMap(allConditions)
    .flatMap((condition) => {
      if ('scored' in condition) return [condition.scored.definition];
      return comparisonIn(condition)?.of ?? [];
    });
}

/** What a condition compares people by; null where it is about one person alone. */
export function comparisonIn(condition: Condition): Comparison | null {
  if ('percentile' in condition) return condition.percentile;
  return 'rank' in condition ? condition.rank : null;
}

/** What a definition itself compares people by, each once. */
export function comparisonsOf(definition: Definition): Comparison[] {
  const all = conditionsOf(definition)
    .flatMap(allConditions)
    .flatMap((condition) => comparisonIn(condition) ?? []);
  return [...new Map(all.map((each) => [comparisonKey(each), each])).values()];
}

/** Says which comparison it is: of two that say the same it is the same. */
export function comparisonKey({ of, over, among }: Comparison): string {
  return `${of} over ${over} among ${among ?? 'everybody'}`;
}

function bandReferences(definition: Definition): string[] {
  return conditionsOf(definition)
    .flatMap(allConditions)
    .flatMap((condition) => {
      if ('definition' in condition) return [condition.definition];
      return comparisonIn(condition)?.among ?? [];
    });
}

function refuseUnknownNames(
  definition: Definition,
  codelists: ReadonlyMap<string, Codelist>,
  byId: ReadonlyMap<string, Definition>,
): void {
  const problems: string[] = [];
  for (const condition of askedBy(definition).flatMap(allConditions)) {
    for (const group of codelistGroups(condition)) {
      for (const id of group) if (!codelists.has(id)) problems.push(`there is no codelist ${id}`);
      const feeds = new Set(group.flatMap((id) => entryFeed(codelists.get(id)?.kind ?? 'words') ?? []));
      if (feeds.size > 1)
        problems.push(`${group.join(', ')}: codes and medicines cannot be read together; use any`);
      if ('measured' in condition || 'sustained' in condition)
        problems.push(...notMeasurable(group, codelists));
      problems.push(...ofAnotherKind(condition, group, codelists));
    }
  }
  for (const id of references(definition)) {
    const other = byId.get(id);
    if (!other) problems.push(`there is no definition ${id}`);
    else if (definition.kind === 'ranking' && other.kind !== 'score') problems.push(`${id} is not a score`);
    else if (other.kind === 'ranking')
      problems.push(
        `${id} is a ranking, which has no answer for one person; use rank or percentile of its score`,
      );
  }
  for (const id of scoredBy(definition)) {
    const kind = byId.get(id)?.kind;
    if (kind !== undefined && kind !== 'score' && kind !== 'calculation')
      problems.push(`${id} is no score, and has no value`);
  }
  for (const reference of bandReferences(definition)) {
    const { id, band } = partsOfReference(reference);
    const other = byId.get(id);
    if (other?.kind === 'segmentation' && band === null)
      problems.push(`everybody is in ${id}; name a segment, as ${id}/${bandsOf(other)[0]?.id}`);
    else if (other && band !== null && !bandsOf(other).some((each) => each.id === band))
      problems.push(
        `${id} has no ${band}; it has ${
          bandsOf(other)
            .map((each) => each.id)
            .join(', ') || 'no bands'
        }`,
      );
  }
  if (problems.length > 0) throw new ContentError(`definition ${definition.id}`, problems);
}

/** Statuses are words and diagnoses of hospitals ICD-10; everything else reads codes of records. */
function ofAnotherKind(
  condition: Condition,
  group: readonly string[],
  codelists: ReadonlyMap<string, Codelist>,
): string[] {
  const wanted = kindFor(condition);
  return group.flatMap((id) => {
    const kind = codelists.get(id)?.kind;
    if (kind === undefined || kind === wanted) return [];
    if (wanted !== null) return [`${id} is no list of ${inWords(wanted)}`];
    const medicines = 'current' in condition || 'distinct_paragraphs' in condition;
    if (medicines && entryFeed(kind) !== 'medicines') return [`${id} is no list of medicines`];
    return entryFeed(kind) === null
      ? [`${id} is a list of ${inWords(kind)}, which no entry of a record has`]
      : [];
  });
}

/** The kind of lists that a word takes, where it takes no codes of records. */
function kindFor(condition: Condition): Codelist['kind'] | null {
  if ('appointments' in condition) return 'words';
  if ('admitted' in condition) return 'icd10';
  if ('lives_in' in condition) return 'areas';
  return 'registered_with' in condition ? 'practices' : null;
}

function inWords(kind: Codelist['kind']): string {
  if (kind === 'words' || kind === 'areas' || kind === 'practices') return codelistKinds[kind].toLowerCase();
  return `${codelistKinds[kind]} codes`;
}

function notMeasurable(group: readonly string[], codelists: ReadonlyMap<string, Codelist>): string[] {
  return group.flatMap((id) => {
    const list = codelists.get(id);
    return list && (list.kind !== 'snomed' || !list.units)
      ? [`${id} has no units, so nothing can be measured by it`]
      : [];
  });
}

function inOrder(definitions: readonly Definition[], byId: ReadonlyMap<string, Definition>): Definition[] {
  const done = new Map<string, Definition>();
  const visit = (definition: Definition, path: readonly string[]) => {
    if (done.has(definition.id)) return;
    if (path.includes(definition.id)) {
      const loop = [...path.slice(path.indexOf(definition.id)), definition.id].join(' → ');
      throw new ContentError(`definition ${definition.id}`, [`it refers to itself: ${loop}`]);
    }
    for (const id of references(definition)) {
      const other = byId.get(id);
      if (other) visit(other, [...path, definition.id]);
    }
    done.set(definition.id, definition);
  };
  for (const definition of [...definitions].sort((a, b) => a.id.localeCompare(b.id))) visit(definition, []);
  return [...done.values()];
}

/**
 * Whether an input can only be asked of lists that have no codes yet. Then nobody is on them, which says nothing of anybody:
 * it is not known, and not false.
 */
export function restsOnNothing(
  codelists: ReadonlyMap<string, Codelist>,
  source: Calculation['inputs'][string],
): boolean {
  const conditions = conditionsOfSource(source).flatMap(allConditions);
  const leaves = conditions.filter((each) => !('all' in each || 'any' in each || 'not' in each));
  const lists = leaves.flatMap((leaf) => codelistGroups(leaf)).flat();
  return (
    lists.length > 0 &&
    leaves.every((leaf) => codelistGroups(leaf).length > 0) &&
    lists.every((id) => isEmpty(codelists.get(id)))
  );
}

/** Every condition of a definition, and what a calculation reads and counts as the conditions that ask whether there is any. */
function askedBy(definition: Definition): Condition[] {
  if (definition.kind !== 'calculation') return conditionsOf(definition);
  return [
    ...conditionsOf(definition),
    ...readingsIn(definition).map((reading) => asMeasured(reading)),
    ...Object.values(definition.inputs).flatMap(({ number_of }) =>
      number_of === undefined ? [] : [countedIn(number_of)],
    ),
  ];
}

/** The ids of the codelists that a definition itself names. */
export function codelistsOf(definition: Definition): string[] {
  const named = askedBy(definition).flatMap(allConditions).flatMap(codelistGroups).flat();
  return [...new Set(named)].sort();
}

function contentHash(library: Library, id: string): string {
  const definition = library.definition(id);
  const lists = codelistsOf(definition).flatMap((list) => library.codelists.get(list) ?? []);
  const model = definition.kind === 'calculation' ? definition.model : undefined;
  const parts = [
    JSON.stringify(definition),
    ...(model === undefined ? [] : [JSON.stringify(library.models.get(model)?.content)]),
    ...lists.map((list) => `${list.id} ${codelistHash(list)}`),
    ...references(definition)
      .sort()
      .map((other) => library.contentHash(other)),
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

export type { Codelist, Definition, Ranking, Register, Score, Segmentation };
