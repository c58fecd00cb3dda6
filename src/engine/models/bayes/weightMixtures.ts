/** Posteriors of weights as mixtures over the prior's width: their intervals in the table of weights, and their JSON. */
import type { Weight } from '../../../protocol/effects';
import { mixtureQuantile, mixtureSd, type Mixture } from '../../math/mixture';
import { damaged, readArray, readNumber, readNumbers, readObject, writeNumber, writeNumbers } from '../shared/json';

/** One a parameter, vector · (p + 1) + (0 for the intercept at x = 0, else column + 1); undefined: normal, by its standard error. */
export interface WeightMixtures { readonly entries: readonly (Mixture | undefined)[] }

/** Parameters of the weights as `weights()` of a model lists them. */
export function parameterOrder(vectors: number, absent: Uint8Array, intercept: boolean): number[] {
  const p = absent.length;
  const own = [...(intercept ? [0] : []), ...Array.from(absent.keys()).filter(j => absent[j] !== 1).map(j => j + 1)];
  return Array.from({ length: vectors }, (_, v) => own.map(k => v * (p + 1) + k)).flat();
}

/** The weight with the mixture's standard deviation and central interval at the level. */
export function withMixture(weight: Weight, mixture: Mixture | undefined, level: number): Weight {
  if (!mixture) return weight;
  const sd = mixtureSd(mixture);
  const low = mixtureQuantile(mixture, (1 - level) / 2);
  const high = mixtureQuantile(mixture, (1 + level) / 2);
  if (![sd, low, high].every(Number.isFinite)) return weight;
  // Standardised numbers are those of the weight times one factor.
  const factor = weight.standardised !== undefined && weight.standardisedLow !== undefined && weight.low !== undefined && weight.high !== undefined && weight.high > weight.low
    ? (weight.standardisedHigh! - weight.standardisedLow) / (weight.high - weight.low) : undefined;
  return {
    ...weight, standardError: sd, low, high,
    ...(factor !== undefined && { standardisedLow: low * factor, standardisedHigh: high * factor }),
    ...(weight.oddsRatioLow !== undefined && Number.isFinite(Math.exp(high)) && { oddsRatioLow: Math.exp(low), oddsRatioHigh: Math.exp(high) }),
  };
}

export function writeMixtures(mixtures: WeightMixtures | undefined): unknown {
  return mixtures?.entries.map(entry => entry && { shares: writeNumbers(entry.shares), means: writeNumbers(entry.means), scales: writeNumbers(entry.scales), df: writeNumber(entry.df) })
    .map(entry => entry ?? null);
}

/** Absent in models of versions that took the prior's width as certain. Throws UserError 'badModelFile'. */
export function readMixtures(json: unknown, parameters: number): WeightMixtures | undefined {
  if (json === undefined || json === null) return undefined;
  const entries = readArray(json, 'the posterior');
  if (entries.length !== parameters) throw damaged('the posterior');
  return { entries: entries.map(entry => (entry === null ? undefined : readMixture(entry))) };
}

function readMixture(json: unknown): Mixture {
  const object = readObject(json, 'the posterior');
  const shares = readNumbers(object['shares'], 'the posterior');
  return {
    shares, means: readNumbers(object['means'], 'the posterior', shares.length), scales: readNumbers(object['scales'], 'the posterior', shares.length),
    df: readNumber(object['df'], 'the posterior'),
  };
}

/** Components that matter, shares rescaled to sum 1; means and scales times `unit`. */
export function scaledMixture(mixture: Mixture, unit: number): Mixture {
  const kept = Array.from({ length: mixture.shares.length }, (_, k) => k).filter(k => mixture.shares[k] > 1e-5);
  const sum = kept.reduce((s, k) => s + mixture.shares[k], 0);
  return {
    shares: Float64Array.from(kept, k => mixture.shares[k] / sum), means: Float64Array.from(kept, k => mixture.means[k] * unit),
    scales: Float64Array.from(kept, k => mixture.scales[k] * Math.abs(unit)), df: mixture.df,
  };
}
