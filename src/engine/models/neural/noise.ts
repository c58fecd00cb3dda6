/** How far new observations lie from a neural model's prediction, and the posterior of the last layers where it is wanted. */
import { lastLayerPosterior, type LastLayerPosterior } from '../network/lastLayerLaplace';
import type { NetworkDescription } from '../../compute/network/description';
import { arithmeticOf } from '../network/arithmetic';
import type { PreparedNetwork } from '../network/prepareNetwork';
import type { RowParts } from '../network/validationParts';
import { Networks, type NetworksState } from './networks';

/** Rows that a posterior's Hessian is summed over, and that residuals are taken of, at most. */
const mostRows = 5000;

/** The inputs of some data rows: rows.length × inputs. */
export function gatherInputs({ data: { x, inputs } }: PreparedNetwork, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length * inputs);
  for (let i = 0; i < rows.length; i++) result.set(x.subarray(rows[i] * inputs, (rows[i] + 1) * inputs), i * inputs);
  return result;
}

/** At most `most` of the rows, evenly spaced. */
export function thinRows(rows: Int32Array, most: number): Int32Array {
  if (rows.length <= most) return rows;
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]);
}

/** Networks that were trained without some rows. */
export interface HeldOutNetworks { readonly members: readonly (readonly Float32Array[])[]; readonly held: readonly Int32Array[] }

/** Mean squared residual of networks on the rows that each did not train on (standardised); NaN where there are none. */
export function heldOutVariance(prepared: PreparedNetwork, description: NetworkDescription, { members, held }: HeldOutNetworks): number {
  const arithmetic = arithmeticOf(description);
  let sum = 0;
  let count = 0;
  members.forEach((parameters, m) => {
    const rows = thinRows(held[m], mostRows);
    const outputs = arithmetic.outputs(parameters, gatherInputs(prepared, rows), rows.length);
    for (let i = 0; i < rows.length; i++) sum += (outputs[i] - prepared.data.y[rows[i]]) ** 2;
    count += rows.length;
  });
  return count > 0 ? sum / count : NaN;
}

/** A posterior of each network's last layer; undefined where one cannot be had. `noise`: variance, standardised. */
export function posteriorsOf(
  prepared: PreparedNetwork, { description, members }: NetworksState, parts: readonly RowParts[], noise: number,
): LastLayerPosterior[] | undefined {
  const arithmetic = arithmeticOf(description);
  const posteriors = members.map((parameters, m) => {
    const rows = thinRows(parts[m].train, mostRows);
    const x = gatherInputs(prepared, rows);
    const { outputs, last } = arithmetic.outputsWithLast(parameters, x, rows.length);
    return lastLayerPosterior({
      head: description.head, features: last, width: arithmetic.lastWidth, outputs,
      outputCount: description.outputs, rows: rows.length, total: parts[m].train.length,
      weight: parameters[parameters.length - 2], bias: parameters[parameters.length - 1], noise: Math.max(noise, 1e-6),
    });
  });
  return posteriors.every(p => p !== undefined) ? posteriors : undefined;
}

/**
 * Variance of a new observation about the mean (standardised): that of the held-out residuals of single networks, less what
 * of it comes from not knowing the network, at least a tenth of it. Where nothing could be held out (a fold that
 * trains on a row or two), 1: the target's whole variance.
 */
export function noiseVariance(prepared: PreparedNetwork, state: NetworksState, held: readonly Int32Array[], residual: number): number {
  const rows = thinRows(Int32Array.from(new Set(held.flatMap(part => Array.from(thinRows(part, mostRows))))), mostRows);
  if (rows.length === 0 || !Number.isFinite(residual)) return 1;
  const networks = new Networks(state);
  const voices = networks.say(gatherInputs(prepared, rows), rows.length);
  const variance = networks.outputVariance(voices, networks.meanOutputs(voices));
  return Math.max(0.1 * residual, residual - variance.reduce((a, b) => a + b, 0) / rows.length);
}
