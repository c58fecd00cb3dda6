/** A fitted linear regression: predictions, coefficients with intervals, effects, prediction intervals. */
import type { Note } from '../../../protocol/profile';
import type { Effect, Weight } from '../../../protocol/effects';
import type { FitSection } from '../../../protocol/performanceSections';
import { blockRows } from '../../data/encoding/encoder';
import { describeTerms, type TermInfo } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { tFactor, tTwoSided } from '../../math/distributions';
import type { AdditiveParts, IntervalPrediction, Model, Prediction, ShufflePredictor } from '../model';
import { linearParts } from '../shared/additiveParts';
import { predictorVariance } from '../shared/covariance';
import { adjustedEffects } from '../shared/effects';
import { EncodingTally } from '../shared/encodingTally';
import type { InputTally } from '../shared/inputTally';
import { eachBlock, evaluatePredictor } from '../shared/linearPredictor';
import { SwappedPredictor } from '../shared/swappedPredictor';
import { leanState, writeState, type LinearState } from './state';

export class LinearModel implements Model {
  readonly family: string = 'linear';
  readonly task = 'regression';
  readonly title: string;
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly aliased: Model['aliased'];
  readonly path: Model['path'];
  readonly weightsInfo: NonNullable<Model['weightsInfo']>;
  private readonly terms: readonly TermInfo[];

  constructor(readonly state: LinearState) {
    this.title = state.title;
    this.features = state.encoding.columns.map(c => c.name);
    this.notes = state.notes;
    this.aliased = state.aliased;
    this.path = state.path;
    this.terms = describeTerms(state.encoding);
    this.weightsInfo = describeWeights(state);
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    const { predictor, encoding } = this.state;
    const [mean] = evaluatePredictor(predictor, encoding, table, rows);
    return { rows: mean.length, mean };
  }

  shufflePredictor(table: Table, rows?: Int32Array): ShufflePredictor {
    const swapped = new SwappedPredictor(this.state.predictor, this.state.encoding, table, rows);
    return {
      predict: columns => {
        const [mean] = swapped.evaluate(columns);
        return { rows: mean.length, mean };
      },
    };
  }

  additiveParts(table: Table, rows?: Int32Array): AdditiveParts | undefined {
    return linearParts(this.state.predictor, this.state.encoding, table, rows);
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
    const factor = state.standardErrors && state.df > 0 ? tFactor(level, state.df) : NaN;
    const weights: Weight[] = [];
    if (state.encoding.intercept) weights.push({ term: '(Intercept)', ...this.estimate(state.intercept, 0, factor) });
    const [coefficients] = state.predictor.coefficients;
    this.terms.forEach((term, j) => {
      if (state.absent[j] === 1) return;
      const scale = state.targetSd > 0 ? state.columnSd[j] / state.targetSd : NaN;
      const estimate = this.estimate(coefficients[j], j + 1, factor);
      const inflation = state.inflation?.[j];
      weights.push({
        term: term.name, feature: term.feature,
        ...(term.level !== undefined && { level: term.level }), ...(term.reference !== undefined && { reference: term.reference }),
        ...estimate,
        ...(Number.isFinite(scale) && { standardised: estimate.estimate * scale }),
        ...(Number.isFinite(scale) && estimate.low !== undefined && { standardisedLow: estimate.low * scale, standardisedHigh: estimate.high! * scale }),
        ...(inflation !== undefined && Number.isFinite(inflation) && { vif: inflation }),
      });
    });
    return weights;
  }

  private estimate(estimate: number, index: number, factor: number): Pick<Weight, 'estimate' | 'standardError' | 'low' | 'high' | 'statistic' | 'pValue'> {
    const error = this.state.standardErrors?.[index];
    if (error === undefined || !Number.isFinite(error) || !Number.isFinite(factor)) return { estimate };
    const interval = { estimate, standardError: error, low: estimate - factor * error, high: estimate + factor * error };
    if (error === 0) return interval;
    const statistic = estimate / error;
    return { ...interval, statistic, pValue: tTwoSided(statistic, this.state.df) };
  }

  fitStatistics(): FitSection['values'] {
    return this.state.statistics;
  }

  effects(level: number): Effect[] {
    const { encoding, typical } = this.state;
    return adjustedEffects(encoding, typical, (design, rows) => [this.curve(design, rows, level)]);
  }

  private curve(data: Float64Array, rows: number, level: number): Omit<Effect, 'feature' | 'kind' | 'grid'> {
    const { covariance, sigma, df, predictor } = this.state;
    const effect = denseMean(predictor, data, rows);
    if (!covariance || !(df > 0)) return { effect };
    const factor = tFactor(level, df);
    const work = new Float64Array(covariance.columns + 1);
    const variance = effect.map((_, i) => predictorVariance(covariance, data, i, rows, work));
    const at = (sign: number, extra: number): number[] => effect.map((e, i) => e + sign * factor * Math.sqrt(variance[i] + extra));
    return { effect, low: at(-1, 0), high: at(1, 0), predictionLow: at(-1, sigma * sigma), predictionHigh: at(1, sigma * sigma) };
  }

  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const { covariance, sigma, df, encoding } = this.state;
    const prediction = this.predict(table, rows);
    if (!covariance || !(df > 0)) return prediction;
    const { mean } = prediction as { mean: Float64Array };
    const factor = tFactor(level, df);
    const low = new Float64Array(prediction.rows);
    const high = new Float64Array(prediction.rows);
    const work = new Float64Array(covariance.columns + 1);
    const stride = Math.min(blockRows, Math.max(1, prediction.rows));
    eachBlock(encoding, table, rows, (data, from, length) => {
      for (let i = 0; i < length; i++) {
        const half = factor * Math.sqrt(predictorVariance(covariance, data, i, stride, work) + sigma * sigma);
        low[from + i] = mean[from + i] - half;
        high[from + i] = mean[from + i] + half;
      }
    });
    return { ...prediction, low, high, intervalKind: 'prediction interval' };
  }
}

/** η of the rows of a small column-major design. */
function denseMean(predictor: LinearState['predictor'], data: Float64Array, rows: number): number[] {
  const [b] = predictor.coefficients;
  return Array.from({ length: rows }, (_, i) => {
    let sum = predictor.constants[0];
    for (let j = 0; j < b.length; j++) if (b[j] !== 0) sum += b[j] * (data[j * rows + i] - predictor.shifts[j]);
    return sum;
  });
}

function describeWeights(state: LinearState): NonNullable<Model['weightsInfo']> {
  const unit = `${state.target} per unit of the feature`;
  if (state.method === 'penalised') {
    return {
      unit, method: `${state.title}, penalty chosen by cross-validation unless given`,
      assumptions: ['The mean of the target is a weighted sum of the features.', 'The penalty shrinks weights towards 0: they are biased on purpose, for better predictions.'],
      noIntervals: 'A penalised fit has no standard errors that could be trusted: the shrinkage biases the estimates.',
    };
  }
  const spread = state.robust
    ? 'Standard errors HC3 (MacKinnon & White 1985): the noise may vary from row to row. Prediction intervals and bands still add one constant σ² for every row.'
    : 'The noise has the same spread in every row and is independent between rows.';
  return {
    statisticName: 't', unit,
    method: state.method === 'huber' ? 'Huber M-estimation by iteratively reweighted least squares'
      : `Ordinary least squares by a rank-revealing factorisation${state.robust ? ', standard errors HC3; prediction intervals and bands add one constant σ²' : ''}`,
    assumptions: [
      'The mean of the target is a weighted sum of the features.', spread,
      state.method === 'huber' ? 'Intervals rest on large samples.' : 'Intervals and p-values rest on normal noise, or on many rows.',
    ],
    ...(!(state.df > 0) && { noIntervals: 'There are as many weights as rows, so no noise is left to measure uncertainty by.' }),
  };
}
