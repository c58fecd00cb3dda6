/** The worst rows of a sum of one part a feature: each part by itself at its worst place in the box. */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import { BoostingModel } from '../../models/boosting/model';
import type { Model } from '../../models/model';
import type { Attacker } from './attacker';
import { boxOf, placesOf, tableAt, type NumberCell } from './ground';
import type { Judge, Truth } from './judge';
import { isPlainLinear } from './plain';
import type { AttackMethod } from './result';

/** Places that a part which is neither linear nor constant between cuts is tried at, over the range of the training rows. */
const gridPlaces = 64;

/** Undefined for models that are not such a sum. Exact for linear terms (at the ends) and steps (at the cuts); else to a fine grid. */
export function additiveAttacker(judge: Judge): Attacker | undefined {
  const { model, ground } = judge;
  const parts = model.additiveParts?.(ground.table);
  if (!parts || parts.divided) return undefined;
  return new AdditiveAttacker(judge);
}

class AdditiveAttacker implements Attacker {
  readonly method: AttackMethod;
  private readonly places: readonly Float64Array[];
  /** Part of each place: places × outputs. */
  private readonly known: readonly Float64Array[];
  private readonly outputs: number;

  constructor(private readonly judge: Judge) {
    const { model, ground } = judge;
    const parts = model.additiveParts!(ground.table)!;
    this.outputs = parts.outputs;
    this.places = ground.columns.map(column => (column.kind === 'number' ? placesIn(model, column) : new Float64Array(0)));
    this.known = this.places.map((values, j) => this.partsAt(j, values));
    this.method = isPlainLinear(model) || isSteps(model) ? 'exact' : 'additive';
  }

  async proposals(epsilon: number, cells: Float64Array, which: Int32Array, _rng: Rng, context: WorkContext): Promise<Float64Array[]> {
    const { ground, truth, model } = this.judge;
    const directions = directionsOf(truth, model, which, this.outputs);
    const results = directions.map(() => cells.slice());
    const p = ground.columns.length;
    const ends = this.endsOf(epsilon, which);
    const parts = this.partsOf(ends, Int32Array.from({ length: 3 * which.length }, (_, i) => which[Math.floor(i / 3)]));
    for (const j of placesOf(ground, 'number')) {
      await context.breathe();
      directions.forEach((weights, d) => {
        for (let i = 0; i < which.length; i++) results[d][i * p + j] = this.worst(j, i, ends, parts, weights);
      });
    }
    return results;
  }

  /** Three rows for each of those listed: as it started, all numbers at the low end of the box, all at the high end. */
  private endsOf(epsilon: number, which: Int32Array): Float64Array {
    const { ground } = this.judge;
    const p = ground.columns.length;
    const cells = new Float64Array(3 * which.length * p);
    which.forEach((row, i) => {
      for (let j = 0; j < p; j++) {
        const [low, high] = boxOf(ground, row, j, epsilon);
        [ground.start[row * p + j], low, high].forEach((value, c) => { cells[(3 * i + c) * p + j] = value; });
      }
    });
    return cells;
  }

  /** The value with the largest weighted part: where it started, the ends of the box, or a place between. */
  private worst(j: number, i: number, ends: Float64Array, parts: Float64Array, weights: Float64Array): number {
    const p = this.judge.ground.columns.length;
    const { outputs } = this;
    const score = (from: Float64Array, at: number): number => {
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += weights[i * outputs + k] * from[at * outputs + k];
      return sum;
    };
    const [start, low, high] = [0, 1, 2].map(c => ends[(3 * i + c) * p + j]);
    if (Number.isNaN(start)) return start;
    let best = start;
    let most = score(parts, 3 * i * p + j);
    const offer = (value: number, worth: number): void => {
      if (worth > most) [best, most] = [value, worth];
    };
    offer(low, score(parts, (3 * i + 1) * p + j));
    offer(high, score(parts, (3 * i + 2) * p + j));
    const places = this.places[j];
    for (let c = firstAbove(places, low); c < places.length && places[c] <= high; c++) offer(places[c], score(this.known[j], c));
    return best;
  }

  /** Parts of every column of the ground in these rows of it: rows × columns × outputs. */
  private partsOf(cells: Float64Array, rows: Int32Array): Float64Array {
    const { ground, model } = this.judge;
    const p = ground.columns.length;
    const { values, features } = model.additiveParts!(tableAt(ground, cells, rows))!;
    const result = new Float64Array(rows.length * p * this.outputs);
    ground.columns.forEach(({ name }, j) => {
      const f = features.indexOf(name);
      if (f < 0) return;
      for (let i = 0; i < rows.length; i++) for (let k = 0; k < this.outputs; k++) result[(i * p + j) * this.outputs + k] = values[(i * features.length + f) * this.outputs + k];
    });
    return result;
  }

  /** Parts of column j at these values: values × outputs. A part depends on its column alone, so the others are those of the first row. */
  private partsAt(j: number, values: Float64Array): Float64Array {
    const p = this.judge.ground.columns.length;
    const result = new Float64Array(values.length * this.outputs);
    if (values.length === 0) return result;
    const cells = new Float64Array(values.length * p);
    values.forEach((value, i) => {
      cells.set(this.judge.ground.start.subarray(0, p), i * p);
      cells[i * p + j] = value;
    });
    const parts = this.partsOf(cells, new Int32Array(values.length));
    for (let i = 0; i < values.length; i++) for (let k = 0; k < this.outputs; k++) result[i * this.outputs + k] = parts[(i * p + j) * this.outputs + k];
    return result;
  }
}

/** A machine of steps without terms of two features. */
const isSteps = (model: Model): boolean => model instanceof BoostingModel && model.active.every(t => model.state.terms[t].features.length === 1);

/** Where the part of a number may change between the ends of a box: cuts of steps, nothing for linear terms, else a grid. */
function placesIn(model: Model, column: NumberCell): Float64Array {
  if (isPlainLinear(model)) return new Float64Array(0);
  if (model instanceof BoostingModel) {
    const bins = model.state.features.find(feature => feature.name === column.name);
    return bins?.kind === 'number' ? Float64Array.from(bins.cuts) : new Float64Array(0);
  }
  return Float64Array.from({ length: gridPlaces }, (_, i) => column.low + ((column.high - column.low) * i) / (gridPlaces - 1));
}

/** What is maximised: weights of the outputs, rows × outputs, a matrix for each rival class or direction. */
export function directionsOf(truth: Truth, model: Model, which: Int32Array, outputs: number): Float64Array[] {
  if (truth.task === 'regression') return [1, -1].map(sign => new Float64Array(which.length).fill(sign));
  const classes = model.classes!;
  const own = Int32Array.from(which, row => classes.indexOf(truth.classes[truth.codes[row]]));
  // One output is the log-odds of the last class.
  if (outputs === 1) return [Float64Array.from(own, code => (code === classes.length - 1 ? -1 : 1))];
  return Array.from({ length: classes.length - 1 }, (_, r) => {
    const weights = new Float64Array(which.length * outputs);
    own.forEach((code, i) => {
      const rival = code < 0 ? r : (code + 1 + r) % classes.length;
      weights[i * outputs + rival] = 1;
      if (code >= 0) weights[i * outputs + code] = -1;
    });
    return weights;
  });
}

/** Index of the first value that is larger. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
