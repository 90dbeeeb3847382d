import { existsSync } from 'node:fs';
import { contentFiles, readContent } from '../../../platform/content/index.ts';
import { modelFile } from './model.ts';
import { type Model, prepareModel } from './prepare-model.ts';

/** The formulas are read with the file, so that what is wrong in one is said with its line. */
export const modelSchema = modelFile.transform((content, context) => {
  if (content.kind === 'definition') return content;
  return prepareModel(content, (path, message) =>
    context.addIssue({ code: 'custom', path: [...path], message, input: content }),
  );
});

/** The files of a folder of models, but for their cases. */
export function modelFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return contentFiles(folder, '.yaml').filter((file) => !file.endsWith('.cases.yaml'));
}

/** The models of a folder that bring their own arithmetic, by their ids. Throws ContentError. */
export function readFormulaModels(folder: string): ReadonlyMap<string, Model> {
  return new Map(
    modelFiles(folder)
      .map((file) => readContent(file, modelSchema))
      .flatMap((read) => ('content' in read ? [[read.content.id, read] as const] : [])),
  );
}
