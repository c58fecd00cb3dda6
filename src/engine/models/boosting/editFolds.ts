/** Models of the folds as they were fitted, with the training weights that smoothing and monotone terms need. */
import type { Dataset } from '../../data/dataset';
import { findColumn } from '../../data/table';
import { fittedState, withEdits, type NamedEdit } from './edit';
import { BoostingModel } from './model';
import type { BoostingState } from './state';
import { columnsOf, eachCell } from './termCells';
import { cellCount } from './terms';

/** Models in a file are without weights (toLeanJSON): the training rows of the fold in each cell are counted again. */
export function weighted(model: BoostingModel, { table, recipe }: Dataset, train: Int32Array): BoostingState {
  const { state, plan } = model;
  const weights = state.terms.map(term => new Float64Array(cellCount(term)));
  const rowWeight = weightOf(recipe.options['weights'], table, train);
  eachCell(plan, state.terms.map((_, t) => t), columnsOf(table), train.length, train, (t, cells, from, length) => {
    const own = weights[t]!;
    for (let i = 0; i < length; i++) own[cells[i]!]! += rowWeight(from + i);
  });
  return fittedState({ ...state, terms: state.terms.map((term, t) => ({ ...term, weights: weights[t]! })) });
}

/** By the option `weights`, with mean 1, as in the fit; 1 without it. */
function weightOf(name: unknown, table: Dataset['table'], rows: Int32Array): (i: number) => number {
  const column = typeof name === 'string' && name !== '' ? findColumn(table, name) : undefined;
  if (column?.storage !== 'number') return () => 1;
  const mean = rows.reduce((sum, row) => sum + column.values[row]!, 0) / rows.length;
  return i => column.values[rows[i]!]! / mean;
}

/** The fitted states with the edits made to each. */
export function editedModels(states: readonly BoostingState[], edits: readonly NamedEdit[]): BoostingModel[] {
  return states.map(state => new BoostingModel(withEdits(state, edits)));
}
