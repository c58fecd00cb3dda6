/** What the bags say about rows that they did not train on: the noise of new observations. */
import { drawBag, type BoostingData } from './bag';
import { makeLoss, type LossSettings } from './losses';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import type { BagScores } from './runBags';

/** Rows that residuals are taken of, at most. */
const mostRows = 50_000;

/**
 * Root mean squared residual (working scale) of rows by the mean of the bags that did not draw them. About one bag in seven speaks for
 * each row, so it is, if anything, a little large. Loss 'poisson': the root of the dispersion φ, Σ (y − μ)² / Σ μ where Var y = φ μ
 * (moments; unlike the mean of (y − μ)²/μ it is not at the mercy of rows where μ is next to 0).
 */
export function noiseOf(data: BoostingData, loss: LossSettings, seeds: readonly number[], bags: readonly BagScores[], coarse: readonly CoarseFeature[], pairs: readonly Pair[]): number {
  const { sums, counts } = outOfBagScores(data, loss, seeds, bags, coarse, pairs);
  let squares = 0;
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const link = sums[i]! / counts[i]!;
    const mean = loss.name === 'poisson' ? Math.exp(link) : link;
    squares += data.weights[i]! * (data.y[i]! - mean) ** 2;
    total += data.weights[i]! * (loss.name === 'poisson' ? mean : 1);
  }
  return total > 0 ? Math.sqrt(squares / total) : 0;
}

/** y − score of each row (working scale, one output) by the mean of the bags that did not draw it; NaN of rows without weight, that all drew, or that were passed over. */
export function residualsOf(data: BoostingData, loss: LossSettings, seeds: readonly number[], bags: readonly BagScores[], coarse: readonly CoarseFeature[], pairs: readonly Pair[]): Float64Array {
  const { sums, counts } = outOfBagScores(data, loss, seeds, bags, coarse, pairs);
  return Float64Array.from(counts, (count, i) => (count === 0 || !(data.weights[i]! > 0) ? NaN : data.y[i]! - sums[i]! / count));
}

function outOfBagScores(data: BoostingData, loss: LossSettings, seeds: readonly number[], bags: readonly BagScores[], coarse: readonly CoarseFeature[], pairs: readonly Pair[]) {
  const { outputs } = makeLoss(loss);
  const step = Math.max(1, Math.ceil(data.rows / mostRows));
  const sums = new Float64Array(data.rows * outputs);
  const counts = new Uint16Array(data.rows);
  bags.forEach((bag, b) => {
    const rows = drawBag(data, seeds[b]!, 'subsample').rest.rows.filter(row => row % step === 0);
    const cells = pairs.map(pair => cellsOf(data, coarse, pair, rows));
    rows.forEach((row, i) => {
      counts[row]!++;
      for (let k = 0; k < outputs; k++) {
        let score = bag.intercept[k]!;
        for (let j = 0; j < data.bins.length; j++) score += bag.mains[j]![data.bins[j]![row]! * outputs + k]!;
        for (let t = 0; t < cells.length; t++) score += bag.pairs[t]![cells[t]![i]! * outputs + k]!;
        sums[row * outputs + k]! += score;
      }
    });
  });
  return { sums, counts };
}
