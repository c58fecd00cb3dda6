/** One held-out row as it was and as the attack made it, in words. */
import type { Dataset } from '../../data/dataset';
import { findColumn } from '../../data/table';
import { cellsOf } from './ground';
import type { Judge } from './judge';
import type { Sparse } from './featureUse';
import { deviationsOf } from './minimal';
import type { AttackExample } from './result';

export interface ExampleInput {
  readonly dataset: Dataset;
  readonly judge: Judge;
  /** Row of the dataset of each row of the ground. */
  readonly rows: Int32Array;
  readonly sparse: Sparse;
  /** Size of the attacks. */
  readonly reach: number;
}

/** Of so many folds' examples the first in this order is shown. */
export interface RankedExample { readonly rank: number; readonly example: AttackExample }

/** Classes: of the flips with the fewest changes, the row whose prediction was surest. Numbers: the row whose error grows most. */
export function exampleOf({ dataset, judge, rows, sparse, reach }: ExampleInput): RankedExample | undefined {
  const { which, cells } = sparse;
  if (which.length === 0) return undefined;
  const ranks = judge.truth.task === 'regression' ? lessAdded(judge, sparse) : surest(judge, sparse);
  const i = ranks.indexOf(Math.min(...ranks));
  const { ground } = judge;
  const p = ground.columns.length;
  const row = which[i];
  const before = ground.start.slice(row * p, (row + 1) * p);
  const after = cells.slice(i * p, (i + 1) * p);
  const said = (own: Float64Array): string => words(judge, judge.predict(own, Int32Array.of(row)));
  const changes = ground.columns.flatMap((column, j) => (before[j] === after[j] || Number.isNaN(before[j]) ? [] : [{
    name: column.name, before: cellWords(judge, j, before[j]), after: cellWords(judge, j, after[j]),
    ...(column.kind === 'number' && { deviations: deviationsOf(column, before[j], after[j]) }),
  }]));
  const example: AttackExample = {
    row: (dataset.sourceRows ? dataset.sourceRows[rows[row]] : rows[row]) + 1, epsilon: reach,
    changes: changes.sort((a, b) => Math.abs(b.deviations ?? 0) - Math.abs(a.deviations ?? 0)),
    truth: truthWords(judge, row), before: said(before), after: said(after),
  };
  return { rank: ranks[i], example };
}

/** Number of changes, then how sure the right answer was: below 1 by the harm, which is below 0 for right rows. */
function surest(judge: Judge, { which, cells }: Sparse): number[] {
  const { ground } = judge;
  const p = ground.columns.length;
  const { harm } = judge.of(cellsOf(ground, ground.start, which), which);
  const count = (i: number): number => ground.columns.filter((_, j) => cells[i * p + j] !== ground.start[which[i] * p + j] && !Number.isNaN(cells[i * p + j])).length;
  return Array.from(which.keys(), i => count(i) + Math.exp(Math.min(0, harm[i])));
}

function lessAdded(judge: Judge, { which, cells }: Sparse): number[] {
  const clean = judge.of(cellsOf(judge.ground, judge.ground.start, which), which).harm;
  return Array.from(judge.of(cells, which).harm, (value, i) => clean[i] - value);
}

const short = (value: number): string => String(Number(value.toPrecision(5)));

function cellWords({ ground }: Judge, j: number, cell: number): string {
  const column = findColumn(ground.table, ground.columns[j].name)!;
  if (column.storage === 'code') return column.levels[cell] ?? '';
  return column.kind === 'datetime' ? new Date(cell).toISOString().slice(0, 10) : short(cell);
}

function truthWords({ truth }: Judge, row: number): string {
  return truth.task === 'regression' ? short(truth.values[row]) : truth.classes[truth.codes[row]];
}

/** "12.3"; "benign (81 %)". */
function words({ truth }: Judge, predicted: Float64Array): string {
  if (truth.task === 'regression') return short(predicted[0]);
  const best = predicted.indexOf(Math.max(...predicted));
  return `${truth.classes[best]} (${Number((100 * predicted[best]).toPrecision(3))} %)`;
}
