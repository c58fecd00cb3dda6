/** The shuffling itself: fold by fold where folds are large enough, else over all held-out rows together. */
import type { Estimate } from '../../protocol/measures';
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Evaluation } from '../evaluate/crossValidate';
import { correctedResampledT, meanOf, testToTrainRatio } from '../evaluate/intervals';
import { sampleRows } from '../evaluate/scores';
import { standardError } from '../evaluate/versusBaseline';
import { tFactor } from '../math/distributions';
import type { Rng } from '../math/random';
import type { Outcome } from './outcome';
import { ActualRows, addRowRises } from './outcome';
import { permutation, shuffledColumns, shuffledPrediction, subsetTable } from './shuffle';

export interface ShuffleJob {
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  /** Columns that are shuffled together; one name each but for the rest of a wide table. */
  readonly groups: readonly (readonly string[])[];
  readonly repeats: number;
  /** Held-out rows to use at most. */
  readonly rows: number;
  readonly level: number;
}

export interface Rises {
  /** By group: rise of the loss, and fall of R² or AUC (absent where undefined). */
  readonly rise: readonly Estimate[];
  readonly fall: readonly (Estimate | undefined)[];
  readonly baseLoss: number;
  readonly rows: number;
}

/** Rises within each fold, averaged over repeats; estimates and intervals over the folds. Undefined without a finite loss. */
export async function risesByFold(job: ShuffleJob, context: WorkContext, rng: Rng): Promise<Rises | undefined> {
  const { dataset, evaluation, groups, repeats } = job;
  const count = evaluation.folds.length;
  const rises = groups.map((): number[] => []);
  const falls = groups.map((): number[] => []);
  const base: number[] = [];
  let rows = 0;
  for (let f = 0; f < count; f++) {
    context.progress(`Shuffling features, fold ${f + 1} of ${count}`);
    const model = evaluation.foldModels[f];
    const sample = sampleRows(evaluation.folds[f].test, Math.max(20, Math.floor(job.rows / count)), rng.fork(`permutation rows ${f}`));
    const table = subsetTable(dataset.table, model.features, sample);
    const actual = new ActualRows(dataset, sample);
    const before = actual.summary(actual.outcome(model.predict(table), model));
    if (!Number.isFinite(before.loss)) continue;
    rows += sample.length;
    base.push(before.loss);
    const predict = shuffledPrediction(model, table);
    for (let g = 0; g < groups.length; g++) {
      let rise = 0;
      let fall = 0;
      for (let r = 0; r < repeats; r++) {
        const pause = context.breathe();
        if (pause) await pause;
        const order = permutation(sample.length, rng.fork(`permutation ${f} ${r} ${labelOf(groups[g])}`));
        const after = actual.summary(actual.outcome(predict(shuffledColumns(table, groups[g], order)), model));
        rise += (after.loss - before.loss) / repeats;
        fall += (before.measure - after.measure) / repeats;
      }
      rises[g].push(rise);
      if (Number.isFinite(fall)) falls[g].push(fall);
    }
  }
  if (base.length === 0) return undefined;
  const ratio = testToTrainRatio(evaluation.folds);
  const estimate = (values: readonly number[]): Estimate => ({
    value: meanOf(values) + 0, ...correctedResampledT(values, ratio, job.level),
  });
  return {
    rise: rises.map(estimate),
    fall: falls.map(values => (values.length > 0 ? estimate(values) : undefined)),
    baseLoss: meanOf(base), rows,
  };
}

/** Folds whose models predict at most, when the folds are tiny and many. */
const mostPooledFolds = 100;

/**
 * All held-out rows as one set, each predicted by the model that did not see it, values shuffled over the whole set;
 * t intervals over rows. For a single hold-out, and for folds too small to shuffle within (leave-one-out).
 */
export async function risesOverRows(job: ShuffleJob, context: WorkContext, rng: Rng): Promise<Rises | undefined> {
  const { dataset, groups, repeats } = job;
  const set = pooledSet(job, rng);
  const all = new ActualRows(dataset, set.rows);
  const parts = set.parts.map(part => ({ ...part, actual: new ActualRows(dataset, part.datasetRows), predict: shuffledPrediction(part.model, set.table, part.tableRows) }));
  const base = joinOutcomes(parts.map(({ model, actual, tableRows }) => actual.outcome(model.predict(set.table, tableRows), model)));
  const before = all.summary(base);
  if (!Number.isFinite(before.loss)) return undefined;
  // An AUC over scores of different models compares what was never meant to be compared.
  const measured = set.parts.length === 1 || dataset.target.task === 'regression';
  const rise: Estimate[] = [];
  const fall: (Estimate | undefined)[] = [];
  for (let g = 0; g < groups.length; g++) {
    context.progress(`Shuffling feature ${g + 1} of ${groups.length}`);
    const perRow = new Float64Array(set.rows.length);
    let riseSum = 0;
    let fallSum = 0;
    for (let r = 0; r < repeats; r++) {
      const pause = context.breathe();
      if (pause) await pause;
      const order = permutation(set.rows.length, rng.fork(`permutation ${r} ${labelOf(groups[g])}`));
      const columns = shuffledColumns(set.table, groups[g], order);
      const outcome = joinOutcomes(parts.map(({ model, actual, predict }) => actual.outcome(predict(columns), model)));
      const after = all.summary(outcome);
      riseSum += after.loss - before.loss;
      fallSum += before.measure - after.measure;
      addRowRises(perRow, dataset, base, outcome, before.loss, after.loss);
    }
    const value = riseSum / repeats;
    const half = tFactor(job.level, perRow.length - 1) * standardError(perRow.map(v => v / repeats));
    rise.push(Number.isFinite(half) ? { value, low: value - half, high: value + half } : { value });
    fall.push(measured && Number.isFinite(fallSum) ? { value: fallSum / repeats } : undefined);
  }
  return { rise, fall, baseLoss: before.loss, rows: set.rows.length };
}

function pooledSet({ dataset, evaluation, rows: most }: ShuffleJob, rng: Rng) {
  const foldNumbers = sampleRows(Int32Array.from(evaluation.folds.keys()), mostPooledFolds, rng.fork('permutation folds'));
  const perFold = Math.max(1, Math.floor(most / foldNumbers.length));
  let start = 0;
  const parts = Array.from(foldNumbers, f => {
    const datasetRows = sampleRows(evaluation.folds[f].test, perFold, rng.fork(`permutation rows ${f}`));
    const tableRows = Int32Array.from({ length: datasetRows.length }, (_, i) => start + i);
    start += datasetRows.length;
    return { model: evaluation.foldModels[f], datasetRows, tableRows };
  });
  const rows = new Int32Array(start);
  for (const part of parts) rows.set(part.datasetRows, part.tableRows[0]);
  const names = [...new Set(parts.flatMap(part => part.model.features))];
  return { parts, rows, table: subsetTable(dataset.table, names, rows) };
}

function joinOutcomes(parts: readonly Outcome[]): Outcome {
  if (parts.length === 1) return parts[0];
  const join = (arrays: readonly Float64Array[]): Float64Array => {
    const result = new Float64Array(arrays.reduce((n, a) => n + a.length, 0));
    let at = 0;
    for (const array of arrays) {
      result.set(array, at);
      at += array.length;
    }
    return result;
  };
  return { losses: join(parts.map(p => p.losses)), ...(parts[0].scores ? { scores: join(parts.map(p => p.scores ?? p.losses)) } : {}) };
}

function labelOf(group: readonly string[]): string {
  return group.length === 1 ? `feature ${group[0]}` : 'all others';
}
