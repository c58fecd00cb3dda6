/** The trained networks of a neural model and what they say together: outputs, their spread, probabilities, gradients. */
import type { NetworkDescription } from '../../compute/network/description';
import { Rng } from '../../math/random';
import { arithmeticOf, type NetworkArithmetic } from '../network/arithmetic';
import { meanOf, probabilitiesOf, varianceOf } from '../network/combine';
import { outputVariance, type LastLayerPosterior } from '../network/lastLayerLaplace';
import type { UncertaintyMethod } from './settings';

export interface NetworksState {
  readonly description: NetworkDescription;
  /** Parameters of each network of the ensemble. */
  readonly members: readonly (readonly Float32Array[])[];
  readonly uncertainty: UncertaintyMethod;
  readonly dropout: number;
  readonly seed: number;
  /** One a network, where the uncertainty needs them. */
  readonly posteriors?: readonly LastLayerPosterior[];
}

/** What the networks give for some rows, before the link and standardised. */
export interface Voices {
  readonly rows: number;
  /** rows × outputs, one a voice. */
  readonly outputs: readonly Float32Array[];
  /** Variance of each output from the last layer's posterior, mean over the networks. */
  readonly posterior?: Float64Array;
}

/** Networks thinned by dropout that a prediction averages (Gal & Ghahramani 2016), all members together. */
export const dropoutVoices = 100;

export class Networks {
  /** What is averaged: the members, or members thinned by dropout masks. */
  readonly voices: readonly (readonly Float32Array[])[];
  private readonly arithmetic: NetworkArithmetic;

  constructor(readonly state: NetworksState) {
    this.arithmetic = arithmeticOf(state.description);
    this.voices = state.uncertainty === 'dropout' ? thinned(state) : state.members;
  }

  get outputs(): number {
    return this.state.description.outputs;
  }

  get hasSpread(): boolean {
    return this.voices.length > 1 || this.state.posteriors !== undefined;
  }

  /** `unsure`: with the last layer's posterior, which takes time that only intervals and uncertainty=laplace need. */
  say(x: Float32Array, rows: number, unsure = true): Voices {
    const { posteriors, uncertainty } = this.state;
    if (!posteriors || !(unsure || uncertainty === 'laplace')) return { rows, outputs: this.voices.map(parameters => this.arithmetic.outputs(parameters, x, rows)) };
    const outputs: Float32Array[] = [];
    const variances = this.voices.map((parameters, m) => {
      const result = this.arithmetic.outputsWithLast(parameters, x, rows);
      outputs.push(result.outputs);
      return outputVariance(posteriors[m], result.last, rows);
    });
    return { rows, outputs, posterior: meanOf(variances) };
  }

  /** Probabilities of one voice, rows × classes. */
  probabilities(voices: Voices, voice: number): Float64Array {
    return probabilitiesOf(this.state.description.head, this.logits(voices, voice), voices.rows, this.outputs);
  }

  /** With uncertainty=laplace the posterior's variance v shrinks logits by 1 / √(1 + π v / 8) (MacKay 1992). */
  private logits({ outputs, posterior }: Voices, voice: number): Float32Array | Float64Array {
    if (!posterior || this.state.uncertainty !== 'laplace') return outputs[voice];
    return Float64Array.from(outputs[voice], (f, i) => f / Math.sqrt(1 + (Math.PI / 8) * posterior[i]));
  }

  /**
   * The voices' probabilities together, rows × classes: those of the mean logits. Networks stopped early are not too sure one
   * by one, and the mean of their probabilities would be less sure than it should; for dropout's voices it is taken all the same.
   */
  meanProbabilities(voices: Voices): Float64Array {
    if (this.averagesProbabilities) return meanOf(voices.outputs.map((_, v) => this.probabilities(voices, v)));
    const logits = meanOf(voices.outputs.map((_, v) => this.logits(voices, v)));
    return probabilitiesOf(this.state.description.head, logits, voices.rows, this.outputs);
  }

  get averagesProbabilities(): boolean {
    return this.state.uncertainty === 'dropout';
  }

  /** Mean over the voices, rows × outputs. */
  meanOutputs({ outputs }: Voices): Float64Array {
    return meanOf(outputs);
  }

  /** Variance of each output from not knowing the network: spread of the voices and the last layer's posterior. */
  outputVariance({ outputs, posterior }: Voices, mean: Float64Array): Float64Array {
    const variance = varianceOf(outputs, mean);
    if (posterior) for (let i = 0; i < variance.length; i++) variance[i] += posterior[i];
    return variance;
  }

  /**
   * Σ over the voices of the input gradients with per-row, per-output weights: rows × inputs. `weightOf` gives c (rows ×
   * outputs) of a voice.
   */
  inputGradients(x: Float32Array, rows: number, weightOf: (voice: number) => Float32Array): Float32Array {
    const sum = new Float32Array(rows * this.state.description.inputs);
    this.voices.forEach((parameters, v) => {
      const part = this.arithmetic.inputGradients(parameters, x, rows, weightOf(v));
      for (let i = 0; i < sum.length; i++) sum[i] += part[i];
    });
    return sum;
  }
}

/** Each member with some of its hidden units left out for good: dropout's sample of networks, the same for every row. */
function thinned({ members, description, dropout, seed }: NetworksState): Float32Array[][] {
  const rng = new Rng(seed).fork('dropout voices');
  const arithmetic = arithmeticOf(description);
  const each = Math.max(1, Math.ceil(dropoutVoices / members.length));
  return members.flatMap(parameters => Array.from({ length: each }, () => arithmetic.thin(parameters, dropout, rng)));
}
