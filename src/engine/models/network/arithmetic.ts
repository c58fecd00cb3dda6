/** What a trained network of either kind makes of inputs, synchronously: outputs, gradients by the inputs, thinned copies. */
import { attentionForward } from '../../compute/kernels/attentionForward';
import { weightedInputGradients } from '../../compute/kernels/attentionExecutor';
import { denseForward } from '../../compute/kernels/denseForward';
import { denseInputGradients } from '../../compute/kernels/denseInputGradients';
import { parameterInfos, type AttentionDescription, type DenseDescription, type NetworkDescription } from '../../compute/network/description';
import type { Rng } from '../../math/random';

export type Parameters = readonly Float32Array[];

export interface NetworkArithmetic {
  /** Numbers that go into the last layer of weights. */
  readonly lastWidth: number;
  /** rows × outputs, before the link. */
  outputs(parameters: Parameters, x: Float32Array, rows: number): Float32Array;
  /** The same with what goes into the last layer of weights, rows × lastWidth. */
  outputsWithLast(parameters: Parameters, x: Float32Array, rows: number): { readonly outputs: Float32Array; readonly last: Float32Array };
  /** Σ_k weights[row, k] · ∂ output_k / ∂ x: rows × inputs. */
  inputGradients(parameters: Parameters, x: Float32Array, rows: number, weights: Float32Array): Float32Array;
  /** A network with some of its hidden units left out for good, as dropout at this rate draws them. */
  thin(parameters: Parameters, rate: number, rng: Rng): Float32Array[];
}

export function arithmeticOf(description: NetworkDescription): NetworkArithmetic {
  return description.kind === 'dense' ? denseArithmetic(description) : attentionArithmetic(description);
}

function denseArithmetic(description: DenseDescription): NetworkArithmetic {
  const { hidden, inputs } = description;
  return {
    lastWidth: hidden.at(-1) ?? inputs,
    outputs: (parameters, x, rows) => denseForward(description, parameters, x, rows).outputs,
    outputsWithLast: (parameters, x, rows) => {
      const { outputs, activations } = denseForward(description, parameters, x, rows, true);
      return { outputs, last: activations?.at(-1) ?? x };
    },
    inputGradients: (parameters, x, rows, weights) => denseInputGradients(description, parameters, x, rows, weights),
    // A mask on the units of a hidden layer is one on the rows of the next layer's weights.
    thin: (parameters, rate, rng) => thinned(parameters, hidden.map((units, l) => ({ weight: 2 * (l + 1), units })), rate, rng),
  };
}

function attentionArithmetic(description: AttentionDescription): NetworkArithmetic {
  const names = parameterInfos(description).map(info => info.name);
  const layers = Array.from({ length: description.layers }, (_, l) => ({ weight: names.indexOf(`block${l}.forward2.weight`), units: description.feedForward }));
  return {
    lastWidth: description.width,
    outputs: (parameters, x, rows) => attentionForward(description, parameters, x, rows).outputs,
    outputsWithLast: (parameters, x, rows) => {
      const { outputs, last } = attentionForward(description, parameters, x, rows, { last: true });
      return { outputs, last: last! };
    },
    inputGradients: (parameters, x, rows, weights) => weightedInputGradients(description, parameters, x, rows, weights),
    thin: (parameters, rate, rng) => thinned(parameters, layers, rate, rng),
  };
}

/** `layers`: place of the weights (units × anything) whose rows are multiplied by 0 or 1 / (1 − rate). */
function thinned(parameters: Parameters, layers: readonly { readonly weight: number; readonly units: number }[], rate: number, rng: Rng): Float32Array[] {
  const result = [...parameters];
  for (const { weight, units } of layers) {
    const values = parameters[weight].slice();
    const width = values.length / units;
    for (let u = 0; u < units; u++) {
      const factor = rng.uniform() < rate ? 0 : 1 / (1 - rate);
      for (let k = 0; k < width; k++) values[u * width + k] *= factor;
    }
    result[weight] = values;
  }
  return result;
}
