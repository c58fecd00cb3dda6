/** A fitted neural network or ensemble: predictions, their uncertainty, effects, gradients, and what is inside. */
import type { Note } from '../../../protocol/profile';
import type { Effect } from '../../../protocol/effects';
import type { FitSection } from '../../../protocol/performanceSections';
import type { Section } from '../../../protocol/report';
import type { Task } from '../../../protocol/recipe';
import type { Table } from '../../data/table';
import { normalFactor, tFactor } from '../../math/distributions';
import type { GradientView, IntervalPrediction, Model, Prediction } from '../model';
import { encodeInputs, standardiseDesign } from '../network/inputs';
import { adjustedEffects } from '../shared/effects';
import { EncodingTally } from '../shared/encodingTally';
import type { InputTally } from '../shared/inputTally';
import { sigmoid } from '../logistic/probabilities';
import { NeuralGradients } from './gradients';
import { rowSections } from './inside/rowSections';
import { likeliest, logOdds, withoutIncomplete } from './logOdds';
import { Networks, type Voices } from './networks';
import { writeState, type NeuralState } from './state';

/** Rows that are predicted together: bounds the memory of activations and outputs. */
const blockRows = 16384;
/** Samples of up to so many networks have intervals by Student's t. */
const fewVoices = 30;

export class NeuralModel implements Model {
  readonly family: string = 'neural';
  readonly title: string;
  readonly task: Task;
  readonly classes?: readonly string[];
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly training?: Model['training'];
  readonly averaged: number;
  readonly gradients: GradientView;
  readonly networks: Networks;

  constructor(readonly state: NeuralState) {
    this.title = state.title;
    this.task = state.task;
    if (state.classes) this.classes = state.classes;
    this.features = state.inputs.encoding.columns.map(c => c.name);
    this.notes = state.notes;
    if (state.training) this.training = state.training;
    this.averaged = state.members.length;
    this.networks = new Networks(state);
    this.gradients = new NeuralGradients(state, this.networks);
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    return this.predictEach(table, rows);
  }

  /** `use` sees what the networks say to each block of rows, and how sure they are. */
  private predictEach(table: Table, rows: Int32Array | undefined, use?: (voices: Voices, from: number) => void): Prediction {
    const n = rows ? rows.length : table.rows;
    const width = this.classes ? this.classes.length : 1;
    const values = new Float64Array(n * width);
    this.eachBlock(table, rows, use !== undefined, (voices, from) => {
      values.set(this.classes ? this.networks.meanProbabilities(voices) : this.means(voices), from * width);
      use?.(voices, from);
    });
    return this.classes ? { rows: n, probabilities: values } : { rows: n, mean: values };
  }

  inputTally(): InputTally {
    return new EncodingTally(this.state.inputs.encoding);
  }

  noted(notes: readonly Note[]): NeuralModel {
    return new NeuralModel({ ...this.state, notes: [...notes, ...this.state.notes] });
  }

  toJSON(): unknown {
    return writeState(this.state);
  }

  toLeanJSON(): unknown {
    const { training: _training, ...state } = this.state;
    return writeState({ ...state, typical: [], statistics: [], notes: [], inside: [] });
  }

  fitStatistics(): FitSection['values'] {
    return this.state.statistics;
  }

  /**
   * Regression: prediction interval of a new observation, mean ± √((t · epistemic)² + (z · aleatoric)²), in the target's unit, t
   * the factor of the band of the mean: so the one always holds the other. Two classes: interval of the positive probability by the spread of its log-odds. `epistemic` and `aleatoric` are standard
   * deviations: of the predicted number; for classes of the indicator of the positive (beyond two: the likeliest) class, whose
   * variance is that of the networks' probabilities plus the mean of p(1 − p).
   */
  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const n = rows ? rows.length : table.rows;
    const epistemic = new Float64Array(n);
    const aleatoric = new Float64Array(n);
    const hasBounds = this.networks.hasSpread && (!this.classes || this.classes.length === 2);
    const low = new Float64Array(hasBounds ? n : 0);
    const high = new Float64Array(low.length);
    const factors = { band: this.bandFactor(level), noise: normalFactor(level) };
    const prediction = this.predictEach(table, rows, (voices, from) => {
      const bounds = hasBounds ? { low: low.subarray(from), high: high.subarray(from) } : undefined;
      if (this.classes) this.classUncertainty(voices, epistemic.subarray(from), aleatoric.subarray(from), bounds, factors.band);
      else this.numberUncertainty(voices, epistemic.subarray(from), aleatoric.subarray(from), bounds, factors);
    });
    const parts = this.networks.hasSpread ? { epistemic, aleatoric } : {};
    return hasBounds ? { ...prediction, ...parts, low, high, intervalKind: this.intervalWords() } : { ...prediction, ...parts };
  }

  effects(level: number): Effect[] {
    const { inputs, typical } = this.state;
    return adjustedEffects(inputs.encoding, typical, (design, rows) => {
      const voices = this.networks.say(standardiseDesign(inputs, design, rows), rows);
      return this.classes ? this.classCurves(voices, level) : [this.numberCurve(voices, level)];
    });
  }

  inside(): readonly Section[] {
    return this.state.inside;
  }

  insideRow(table: Table): readonly Section[] {
    const { inputs, description, members } = this.state;
    const encoded = encodeInputs(inputs, table);
    return description.kind === 'dense' && encoded.rows === 1 && !encoded.incomplete ? rowSections(this.state.inside, description, members[0], encoded.x) : [];
  }

  private eachBlock(table: Table, rows: Int32Array | undefined, unsure: boolean, use: (voices: Voices, from: number) => void): void {
    const n = rows ? rows.length : table.rows;
    for (let from = 0; from < n; from += blockRows) {
      const length = Math.min(blockRows, n - from);
      const part = rows ? rows.subarray(from, from + length) : Int32Array.from({ length }, (_, i) => from + i);
      const encoded = encodeInputs(this.state.inputs, table, part);
      use(withoutIncomplete(this.networks.say(encoded.x, length, unsure), encoded), from);
    }
  }

  private means(voices: Voices): Float64Array {
    const { mean, deviation } = this.state.scale;
    return this.networks.meanOutputs(voices).map(v => mean + deviation * v);
  }

  private numberUncertainty(voices: Voices, epistemic: Float64Array, aleatoric: Float64Array, bounds: Bounds | undefined, factors: Factors): void {
    const { scale: { mean: shift, deviation }, noise } = this.state;
    const mean = this.networks.meanOutputs(voices);
    const variance = this.networks.outputVariance(voices, mean);
    for (let i = 0; i < voices.rows; i++) {
      epistemic[i] = deviation * Math.sqrt(variance[i]);
      aleatoric[i] = noise + 0 * variance[i];
      const half = Math.hypot(factors.band * epistemic[i], factors.noise * noise);
      if (!bounds) continue;
      bounds.low[i] = shift + deviation * mean[i] - half;
      bounds.high[i] = shift + deviation * mean[i] + half;
    }
  }

  private classUncertainty(voices: Voices, epistemic: Float64Array, aleatoric: Float64Array, bounds: Bounds | undefined, factor: number): void {
    const { networks } = this;
    const width = this.classes!.length;
    const mean = networks.meanProbabilities(voices);
    const each = voices.outputs.map((_, v) => networks.probabilities(voices, v));
    const spread = this.logOddsSpread(voices, each);
    for (let i = 0; i < voices.rows; i++) {
      const c = width === 2 ? 1 : likeliest(mean, i, width);
      const at = i * width + c;
      let noise = 0;
      let middle = 0;
      for (const p of each) {
        noise += p[at] * (1 - p[at]);
        middle += p[at] / each.length;
      }
      let between = 0;
      for (const p of each) between += (p[at] - middle) ** 2;
      // The posterior of a single network moves its probability by the delta method.
      const within = voices.posterior ? voices.posterior[width === 2 ? i : at] * (mean[at] * (1 - mean[at])) ** 2 : 0;
      epistemic[i] = Math.sqrt(between / Math.max(1, each.length - 1) + within);
      aleatoric[i] = Math.sqrt(noise / each.length);
      if (!bounds) continue;
      const logit = logOdds(mean, i, 1, 2);
      bounds.low[i] = sigmoid(logit - factor * spread[2 * i + 1]);
      bounds.high[i] = sigmoid(logit + factor * spread[2 * i + 1]);
    }
  }

  /** Standard deviation of each class's log-odds over the voices, with the last layer's posterior: rows × classes. */
  private logOddsSpread(voices: Voices, each: readonly Float64Array[]): Float64Array {
    const width = this.classes!.length;
    const result = new Float64Array(voices.rows * width);
    const values = new Float64Array(each.length);
    for (let i = 0; i < voices.rows; i++) {
      for (let c = 0; c < width; c++) {
        let mean = 0;
        for (let v = 0; v < each.length; v++) mean += (values[v] = logOdds(each[v], i, c, width)) / each.length;
        let square = 0;
        for (const value of values) square += (value - mean) ** 2;
        const posterior = voices.posterior ? voices.posterior[width === 2 ? i : i * width + c] : 0;
        result[i * width + c] = Math.sqrt(square / Math.max(1, each.length - 1) + posterior);
      }
    }
    return result;
  }

  private numberCurve(voices: Voices, level: number): Omit<Effect, 'feature' | 'kind' | 'grid'> {
    const { scale: { deviation }, noise } = this.state;
    const effect = Array.from(this.means(voices));
    if (!this.networks.hasSpread) return { effect };
    const sd = Array.from(this.networks.outputVariance(voices, this.networks.meanOutputs(voices)), v => deviation * Math.sqrt(v));
    const band = this.bandFactor(level);
    const around = normalFactor(level) * noise;
    const at = (sign: number, extra: number): number[] => effect.map((e, i) => e + sign * Math.hypot(band * sd[i], extra));
    return { effect, low: at(-1, 0), high: at(1, 0), predictionLow: at(-1, around), predictionHigh: at(1, around) };
  }

  private classCurves(voices: Voices, level: number): Omit<Effect, 'feature' | 'kind' | 'grid'>[] {
    const classes = this.classes!;
    const width = classes.length;
    const mean = this.networks.meanProbabilities(voices);
    const spread = this.networks.hasSpread ? this.logOddsSpread(voices, voices.outputs.map((_, v) => this.networks.probabilities(voices, v))) : undefined;
    const factor = this.bandFactor(level);
    return (width === 2 ? [1] : classes.map((_, c) => c)).map(c => {
      const each = <T>(make: (i: number) => T): T[] => Array.from({ length: voices.rows }, (_, i) => make(i));
      const effect = each(i => mean[i * width + c]);
      if (!spread) return { class: classes[c], effect };
      const bound = (sign: number): number[] => each(i => sigmoid(logOdds(mean, i, c, width) + sign * factor * spread[i * width + c]));
      return { class: classes[c], effect, low: bound(-1), high: bound(1) };
    });
  }

  /** Few networks are a small sample of those that could have been trained: Student's t, with the spread of one more. */
  private bandFactor(level: number): number {
    const voices = this.networks.voices.length;
    return voices > 1 && voices <= fewVoices && this.state.uncertainty === 'ensemble' ? tFactor(level, voices - 1) * Math.sqrt(1 + 1 / voices) : normalFactor(level);
  }

  /** Dropout passes each network once a mask; the tokens of all attention layers but the last attend to each other. */
  get predictionWork(): { readonly passes: number; readonly pairs: number } {
    const { description, members } = this.state;
    const pairs = description.kind === 'attention' ? 2 * (description.layers - 1) * (description.tokens + 1) ** 2 * description.width : 0;
    return { passes: this.networks.voices.length / members.length, pairs: members.length * pairs };
  }

  /** What the inner band of the effects is. */
  get effectBand(): string {
    if (this.state.uncertainty === 'dropout') return 'interval over dropout masks (MC dropout)';
    return this.state.posteriors ? 'credible interval of the mean (Laplace approximation)' : 'interval over the networks of the ensemble';
  }

  private intervalWords(): string {
    if (!this.classes) return this.state.uncertainty === 'dropout' ? 'MC dropout prediction interval' : 'prediction interval';
    const of = `of the probability of ${this.classes[1]}`;
    if (this.state.uncertainty === 'dropout') return `MC dropout interval ${of}`;
    return this.state.posteriors ? `credible interval (Laplace approximation) ${of}` : `interval ${of} over the networks of the ensemble`;
  }
}

interface Bounds { readonly low: Float64Array; readonly high: Float64Array }
/** Of the epistemic standard deviation, and of the noise. */
interface Factors { readonly band: number; readonly noise: number }
