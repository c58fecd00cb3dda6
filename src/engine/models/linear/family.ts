/** Linear regression: least squares, penalised (ridge, lasso, elastic net) and robust (Huber). */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { DesignMatrix, Encoding } from '../../data/encoding/encoding';
import { gatherNumbers } from '../../data/rows';
import type { Family, Model } from '../model';
import { shownFeatures } from '../shared/effects';
import { encodingNotes } from '../shared/encodingNotes';
import { encodingIsShared, foldOfRows } from '../shared/folds';
import { columnMeans, foldColumnMeans } from '../shared/linearPredictor';
import { optionOf, preparationOptions } from '../shared/options';
import { penaltyChoice, rowGroups, type PenaltyChoice } from '../shared/penalty';
import { prepareDesign, prepareRows, releaseDesign } from '../shared/prepared';
import { typicalColumns } from '../shared/typical';
import { LinearModel } from './model';
import { fitOrdinary, ordinaryState } from './ordinary';
import { fitPenalised } from './penalised';
import { fitHuber } from './robust';
import { leastSquaresFolds } from './solveLeastSquaresFolds';
import { readState } from './state';

interface Prepared {
  readonly encoding: Encoding;
  readonly design: DesignMatrix;
  readonly y: Float64Array;
}

function targetValues(dataset: Dataset): Float64Array {
  if (dataset.target.task !== 'regression') throw new UserError('badOption', 'Linear regression explains numbers; choose the logistic model for classes.');
  return dataset.target.values;
}

function prepare(dataset: Dataset, rows: Int32Array | undefined): Prepared {
  const values = targetValues(dataset);
  return { ...prepareRows(dataset, rows), y: rows ? gatherNumbers(values, rows) : values };
}

async function fit(dataset: Dataset, context: WorkContext, rows?: Int32Array): Promise<LinearModel> {
  const { encoding, design, y } = prepare(dataset, rows);
  const { options } = dataset.recipe;
  const robust = optionOf(options, 'robustErrors', 'none') === 'HC3';
  const input = { target: dataset.target.name, encoding, table: dataset.table, design, y, robust, context };
  const { choice, why } = penaltyFor(dataset, design);
  const state = isHuber(dataset) ? await fitHuber(input) : choice ? await fitPenalised(input, choice, rowGroups(dataset, rows)) : await fitOrdinary(input);
  const notes: Note[] = [...why, ...state.notes, ...encodingNotes(encoding, optionOf(options, 'standardise', false) === true)];
  return new LinearModel({ ...state, notes, typical: typicalColumns(encoding, dataset.table, rows, shownFeatures(encoding, design.terms, [state.predictor.coefficients[0]], state.columnSd)) });
}

function isHuber(dataset: Dataset): boolean {
  return optionOf(dataset.recipe.options, 'loss', 'squares') === 'huber';
}

/** The penalty asked for; with 'auto' ridge where there are more weights than rows in the whole dataset. */
function penaltyFor(dataset: Dataset, design: DesignMatrix): { choice?: PenaltyChoice; why: Note[] } {
  const { options, seed } = dataset.recipe;
  const weights = design.columns + (design.intercept ? 1 : 0);
  const tooMany = optionOf(options, 'penalty', 'auto') === 'auto' && weights > dataset.table.rows;
  const choice = penaltyChoice(options, seed, tooMany ? 'ridge' : undefined);
  if (choice && isHuber(dataset)) {
    throw new UserError('badOption', tooMany
      ? `Huber regression needs more rows than weights; there are ${weights} weights and ${dataset.table.rows} rows.`
      : 'loss=huber does not go with a penalty; set penalty=none or loss=squares.');
  }
  if (!tooMany) return { choice, why: [] };
  const text = `There are ${weights} weights but only ${dataset.table.rows} rows, so ordinary least squares has no unique answer; ridge regression was used instead.`;
  return { choice, why: [{ kind: 'penalty', text }] };
}

async function fitFolds(dataset: Dataset, trainRows: readonly Int32Array[], context: WorkContext): Promise<Model[]> {
  const values = targetValues(dataset);
  const { plan, encoding, design: designOfAll } = prepareDesign(dataset);
  releaseDesign(dataset);
  const foldOfRow = foldOfRows(dataset.table.rows, trainRows);
  const shared = foldOfRow && encodingIsShared(dataset, plan, encoding, trainRows) ? designOfAll() : undefined;
  if (!foldOfRow || !shared || penaltyFor(dataset, shared).choice || isHuber(dataset)) {
    const models: Model[] = [];
    for (const rows of trainRows) models.push(await fit(dataset, context, rows));
    return models;
  }
  const design = shared;
  const fits = await leastSquaresFolds({
    X: design.data, n: design.rows, p: design.columns, y: values, intercept: design.intercept, context, foldOfRow, folds: trainRows.length,
  });
  const robust = optionOf(dataset.recipe.options, 'robustErrors', 'none') === 'HC3';
  const means = foldColumnMeans(design, columnMeans(design), foldOfRow, trainRows.length);
  const response = { rows: values.length, columns: 1, data: values };
  const targetMeans = foldColumnMeans(response, columnMeans(response), foldOfRow, trainRows.length);
  const models: Model[] = [];
  for (let k = 0; k < fits.length; k++) {
    const pause = context.breathe();
    if (pause) await pause;
    const rows = trainRows[k];
    const state = await ordinaryState({
      target: dataset.target.name, encoding, table: dataset.table, design, robust, context, y: robust ? gatherNumbers(values, rows) : values,
      fold: { rows, means: means[k], targetMean: targetMeans[k].mean[0] },
    }, fits[k]);
    models.push(new LinearModel({ ...state, typical: [] }));
  }
  return models;
}

export const linearFamily: Family = {
  id: 'linear',
  title: 'Linear regression',
  tasks: ['regression'],
  options: [
    { name: 'penalty', description: 'Penalty on the size of the weights; auto takes none unless there are more weights than rows, then ridge.', default: 'auto', values: ['auto', 'none', 'ridge', 'lasso', 'elasticnet'] },
    { name: 'lambda', description: 'Strength of the penalty; auto chooses it by cross-validation.', default: 'auto', minimum: 0 },
    { name: 'l1Ratio', description: 'Share of the lasso in the elastic net.', default: 0.5, minimum: 0, maximum: 1 },
    { name: 'rule', description: 'Strength chosen by cross-validation: the best one, or the strongest within one standard error of it.', default: 'min', values: ['min', '1se'] },
    { name: 'loss', description: 'squares, or huber: robust against outliers of the target.', default: 'squares', values: ['squares', 'huber'] },
    { name: 'robustErrors', description: 'HC3: standard errors that allow the noise to vary from row to row.', default: 'none', values: ['none', 'HC3'] },
    ...preparationOptions,
  ],
  fit,
  fitFolds,
  load: json => new LinearModel(readState(json)),
};
