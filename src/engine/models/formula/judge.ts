/** Whether a formula predicts rows left out at least as well as the linear model, and how much a flexible model would explain. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { searchRows } from '../../formula/searchRows';
import { polish } from '../../formula/polish';
import { residualBits } from '../../formula/describe';
import { valuesOf } from '../../formula/values';
import { boostingFamily } from '../boosting/family';
import { linearFamily } from '../linear/family';
import { isLinear, type KeptCandidate } from './candidates';
import { at, plainDataset, type SampledRows } from './variables';

/** Rows that judging looks at, at most. */
const mostRows = 5000;
const folds = 5;
/** A formula that is no weighted sum was chosen among very many: it has to predict better by this many bits, and clearly, not only as well. */
const searchedBits = 10;
const tie = 1;

export interface Judged {
  /** R² on the left-out rows. */
  readonly formula: number;
  readonly linear: number;
  readonly better: boolean;
}

/** What is left out in turn: numbers of the formulas and the linear model are fitted to the other rows. */
interface Parts { readonly test: Int32Array; readonly train: Int32Array }

function partsOf(count: number): Parts[] {
  const places = Int32Array.from({ length: count }, (_, i) => i);
  const used = Math.min(folds, count);
  return Array.from({ length: used }, (_, k) => ({ test: places.filter(i => i % used === k), train: places.filter(i => i % used !== k) }));
}

/** Squared errors of the linear model on rows left out, NaN where it could not be fitted; places are those of the sample. */
export async function linearErrors(dataset: Dataset, sample: SampledRows, context: WorkContext): Promise<Float64Array> {
  const parts = partsOf(Math.min(mostRows, sample.rows.length));
  const errors = new Float64Array(Math.min(mostRows, sample.rows.length)).fill(NaN);
  const quiet = derivedContext(context, () => undefined);
  for (const { test, train } of parts) {
    if (train.length < 2) continue;
    try {
      const model = await linearFamily.fit(plainDataset(dataset), quiet, Int32Array.from(train, i => sample.rows[i]!).sort());
      const { mean } = model.predict(dataset.table, Int32Array.from(test, i => sample.rows[i]!));
      test.forEach((i, k) => { errors[i] = (mean![k]! - sample.target[i]!) ** 2; });
    } catch (error) {
      if (!UserError.is(error)) throw error;
    }
  }
  return errors;
}

/** Squared errors of a formula on rows left out, its numbers fitted to the other ones. */
export function formulaErrors({ expression }: KeptCandidate, sample: SampledRows): Float64Array {
  const count = Math.min(mostRows, sample.rows.length);
  const errors = new Float64Array(count).fill(NaN);
  const isComplete = new Uint8Array(sample.rows.length);
  for (const i of sample.complete) isComplete[i] = 1;
  for (const { test, train } of partsOf(count)) {
    const own = train.filter(i => isComplete[i] === 1);
    const target = at(sample.target, own);
    const mean = target.reduce((sum, y) => sum + y, 0) / Math.max(1, own.length);
    const fitted = own.length > 1 ? polish(expression, searchRows(sample.columns.map(column => at(column, own)), target), 15) : undefined;
    const values = valuesOf(fitted?.expression ?? expression, sample.columns.map(column => at(column, test)), test.length);
    // Rows with missing cells are the linear model's in any case.
    test.forEach((i, k) => { if (isComplete[i] === 1) errors[i] = ((Number.isFinite(values[k]!) ? values[k]! : mean) - sample.target[i]!) ** 2; });
  }
  return errors;
}

export function judge(candidate: KeptCandidate, sample: SampledRows, linear: Float64Array): Judged {
  const own = formulaErrors(candidate, sample);
  const rows = Int32Array.from(own.keys()).filter(i => Number.isFinite(own[i]!) && Number.isFinite(linear[i]!));
  const total = spreadOfTarget(sample.target, rows);
  const [mine, theirs] = [own, linear].map(errors => rows.reduce((sum, i) => sum + errors[i]!, 0)) as [number, number];
  if (rows.length === 0 || !(total > 0)) return { formula: NaN, linear: NaN, better: true };
  const finest = Math.sqrt(total / rows.length) * 1e-9;
  const coded = { rows: rows.length, variables: 0, finest };
  const gain = residualBits(theirs, coded) - residualBits(mine, coded);
  const exact = mine <= rows.length * finest * finest * 100;
  const better = exact || (isLinear(candidate.expression) ? gain >= -tie : gain >= searchedBits && clearly(rows, linear, own));
  return { formula: 1 - mine / total, linear: 1 - theirs / total, better };
}

/** Standard errors of the mean difference between rows. */
const clear = 1;

/** Whether the second's squared errors are smaller than the first's by more than a standard error of the paired difference. */
function clearly(rows: Int32Array, first: Float64Array, second: Float64Array): boolean {
  const mean = rows.reduce((sum, i) => sum + first[i]! - second[i]!, 0) / rows.length;
  const squares = rows.reduce((sum, i) => sum + (first[i]! - second[i]! - mean) ** 2, 0);
  return mean > clear * Math.sqrt(squares / Math.max(1, rows.length - 1) / rows.length);
}

function spreadOfTarget(target: Float64Array, rows: Int32Array): number {
  const mean = rows.reduce((sum, i) => sum + target[i]!, 0) / Math.max(1, rows.length);
  return rows.reduce((sum, i) => sum + (target[i]! - mean) ** 2, 0);
}

/** Fewer rows say little of what a flexible model could do; more take long. */
const referenceRows = { fewest: 60, most: 1500 };

/** R² on rows left out of a small boosting machine: roughly what any smooth model of these columns explains. Undefined where that says nothing. */
export async function flexibleR2(dataset: Dataset, sample: SampledRows, context: WorkContext): Promise<number | undefined> {
  const rows = Math.min(referenceRows.most, sample.rows.length);
  if (rows < referenceRows.fewest) return undefined;
  const used = Int32Array.from({ length: rows }, (_, i) => i);
  const test = used.filter(i => i % 4 === 0);
  const train = Int32Array.from(used.filter(i => i % 4 !== 0), i => sample.rows[i]!).sort();
  try {
    const plain = plainDataset(dataset);
    const brief = { ...plain, recipe: { ...plain.recipe, options: { bags: 3 } } };
    const model = await boostingFamily.fit(brief, derivedContext(context, () => undefined), train);
    const { mean } = model.predict(dataset.table, Int32Array.from(test, i => sample.rows[i]!));
    const missed = test.reduce((sum, i, k) => sum + (mean![k]! - sample.target[i]!) ** 2, 0);
    return 1 - missed / spreadOfTarget(sample.target, test);
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return undefined;
  }
}
