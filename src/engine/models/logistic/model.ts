/** A fitted logistic regression: class probabilities, coefficients with intervals and odds ratios, effects. */
import type { Note } from '../../../protocol/profile';
import type { Effect, Weight } from '../../../protocol/effects';
import type { FitSection } from '../../../protocol/performanceSections';
import { blockRows } from '../../data/encoding/encoder';
import { describeTerms, type TermInfo } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { normalFactor, normalTwoSided } from '../../math/distributions';
import type { AdditiveParts, IntervalPrediction, Model, Prediction, ShufflePredictor } from '../model';
import { linearParts } from '../shared/additiveParts';
import { predictorVariance } from '../shared/covariance';
import { adjustedEffects } from '../shared/effects';
import { EncodingTally } from '../shared/encodingTally';
import type { InputTally } from '../shared/inputTally';
import { eachBlock, evaluatePredictor } from '../shared/linearPredictor';
import { SwappedPredictor } from '../shared/swappedPredictor';
import { logitVariance } from './logitVariance';
import { classProbabilities, sigmoid } from './probabilities';
import { leanState, writeState, type LogisticState } from './state';

export class LogisticModel implements Model {
  readonly family: string = 'logistic';
  readonly task = 'classification';
  readonly title: string;
  readonly classes: readonly string[];
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly aliased: Model['aliased'];
  readonly path: Model['path'];
  readonly weightsInfo: NonNullable<Model['weightsInfo']>;
  private readonly terms: readonly TermInfo[];

  constructor(readonly state: LogisticState) {
    this.title = state.title;
    this.classes = state.classes;
    this.features = state.encoding.columns.map(c => c.name);
    this.notes = state.notes;
    this.aliased = state.aliased;
    this.path = state.path;
    this.terms = describeTerms(state.encoding);
    this.weightsInfo = describeWeights(state);
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    const { predictor, encoding, outcomes, classes } = this.state;
    const etas = evaluatePredictor(predictor, encoding, table, rows);
    return { rows: etas[0].length, probabilities: classProbabilities(etas, outcomes, classes.length) };
  }

  shufflePredictor(table: Table, rows?: Int32Array): ShufflePredictor {
    const { predictor, encoding, outcomes, classes } = this.state;
    const swapped = new SwappedPredictor(predictor, encoding, table, rows);
    return {
      predict: columns => {
        const etas = swapped.evaluate(columns);
        return { rows: etas[0].length, probabilities: classProbabilities(etas, outcomes, classes.length) };
      },
    };
  }

  /** One output for two classes, else one a class (η of a class without coefficients is 0). */
  additiveParts(table: Table, rows?: Int32Array): AdditiveParts | undefined {
    const { predictor, encoding, outcomes, classes } = this.state;
    if (classes.length === 2 && outcomes.length === 1) return linearParts(predictor, encoding, table, rows);
    return linearParts(predictor, encoding, table, rows, classes.length, outcomes);
  }

  noted(notes: readonly Note[]): LogisticModel {
    return new LogisticModel({ ...this.state, notes: [...notes, ...this.state.notes] });
  }

  toJSON(): unknown {
    return writeState(this.state);
  }

  toLeanJSON(): unknown {
    return writeState(leanState(this.state));
  }

  inputTally(): InputTally {
    return new EncodingTally(this.state.encoding);
  }

  weights(level: number): Weight[] {
    const { state } = this;
    const factor = normalFactor(level);
    const single = state.classes.length === 2;
    return state.outcomes.flatMap((outcome, k) => {
      const name = single ? {} : { class: state.classes[outcome] };
      const weights: Weight[] = [];
      if (state.encoding.intercept) weights.push({ term: '(Intercept)', ...name, ...this.estimate(state.intercepts[k], k, 0, factor) });
      this.terms.forEach((term, j) => {
        if (state.absent[j] === 1) return;
        const estimate = this.estimate(state.predictor.coefficients[k][j], k, j + 1, factor);
        const sd = state.columnSd[j];
        const inflation = state.inflation?.[j];
        weights.push({
          term: term.name, feature: term.feature,
          ...(term.level !== undefined && { level: term.level }), ...(term.reference !== undefined && { reference: term.reference }),
          ...name, ...estimate,
          ...(Number.isFinite(sd) && { standardised: estimate.estimate * sd }),
          ...(Number.isFinite(sd) && estimate.low !== undefined && { standardisedLow: estimate.low * sd, standardisedHigh: estimate.high! * sd }),
          ...(inflation !== undefined && Number.isFinite(inflation) && { vif: inflation }),
        });
      });
      return weights;
    });
  }

  private estimate(estimate: number, k: number, index: number, factor: number): Omit<Weight, 'term'> & { estimate: number } {
    const error = this.state.standardErrors?.[k][index];
    // Where every class has weights, e to the power of one is no ratio of odds: only differences of two classes are log-odds.
    const against = !isSymmetric(this.state);
    const ratio = against ? finite({ oddsRatio: Math.exp(estimate) }) : {};
    if (error === undefined || !Number.isFinite(error)) return { estimate, ...ratio };
    const low = estimate - factor * error;
    const high = estimate + factor * error;
    const statistic = estimate / error;
    return {
      estimate, standardError: error, low, high, ...finite({ statistic, pValue: normalTwoSided(statistic) }),
      ...ratio, ...(against && finite({ oddsRatioLow: Math.exp(low), oddsRatioHigh: Math.exp(high) })),
    };
  }

  fitStatistics(): FitSection['values'] {
    return this.state.statistics;
  }

  effects(level: number): Effect[] {
    const { encoding, typical } = this.state;
    return adjustedEffects(encoding, typical, (design, rows) => this.curves(design, rows, level));
  }

  private curves(data: Float64Array, rows: number, level: number): Omit<Effect, 'feature' | 'kind' | 'grid'>[] {
    const { state } = this;
    const etas = state.predictor.coefficients.map((b, k) => Float64Array.from({ length: rows }, (_, i) => {
      let sum = state.predictor.constants[k];
      for (let j = 0; j < b.length; j++) if (b[j] !== 0) sum += b[j] * (data[j * rows + i] - state.predictor.shifts[j]);
      return sum;
    }));
    const factor = normalFactor(level);
    if (state.classes.length === 2 && etas.length === 1) {
      const [eta] = etas;
      const effect = Array.from(eta, sigmoid);
      const { covariance } = state;
      if (!covariance) return [{ class: state.classes[1], effect }];
      const work = new Float64Array(covariance.columns + 1);
      const half = Array.from(eta, (_, i) => factor * Math.sqrt(predictorVariance(covariance, data, i, rows, work)));
      return [{ class: state.classes[1], effect, low: half.map((h, i) => sigmoid(eta[i] - h)), high: half.map((h, i) => sigmoid(eta[i] + h)) }];
    }
    const count = state.classes.length;
    const probabilities = classProbabilities(etas, state.outcomes, count);
    return state.classes.map((name, c) => {
      const effect = Array.from({ length: rows }, (_, i) => probabilities[i * count + c]);
      if (!state.jointCovariance) return { class: name, effect };
      const half = effect.map((_, i) => factor * Math.sqrt(logitVariance(state, state.jointCovariance!, data, i, rows, probabilities.subarray(i * count, (i + 1) * count), c)));
      const bound = (sign: number): number[] => effect.map((p, i) => (p > 0 && p < 1 ? sigmoid(Math.log(p / (1 - p)) + sign * half[i]) : p));
      return { class: name, effect, low: bound(-1), high: bound(1) };
    });
  }

  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const { covariance, encoding, predictor, classes, outcomes } = this.state;
    const etas = evaluatePredictor(predictor, encoding, table, rows);
    const [eta] = etas;
    const prediction = { rows: eta.length, probabilities: classProbabilities(etas, outcomes, classes.length) };
    if (!covariance || classes.length !== 2) return prediction;
    const factor = normalFactor(level);
    const low = new Float64Array(eta.length);
    const high = new Float64Array(eta.length);
    const work = new Float64Array(covariance.columns + 1);
    const stride = Math.min(blockRows, Math.max(1, eta.length));
    eachBlock(encoding, table, rows, (data, from, length) => {
      for (let i = 0; i < length; i++) {
        const half = factor * Math.sqrt(predictorVariance(covariance, data, i, stride, work));
        low[from + i] = sigmoid(eta[from + i] - half);
        high[from + i] = sigmoid(eta[from + i] + half);
      }
    });
    return { ...prediction, low, high, intervalKind: `confidence interval of the probability of ${classes[1]}` };
  }
}

/** The entries that are finite numbers: e^800 is left out rather than shown as infinite. */
function finite<T extends Record<string, number>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value))) as Partial<T>;
}

/** More than two classes, each with weights of its own and none as the reference. */
function isSymmetric({ classes, method }: LogisticState): boolean {
  return classes.length > 2 && method === 'penalised';
}

export const scoreAssumption = 'The score of each class before softmax is a weighted sum of the features.';

function describeWeights(state: LogisticState): NonNullable<Model['weightsInfo']> {
  const several = state.classes.length > 2;
  const symmetric = isSymmetric(state);
  const [reference = ''] = state.classes;
  const unit = symmetric ? 'score of the class before softmax per unit of the feature'
    : several ? `log-odds of the class against ${reference} per unit of the feature` : `log-odds of ${state.classes[1]} per unit of the feature`;
  const assumptions = [symmetric ? scoreAssumption : 'The log-odds are a weighted sum of the features.', 'Rows are independent of each other.'];
  const outcome = symmetric ? 'score' as const : several ? { reference } : undefined;
  if (state.method === 'penalised') {
    return {
      unit, ...(outcome && { outcome }), method: `${state.title}, penalty chosen by cross-validation unless given`,
      assumptions: [...assumptions, 'The penalty shrinks weights towards 0: they are biased on purpose, for better predictions.'],
      noIntervals: 'A penalised fit has no standard errors that could be trusted: the shrinkage biases the estimates.',
    };
  }
  return {
    statisticName: 'z', unit, ...(outcome && { outcome }), method: "Maximum likelihood by Newton's method (iteratively reweighted least squares)",
    assumptions: [...assumptions, 'Intervals and p-values are Wald’s and rest on large samples.'],
    ...(state.separated !== undefined && { noIntervals: state.separated }),
  };
}
