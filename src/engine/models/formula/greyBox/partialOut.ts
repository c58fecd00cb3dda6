/** Numbers of the rows less what columns that the known formula does not read tell of them, measured on rows that the telling model did not see. */
import { derivedContext, type WorkContext } from '../../../context';
import type { Dataset } from '../../../data/dataset';
import { boostingFamily } from '../../boosting/family';
import { plainDataset } from '../variables';
import { fitSplines } from './splines';

export interface PartialOut {
  readonly dataset: Dataset;
  /** Columns that the known formula does not read. */
  readonly others: readonly string[];
  /** Those of them that are numbers, in the order of `rows`. */
  readonly numeric: readonly Float64Array[];
  /** Rows of the dataset, in random order; numbers are given and returned in this order. */
  readonly rows: Int32Array;
  readonly context: WorkContext;
}

const folds = 5;
/** More rows teach a smoother little that the parameters would notice. */
const mostTrained = 3000;
/** Columns with a smooth curve. */
const mostCurves = 12;
/** Samples a machine, no pairs: it only takes out what is clear, errors in it cancel to first order. */
const brief = { bags: 2, pairs: 0 };

/** Fewer rows say too little of what other columns tell. */
export const fewestRows = 60;

/** Each column of numbers less its prediction from the other columns, its mean put back; as it is where it does not vary. */
export async function partialOut(input: PartialOut, numbers: readonly Float64Array[]): Promise<Float64Array[]> {
  const out: Float64Array[] = [];
  for (const each of numbers) {
    await input.context.breathe();
    out.push(each.every(value => value === each[0]) ? each.slice() : await without(input, each));
  }
  return out;
}

/** Smooth curves first, which steps follow only roughly; then a boosting machine for levels, jumps and what the curves miss. */
async function without({ dataset, others, numeric, rows, context }: PartialOut, numbers: Float64Array): Promise<Float64Array> {
  const values = new Float64Array(dataset.table.rows);
  const plain = plainDataset(dataset, others);
  const own: Dataset = { ...plain, target: { task: 'regression', name: dataset.target.name, values }, recipe: { ...plain.recipe, options: brief } };
  const quiet = derivedContext(context, () => undefined);
  const rest = numbers.slice();
  for (let k = 0; k < folds; k++) {
    const all = Int32Array.from(rows.keys());
    const seen = all.filter(i => i % folds !== k).slice(0, mostTrained);
    const places = all.filter(i => i % folds === k);
    const smooth = fitSplines(numeric.slice(0, mostCurves), numbers, seen);
    smooth(seen).forEach((value, j) => { values[rows[seen[j]!]!] = numbers[seen[j]!]! - value; });
    const train = Int32Array.from(seen, i => rows[i]!).sort();
    const model = await boostingFamily.fit(own, quiet, train);
    const { mean } = model.predict(dataset.table, Int32Array.from(places, i => rows[i]!));
    const curves = smooth(places);
    places.forEach((i, j) => { rest[i]! -= curves[j]! + mean![j]!; });
  }
  const lift = meanOf(numbers) - meanOf(rest);
  return rest.map(value => value + lift);
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Σ (v − v̄)² / n */
export function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
}
