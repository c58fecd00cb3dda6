/** Attack without gradients, for any model: one number after the other to its worst place in the box, from several starts, then smaller moves. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import { BoostingModel } from '../../models/boosting/model';
import type { Attacker } from './attacker';
import { boxOf, placesOf, type NumberCell } from './ground';
import type { Judge } from './judge';

export interface SearchSettings {
  /** Places between the ends of the box that are tried; of a model of steps so many cuts. */
  readonly places: number;
  readonly cuts: number;
  /** Corners at random, beside the worst so far. */
  readonly starts: number;
  /** Rounds over the columns from each start. */
  readonly rounds: number;
}

const usual: SearchSettings = { places: 6, cuts: 24, starts: 2, rounds: 2 };
/** Moves of the refinement, in parts of ε. */
const fine = [0.25, 0.0625];

export class SearchAttacker implements Attacker {
  readonly method = 'search';
  private readonly numbers: readonly number[];

  private readonly settings: SearchSettings;
  /** Pairs of numbers with a term of their own. */
  private readonly terms: readonly (readonly [number, number])[];

  constructor(private readonly judge: Judge, settings: Partial<SearchSettings> = {}) {
    this.settings = { ...usual, ...settings };
    this.numbers = placesOf(judge.ground, 'number');
    this.terms = pairsOf(judge, this.numbers);
  }

  async proposals(epsilon: number, cells: Float64Array, which: Int32Array, rng: Rng, context: WorkContext): Promise<Float64Array[]> {
    const starts = [cells.slice(), ...Array.from({ length: this.settings.starts }, () => this.corner(epsilon, cells, which, rng))];
    for (const worst of starts) {
      await this.pairs(epsilon, worst, which, context);
      for (let round = 0; round < this.settings.rounds; round++) {
        for (const j of this.order(rng)) {
          await context.breathe();
          this.improve([j], worst, which, row => this.placesIn(row, j, epsilon).map(value => [value]));
        }
      }
    }
    await this.refine(epsilon, starts[0], which, rng, context);
    return starts;
  }

  /** Smaller and smaller moves of one number after the other. */
  private async refine(epsilon: number, cells: Float64Array, which: Int32Array, rng: Rng, context: WorkContext): Promise<void> {
    const { ground } = this.judge;
    const p = ground.columns.length;
    for (const part of fine) {
      for (const j of this.order(rng)) {
        await context.breathe();
        const { deviation } = ground.columns[j] as NumberCell;
        this.improve([j], cells, which, (row, i) => {
          const [low, high] = boxOf(ground, row, j, epsilon);
          return [-1, 1].map(side => [Math.min(high, Math.max(low, cells[i * p + j] + side * part * epsilon * deviation))]);
        });
      }
    }
  }

  /** These columns of each row to the worst of some places for them, where that is worse than they are. */
  private improve(columns: readonly number[], cells: Float64Array, which: Int32Array, placesOfRow: (row: number, i: number) => readonly (readonly number[])[]): void {
    const p = this.judge.ground.columns.length;
    // As it is comes first, and stays where nothing is worse.
    const tries = Array.from(which, (row, i) => {
      const own = columns.map(j => cells[i * p + j]);
      return own.some(Number.isNaN) ? [own] : [own, ...placesOfRow(row, i)];
    });
    const rows = Int32Array.from(tries.flatMap((values, i) => values.map(() => which[i])));
    const tried = new Float64Array(rows.length * p);
    let at = 0;
    tries.forEach((list, i) => {
      for (const values of list) {
        tried.set(cells.subarray(i * p, (i + 1) * p), at * p);
        columns.forEach((j, c) => { tried[at * p + j] = values[c]; });
        at++;
      }
    });
    const { harm } = this.judge.of(tried, rows);
    at = 0;
    tries.forEach((list, i) => {
      let best = at;
      for (let r = at + 1; r < at + list.length; r++) if (harm[r] > harm[best]) best = r;
      for (const j of columns) cells[i * p + j] = tried[best * p + j];
      at += list.length;
    });
  }

  /** Two numbers with a term of their own move together: from a corner where neither alone makes it worse. */
  private async pairs(epsilon: number, cells: Float64Array, which: Int32Array, context: WorkContext): Promise<void> {
    for (const pair of this.terms) {
      await context.breathe();
      this.improve(pair, cells, which, row => {
        const [first, second] = pair.map(j => boxOf(this.judge.ground, row, j, epsilon));
        return first.flatMap(a => second.map(b => [a, b]));
      });
    }
  }

  /** The ends of the box, and places between: cuts of a model of steps, else evenly. */
  private placesIn(row: number, j: number, epsilon: number): number[] {
    const { ground, model } = this.judge;
    const [low, high] = boxOf(ground, row, j, epsilon);
    if (model instanceof BoostingModel) {
      const inside = this.cutsOf(ground.columns[j].name).filter(cut => cut > low && cut <= high);
      const { cuts } = this.settings;
      if (inside.length > 0) return [low, high, ...(inside.length <= cuts ? inside : Array.from({ length: cuts }, (_, k) => inside[Math.floor(((k + 0.5) * inside.length) / cuts)]))];
    }
    const { places } = this.settings;
    return [low, high, ...Array.from({ length: places }, (_, k) => low + ((k + 1) / (places + 1)) * (high - low))];
  }

  private readonly known = new Map<string, readonly number[]>();

  private cutsOf(name: string): readonly number[] {
    let cuts = this.known.get(name);
    if (!cuts) {
      const bins = (this.judge.model as BoostingModel).state.features.find(feature => feature.name === name);
      this.known.set(name, cuts = bins?.kind === 'number' ? bins.cuts : []);
    }
    return cuts;
  }

  private order(rng: Rng): Int32Array {
    return rng.shuffle(Int32Array.from(this.numbers));
  }

  private corner(epsilon: number, cells: Float64Array, which: Int32Array, rng: Rng): Float64Array {
    const p = this.judge.ground.columns.length;
    const moved = cells.slice();
    which.forEach((row, i) => { for (const j of this.numbers) moved[i * p + j] = boxOf(this.judge.ground, row, j, epsilon)[rng.uniform() < 0.5 ? 0 : 1]; });
    return moved;
  }
}

function pairsOf({ model, ground }: Judge, numbers: readonly number[]): (readonly [number, number])[] {
  if (!(model instanceof BoostingModel)) return [];
  return model.active.flatMap(t => {
    const [a, b] = model.state.terms[t].bins.map(({ name }) => numbers.find(j => ground.columns[j].name === name));
    return a !== undefined && b !== undefined ? [[a, b] as const] : [];
  });
}
