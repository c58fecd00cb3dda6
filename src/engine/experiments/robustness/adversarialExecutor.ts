/** Trains a dense network on attacked rows: before each step its batch is replaced by what projected gradient ascent makes of it (Madry and others 2018). */
import { denseForward } from '../../compute/kernels/denseForward';
import { denseInputGradients } from '../../compute/kernels/denseInputGradients';
import type { DenseExecutor } from '../../compute/kernels/simdDense';
import type { DenseDescription } from '../../compute/network/description';
import type { DropoutMasks, LossAndGradients, NetworkData, NetworkExecutor } from '../../compute/network/executor';
import type { Rng } from '../../math/random';

/** Box of each row's inputs: rows × inputs. */
export interface InputBox { readonly low: Float32Array; readonly high: Float32Array }

/** Steps of 2.5 half widths / steps, from a random place. */
const steps = 7;

/**
 * Stands in for an executor that reads `data.x` anew at every call. Validation rows are attacked too, so that training stops where the network is
 * best under attack.
 */
export class AdversarialExecutor implements NetworkExecutor {
  readonly name: string;
  readonly description: DenseDescription;

  constructor(private readonly inner: DenseExecutor, private readonly data: NetworkData, private readonly box: InputBox, private readonly rng: Rng) {
    this.name = inner.name;
    this.description = inner.description as DenseDescription;
  }

  gradients(parameters: readonly Float32Array[], rows: Int32Array, dropout?: DropoutMasks): LossAndGradients {
    this.attack(parameters, rows);
    return this.inner.gradients(parameters, rows, dropout);
  }

  outputs(parameters: readonly Float32Array[], rows: Int32Array): Float32Array {
    this.attack(parameters, rows);
    return this.inner.outputs(parameters, rows);
  }

  inputGradients(parameters: readonly Float32Array[], x: Float32Array, rows: number, output: number): Float32Array {
    return this.inner.inputGradients(parameters, x, rows, output);
  }

  dispose(): void {
    this.inner.dispose();
  }

  private attack(parameters: readonly Float32Array[], rows: Int32Array): void {
    const { inputs } = this.description;
    const low = gather(this.box.low, rows, inputs);
    const high = gather(this.box.high, rows, inputs);
    const x = low.map((value, c) => value + (high[c] - value) * this.rng.uniform());
    for (let step = 0; step < steps; step++) {
      const slopes = denseInputGradients(this.description, parameters, x, rows.length, this.lossSlopes(parameters, x, rows));
      for (let c = 0; c < x.length; c++) {
        const moved = x[c] + Math.sign(slopes[c]) * ((2.5 / steps) * (high[c] - low[c])) / 2;
        x[c] = Math.min(high[c], Math.max(low[c], moved));
      }
    }
    rows.forEach((row, i) => this.data.x.set(x.subarray(i * inputs, (i + 1) * inputs), row * inputs));
  }

  /** ∂ loss / ∂ output of each row, to a factor: f − y, or the probabilities less the truth. */
  private lossSlopes(parameters: readonly Float32Array[], x: Float32Array, rows: Int32Array): Float32Array {
    const { head, outputs: width } = this.description;
    if (head === 'logistic') return Float32Array.from(rows, row => (this.data.y[row] > 0.5 ? -1 : 1));
    const { outputs } = denseForward(this.description, parameters, x, rows.length);
    if (head === 'identity') return outputs.map((value, i) => value - this.data.y[rows[i]]);
    rows.forEach((row, i) => {
      const own = outputs.subarray(i * width, (i + 1) * width);
      const most = Math.max(...own);
      const total = own.reduce((sum, value) => sum + Math.exp(value - most), 0);
      own.forEach((value, k) => { own[k] = Math.exp(value - most) / total - (this.data.y[row] === k ? 1 : 0); });
    });
    return outputs;
  }
}

function gather(values: Float32Array, rows: Int32Array, width: number): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => taken.set(values.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}
