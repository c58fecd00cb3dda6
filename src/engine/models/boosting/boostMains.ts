/** Boosts the main effects on one bag: round after round, feature after feature, one small tree at a time (Lou, Caruana & Gehrke 2012). */
import { Rng } from '../../math/random';
import { gatherBins, type Bag, type BagPart, type BoostingData } from './bag';
import type { Loss } from './losses';
import { offsetsOf, RowStatistics, TableStatistics, type Statistics } from './statistics';
import { boostUntilWorse, type Boosted } from './untilWorse';
import { StumpFinder, type BinSums, type Direction, type StumpSettings } from './stump';

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

class MainBooster {
  private readonly offsets: Int32Array;
  private readonly train: RowScores;
  private readonly rest: RowScores;
  private readonly statistics: Statistics[];
  private readonly weight: Float64Array;
  private readonly scores: Float64Array[];
  private readonly intercept: Float64Array;
  private readonly finder: StumpFinder;
  private largestGain = 0;
  private started = false;

  constructor(private readonly data: BoostingData, private readonly bag: Bag, private readonly loss: Loss, private readonly settings: BoostSettings) {
    this.offsets = offsetsOf(data.binCounts);
    this.train = new RowScores(data, bag.train, loss.outputs);
    this.rest = new RowScores(data, bag.rest, loss.outputs);
    const size = this.offsets[this.offsets.length - 1]!;
    const useTable = size * size * loss.outputs <= mostCells && tableIsCheaper(bag.train.rows.length, data.binCounts.length, size, settings.roundsALook, loss.quadratic);
    this.statistics = Array.from({ length: loss.outputs }, () => (useTable
      ? new TableStatistics(this.offsets, this.train.bins, data.levels.map(levels => !levels)) : new RowStatistics(this.offsets, this.train.bins)));
    this.weight = new Float64Array(size);
    this.train.bins.forEach((bins, j) => { for (let i = 0; i < bins.length; i++) this.weight[this.offsets[j]! + bins[i]!]! += bag.train.weights[i]!; });
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
    this.restart(this.started);
    this.started = true;
    this.finder.random = random;
    for (let r = 0; r < rounds; r++) {
      this.round();
      yield;
    }
  }

  private look(): number {
    this.train.update(this.intercept, this.scores);
    if (this.bag.rest.rows.length === 0) return this.loss.value(this.train.values, this.bag.train.y, this.bag.train.weights);
    this.rest.update(this.intercept, this.scores);
    return this.loss.value(this.rest.values, this.bag.rest.y, this.bag.rest.weights);
  }

  private restart(again: boolean): void {
    const { loss, bag: { train } } = this;
    if (again && loss.quadratic && this.statistics[0] instanceof TableStatistics) return;
    const { outputs } = loss;
    const gradient = new Float64Array(this.train.values.length);
    const curvature = new Float64Array(gradient.length);
    loss.derivatives(this.train.values, train.y, train.weights, gradient, curvature);
    this.statistics.forEach((statistics, k) => statistics.restart(strided(gradient, outputs, k), strided(curvature, outputs, k)));
  }

  private round(): void {
    const { data, offsets, settings, loss: { outputs } } = this;
    // Where all have been at it, a feature that would bring little beside the others waits until it would bring more.
    const least = this.finder.random ? 0 : worthwhile * this.largestGain;
    let largest = 0;
    for (let j = 0; j < data.binCounts.length; j++) {
      const [from, to] = [offsets[j]!, offsets[j + 1]!];
      const change = new Float64Array(to - from);
      for (let k = 0; k < outputs; k++) {
        const statistics = this.statistics[k]!;
        if (statistics instanceof RowStatistics) statistics.refresh(j);
        const sums: BinSums = { gradient: statistics.gradient.subarray(from, to), curvature: statistics.curvature.subarray(from, to), weight: this.weight.subarray(from, to) };
        const gain = this.finder.find(sums, data.levels[j]!, settings.directions[j]!, change);
        largest = Math.max(largest, gain);
        if (gain <= least) continue;
        statistics.apply(j, change);
        const score = this.scores[j]!;
        for (let b = 0; b < change.length; b++) score[b * outputs + k]! += change[b]!;
      }
    }
    this.largestGain = largest;
  }
}

function strided(values: Float64Array, outputs: number, k: number): Float64Array {
  return outputs === 1 ? values : Float64Array.from({ length: values.length / outputs }, (_, i) => values[i * outputs + k]!);
}

/** Whether building the table and stepping on it costs less than steps over the rows, between two restarts. */
function tableIsCheaper(rows: number, features: number, size: number, rounds: number, quadratic: boolean): boolean {
  // A quadratic loss never restarts: the table serves some hundred rounds.
  const served = quadratic ? Math.max(rounds, 300) : rounds;
  const table = (rows * features * features) / 2 + 4 * size * size + served * features * size * 2;
  return table < served * rows * features * 2;
}
