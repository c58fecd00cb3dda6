/** What a dense network cannot get wrong: rows whose answer interval bounds prove to be the same all over the box. */
import type { WorkContext } from '../../context';
import type { DenseDescription } from '../../compute/network/description';
import type { Model } from '../../models/model';
import { NeuralModel } from '../../models/neural/model';
import type { Losses } from './attack';
import { boxOf, cellsOf, placesOf, tableAt, type Ground } from './ground';
import { boundsAlong, lastHidden, type Intervals } from './intervalBounds';
import type { Judge } from './judge';
import { isPlain } from './plain';

/** Halvings of the search for the largest certified size, which lies below `farthest`. */
const halvings = 14;
const farthest = 4;

/** Undefined for models that it does not work for: all but dense networks on the columns as they are whose outputs are averaged. */
export function certifierOf(judge: Judge): Certifier | undefined {
  const { model } = judge;
  if (!(model instanceof NeuralModel) || model.state.description.kind !== 'dense') return undefined;
  if (!isPlain(model.state.inputs.encoding) || model.networks.averagesProbabilities || model.state.uncertainty === 'laplace') return undefined;
  return new Certifier(judge, model, model.state.description);
}

export class Certifier {
  constructor(private readonly judge: Judge, private readonly model: NeuralModel, private readonly description: DenseDescription) {}

  /** Classes: 1 where the row may be wrong (0: proved right). Numbers: the largest squared error that the bounds allow. */
  losses(epsilon: number): Float64Array {
    return Float64Array.from({ length: this.judge.ground.rows }, (_, row) => this.loss(row, epsilon));
  }

  /** The same of each size. Throws CancelledError. */
  async along(epsilons: readonly number[], context: WorkContext): Promise<Losses> {
    const lines: Float64Array[] = [];
    for (const epsilon of epsilons) {
      await context.breathe();
      lines.push(this.losses(epsilon));
    }
    return lines;
  }

  /** Classes: the largest ε (up to 4) at which each row is proved right; 0 where it never is. */
  async radii(context: WorkContext): Promise<Float64Array> {
    const radii = new Float64Array(this.judge.ground.rows);
    for (let row = 0; row < radii.length; row++) {
      await context.breathe();
      if (this.loss(row, 0) === 0) radii[row] = this.radius(row);
    }
    return radii;
  }

  private radius(row: number): number {
    let low = 0;
    let high = farthest;
    for (let step = 0; step < halvings; step++) {
      const middle = (low + high) / 2;
      if (this.loss(row, middle) === 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Bounds of each link-scale output over the box, row by row, standardised for regressions; a pair each output. */
  outputs(row: number, epsilon: number): readonly (readonly [number, number])[] {
    const { outputs } = this.description;
    return Array.from({ length: outputs }, (_, k) => this.bounds(row, epsilon, Float64Array.from({ length: outputs }, (_u, o) => (o === k ? 1 : 0))));
  }

  private loss(row: number, epsilon: number): number {
    const { truth } = this.judge;
    const { outputs } = this.description;
    if (truth.task === 'regression') {
      const { mean, deviation } = this.model.state.scale;
      const [low, high] = this.bounds(row, epsilon, [1]);
      return Math.max(Math.abs(mean + deviation * low - truth.values[row]), Math.abs(mean + deviation * high - truth.values[row])) ** 2;
    }
    const own = this.model.classes!.indexOf(truth.classes[truth.codes[row]]);
    if (own < 0) return 1;
    if (outputs === 1) {
      const [low, high] = this.bounds(row, epsilon, [1]);
      return (own === 1 ? low > 0 : high < 0) ? 0 : 1;
    }
    const rivals = Array.from({ length: outputs }, (_, k) => k).filter(k => k !== own);
    return rivals.every(rival => this.bounds(row, epsilon, Float64Array.from({ length: outputs }, (_, k) => (k === own ? 1 : k === rival ? -1 : 0)))[0] > 0) ? 0 : 1;
  }

  /** Of the mean of the networks' outputs along a direction. */
  private bounds(row: number, epsilon: number, direction: ArrayLike<number>): readonly [number, number] {
    const box = this.box(row, epsilon);
    const { members } = this.model.state;
    let low = 0;
    let high = 0;
    for (const parameters of members) {
      const bounds = boundsAlong(this.description, parameters, lastHidden(this.description, parameters, box), direction);
      low += bounds[0] / members.length;
      high += bounds[1] / members.length;
    }
    return Number.isNaN(low) ? [-Infinity, Infinity] : [low, high];
  }

  /** The design of the two corners: every column of it reads one number and rises with it, so these are the ends of its box. */
  private box(row: number, epsilon: number): Intervals {
    const { ground, model } = this.judge;
    const [low, high] = cornersOf(ground, row, epsilon).map(cells => (model as Required<Model>).gradients.design(tableAt(ground, cells, Int32Array.of(row))));
    return {
      middle: Float64Array.from(low, (value, c) => (value + high[c]) / 2),
      // Rounded to single precision: half an ulp of the larger end.
      half: Float64Array.from(low, (value, c) => Math.abs(high[c] - value) / 2 + 1e-7 * Math.max(Math.abs(value), Math.abs(high[c]))),
    };
  }
}

function cornersOf(ground: Ground, row: number, epsilon: number): readonly [Float64Array, Float64Array] {
  const low = cellsOf(ground, ground.start, Int32Array.of(row));
  const high = low.slice();
  for (const j of placesOf(ground, 'number')) [low[j], high[j]] = boxOf(ground, row, j, epsilon);
  return [low, high];
}
