/** A model as source code that needs no library: TypeScript, Python or SQL, one self-contained file. */
import type { CodeLanguage } from '../../protocol/engine';
import { UserError } from '../../protocol/errors';
import type { ModelFile } from '../../protocol/modelFile';
import { BoostingModel } from '../models/boosting/model';
import { throughOf, type Through } from '../models/components/model';
import { GreyBoxModel } from '../models/formula/greyBox/model';
import { FormulaModel } from '../models/formula/model';
import { LinearModel } from '../models/linear/model';
import { LogisticModel } from '../models/logistic/model';
import type { Model } from '../models/model';
import { NeuralModel } from '../models/neural/model';
import { boostingProgram } from './boostingProgram';
import { Builder } from './builder';
import { deriveScores, foldedPredictor } from './componentsProgram';
import { formulaProgram } from './formulaProgram';
import { greyBoxProgram } from './greyBoxProgram';
import { linearProgram, logisticProgram } from './linearProgram';
import { networkProgram } from './networkProgram';
import { printPython } from './printPython';
import { printSql } from './printSql';
import { printTypescript } from './printTypescript';
import { columnsRead, withoutUnused, type Program } from './program';
import { remarksFor } from './remarks';
import { withSpellings } from './spelling';

/** The predictions of a model as a program. Throws UserError for a model whose predictions are no formula of its parameters. */
export function programOf(model: Model): Omit<Program, 'remarks'> {
  const through = throughOf(model);
  if (through) return throughProgram(through);
  if (model instanceof NeuralModel) return networkProgram(model.state, model.networks);
  if (model instanceof BoostingModel) return boostingProgram(model.state);
  if (model instanceof GreyBoxModel) return greyBoxProgram(model);
  if (model instanceof FormulaModel) return model.linear ? linearProgram(model.linear.state) : formulaProgram(model.state);
  if (model instanceof LogisticModel && model.predict === LogisticModel.prototype.predict) return logisticProgram(model.state);
  if (model instanceof LinearModel && model.predict === LinearModel.prototype.predict) return linearProgram(model.state);
  throw new UserError('badOption', `The predictions of this model (${model.title}) cannot be written as code.`);
}

/** A model on principal components: led back to the columns where it is linear, else after its scores. */
function throughProgram({ state, inner }: Through): Omit<Program, 'remarks'> {
  const builder = new Builder();
  if (inner instanceof LinearModel || inner instanceof LogisticModel) {
    const folded = foldedPredictor(state, inner.state.encoding, inner.state.predictor);
    if (!folded) deriveScores(builder, state);
    return inner instanceof LinearModel ? linearProgram(folded ?? inner.state, builder) : logisticProgram({ ...inner.state, ...folded }, builder);
  }
  deriveScores(builder, state);
  if (inner instanceof NeuralModel) return networkProgram(inner.state, inner.networks, builder);
  if (inner instanceof BoostingModel) return boostingProgram(inner.state, builder);
  throw new UserError('badOption', `The predictions of this model (${inner.title} on principal components) cannot be written as code.`);
}

/**
 * `table`: for SQL, the table that holds the rows. The code's predictions are those of `model` to rounding; networks, which we
 * compute in single precision, to 1e-6 of the larger of 1 and the prediction.
 */
export function exportModel(model: Model, file: Pick<ModelFile, 'name' | 'recipe' | 'report'>, language: CodeLanguage, table = 'data'): string {
  const readings = new Map(file.report.data.columns.flatMap(({ name, reading }) => (reading ? [[name, reading] as const] : [])));
  const bare = withSpellings(withoutUnused({ ...programOf(model), remarks: [] }), readings);
  const program: Program = { ...bare, remarks: remarksFor(model, file, language, columnsRead(bare)) };
  switch (language) {
    case 'typescript': return printTypescript(program);
    case 'python': return printPython(program);
    case 'sql': return printSql(program, table, file.report.data.columns.map(({ name }) => name));
  }
}
