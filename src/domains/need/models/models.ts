import { join } from 'node:path';
import { ContentError, contentFiles, readContent } from '../../../platform/content/index.ts';
import { type Library, readLibrary } from '../language/library.ts';
import { modelOfDefinition } from './from-definition.ts';
import { type DefinitionModel, formulaModel, type ModelCases, modelCasesSchema } from './model.ts';
import { type Model, prepareModel } from './prepare-model.ts';
import { modelFiles, modelSchema } from './read-formula-models.ts';

/** Every risk model, by its id. */
export interface Models {
  readonly ids: readonly string[];
  /** By the model's id, or that of the definition behind it; undefined when there is none. */
  find(id: string): Model | undefined;
  /** The worked examples of each model. */
  cases(): ReadonlyMap<string, ModelCases>;
}

/**
 * Reads `content/models`, and the definitions that some of them run when one of those is asked for: they take longer to
 * read than a model to run. Throws ContentError, with the file, the line and what was expected, when one of them cannot
 * be used.
 */
export function readModels(content: string): Models {
  const folder = join(content, 'models');
  const read = modelFiles(folder).map((file) => readContent(file, modelSchema));
  let library: Library | null = null;
  const idOf = (each: (typeof read)[number]) => ('kind' in each ? each.id : each.content.id);
  return {
    ids: read.map(idOf).sort(),
    find(id) {
      const asked = withoutHyphens(id);
      const names = (each: (typeof read)[number]) =>
        'kind' in each ? [each.id, each.definition] : [each.content.id];
      const found = read.find((each) => names(each).some((name) => withoutHyphens(name) === asked));
      if (!found || !('kind' in found)) return found;
      library ??= readLibrary(content);
      return runnable(library, found);
    },
    cases() {
      const files = contentFiles(folder, '.cases.yaml');
      return new Map(
        files.map((file) => readContent(file, modelCasesSchema)).map((each) => [each.model, each]),
      );
    },
  };
}

/** PARR-30 and parr30 are one name. */
function withoutHyphens(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}

function runnable(library: Library, file: DefinitionModel): Model {
  const problems: string[] = [];
  const content = formulaModel.parse(modelOfDefinition(library, file));
  const model = prepareModel(content, (path, message) => problems.push(`${path.join('.')}: ${message}`));
  if (problems.length > 0) throw new ContentError(`definition ${file.definition}`, problems);
  return model;
}
