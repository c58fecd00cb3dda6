/** Boosts the main effects on one bag: round after round, feature after feature, one small tree at a time (Lou, Caruana & Gehrke 2012). */
import { Rng } from '../../math/random';
import { gatherBins, type Bag, type BagPart, type BoostingData } from './bag';
import type { Loss } from './losses';
import { offsetsOf, RowStatistics, TableStatistics, type Statistics } from './statistics';
import { boostUntilWorse, type Boosted } from './untilWorse';
import { filledBins, StumpFinder, type BinSums, type Direction, type StumpSettings } from './stump';

export interface BoostSettings {
  readonly stump: StumpSettings;
  readonly maxRounds: number;
  /** The first rounds draw their cuts. */
  readonly smoothingRounds: number;
  readonly seed: number;
  /** Rounds between two looks at the loss on the rows left out, and at the true gradients: at least so many, and an eighth of those done. */
  readonly roundsALook: number;
  /** Looks without a better loss before boosting stops. */
  readonly patience: number;
  /** Share of the loss that a look must gain to count as better. */
  readonly tolerance: number;
  /** Share of the loss without features (`reference`; absent: at the first look) below which the loss counts as this much. */
  readonly floor: number;
  readonly reference?: number;
  readonly directions: readonly Direction[];
  /** Boost all rounds, whatever the rows left out say. */
  readonly toTheEnd?: boolean;
  /** Keep the scores at each look. */
  readonly snapshots?: boolean;
}

/** Scores: one array a feature, bins × outputs. */
export interface BoostedMains extends Boosted { readonly intercept: Float64Array }

export interface BoostHooks {
  /** After each look; true ends the boosting. */
  looked?(course: readonly number[]): boolean;
}

/** Cells of the table over pairs of bins, at most (8 bytes each). */
const mostCells = 9e6;

/** Pauses after each round. */
export function boostMains(data: BoostingData, bag: Bag, loss: Loss, settings: BoostSettings, hooks: BoostHooks = {}): Generator<void, BoostedMains> {
  return new MainBooster(data, bag, loss, settings).run(hooks);
}

/** Scores of rows: base + the scores of each feature's bin. */
export class RowScores {
  readonly bins: readonly Uint16Array[];
  readonly values: Float64Array;

  constructor(data: BoostingData, readonly part: BagPart, private readonly outputs: number) {
    this.bins = data.bins.map(bins => gatherBins(bins, part.rows));
    this.values = new Float64Array(part.rows.length * outputs);
  }

  update(intercept: Float64Array, scores: readonly Float64Array[]): void {
    const { values, outputs } = this;
    const n = this.part.rows.length;
    for (let i = 0; i < n; i++) for (let k = 0; k < outputs; k++) values[i * outputs + k] = intercept[k]!;
    scores.forEach((score, j) => {
      const bins = this.bins[j]!;
      if (outputs === 1) for (let i = 0; i < n; i++) values[i]! += score[bins[i]!]!;
      else for (let i = 0; i < n; i++) for (let k = 0; k < outputs; k++) values[i * outputs + k]! += score[bins[i]! * outputs + k]!;
    });
  }
}

/** Share of the largest gain of the last round that a step must bring. */
const worthwhile = 0.3;
/** Rounds after which a waiting feature is looked at again. */
const askEvery = 4;

/** The table of curvatures is built anew after so many times the rounds of the last time. */
const rebuild = 1.4;

class MainBooster {
  private readonly offsets: Int32Array;
  private readonly train: RowScores;
  private readonly rest: RowScores;
  private readonly statistics: Statistics[];
  /** Views of the sums over a feature's bins: features × outputs. */
  private readonly sums: BinSums[];
  /** What each of these would have brought when it was last looked at. */
  private readonly gains: Float64Array;
  /** The step of each feature that was found last. */
  private readonly changes: Float64Array[];
  private readonly scores: Float64Array[];
  private readonly intercept: Float64Array;
  private readonly finder: StumpFinder;
  private largestGain = 0;
  private done = 0;
  /** Rounds done when the table was built. */
  private built = -1;

  constructor(private readonly data: BoostingData, private readonly bag: Bag, private readonly loss: Loss, private readonly settings: BoostSettings) {
    this.offsets = offsetsOf(data.binCounts);
    this.train = new RowScores(data, bag.train, loss.outputs);
    this.rest = new RowScores(data, bag.rest, loss.outputs);
    const size = this.offsets[this.offsets.length - 1]!;
    const useTable = size * size * loss.outputs <= mostCells && tableIsCheaper(bag.train.rows.length, data.binCounts.length, size, settings.roundsALook, loss.quadratic);
    this.statistics = Array.from({ length: loss.outputs }, () => (useTable
      ? new TableStatistics(this.offsets, this.train.bins, data.levels.map(levels => !levels)) : new RowStatistics(this.offsets, this.train.bins)));
    this.sums = this.train.bins.flatMap((bins, j) => sumsOf(this.statistics, this.offsets[j]!, weightsOf(bins, bag.train.weights, data.binCounts[j]!)));
    this.gains = new Float64Array(this.sums.length);
    this.changes = data.binCounts.map(count => new Float64Array(count));
    this.scores = data.binCounts.map(count => new Float64Array(count * loss.outputs));
    this.intercept = loss.intercept(bag.train.y, bag.train.weights);
    this.finder = new StumpFinder(Math.max(...data.binCounts), settings.stump);
  }

  *run(hooks: BoostHooks): Generator<void, BoostedMains> {
    const rng = new Rng(this.settings.seed);
    const boosted = yield* boostUntilWorse(this.settings, {
      look: () => this.look(), keep: () => this.scores.map(score => score.slice()), boost: (rounds, drawn) => this.boost(rounds, drawn ? rng : undefined),
    }, hooks);
    return { intercept: this.intercept, ...boosted };
  }

  private *boost(rounds: number, random: Rng | undefined): Generator<void, void> {
    this.restart();
    this.finder.random = random;
    for (let r = 0; r < rounds; r++) {
      this.round();
      this.done++;
      yield;
    }
  }

  private look(): number {
    this.train.update(this.intercept, this.scores);
    if (this.bag.rest.rows.length === 0) return this.loss.value(this.train.values, this.bag.train.y, this.bag.train.weights);
    this.rest.update(this.intercept, this.scores);
    return this.loss.value(this.rest.values, this.bag.rest.y, this.bag.rest.weights);
  }

  private restart(): void {
    const { loss, bag: { train } } = this;
    const table = this.statistics[0] instanceof TableStatistics;
    if (this.built >= 0 && table && loss.quadratic) return;
    // Building the table costs a pass over the rows for each pair of features, while curvatures change ever more slowly.
    const sameCurvature = table && this.built >= 0 && this.done < rebuild * this.built;
    const { outputs } = loss;
    const gradient = new Float64Array(this.train.values.length);
    const curvature = new Float64Array(gradient.length);
    loss.derivatives(this.train.values, train.y, train.weights, gradient, curvature);
    this.statistics.forEach((statistics, k) => statistics.restart(strided(gradient, outputs, k), strided(curvature, outputs, k), sameCurvature));
    if (!sameCurvature) this.built = this.done;
  }

  private round(): void {
    const { data: { binCounts }, loss: { outputs }, finder } = this;
    // Where all have been at it, a feature that would bring little beside the others waits until it would bring more.
    const least = finder.random ? 0 : worthwhile * this.largestGain;
    let largest = 0;
    for (let j = 0; j < binCounts.length; j++) {
      for (let k = 0; k < outputs; k++) {
        const at = j * outputs + k;
        // What a waiting feature would bring changes with the others only: now and then is often enough to ask.
        if (!finder.random && this.gains[at]! <= least && (this.done + j) % askEvery !== 0) continue;
        const gain = this.gains[at] = this.find(j, k);
        largest = Math.max(largest, gain);
        if (gain > least) this.step(j, k);
      }
    }
    this.largestGain = largest;
  }

  private find(j: number, k: number): number {
    const { statistics, data, settings, loss: { outputs } } = this;
    const own = statistics[k]!;
    if (own instanceof RowStatistics) own.refresh(j);
    return this.finder.find(this.sums[j * outputs + k]!, data.levels[j]!, settings.directions[j]!, this.changes[j]!);
  }

  private step(j: number, k: number): void {
    const { outputs } = this.loss;
    const [change, score] = [this.changes[j]!, this.scores[j]!];
    this.statistics[k]!.apply(j, change);
    for (let b = 0; b < change.length; b++) score[b * outputs + k]! += change[b]!;
  }
}

function strided(values: Float64Array, outputs: number, k: number): Float64Array {
  return outputs === 1 ? values : Float64Array.from({ length: values.length / outputs }, (_, i) => values[i * outputs + k]!);
}

function weightsOf(bins: Uint16Array, weights: Float64Array, count: number): Float64Array {
  const result = new Float64Array(count);
  for (let i = 0; i < bins.length; i++) result[bins[i]!]! += weights[i]!;
  return result;
}

function sumsOf(statistics: readonly Statistics[], from: number, weight: Float64Array): BinSums[] {
  const to = from + weight.length;
  const filled = filledBins(weight);
  return statistics.map(({ gradient, curvature }) => ({ gradient: gradient.subarray(from, to), curvature: curvature.subarray(from, to), weight, filled }));
}

/** Whether building the table and stepping on it costs less than steps over the rows, between two restarts. */
function tableIsCheaper(rows: number, features: number, size: number, rounds: number, quadratic: boolean): boolean {
  // A quadratic loss never restarts: the table serves some hundred rounds.
  const served = quadratic ? Math.max(rounds, 300) : rounds;
  const table = (rows * features * features) / 2 + 4 * size * size + served * features * size * 2;
  return table < served * rows * features * 2;
}
