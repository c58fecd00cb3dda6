/** How the units of a trained network behave over the training rows. */
import { denseForward } from '../../../compute/kernels/denseForward';
import type { Activation, DenseDescription } from '../../../compute/network/description';

export interface UnitStatistics {
  readonly mean: number;
  readonly deviation: number;
  /** 5, 25, 50, 75, 95 %. */
  readonly quantiles: readonly [number, number, number, number, number];
  /** Share of rows in which the unit is idle: see `idleValue`. */
  readonly idle: number;
  readonly state?: 'dead' | 'saturated';
}

/** Share of idle rows from which a bounded unit counts as saturated. */
const saturatedFrom = 0.95;
/** Spread below which a unit does not vary. */
const constant = 1e-6;

/** relu: exactly 0; gelu: within 0.01 of 0; tanh and sigmoid: within 1 % of a bound. */
export function idleValue(activation: Activation, value: number): boolean {
  switch (activation) {
    case 'relu': return value === 0;
    case 'gelu': return Math.abs(value) < 0.01;
    case 'tanh': return Math.abs(value) > 0.99;
    case 'sigmoid': return value < 0.01 || value > 0.99;
  }
}

/** One array a hidden layer, one entry a unit. `x`: rows × inputs. */
export function unitStatistics(description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array, rows: number): UnitStatistics[][] {
  const { activations = [] } = denseForward(description, parameters, x, rows, true);
  const values = new Float32Array(rows);
  return activations.map((layer, l) => Array.from({ length: description.hidden[l] }, (_, unit) => {
    for (let i = 0; i < rows; i++) values[i] = layer[i * description.hidden[l] + unit];
    return statisticsOf(description.activation, values);
  }));
}

/** Sorts the values. */
function statisticsOf(activation: Activation, values: Float32Array): UnitStatistics {
  const n = values.length;
  values.sort();
  let mean = 0;
  let idle = 0;
  for (const v of values) {
    mean += v / n;
    if (idleValue(activation, v)) idle++;
  }
  let square = 0;
  for (const v of values) square += (v - mean) ** 2;
  const quantile = (share: number): number => {
    const at = share * (n - 1);
    const below = Math.floor(at);
    return values[below] + (at - below) * (values[Math.min(n - 1, below + 1)] - values[below]);
  };
  const varies = n < 2 || values[n - 1] - values[0] > constant;
  const bounded = activation === 'tanh' || activation === 'sigmoid';
  const state = !varies ? 'dead' : bounded && idle / n >= saturatedFrom ? 'saturated' : undefined;
  return {
    mean, deviation: Math.sqrt(square / n), quantiles: [quantile(0.05), quantile(0.25), quantile(0.5), quantile(0.75), quantile(0.95)],
    idle: idle / n, ...(state && { state }),
  };
}
