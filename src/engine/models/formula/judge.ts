/** Whether a formula predicts rows left out at least as well as the linear model, and how much a flexible model would explain. */
import { UserError } from '../../../protocol/errors';
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { searchRows } from '../../formula/searchRows';
import { polish } from '../../formula/polish';
import { residualBits } from '../../formula/describe';
import { variablesOf } from '../../formula/expression';
import { valuesOf } from '../../formula/values';
import { boostingFamily } from '../boosting/family';
import { linearFamily } from '../linear/family';
import type { Model } from '../model';
import { isLinear, type KeptCandidate } from './candidates';
import { at, plainDataset, type SampledRows } from './variables';

/** Rows that judging looks at, at most. */
export const mostRows = 5000;
const folds = 5;
/** A formula that is no weighted sum was chosen among very many: it has to predict better by this many bits. */
const searchedBits = 10;
/** What snapping the numbers of one and the same weighted sum may cost. */
const tie = { bits: 1, r2: 0.002 };
/** R² that a shorter weighted sum may lack. */
const unseen = 1e-4;
/** Bits that no search among very many formulas gains by luck: so many in all, or fewer where that is one a row, a misfit of a quarter. */
const certain = { bits: 60, fewest: 25 };

/** Standard errors of the mean paired difference that are asked for; few rows say little of their own spread. */
export const clearly = (rows: number): number => 1 + 40 / rows;

export interface Judged {
  /** R² on the left-out rows. */
  readonly formula: number;
  readonly linear: number;
  /** 'unsure': better on the left-out rows, but by no more than a choice among very many formulas may gain by luck. */
  readonly standing: 'better' | 'unsure' | 'worse';
}

/** What is left out in turn: numbers of the formulas and the linear model are fitted to the other rows. */
interface Parts { readonly test: Int32Array; readonly train: Int32Array }

export function partsOf(count: number, parts = folds): Parts[] {
  const places = Int32Array.from({ length: count }, (_, i) => i);
  const used = Math.min(parts, count);
  return Array.from({ length: used }, (_, k) => ({ test: places.filter(i => i % used === k), train: places.filter(i => i % used !== k) }));
}

/** Squared errors of the linear model on rows left out, NaN where it could not be fitted; places are those of the sample. */
export async function linearErrors(dataset: Dataset, sample: SampledRows, context: WorkContext, parts = partsOf(Math.min(mostRows, sample.rows.length))): Promise<Float64Array> {
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

/** `whole`: variables that a weighted sum has to hold to be the linear model itself, but for its numbers. */
export function judge(candidate: KeptCandidate, sample: SampledRows, linear: Float64Array, whole?: number): Judged {
  const own = formulaErrors(candidate, sample);
  const found = compared(own, linear, sample.target);
  if (found.rows === 0 || !(found.total > 0)) return { formula: NaN, linear: NaN, standing: 'better' };
  return { formula: found.formula, linear: found.linear, standing: standingOf(candidate, found, whole) };
}

function standingOf({ expression }: KeptCandidate, { rows, total, formula, linear, finest, gain, clear }: Compared, whole?: number): Judged['standing'] {
  const missed = (1 - formula) * total;
  if (missed <= rows * finest * finest * 100) return 'better';
  const weighted = isLinear(expression);
  const allowed = variablesOf(expression).length === whole ? tie.r2 : linear > 1 - 100 * unseen ? unseen : -Infinity;
  if (weighted && gain >= -tie.bits && linear - formula < allowed) return 'better';
  if (clear >= 1 && (gain >= certain.bits || gain >= Math.max(certain.fewest, rows))) return 'better';
  return gain >= (weighted ? 0 : searchedBits) && clear >= clearly(rows) ? 'unsure' : 'worse';
}

export interface Compared {
  readonly rows: number;
  /** Of the target about its mean. */
  readonly total: number;
  /** A residual below this is rounding. */
  readonly finest: number;
  /** R² */
  readonly formula: number;
  readonly linear: number;
  /** Bits by which the formula's residuals are shorter. */
  readonly gain: number;
  /** Mean difference of the squared errors in its standard errors; positive where the formula's are smaller. */
  readonly clear: number;
}

/** Squared errors of a formula beside those of the linear model, on rows that have both. */
export function compared(own: Float64Array, linear: Float64Array, target: Float64Array): Compared {
  const rows = Int32Array.from(own.keys()).filter(i => Number.isFinite(own[i]!) && Number.isFinite(linear[i]!));
  const total = spreadOfTarget(target, rows);
  const [mine, theirs] = [own, linear].map(errors => rows.reduce((sum, i) => sum + errors[i]!, 0)) as [number, number];
  const finest = Math.sqrt(total / rows.length) * 1e-9;
  const coded = { rows: rows.length, variables: 0, finest };
  const gain = residualBits(theirs, coded) - residualBits(mine, coded);
  return { rows: rows.length, total, finest, formula: 1 - mine / total, linear: 1 - theirs / total, gain, clear: inStandardErrors(rows, linear, own) };
}

/** How many standard errors of the paired difference the second's squared errors are smaller than the first's on average. */
function inStandardErrors(rows: Int32Array, first: Float64Array, second: Float64Array): number {
  const mean = rows.reduce((sum, i) => sum + first[i]! - second[i]!, 0) / rows.length;
  const squares = rows.reduce((sum, i) => sum + (first[i]! - second[i]! - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, rows.length - 1) / rows.length);
  return mean === 0 ? 0 : mean / error;
}

function spreadOfTarget(target: Float64Array, rows: Int32Array): number {
  const mean = rows.reduce((sum, i) => sum + target[i]!, 0) / Math.max(1, rows.length);
  return rows.reduce((sum, i) => sum + (target[i]! - mean) ** 2, 0);
}

/** Fewer rows say little of what a flexible model could do; more take long. */
const referenceRows = { fewest: 60, most: 1500 };

export interface Flexible {
  readonly model: Model;
  /** On rows that it was not fitted to. */
  readonly r2: number;
}

/** A small boosting machine and its R² on rows left out: roughly what any smooth model of these columns explains. Undefined where that says nothing. */
export async function flexibleModel(dataset: Dataset, sample: SampledRows, context: WorkContext): Promise<Flexible | undefined> {
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
    return { model, r2: 1 - missed / spreadOfTarget(sample.target, test) };
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return undefined;
  }
}
