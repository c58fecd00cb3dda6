/** Logistic regression: maximum likelihood and penalised, for two and for more classes. */
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { encodeRows, learnEncoding, planDesign } from '../../data/design';
import { describeTerms, type DesignMatrix, type Encoding } from '../../data/encoding/encoding';
import type { Family, Model } from '../model';
import { encodingNotes } from '../shared/encodingNotes';
import { encodingIsShared, foldOfRows } from '../shared/folds';
import { shownFeatures } from '../shared/effects';
import { optionOf, preparationOptions } from '../shared/options';
import { typicalColumns } from '../shared/typical';
import { binaryState, type FittedState, type LikelihoodInput } from './likelihood';
import { LogisticModel } from './model';
import { logisticBinary } from './solveBinary';
import { logisticBinaryFolds } from './solveBinaryFolds';
import type { BinaryFit } from './solveBinaryResult';
import { readState } from './state';

/** The solver's fit behind a model of this process, from which the folds' fits start. */
const solverFits = new WeakMap<Model, BinaryFit>();

function targetCodes(dataset: Dataset): { codes: Int32Array; classes: readonly string[] } {
  if (dataset.target.task !== 'classification') throw new UserError('badOption', 'Logistic regression explains classes; choose the linear model for numbers.');
  return dataset.target;
}

/** 1 for the last class. */
function indicator(codes: Int32Array, rows: Int32Array | undefined, of = 1): Float64Array {
  const y = new Float64Array(rows ? rows.length : codes.length);
  for (let i = 0; i < y.length; i++) y[i] = codes[rows ? rows[i] : i] === of ? 1 : 0;
  return y;
}

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<LogisticModel> {
  const { codes, classes } = targetCodes(dataset);
  const encoding = learnEncoding(planDesign(dataset), dataset.table, rows);
  const design = encodeRows(encoding, dataset.table, rows);
  const input: LikelihoodInput = { target: dataset.target.name, classes, encoding, table: dataset.table, design };
  const y = indicator(codes, rows);
  const solved = await logisticBinary({ X: design.data, n: design.rows, p: design.columns, y, intercept: design.intercept, context });
  const model = finish(dataset, encoding, binaryState(input, solved), rows);
  solverFits.set(model, solved);
  return model;
}

function finish(dataset: Dataset, encoding: Encoding, state: FittedState, rows: Int32Array | undefined): LogisticModel {
  const standardised = optionOf(dataset.recipe.options, 'standardise', false) === true;
  return new LogisticModel({
    ...state, notes: [...state.notes, ...encodingNotes(encoding, standardised)], typical: typicalColumns(encoding, dataset.table, rows, shownFeatures(encoding, describeTerms(encoding), state.predictor.coefficients, state.columnSd)),
  });
}

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<Model[]> {
  const { codes, classes } = targetCodes(dataset);
  const plan = planDesign(dataset);
  const encoding = learnEncoding(plan, dataset.table);
  const foldOfRow = foldOfRows(dataset.table.rows, trainRows);
  if (classes.length > 2 || !foldOfRow || !encodingIsShared(dataset, plan, encoding, trainRows)) {
    const models: Model[] = [];
    for (const rows of trainRows) models.push(await fit(dataset, context, rows));
    return models;
  }
  const design: DesignMatrix = encodeRows(encoding, dataset.table);
  const fits = await logisticBinaryFolds({
    X: design.data, n: design.rows, p: design.columns, y: indicator(codes, undefined), intercept: design.intercept, context,
    foldOfRow, folds: trainRows.length, ...(full && solverFits.has(full) && { full: solverFits.get(full) }),
  });
  const models: Model[] = [];
  for (let k = 0; k < fits.length; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const input = { target: dataset.target.name, classes, encoding, table: dataset.table, design, rows: trainRows[k] };
    models.push(new LogisticModel({ ...binaryState(input, fits[k]), typical: [] }));
  }
  return models;
}

export const logisticFamily: Family = {
  id: 'logistic',
  title: 'Logistic regression',
  tasks: ['classification'],
  options: [
    { name: 'penalty', description: 'Penalty on the size of the weights; auto takes none unless the classes are separated or there are more weights than rows, then ridge.', default: 'auto', values: ['auto', 'none', 'ridge', 'lasso', 'elasticnet'] },
    { name: 'lambda', description: 'Strength of the penalty; auto chooses it by cross-validation.', default: 'auto', minimum: 0 },
    { name: 'l1Ratio', description: 'Share of the lasso in the elastic net.', default: 0.5, minimum: 0, maximum: 1 },
    { name: 'rule', description: 'Strength chosen by cross-validation: the best one, or the strongest within one standard error of it.', default: 'min', values: ['min', '1se'] },
    ...preparationOptions,
  ],
  fit,
  fitFolds,
  load: json => new LogisticModel(readState(json)),
};
