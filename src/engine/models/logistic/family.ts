/** Logistic regression: maximum likelihood and penalised, for two and for more classes. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { describeTerms, type DesignMatrix, type Encoding } from '../../data/encoding/encoding';
import { gatherIntegers } from '../../data/rows';
import type { Family, Model } from '../model';
import { encodingNotes } from '../shared/encodingNotes';
import { encodingIsShared, foldOfRows } from '../shared/folds';
import { shownFeatures } from '../shared/effects';
import { columnMeans, foldColumnMeans, type ColumnMeans } from '../shared/linearPredictor';
import { optionOf, preparationOptions } from '../shared/options';
import { penaltyChoice, rowGroups, type PenaltyChoice } from '../shared/penalty';
import { prepareDesign, prepareRows, releaseDesign } from '../shared/prepared';
import { typicalColumns } from '../shared/typical';
import { hasAllClasses, oneClassState, presentClasses, recode, withAbsentClasses } from './absentClasses';
import { binaryState, separatingTerms, type FittedState, type LikelihoodInput } from './likelihood';
import { LogisticModel } from './model';
import { multinomialState } from './multinomial';
import { fitPenalised } from './penalised';
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
  const values = new Float64Array(codes.length);
  for (let i = 0; i < values.length; i++) values[i] = codes[i] === 1 ? 1 : 0;
  return values;
}

function inputFor(dataset: Dataset, encoding: Encoding, design: DesignMatrix, foldMeans?: ColumnMeans): LikelihoodInput {
  return { target: dataset.target.name, classes: targetCodes(dataset).classes, encoding, table: dataset.table, design, ...(foldMeans && { foldMeans }) };
}

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<LogisticModel> {
  const { codes: all, classes } = targetCodes(dataset);
  const { encoding, design } = prepareRows(dataset, rows);
  const codes = rows ? gatherIntegers(all, rows) : all;
  const present = presentClasses(codes, classes.length);
  const input = inputFor(dataset, encoding, design);
  if (present.length === classes.length) return fitClasses(dataset, input, codes, rows, context);
  if (present.length === 1) return finish(dataset, encoding, oneClassState(input, present[0]), rows);
  const some = await fitClasses(dataset, { ...input, classes: present.map(c => classes[c]) }, recode(codes, present), rows, context);
  return new LogisticModel({ ...withAbsentClasses(some.state, classes, present, codes.length), typical: some.state.typical });
}

/** All classes have rows. */
async function fitClasses(dataset: Dataset, input: LikelihoodInput, codes: Int32Array, rows: Int32Array | undefined, context: WorkContext): Promise<LogisticModel> {
  const { design, encoding } = input;
  const { choice, why } = penaltyFor(dataset, design);
  if (choice) {
    const state = await fitPenalised(input, codes, choice, context, rowGroups(dataset, rows));
    return finish(dataset, encoding, { ...state, notes: [...why, ...state.notes] }, rows);
  }
  const likelihood = await fitLikelihood(input, codes, context);
  const reason = isAuto(dataset) ? unsound(likelihood, design) : undefined;
  if (reason) {
    const state = await fitPenalised(input, codes, penaltyChoice(dataset.recipe.options, dataset.recipe.seed, 'ridge')!, context, rowGroups(dataset, rows));
    return finish(dataset, encoding, { ...state, notes: [reason, ...state.notes] }, rows);
  }
  const model = finish(dataset, encoding, likelihood.state, rows);
  if (likelihood.binary) binaryFits.set(model, likelihood.binary);
  if (likelihood.multinomial) multinomialFits.set(model, likelihood.multinomial);
  return model;
}

interface Likelihood {
  readonly state: FittedState;
  readonly binary?: BinaryFit;
  readonly multinomial?: MultinomialFit;
}

async function fitLikelihood(input: LikelihoodInput, codes: Int32Array, context: WorkContext): Promise<Likelihood> {
  const { design, classes } = input;
  const problem = { X: design.data, n: design.rows, p: design.columns, intercept: design.intercept, context };
  if (classes.length === 2) {
    const binary = await logisticBinary({ ...problem, y: indicator(codes) });
    return { state: binaryState(input, binary), binary };
  }
  const multinomial = await logisticMultinomial({ ...problem, y: codes, classes: classes.length });
  return { state: await multinomialState(input, multinomial, context), multinomial };
}

function isAuto(dataset: Dataset): boolean {
  return optionOf(dataset.recipe.options, 'penalty', 'auto') === 'auto';
}

/** The penalty asked for; with 'auto' ridge where there are more weights than rows in the whole dataset. */
function penaltyFor(dataset: Dataset, design: DesignMatrix): { choice?: PenaltyChoice; why: Note[] } {
  const { options, seed } = dataset.recipe;
  const equations = dataset.target.task === 'classification' ? dataset.target.classes.length - 1 : 1;
  const weights = equations * (design.columns + (design.intercept ? 1 : 0));
  const tooMany = isAuto(dataset) && weights > dataset.table.rows;
  const choice = penaltyChoice(options, seed, tooMany ? 'ridge' : undefined);
  if (!tooMany) return { choice, why: [] };
  const text = `There are ${weights} weights but only ${dataset.table.rows} rows, so maximum likelihood has no answer; ridge logistic regression was used instead.`;
  return { choice, why: [{ kind: 'penalty', text }] };
}

/** Why a maximum-likelihood fit cannot be believed; undefined where it can. */
function unsound({ binary, multinomial, state }: Likelihood, design: DesignMatrix): Note | undefined {
  const separation = binary?.separation ?? multinomial?.separation;
  if (separation) {
    const text = `The features separate the classes (${separatingTerms(separation.columns, design.terms)}), so the maximum-likelihood weights are infinite and have no p-values; ridge logistic regression was used instead (penalty=none shows where the likelihood stopped).`;
    return { kind: 'separation', text };
  }
  const converged = binary?.converged ?? multinomial?.converged ?? true;
  if (converged) return undefined;
  return { kind: 'warning', text: `The maximum-likelihood fit of ${state.target} did not converge; ridge logistic regression was used instead.` };
}

function finish(dataset: Dataset, encoding: Encoding, state: FittedState, rows: Int32Array | undefined): LogisticModel {
  const standardised = optionOf(dataset.recipe.options, 'standardise', false) === true;
  const shown = shownFeatures(encoding, describeTerms(encoding), state.predictor.coefficients, state.columnSd);
  return new LogisticModel({
    ...state, notes: [...state.notes, ...encodingNotes(encoding, standardised)], typical: typicalColumns(encoding, dataset.table, rows, shown),
  });
}

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext, full?: Model): Promise<Model[]> {
  const { plan, encoding, design: designOfAll } = prepareDesign(dataset);
  releaseDesign(dataset);
  const foldOfRow = foldOfRows(dataset.table.rows, trainRows);
  const shared = foldOfRow && encodingIsShared(dataset, plan, encoding, trainRows) ? designOfAll() : undefined;
  const penalised = full instanceof LogisticModel && full.state.method === 'penalised';
  const models: Model[] = [];
  const { codes, classes } = targetCodes(dataset);
  const complete = trainRows.every(rows => hasAllClasses(codes, rows, classes.length));
  if (!foldOfRow || !shared || !complete || penalised || penaltyFor(dataset, shared).choice) {
    for (const rows of trainRows) models.push(await fit(dataset, context, rows));
    return models;
  }
  const states = await foldStates(dataset, shared, encoding, trainRows, foldOfRow, context, full);
  for (let k = 0; k < states.length; k++) {
    // A fold whose own fit is unsound gets what 'auto' gives it.
    const unsoundFold = isAuto(dataset) && states[k].separated !== undefined && states[k].standardErrors === undefined;
    models.push(unsoundFold ? await fit(dataset, context, trainRows[k]) : new LogisticModel({ ...states[k], typical: [] }));
  }
  return models;
}

async function foldStates(
  dataset: Dataset, design: DesignMatrix, encoding: Encoding, trainRows: readonly Int32Array[], foldOfRow: Int32Array, context: WorkContext, full?: Model,
): Promise<FittedState[]> {
  const { codes, classes } = targetCodes(dataset);
  const problem = { X: design.data, n: design.rows, p: design.columns, intercept: design.intercept, context, foldOfRow, folds: trainRows.length };
  const means = foldColumnMeans(design, columnMeans(design), foldOfRow, trainRows.length);
  const states: FittedState[] = [];
  if (classes.length === 2) {
    const known = full && binaryFits.get(full);
    const fits = await logisticBinaryFolds({ ...problem, y: indicator(codes), ...(known && { full: known }) });
    for (let k = 0; k < fits.length; k++) states.push(binaryState(inputFor(dataset, encoding, design, means[k]), fits[k]));
    return states;
  }
  const known = full && multinomialFits.get(full);
  const fits = await logisticMultinomialFolds({ ...problem, y: codes, classes: classes.length, ...(known && { full: known }) });
  for (let k = 0; k < fits.length; k++) states.push(await multinomialState(inputFor(dataset, encoding, design, means[k]), fits[k]));
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
