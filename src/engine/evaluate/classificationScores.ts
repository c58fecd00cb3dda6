/** Accuracy, precision, recall, F1, AUC, log loss, Brier score and ECE of predicted probabilities. */
import { rocAuc } from './auc';
import { calibrationErrorOf } from './calibrationError';
import { ascendingOrder } from './order';
import type { Scorer, Scores } from './scores';
import { rowsWords, ScoreList } from './scores';

/** Probabilities below this count as this in the log loss, so that one sure mistake costs 34.5 and not infinity. */
export const logLossClip = 1e-15;
/** Equal-width bins (i/15, (i+1)/15] of the predicted class's probability in the ECE (Guo et al. 2017). */
export const eceBins = 15;
/** Orders of scores are kept for the bootstrap up to this many numbers. */
const mostKept = 2e7;

/** Weighted counts and sums from which every metric but the AUC follows. */
interface Tally {
  readonly total: number;
  /** By class: predicted and actual, predicted, actual. */
  readonly hits: Float64Array;
  readonly predicted: Float64Array;
  readonly actual: Float64Array;
  readonly loss: number;
  readonly brier: number;
  /** By bin of confidence: Σ weight × (1 when right), Σ weight × confidence. */
  readonly binRight: Float64Array;
  readonly binConfidence: Float64Array;
  /** By bin: Σ weight × (1 when right, less the confidence)². */
  readonly binSquares: Float64Array;
}

/**
 * Scores probabilities (rows × classes, row-major) against class codes. The predicted class is the most probable
 * one, the first of equals. With two classes precision, recall, F1, AUC and Brier are of the last, positive class.
 */
export class ClassificationScorer implements Scorer {
  readonly rows: number;
  /** Most probable class of each row. */
  readonly predictedClass: Int32Array;
  /** −ln of the clipped probability of the actual class, by row. */
  readonly rowLoss: Float64Array;
  private readonly rowBrier: Float64Array;
  private readonly confidence: Float64Array;
  private readonly invalid: number;
  private readonly orders = new Map<number, Uint32Array>();

  constructor(
    private readonly actual: Int32Array,
    private readonly probabilities: Float64Array,
    private readonly classes: number,
  ) {
    const rows = actual.length;
    this.rows = rows;
    this.predictedClass = new Int32Array(rows);
    this.rowLoss = new Float64Array(rows);
    this.rowBrier = new Float64Array(rows);
    this.confidence = new Float64Array(rows);
    let invalid = 0;
    for (let i = 0; i < rows; i++) {
      let best = 0;
      let squares = 0;
      const start = i * classes;
      for (let k = 0; k < classes; k++) {
        const p = probabilities[start + k];
        if (p > probabilities[start + best]) best = k;
        const error = k === actual[i] ? 1 - p : p;
        squares += error * error;
      }
      const own = probabilities[start + actual[i]];
      this.predictedClass[i] = best;
      this.confidence[i] = probabilities[start + best];
      this.rowLoss[i] = -Math.log(own < logLossClip ? logLossClip : own > 1 ? 1 : own);
      this.rowBrier[i] = classes === 2 ? squares / 2 : squares;
      if (!Number.isFinite(squares)) invalid++;
    }
    this.invalid = invalid;
  }

  score(weights?: ArrayLike<number>): Scores {
    if (this.invalid > 0) return nothingDefined(`the model gave no probability for ${rowsWords(this.invalid)}`);
    const list = scoresOf(this.tally(weights), this.classes);
    this.putAuc(list, weights);
    return list;
  }

  private tally(weights?: ArrayLike<number>): Tally {
    const hits = new Float64Array(this.classes);
    const predicted = new Float64Array(this.classes);
    const actual = new Float64Array(this.classes);
    const binRight = new Float64Array(eceBins);
    const binConfidence = new Float64Array(eceBins);
    const binSquares = new Float64Array(eceBins);
    let total = 0;
    let loss = 0;
    let brier = 0;
    for (let i = 0; i < this.rows; i++) {
      const weight = weights ? weights[i] : 1;
      if (weight === 0) continue;
      const guess = this.predictedClass[i];
      const truth = this.actual[i];
      const bin = binOf(this.confidence[i]);
      total += weight;
      predicted[guess] += weight;
      actual[truth] += weight;
      binConfidence[bin] += weight * this.confidence[i];
      binSquares[bin] += weight * ((guess === truth ? 1 : 0) - this.confidence[i]) ** 2;
      if (guess === truth) {
        hits[guess] += weight;
        binRight[bin] += weight;
      }
      loss += weight * this.rowLoss[i];
      brier += weight * this.rowBrier[i];
    }
    return { total, hits, predicted, actual, loss, brier, binRight, binConfidence, binSquares };
  }

  /** Two classes: of the positive one. More: mean over the classes that occur, each against the rest. */
  private putAuc(list: ScoreList, weights?: ArrayLike<number>): void {
    const wanted = this.classes === 2 ? [1] : Array.from({ length: this.classes }, (_, k) => k);
    let sum = 0;
    let count = 0;
    for (const k of wanted) {
      const area = this.aucOf(k, weights);
      if (Number.isNaN(area)) continue;
      sum += area;
      count++;
    }
    list.put('auc', count > 0 ? sum / count : NaN, 'the held-out rows are of one class only');
  }

  private aucOf(k: number, weights?: ArrayLike<number>): number {
    const scores = new Float64Array(this.rows);
    const isPositive = new Uint8Array(this.rows);
    for (let i = 0; i < this.rows; i++) {
      scores[i] = this.probabilities[i * this.classes + k];
      isPositive[i] = this.actual[i] === k ? 1 : 0;
    }
    if (!weights) return rocAuc(scores, isPositive);
    let order = this.orders.get(k);
    if (!order) {
      order = ascendingOrder(scores);
      if (this.classes * this.rows <= mostKept) this.orders.set(k, order);
    }
    return rocAuc(scores, isPositive, weights, order);
  }
}

/**
 * The same metrics for a model that always predicts the most frequent training class, with the training shares of the
 * classes as probabilities. `trainCounts`, `testCounts`: rows by class.
 */
export function classificationBaseline(trainCounts: ArrayLike<number>, testCounts: ArrayLike<number>): Scores {
  const classes = trainCounts.length;
  const shares = classShares(trainCounts);
  const majority = shares.indexOf(Math.max(...shares));
  const actual = Float64Array.from(testCounts);
  const total = actual.reduce((a, b) => a + b, 0);
  const predicted = new Float64Array(classes);
  const hits = new Float64Array(classes);
  predicted[majority] = total;
  hits[majority] = actual[majority];
  const squares = shares.reduce((sum, p) => sum + p * p, 0);
  let loss = 0;
  let brier = 0;
  for (let k = 0; k < classes; k++) {
    loss -= actual[k] * Math.log(Math.max(shares[k], logLossClip));
    brier += actual[k] * (squares - 2 * shares[k] + 1);
  }
  const binRight = new Float64Array(eceBins);
  const binConfidence = new Float64Array(eceBins);
  binRight[0] = hits[majority];
  binConfidence[0] = total * shares[majority];
  const list = scoresOf({
    total, hits, predicted, actual, loss, brier: classes === 2 ? brier / 2 : brier, binRight, binConfidence, binSquares: new Float64Array(eceBins),
  }, classes);
  list.put('auc', actual.filter(n => n > 0).length > 1 ? 0.5 : NaN, 'the held-out rows are of one class only');
  return list;
}

/** Share of each class. */
export function classShares(counts: ArrayLike<number>): Float64Array {
  const shares = Float64Array.from(counts);
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.map(n => n / total);
}

function scoresOf(tally: Tally, classes: number): ScoreList {
  const list = new ScoreList();
  list.put('accuracy', sum(tally.hits) / tally.total);
  if (classes === 2) putPositiveClass(list, tally);
  else putMacro(list, tally);
  list.put('logLoss', tally.loss / tally.total);
  list.put('brier', tally.brier / tally.total);
  list.calibration = { gaps: tally.binRight.map((right, b) => right - tally.binConfidence[b]), squares: tally.binSquares, rows: tally.total };
  list.put('ece', calibrationErrorOf(list.calibration));
  return list;
}

function putPositiveClass(list: ScoreList, { hits, predicted, actual }: Tally): void {
  list.put('precision', hits[1] / predicted[1], 'the positive class was never predicted');
  list.put('recall', hits[1] / actual[1], 'no held-out row is of the positive class');
  list.put('f1', (2 * hits[1]) / (predicted[1] + actual[1]), 'the positive class neither occurs nor was predicted');
}

/** Means over the classes that occur or were predicted; a class never predicted has precision 0 (as scikit-learn). */
function putMacro(list: ScoreList, { hits, predicted, actual }: Tally): void {
  let count = 0;
  let precision = 0;
  let recall = 0;
  let f1 = 0;
  for (let k = 0; k < hits.length; k++) {
    if (predicted[k] + actual[k] === 0) continue;
    count++;
    if (predicted[k] > 0) precision += hits[k] / predicted[k];
    if (actual[k] > 0) recall += hits[k] / actual[k];
    f1 += (2 * hits[k]) / (predicted[k] + actual[k]);
  }
  list.put('precision', precision / count, 'there are no rows');
  list.put('recall', recall / count, 'there are no rows');
  list.put('f1', f1 / count, 'there are no rows');
}

/** Bin (b/15, (b+1)/15] of a confidence in [0, 1]. */
function binOf(confidence: number): number {
  const bin = Math.ceil(confidence * eceBins) - 1;
  return bin < 0 ? 0 : bin >= eceBins ? eceBins - 1 : bin;
}

function nothingDefined(reason: string): Scores {
  const list = new ScoreList();
  for (const name of ['accuracy', 'precision', 'recall', 'f1', 'auc', 'logLoss', 'brier', 'ece'] as const) list.put(name, NaN, reason);
  return list;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
