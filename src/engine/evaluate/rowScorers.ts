/** Model and baseline on all held-out rows as one scorer each, so that both can be scored on the same resampled rows. */
import { joined } from './joined';
import type { MetricName } from '../../protocol/measures';
import { classificationBaseline } from './classificationScores';
import { RegressionScorer } from './regressionScores';
import type { Scorer, Scores } from './scores';
import { ScoreList } from './scores';

/** What one fold has of its held-out rows for a regression; all arrays have one entry a row. */
export interface FoldErrors {
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** Mean of the training rows of the fold. */
  readonly trainMean: number;
}

export interface RowScorers { readonly model: Scorer; readonly baseline: Scorer }

/** RMSE, MAE and R² = 1 − Σ(y − ŷ)² ÷ Σ(y − mean of the fold's training rows)² over the rows of all folds; the baseline's R² is 0. */
export function pooledErrors(folds: readonly FoldErrors[]): RowScorers {
  const actual = joined(folds.map(fold => fold.actual));
  const reference = joined(folds.map(fold => new Float64Array(fold.actual.length).fill(fold.trainMean)));
  return {
    model: new RegressionScorer(actual, joined(folds.map(fold => fold.predicted)), reference),
    baseline: new RegressionScorer(actual, reference, reference),
  };
}

/** The baseline on fixed rows, as often as wanted with other weights. */
export class ClassBaselineScorer implements Scorer {
  readonly rows: number;

  /** `trainCounts`: training rows by class. `actual`: class codes of the rows to score. */
  constructor(private readonly trainCounts: ArrayLike<number>, private readonly actual: Int32Array) {
    this.rows = actual.length;
  }

  score(weights?: ArrayLike<number>): Scores {
    const counts = new Float64Array(this.trainCounts.length);
    for (let i = 0; i < this.rows; i++) counts[this.actual[i]] += weights ? weights[i] : 1;
    return classificationBaseline(this.trainCounts, counts);
  }
}

/** A view of the weights where they allow one. */
function part(weights: ArrayLike<number>, from: number, length: number): Uint16Array {
  if (weights instanceof Uint16Array) return weights.subarray(from, from + length);
  return Uint16Array.from({ length }, (_, i) => weights[from + i]);
}

/** The mean over folds of each metric; with weights a fold counts by its share of them, and folds without a value not at all. */
export class FoldMeans implements Scorer {
  readonly rows: number;

  constructor(private readonly folds: readonly Scorer[]) {
    this.rows = folds.reduce((sum, fold) => sum + fold.rows, 0);
  }

  score(weights?: ArrayLike<number>): Scores {
    const sums = new Map<MetricName, { value: number; weight: number }>();
    let at = 0;
    for (const fold of this.folds) {
      const own = weights && part(weights, at, fold.rows);
      at += fold.rows;
      const share = own ? own.reduce((sum, w) => sum + w, 0) / fold.rows : 1;
      if (share === 0) continue;
      for (const [name, value] of fold.score(own).values) {
        const sum = sums.get(name) ?? { value: 0, weight: 0 };
        sums.set(name, { value: sum.value + share * value, weight: sum.weight + share });
      }
    }
    const list = new ScoreList();
    for (const [name, { value, weight }] of sums) list.put(name, value / weight);
    return list;
  }
}
