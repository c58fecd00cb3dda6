/** A neural model seen from its standardised inputs: what explainers by gradient work on. */
import type { Table } from '../../data/table';
import type { GradientView } from '../model';
import { probabilitiesOf } from '../network/combine';
import { encodeInputs, inputTerms } from '../network/inputs';
import type { Networks } from './networks';
import type { NeuralState } from './state';

/**
 * The link-scale output of the ensemble: the predicted number; two classes: log-odds of the mean probability; more: the
 * logarithm of each mean probability. Gradients are exact, through the mean over the networks. With uncertainty=laplace the
 * probabilities are those without the posterior's shrinkage.
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
    const voices = this.networks.say(design, rows);
    let result: Float64Array;
    if (head === 'identity') result = this.networks.meanOutputs(voices).map(v => mean + deviation * v);
    else {
      const p = meanProbabilities(voices.outputs.map(outputs => this.probabilities(outputs, rows)));
      result = head === 'logistic' ? Float64Array.from({ length: rows }, (_, i) => Math.log(p[2 * i + 1]) - Math.log(p[2 * i])) : p.map(Math.log);
    }
    return this.withoutIncomplete(result, design, rows);
  }

  gradient(design: Float32Array, rows: number, output: number): Float32Array {
    const { head } = this.state.description;
    const { deviation } = this.state.scale;
    const count = this.networks.voices.length;
    if (head === 'identity') return this.networks.inputGradients(design, rows, () => new Float32Array(rows).fill(deviation / count));
    const each = this.networks.say(design, rows).outputs.map(outputs => this.probabilities(outputs, rows));
    const mean = meanProbabilities(each);
    const weightOf = head === 'logistic' ? binaryWeights(each, mean, rows) : classWeights(each, mean, rows, this.outputs, output);
    return this.networks.inputGradients(design, rows, weightOf);
  }

  private probabilities(outputs: Float32Array, rows: number): Float64Array {
    return probabilitiesOf(this.state.description.head, outputs, rows, this.outputs);
  }

  /** Kernels may take a NaN for 0. */
  private withoutIncomplete(result: Float64Array, design: Float32Array, rows: number): Float64Array {
    const columns = this.baseline.length;
    for (let i = 0; i < rows; i++) if (Number.isNaN(design[i * columns])) result.fill(NaN, i * this.outputs, (i + 1) * this.outputs);
    return result;
  }
}

function meanProbabilities(each: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(each[0].length);
  for (const p of each) for (let i = 0; i < mean.length; i++) mean[i] += p[i] / each.length;
  return mean;
}

/** ∂ logit(p̄) / ∂ f_v = p_v (1 − p_v) / (M p̄ (1 − p̄)). */
function binaryWeights(each: readonly Float64Array[], mean: Float64Array, rows: number): (voice: number) => Float32Array {
  return v => Float32Array.from({ length: rows }, (_, i) => {
    const scale = each.length * mean[2 * i] * mean[2 * i + 1];
    return scale > 0 ? (each[v][2 * i] * each[v][2 * i + 1]) / scale : 1 / each.length;
  });
}

/** ∂ log p̄_k / ∂ f_vj = p_vk (δ_jk − p_vj) / (M p̄_k). */
function classWeights(each: readonly Float64Array[], mean: Float64Array, rows: number, classes: number, k: number): (voice: number) => Float32Array {
  return v => {
    const p = each[v];
    const weights = new Float32Array(rows * classes);
    for (let i = 0; i < rows; i++) {
      const share = mean[i * classes + k] > 0 ? p[i * classes + k] / (each.length * mean[i * classes + k]) : 1 / each.length;
      for (let j = 0; j < classes; j++) weights[i * classes + j] = share * ((j === k ? 1 : 0) - p[i * classes + j]);
    }
    return weights;
  };
}
