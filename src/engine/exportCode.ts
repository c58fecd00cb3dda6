/** Writes a model file's predictions as source code: used by the engine process and by the command line alike. */
import type { ExportCodeParams } from '../protocol/engine';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import { exportModel } from './export/exportModel';
import { families } from './models/families';
import type { Model } from './models/model';
import { damagedUnless } from './predict';
import { requireOther } from './sameFile';
import { writeWhole } from './writeWhole';

/** The text of the code. Throws UserError for a model that cannot be exported. */
export async function codeOf({ model: file, language, table }: Omit<ExportCodeParams, 'out'>): Promise<string> {
  const model = await loadModel(file);
  return damagedUnless(() => exportModel(model, file, language, table));
}

/** Writes the code, whole or not at all. */
export async function exportCode(params: ExportCodeParams): Promise<{ readonly out: string }> {
  const { model, out } = params;
  await requireOther(out, [model.recipe.file]);
  await writeWhole(out, await codeOf(params));
  return { out };
}

async function loadModel(file: ModelFile): Promise<Model> {
  const family = families.find(item => item.id === file.report.model.family);
  if (!family) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${file.report.model.family}".`);
  return damagedUnless(() => family.load(file.parameters));
}
