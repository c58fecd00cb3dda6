/** A saved model that proposes formulas: read here, for families know nothing of model files. */
import { readFile } from 'node:fs/promises';

import { UserError } from '../protocol/errors';
import { explainsTarget } from '../protocol/modelFile';
import type { Dataset } from './data/dataset';
import { parseModelFile } from './modelFile';
import { families } from './models/families';
import { formulaFamilyWith } from './models/formula/family';
import { formulaSettings, isModelPath } from './models/formula/settings';
import type { Family } from './models/model';
import { damagedUnless } from './predict';

/** The family itself, or formulas that the model file of the option `from` proposes too. */
export async function withProposer(family: Family, dataset: Dataset): Promise<Family> {
  if (family.id !== 'formula') return family;
  const { from } = formulaSettings(dataset.recipe.options);
  if (!isModelPath(from)) return family;
  const text = await readFile(from, 'utf8').catch(() => { throw new UserError('fileNotFound', `The model file ${from} cannot be read.`, { file: from }); });
  const file = await parseModelFile(text, from);
  if (!explainsTarget(file)) throw new UserError('badOption', `The model ${from} has no target; name a model of the column "${dataset.target.name}".`, { file: from });
  const { report, parameters } = file;
  if (report.recipe.target !== dataset.target.name) throw new UserError('badOption', `The model ${from} explains "${report.recipe.target}", but the target here is "${dataset.target.name}".`, { file: from });
  const known = families.find(each => each.id === report.model.family);
  if (!known) throw new UserError('badModelFile', `This version of Unveil does not know the model family "${report.model.family}".`);
  return formulaFamilyWith(await damagedUnless(() => known.load(parameters)));
}
