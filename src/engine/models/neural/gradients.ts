/** A neural model seen from its standardised inputs: what explainers by gradient work on. */
import type { Table } from '../../data/table';
import type { GradientView } from '../model';
import { meanOf, probabilitiesOf } from '../network/combine';
import { encodeInputs, inputTerms } from '../network/inputs';
import type { Networks } from './networks';
import type { NeuralState } from './state';

/**
 * The link-scale output of the ensemble: the predicted number; two classes: log-odds of the predicted probability; more: the
 * logarithm of each. Gradients are exact, through the mean over the networks. With uncertainty=laplace the probabilities are
 * those without the posterior's shrinkage.
 */
export class NeuralGradients implements GradientView {
  readonly featureOf: readonly string[];
  readonly outputs: number;
  readonly baseline: Float32Array;

  constructor(private readonly state: NeuralState, private readonly networks: Networks) {
    this.featureOf = inputTerms(state.inputs).map(term => term.feature);
    this.outputs = state.description.outputs;
    this.baseline = state.inputMean;
  }

  design(table: Table, rows?: Int32Array): Float32Array {
    const { x, columns, incomplete } = encodeInputs(this.state.inputs, table, rows);
    incomplete?.forEach((flag, i) => { if (flag === 1) x.fill(NaN, i * columns, (i + 1) * columns); });
    return x;
  }

  output(design: Float32Array, rows: number): Float64Array {
    const { head } = this.state.description;
    const { mean, deviation } = this.state.scale;
    const voices = this.networks.say(design, rows, false);
    let result: Float64Array;
    if (head === 'identity') result = this.networks.meanOutputs(voices).map(v => mean + deviation * v);
    else {
      const p = this.together(voices.outputs, rows);
      result = head === 'logistic' ? Float64Array.from({ length: rows }, (_, i) => Math.log(p[2 * i + 1]) - Math.log(p[2 * i])) : p.map(Math.log);
    }
    return this.withoutIncomplete(result, design, rows);
  }

  gradient(design: Float32Array, rows: number, output: number): Float32Array {
    const { head } = this.state.description;
    const { deviation } = this.state.scale;
    const count = this.networks.voices.length;
    if (head === 'identity') return this.networks.inputGradients(design, rows, () => new Float32Array(rows).fill(deviation / count));
    const { outputs } = this.networks.say(design, rows, false);
    const p = this.together(outputs, rows);
    // Each voice's share in the slope of the mean: as its probabilities weigh in it where those are averaged, else 1.
    const each = this.networks.averagesProbabilities ? outputs.map(voice => this.probabilities(voice, rows)) : undefined;
    const weightOf = head === 'logistic' ? binaryWeights(count, each, p, rows) : classWeights(count, each, p, rows, this.outputs, output);
    return this.networks.inputGradients(design, rows, weightOf);
  }

  private together(outputs: readonly Float32Array[], rows: number): Float64Array {
    if (this.networks.averagesProbabilities) return meanOf(outputs.map(voice => this.probabilities(voice, rows)));
    return this.probabilities(meanOf(outputs), rows);
  }

  private probabilities(outputs: Float32Array | Float64Array, rows: number): Float64Array {
    return probabilitiesOf(this.state.description.head, outputs, rows, this.outputs);
  }

  /** Kernels may take a NaN for 0. */
  private withoutIncomplete(result: Float64Array, design: Float32Array, rows: number): Float64Array {
    const columns = this.baseline.length;
    for (let i = 0; i < rows; i++) if (Number.isNaN(design[i * columns])) result.fill(NaN, i * this.outputs, (i + 1) * this.outputs);
    return result;
  }
}

/** ∂ logit(p̄) / ∂ f_v: 1 / M for mean logits, p_v (1 − p_v) / (M p̄ (1 − p̄)) for mean probabilities. */
function binaryWeights(count: number, each: readonly Float64Array[] | undefined, mean: Float64Array, rows: number): (voice: number) => Float32Array {
  return v => Float32Array.from({ length: rows }, (_, i) => {
    const scale = mean[2 * i] * mean[2 * i + 1];
    return each && scale > 0 ? (each[v][2 * i] * each[v][2 * i + 1]) / (count * scale) : 1 / count;
  });
}

/** ∂ log p̄_k / ∂ f_vj: (δ_jk − p̄_j) / M for mean logits, p_vk (δ_jk − p_vj) / (M p̄_k) for mean probabilities. */
function classWeights(
  count: number, each: readonly Float64Array[] | undefined, mean: Float64Array, rows: number, classes: number, k: number,
): (voice: number) => Float32Array {
  return v => {
    const p = each ? each[v] : mean;
    const weights = new Float32Array(rows * classes);
    for (let i = 0; i < rows; i++) {
      const share = mean[i * classes + k] > 0 ? p[i * classes + k] / (count * mean[i * classes + k]) : 1 / count;
      for (let j = 0; j < classes; j++) weights[i * classes + j] = share * ((j === k ? 1 : 0) - p[i * classes + j]);
    }
    return weights;
  };
}
