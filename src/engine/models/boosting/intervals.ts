/** Intervals of single predictions, from the standard errors of the terms and the noise. */
import type { Table } from '../../data/table';
import { normalFactor } from '../../math/distributions';
import { sigmoid } from '../logistic/probabilities';
import type { IntervalPrediction } from '../model';
import type { BoostingModel } from './model';
import { columnsOf, eachCell } from './termCells';
import { bandFactor } from './terms';

/**
 * The errors of the terms are taken as independent of each other: Var(link) = Σ_terms error². Regression: prediction interval of a new
 * observation, mean ± √((band · e)² + (z · noise)²); of counts e is mean · the error of the logarithm and the noise grows with the root of
 * the mean. None for a quantile: nothing is known of how far an observation lies from it. Two classes: confidence interval of the
 * probability, sigmoid(log-odds ± band · e). More classes have no interval. `epistemic` and `aleatoric` are standard deviations in the
 * target's unit, for classes of the outcome 0 or 1 (Σ_c (∂p/∂link_c)² Var(link_c), and p (1 − p)). Without errors of the terms the
 * interval of a regression is of the noise alone, and says so; that of a probability is absent.
 */
export function boostedIntervals(model: BoostingModel, table: Table, level: number, rows?: Int32Array): IntervalPrediction {
  const { state } = model;
  const links = model.links(table, rows);
  // A squared or Huber loss predicts the link itself, and what is returned must not be written to.
  const prediction = model.respond(links);
  const deviations = linkDeviations(model, table, rows);
  if (state.task === 'regression') return state.loss === 'quantile' ? prediction : numberIntervals(model, prediction, deviations?.[0], level);
  if (!deviations) return prediction;
  const parts = classDeviations(prediction.probabilities!, deviations, state.classes!.length, state.bands!.calibration);
  if (state.outputs > 1) return { ...prediction, ...parts };
  const factor = bandFactor(state, level);
  const bound = (sign: number): Float64Array => links[0]!.map((link, i) => sigmoid(link + sign * factor * deviations[0]![i]!));
  return { ...prediction, ...parts, low: bound(-1), high: bound(1), intervalKind: `confidence interval of the probability of ${state.classes![1]}` };
}

/** Standard error of the link of each row: the root of the sum of its cells' squared errors, one array an output; undefined where a term has none. */
function linkDeviations({ state, plan, active }: BoostingModel, table: Table, rows: Int32Array | undefined): Float64Array[] | undefined {
  const { outputs, terms, bands } = state;
  if (!bands || !active.every(t => terms[t]!.errors)) return undefined;
  const n = rows ? rows.length : table.rows;
  const variances = state.intercept.map(() => new Float64Array(n));
  // Squares of errors of any size are in range in units of the largest.
  const unit = active.reduce((most, t) => terms[t]!.errors!.reduce((a, b) => Math.max(a, b), most), 0) || 1;
  eachCell(plan, active, columnsOf(table), n, rows, (t, cells, from, length) => {
    const errors = terms[t]!.errors!;
    for (let k = 0; k < outputs; k++) {
      const variance = variances[k]!;
      for (let i = 0; i < length; i++) variance[from + i]! += (errors[cells[i]! * outputs + k]! / unit) ** 2;
    }
  });
  return variances.map(variance => variance.map(value => unit * Math.sqrt(value)));
}

function numberIntervals({ state, link }: BoostingModel, prediction: IntervalPrediction, deviations: Float64Array | undefined, level: number): IntervalPrediction {
  const { noise, bands } = state;
  const mean = prediction.mean!;
  const slope = (i: number): number => (link === 'log' ? mean[i]! : 1);
  const epistemic = deviations?.map((deviation, i) => bands!.calibration * slope(i) * deviation);
  if (noise === undefined) return prediction;
  const aleatoric = mean.map(value => noise * (link === 'log' ? Math.sqrt(Math.max(0, value)) : 1));
  const factor = deviations ? bandFactor(state, level) / bands!.calibration : 0;
  const z = normalFactor(level);
  const half = (i: number): number => Math.hypot(epistemic ? factor * epistemic[i]! : 0, z * aleatoric[i]!);
  return {
    ...prediction, ...(epistemic && { epistemic, aleatoric }),
    low: mean.map((value, i) => (link === 'log' ? Math.max(0, value - half(i)) : value - half(i))), high: mean.map((value, i) => value + half(i)),
    intervalKind: epistemic ? 'prediction interval' : 'prediction interval by the noise alone',
  };
}

function classDeviations(probabilities: Float64Array, deviations: readonly Float64Array[], classes: number, calibration: number): Pick<IntervalPrediction, 'epistemic' | 'aleatoric'> {
  const n = probabilities.length / classes;
  const epistemic = new Float64Array(n);
  const aleatoric = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const own = classes === 2 ? 1 : row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    const p = row[own]!;
    let variance = 0;
    // Of two classes there is one link, whose slope is p (1 − p); of more the slopes are those of softmax.
    for (let k = 0; k < deviations.length; k++) variance += ((deviations.length === 1 || k === own ? p * (1 - p) : -p * row[k]!) * deviations[k]![i]!) ** 2;
    epistemic[i] = calibration * Math.sqrt(variance);
    aleatoric[i] = Math.sqrt(p * (1 - p));
  }
  return { epistemic, aleatoric };
}
