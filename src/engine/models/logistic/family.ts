/** Logistic regression: maximum likelihood and penalised, for two and for more classes. */
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { encodeRows } from '../../data/design';
import { learnEncoding } from '../../data/encoding/learn';
import { planDesign } from '../../data/encoding/plan';
import { describeTerms, type DesignMatrix, type Encoding } from '../../data/encoding/encoding';
import { gatherIntegers } from '../../data/rows';
import type { Family, Model } from '../model';
import { encodingNotes } from '../shared/encodingNotes';
import { encodingIsShared, foldOfRows } from '../shared/folds';
import { shownFeatures } from '../shared/effects';
import { optionOf, preparationOptions } from '../shared/options';
import { typicalColumns } from '../shared/typical';
import { binaryState, type FittedState, type LikelihoodInput } from './likelihood';
import { LogisticModel } from './model';
import { multinomialState } from './multinomial';
import { logisticBinary } from './solveBinary';
import { logisticBinaryFolds } from './solveBinaryFolds';
import type { BinaryFit } from './solveBinaryResult';
import { logisticMultinomial, logisticMultinomialFolds, type MultinomialFit } from './solveMultinomial';
import { readState } from './state';

/** The solvers' fits behind models of this process, from which the folds' fits start. */
const binaryFits = new WeakMap<Model, BinaryFit>();
const multinomialFits = new WeakMap<Model, MultinomialFit>();

function targetCodes(dataset: Dataset): { codes: Int32Array; classes: readonly string[] } {
  if (dataset.target.task !== 'classification') throw new UserError('badOption', 'Logistic regression explains classes; choose the linear model for numbers.');
  return dataset.target;
}

/** 1 for the second class. */
function indicator(codes: Int32Array): Float64Array {
  return Float64Array.from(codes, code => (code === 1 ? 1 : 0));
}

function inputFor(dataset: Dataset, encoding: Encoding, design: DesignMatrix, rows?: Int32Array): LikelihoodInput {
  return { target: dataset.target.name, classes: targetCodes(dataset).classes, encoding, table: dataset.table, design, ...(rows && { rows }) };
}

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<LogisticModel> {
  const { codes: all, classes } = targetCodes(dataset);
  const encoding = learnEncoding(planDesign(dataset), dataset.table, rows);
  const design = encodeRows(encoding, dataset.table, rows);
  const codes = rows ? gatherIntegers(all, rows) : all;
  const input = inputFor(dataset, encoding, design);
  const problem = { X: design.data, n: design.rows, p: design.columns, intercept: design.intercept, context };
  if (classes.length === 2) {
    const solved = await logisticBinary({ ...problem, y: indicator(codes) });
    const model = finish(dataset, encoding, binaryState(input, solved), rows);
    binaryFits.set(model, solved);
    return model;
  }
  const solved = await logisticMultinomial({ ...problem, y: codes, classes: classes.length });
  const model = finish(dataset, encoding, await multinomialState(input, solved, context), rows);
  multinomialFits.set(model, solved);
  return model;
}

function finish(dataset: Dataset, encoding: Encoding, state: FittedState, rows: Int32Array | undefined): LogisticModel {
  const standardised = optionOf(dataset.recipe.options, 'standardise', false) === true;
  const shown = shownFeatures(encoding, describeTerms(encoding), state.predictor.coefficients, state.columnSd);
  return new LogisticModel({
    ...state, notes: [...state.notes, ...encodingNotes(encoding, standardised)], typical: typicalColumns(encoding, dataset.table, rows, shown),
  });
}

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<Model[]> {
  const plan = planDesign(dataset);
  const encoding = learnEncoding(plan, dataset.table);
  const foldOfRow = foldOfRows(dataset.table.rows, trainRows);
  if (!foldOfRow || !encodingIsShared(dataset, plan, encoding, trainRows)) {
    const models: Model[] = [];
    for (const rows of trainRows) models.push(await fit(dataset, context, rows));
    return models;
  }
  const design = encodeRows(encoding, dataset.table);
  const states = await foldStates(dataset, design, encoding, trainRows, foldOfRow, context, full);
  return states.map(state => new LogisticModel({ ...state, typical: [] }));
}

async function foldStates(
  dataset: Dataset, design: DesignMatrix, encoding: Encoding, trainRows: readonly Int32Array[], foldOfRow: Int32Array, context: WorkContext, full?: Model,
): Promise<FittedState[]> {
  const { codes, classes } = targetCodes(dataset);
  const problem = { X: design.data, n: design.rows, p: design.columns, intercept: design.intercept, context, foldOfRow, folds: trainRows.length };
  const states: FittedState[] = [];
  if (classes.length === 2) {
    const known = full && binaryFits.get(full);
    const fits = await logisticBinaryFolds({ ...problem, y: indicator(codes), ...(known && { full: known }) });
    for (let k = 0; k < fits.length; k++) states.push(binaryState(inputFor(dataset, encoding, design, trainRows[k]), fits[k]));
    return states;
  }
  const known = full && multinomialFits.get(full);
  const fits = await logisticMultinomialFolds({ ...problem, y: codes, classes: classes.length, ...(known && { full: known }) });
  for (let k = 0; k < fits.length; k++) states.push(await multinomialState(inputFor(dataset, encoding, design, trainRows[k]), fits[k]));
  return states;
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
