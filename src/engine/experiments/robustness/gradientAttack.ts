/**
 * The fast gradient sign method (Goodfellow, Shlens & Szegedy 2015) and projected gradient ascent (Madry and others 2018) in the columns of the table:
 * gradients of the standardised design are carried back to the columns, so that every proposal is a row that the table could hold.
 */
import type { WorkContext } from '../../context';
import type { Rng } from '../../math/random';
import type { GradientView } from '../../models/model';
import type { Attacker, Direction } from './attacker';
import { boxOf, placesOf, tableAt, type NumberCell } from './ground';
import type { Judge } from './judge';
import { Jacobian } from './jacobian';

export interface GradientSettings {
  /** Steps of 2.5 ε / steps deviations. */
  readonly steps: number;
  /** Starts at random places of the box, beside the row itself. */
  readonly starts: number;
}

const usual: GradientSettings = { steps: 20, starts: 3 };

export class GradientAttacker implements Attacker {
  readonly method = 'gradient';
  private readonly jacobian: Jacobian;
  private readonly numbers: readonly number[];

  constructor(private readonly judge: Judge, private readonly view: GradientView, private readonly settings: GradientSettings = usual) {
    this.numbers = placesOf(judge.ground, 'number');
    this.jacobian = new Jacobian(view, judge.ground, this.numbers);
  }

  async proposals(epsilon: number, cells: Float64Array, which: Int32Array, rng: Rng, context: WorkContext): Promise<Float64Array[]> {
    const directions: Direction[] = this.judge.truth.task === 'regression' ? [1, -1] : [1];
    const own = this.startsOf(cells, which);
    const starts = [own, cells, ...Array.from({ length: this.settings.starts }, () => this.randomStart(epsilon, own, which, rng))];
    const results: Float64Array[] = [];
    for (const start of starts) for (const direction of directions) results.push(await this.climb(epsilon, start, which, direction, context));
    return results;
  }

  /** One step to the edge of the box. */
  async signStep(epsilon: number, which: Int32Array, cells: Float64Array): Promise<Float64Array[]> {
    const directions: Direction[] = this.judge.truth.task === 'regression' ? [1, -1] : [1];
    const own = this.startsOf(cells, which);
    const results: Float64Array[] = [];
    for (const direction of directions) {
      const moved = own.slice();
      await this.step(epsilon, epsilon, moved, which, direction);
      results.push(moved);
    }
    return results;
  }

  private async climb(epsilon: number, start: Float64Array, which: Int32Array, direction: Direction, context: WorkContext): Promise<Float64Array> {
    const moved = start.slice();
    const length = (2.5 * epsilon) / this.settings.steps;
    for (let step = 0; step < this.settings.steps; step++) {
      await context.breathe();
      await this.step(epsilon, length, moved, which, direction);
    }
    return moved;
  }

  private async step(epsilon: number, length: number, cells: Float64Array, which: Int32Array, direction: Direction): Promise<void> {
    const { ground } = this.judge;
    const p = ground.columns.length;
    const slopes = await this.slopes(cells, which, direction);
    for (let i = 0; i < which.length; i++) {
      for (const j of this.numbers) {
        const at = i * p + j;
        const [low, high] = boxOf(ground, which[i], j, epsilon);
        const sign = Math.sign(slopes[at]);
        if (sign !== 0) cells[at] = Math.min(high, Math.max(low, cells[at] + sign * length * (ground.columns[j] as NumberCell).deviation));
      }
    }
  }

  /** ∂ harm / ∂ cell, rows × columns; 0 for categories and missing cells. */
  private async slopes(cells: Float64Array, which: Int32Array, direction: Direction): Promise<Float64Array> {
    const { ground } = this.judge;
    const design = this.view.design(tableAt(ground, cells, which));
    const gradient = this.view.outputs === 1 ? await this.single(design, which, direction) : await this.several(design, which);
    return this.jacobian.back(gradient, cells, which);
  }

  /** A number, or the log-odds of the last of two classes. */
  private async single(design: Float32Array, which: Int32Array, direction: Direction): Promise<Float32Array> {
    const { truth, model } = this.judge;
    const gradient = (await this.view.gradient(design, which.length, 0)).slice();
    const columns = gradient.length / Math.max(1, which.length);
    for (let i = 0; i < which.length; i++) {
      const last = truth.task === 'classification' && truth.classes[truth.codes[which[i]]] === model.classes!.at(-1);
      if ((truth.task === 'classification' ? (last ? -1 : 1) : direction) < 0) for (let c = 0; c < columns; c++) gradient[i * columns + c] *= -1;
    }
    return gradient;
  }

  /** Of the likeliest wrong class's output less that of the truth. */
  private async several(design: Float32Array, which: Int32Array): Promise<Float32Array> {
    const { truth, model } = this.judge;
    const { outputs } = this.view;
    const classes = model.classes!;
    const said = this.view.output(design, which.length);
    const own = Int32Array.from(which, row => (truth.task === 'classification' ? classes.indexOf(truth.classes[truth.codes[row]]) : -1));
    const rival = own.map((code, i) => strongest(said, i, outputs, code));
    const columns = design.length / Math.max(1, which.length);
    const result = new Float32Array(design.length);
    for (let k = 0; k < outputs; k++) {
      const rows = Array.from(which.keys()).filter(i => own[i] === k || rival[i] === k);
      if (rows.length === 0) continue;
      const part = new Float32Array(rows.length * columns);
      rows.forEach((i, r) => part.set(design.subarray(i * columns, (i + 1) * columns), r * columns));
      const gradient = await this.view.gradient(part, rows.length, k);
      rows.forEach((i, r) => {
        const sign = rival[i] === k ? 1 : -1;
        for (let c = 0; c < columns; c++) result[i * columns + c] += sign * gradient[r * columns + c];
      });
    }
    return result;
  }

  /** The numbers as they were, the categories as they are now. */
  private startsOf(cells: Float64Array, which: Int32Array): Float64Array {
    const { ground } = this.judge;
    const p = ground.columns.length;
    const own = cells.slice();
    which.forEach((row, i) => { for (const j of this.numbers) own[i * p + j] = ground.start[row * p + j]; });
    return own;
  }

  private randomStart(epsilon: number, own: Float64Array, which: Int32Array, rng: Rng): Float64Array {
    const { ground } = this.judge;
    const p = ground.columns.length;
    const moved = own.slice();
    which.forEach((row, i) => {
      for (const j of this.numbers) {
        const [low, high] = boxOf(ground, row, j, epsilon);
        moved[i * p + j] = low + (high - low) * rng.uniform();
      }
    });
    return moved;
  }
}

function strongest(outputs: Float64Array, row: number, count: number, but: number): number {
  let best = -1;
  for (let k = 0; k < count; k++) if (k !== but && (best < 0 || outputs[row * count + k] > outputs[row * count + best])) best = k;
  return best;
}
