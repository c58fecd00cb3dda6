/** The family of formulas: a search for the formula behind the rows, or a given one whose parameters are fitted. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { structureKey } from '../../formula/key';
import { valuesOf } from '../../formula/values';
import type { Family, Model } from '../model';
import { fitFormula, type FitInput } from './fit';
import { fitGreyBox } from './greyBox/fit';
import { heldOutShares } from './greyBox/folds';
import { loadGreyBox } from './greyBox/load';
import { GreyBoxModel } from './greyBox/model';
import { FormulaModel } from './model';
import { formulaOptions, formulaSettings, isModelPath } from './settings';
import { readState } from './state';
import { at, valuesOnRows } from './variables';

/** Share of the seconds that the searches of the folds take together. */
const foldShare = 0.4;

/** `loaded`: a model from a file that proposes formulas; it may have seen any row, so the folds search without it. */
export function formulaFamilyWith(loaded?: Model): Family {
  return {
    id: 'formula', title: 'Formula', tasks: ['regression'], options: formulaOptions,
    async fit(dataset, context, rows) {
      const settings = formulaSettings(dataset.recipe.options);
      const measured = dataset.recipe.split.scheme !== 'none';
      const seconds = settings.seconds * (rows ? foldShare : measured ? 1 - foldShare : 1);
      const own = rows ? undefined : loaded;
      const from = isModelPath(settings.from) ? { ...settings, from: 'data' } : settings;
      const stage = settings.rest ? 'Fitting' : 'Searching';
      return fitEither({ dataset, context, ...(rows && { rows }), settings: from, seconds, ...(own && { loaded: own }), progress: { stage, from: 0.25, to: 0.5 } });
    },
    async fitFolds(dataset, trainRows, context, full) {
      const settings = formulaSettings(dataset.recipe.options);
      const honest = isModelPath(settings.from) ? { ...settings, from: 'data' } : settings;
      const models: (FormulaModel | GreyBoxModel)[] = [];
      const doing = settings.rest ? 'Fitting' : 'Searching';
      const seconds = foldSeconds(settings.seconds, context, full);
      for (const [k, rows] of trainRows.entries()) {
        const share = (i: number): number => 0.5 + (0.2 * i) / trainRows.length;
        models.push(await fitEither({
          dataset, context, rows, settings: honest, seconds: seconds / trainRows.length, fold: true,
          progress: { stage: trainRows.length === 1 ? `${doing} without the held-out rows` : `${doing}, fold ${k + 1} of ${trainRows.length}`, from: share(k), to: share(k + 1) },
        }));
      }
      const formulas = models.filter(model => model instanceof FormulaModel);
      if (full instanceof FormulaModel) full.setMeasured(formulas, heldOutR2(dataset, trainRows, formulas));
      if (full instanceof GreyBoxModel) full.setShares(heldOutShares(dataset, trainRows, models.filter(model => model instanceof GreyBoxModel)));
      return models;
    },
    ownSeconds: dataset => formulaSettings(dataset.recipe.options).seconds,
    load: json => loadGreyBox(json) ?? new FormulaModel(readState(json)),
  };
}

export const formulaFamily: Family = formulaFamilyWith();

/**
 * Seconds of the searches of all folds. Stopping early is part of the procedure: after a search that the person ended, those of the folds
 * get no more than their share of the time that it had.
 */
function foldSeconds(all: number, context: WorkContext, full: Model | undefined): number {
  const seconds = foldShare * all;
  if (!context.finishing?.() || !(full instanceof FormulaModel)) return seconds;
  return Math.min(seconds, (foldShare / (1 - foldShare)) * full.state.searched.seconds);
}

async function fitEither(input: FitInput): Promise<FormulaModel | GreyBoxModel> {
  if (input.settings.rest) return fitGreyBox(input, input.settings.rest);
  const { state, beside } = await fitFormula(input);
  return new FormulaModel(state, beside);
}

const at32 = (values: Int32Array, places: Int32Array): Int32Array => Int32Array.from(places, i => values[i]!);

/** R² of each structure that the searches of all folds found by themselves, on their held-out rows. */
function heldOutR2(dataset: Dataset, trainRows: readonly Int32Array[], models: readonly FormulaModel[]): Map<string, number> {
  if (dataset.target.task !== 'regression') return new Map();
  const sums = new Map<string, { missed: number; folds: number }>();
  let total = 0;
  for (const [k, model] of models.entries()) {
    const trains = new Uint8Array(dataset.table.rows);
    for (const row of trainRows[k]!) trains[row] = 1;
    const test = Int32Array.from({ length: dataset.table.rows }, (_, i) => i).filter(row => trains[row] === 0);
    const all = valuesOnRows(dataset, model.state, test);
    // A formula says nothing of rows in which a cell is missing.
    const columns = all.columns.map(column => at(column, all.complete));
    const target = at(all.target, all.complete);
    const mean = target.reduce((all, y) => all + y, 0) / Math.max(1, target.length);
    total += target.reduce((all, y) => all + (y - mean) ** 2, 0);
    const { state } = model;
    const own = new Map(state.candidates.map((candidate, index) => [structureKey(candidate.expression), { candidate, index }]));
    for (const [key, { candidate, index }] of own) {
      const linear = model.linear !== undefined && index === state.chosen;
      const values = linear ? model.predict(dataset.table, at32(test, all.complete)).mean! : valuesOf(candidate.expression, columns, target.length);
      const missed = target.reduce((all, y, i) => all + ((Number.isFinite(values[i]!) ? values[i]! : state.otherwise) - y) ** 2, 0);
      const before = sums.get(key) ?? { missed: 0, folds: 0 };
      sums.set(key, { missed: before.missed + missed, folds: before.folds + 1 });
    }
  }
  const known = [...sums].filter(([, { folds }]) => folds === models.length && total > 0);
  return new Map(known.map(([key, { missed }]) => [key, 1 - missed / total]));
}
