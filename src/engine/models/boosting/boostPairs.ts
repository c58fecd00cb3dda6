/** Boosts terms of pairs on one bag, on top of scores that stay as they are. */
import { Rng } from '../../math/random';
import type { Bag, BoostingData } from './bag';
import type { BoostHooks, BoostSettings } from './boostMains';
import type { Loss } from './losses';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import { PairTreeFinder } from './pairTree';
import { boostUntilWorse, type Boosted } from './untilWorse';

/** Scores: one array a pair, cells × outputs. */
export type BoostedPairs = Boosted;

interface PairRoom {
  readonly train: Uint16Array;
  readonly rest: Uint16Array;
  readonly finder: PairTreeFinder;
  readonly weight: Float64Array;
  /** One an output. */
  readonly curvature: readonly Float64Array[];
  readonly scores: Float64Array;
  readonly change: Float64Array;
  /** Of the gradients, in each cell. */
  readonly sums: Float64Array;
  /** What a step would have brought when it was last looked for, one an output. */
  readonly gains: Float64Array;
}

/** `trainBase`, `restBase`: scores of the bag's rows before, rows × outputs; they are not changed. Pauses after each round. */
export function boostPairs(
  data: BoostingData, bag: Bag, loss: Loss, coarse: readonly CoarseFeature[], pairs: readonly Pair[],
  trainBase: Float64Array, restBase: Float64Array, settings: BoostSettings, hooks: BoostHooks = {},
): Generator<void, BoostedPairs> {
  return new PairBooster(data, bag, loss, coarse, pairs, trainBase, restBase, settings).run(hooks);
}

class PairBooster {
  private readonly rooms: readonly PairRoom[];
  private readonly gradient: Float64Array[];
  private readonly curvature: Float64Array[];
  private readonly rng: Rng;
  private largestGain = 0;
  private done = 0;

  constructor(
    data: BoostingData, private readonly bag: Bag, private readonly loss: Loss, coarse: readonly CoarseFeature[], pairs: readonly Pair[],
    private readonly trainBase: Float64Array, private readonly restBase: Float64Array, private readonly settings: BoostSettings,
  ) {
    this.rng = new Rng(settings.seed ^ 0x5bd1e995);
    const { outputs } = loss;
    this.gradient = Array.from({ length: outputs }, () => new Float64Array(bag.train.rows.length));
    this.curvature = Array.from({ length: outputs }, () => new Float64Array(bag.train.rows.length));
    this.rooms = pairs.map(pair => {
      const [a, b] = [coarse[pair[0]]!, coarse[pair[1]]!];
      const cells = a.count * b.count;
      const train = cellsOf(data, coarse, pair, bag.train.rows);
      const weight = new Float64Array(cells);
      for (let i = 0; i < train.length; i++) weight[train[i]!]! += bag.train.weights[i]!;
      return {
        train, rest: cellsOf(data, coarse, pair, bag.rest.rows), weight,
        finder: new PairTreeFinder({ rows: a.count, columns: b.count, rowLevels: a.levels, columnLevels: b.levels }, settings.stump),
        curvature: Array.from({ length: outputs }, () => new Float64Array(cells)), scores: new Float64Array(cells * outputs), change: new Float64Array(cells),
        sums: new Float64Array(cells), gains: new Float64Array(outputs),
      };
    });
  }

  run(hooks: BoostHooks): Generator<void, BoostedPairs> {
    return boostUntilWorse(this.settings, {
      look: () => this.look(), keep: () => this.rooms.map(({ scores }) => scores.slice()), boost: (rounds, drawn) => this.boost(rounds, drawn),
    }, hooks);
  }

  private *boost(rounds: number, drawn: boolean): Generator<void, void> {
    this.restart();
    for (let r = 0; r < rounds; r++) {
      this.round(drawn);
      yield;
    }
  }

  private scored(base: Float64Array, part: 'train' | 'rest'): Float64Array {
    const values = base.slice();
    const { outputs } = this.loss;
    for (const room of this.rooms) {
      const cells = room[part];
      for (let i = 0; i < cells.length; i++) for (let k = 0; k < outputs; k++) values[i * outputs + k]! += room.scores[cells[i]! * outputs + k]!;
    }
    return values;
  }

  private look(): number {
    const { bag: { rest, train } } = this;
    if (rest.rows.length === 0) return this.loss.value(this.scored(this.trainBase, 'train'), train.y, train.weights);
    return this.loss.value(this.scored(this.restBase, 'rest'), rest.y, rest.weights);
  }

  private restart(): void {
    const { loss: { outputs }, bag: { train } } = this;
    const values = this.scored(this.trainBase, 'train');
    const [gradient, curvature] = [new Float64Array(values.length), new Float64Array(values.length)];
    this.loss.derivatives(values, train.y, train.weights, gradient, curvature);
    for (let k = 0; k < outputs; k++) {
      const [g, h] = [this.gradient[k]!, this.curvature[k]!];
      for (let i = 0; i < g.length; i++) {
        g[i] = gradient[i * outputs + k]!;
        h[i] = curvature[i * outputs + k]!;
      }
      for (const { train: cells, curvature: sums } of this.rooms) {
        sums[k]!.fill(0);
        for (let i = 0; i < cells.length; i++) sums[k]![cells[i]!]! += h[i]!;
      }
    }
  }

  private round(drawn: boolean): void {
    const { outputs } = this.loss;
    const least = drawn ? 0 : worthwhile * this.largestGain;
    let largest = 0;
    this.rooms.forEach((room, t) => {
      for (let k = 0; k < outputs; k++) {
        // What a waiting pair would bring changes with the others only: now and then is often enough to ask.
        if (!drawn && room.gains[k]! <= least && (this.done + t) % askEvery !== 0) continue;
        sumCells(room.train, this.gradient[k]!, room.sums);
        const gain = room.gains[k] = room.finder.find(room.sums, room.curvature[k]!, room.weight, drawn, this.rng, room.change);
        largest = Math.max(largest, gain);
        if (gain <= least) continue;
        applyChange(room.train, room.change, this.gradient[k]!, this.curvature[k]!);
        for (let c = 0; c < room.change.length; c++) room.scores[c * outputs + k]! += room.change[c]!;
      }
    });
    this.largestGain = largest;
    this.done++;
  }
}

/** Share of the largest gain of the last round that a step must bring. */
const worthwhile = 0.3;
/** Rounds after which a waiting pair is looked at again. */
const askEvery = 4;

function sumCells(cells: Uint16Array, gradient: Float64Array, sums: Float64Array): void {
  sums.fill(0);
  for (let i = 0; i < cells.length; i++) sums[cells[i]!]! += gradient[i]!;
}

function applyChange(cells: Uint16Array, change: Float64Array, gradient: Float64Array, curvature: Float64Array): void {
  for (let i = 0; i < cells.length; i++) gradient[i]! += curvature[i]! * change[cells[i]!]!;
}
