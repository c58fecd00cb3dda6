/**
 * How many weights a network needs: the smallest in size are removed in steps (Han et al. 2015), the rest is trained on, and
 * each network is scored on rows that it neither trained nor stopped on.
 */
import { parameterInfos, type DenseDescription } from '../../../compute/network/description';
import type { Head } from '../../../compute/network/description';
import { denseForward } from '../../../compute/kernels/denseForward';
import type { TrainedNetwork, TrainingJob } from '../../../compute/network/training';
import { trainAll } from '../../../compute/trainAll';
import type { WorkContext } from '../../../context';
import { probabilitiesOf } from '../../network/combine';
import { gatherInputs, thinRows } from '../noise';
import type { PreparedNetwork } from '../../network/prepareNetwork';

/** Shares of the weights that are kept, one step after the other. */
const steps = [0.7, 0.5, 0.35, 0.25, 0.17, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01];
/** Epochs of the refitting after a step, and its patience. */
const refitEpochs = 15;
const refitPatience = 4;
const mostTestRows = 5000;

export interface PrunedStep {
  readonly share: number;
  /** Weights (without biases) that are left. */
  readonly weights: number;
  /** Mean loss over the test rows, and its standard error: squared error (standardised) or log loss. */
  readonly loss: number;
  readonly error: number;
}

export interface PruningResult {
  readonly steps: readonly PrunedStep[];
  readonly trainRows: number;
  readonly testRows: number;
  /** Index of the smallest network whose loss is within one standard error of the lowest. */
  readonly smallest: number;
}

/** `job` and `dense`: how the whole network was trained, and the result. `test`: data rows that it has not seen. */
export async function prune(
  prepared: PreparedNetwork, job: TrainingJob, dense: TrainedNetwork, test: Int32Array, context: WorkContext, from: number, to: number,
): Promise<PruningResult> {
  const description = job.description as DenseDescription;
  const rows = thinRows(test, mostTestRows);
  const x = gatherInputs(prepared, rows);
  const score = (parameters: readonly Float32Array[]): Pick<PrunedStep, 'loss' | 'error'> => testLoss(description, parameters, x, prepared.data.y, rows);
  let parameters = dense.parameters;
  const total = keptWeights(description, parameters.map(values => new Uint8Array(values.length).fill(1)));
  const results: PrunedStep[] = [{ share: 1, weights: total, ...score(parameters) }];
  for (let s = 0; s < steps.length; s++) {
    const masks = magnitudeMasks(description, parameters, steps[s]);
    const refit: TrainingJob = {
      ...job, initial: parameters, masks, epochs: Math.min(job.epochs, refitEpochs), patience: Math.min(job.patience, refitPatience),
      learningRate: job.learningRate / 2, seed: job.seed + s + 1,
    };
    const at = (k: number): number => from + ((to - from) * k) / steps.length;
    const [trained] = await trainAll([refit], context, { stage: `Pruning to ${100 * steps[s]} % of the weights`, from: at(s), to: at(s + 1) });
    parameters = trained.parameters;
    results.push({ share: steps[s], weights: keptWeights(description, masks), ...score(parameters) });
    if (results.length > 1 && results[results.length - 1].weights <= description.hidden.length + 1) break;
  }
  const lowest = results.reduce((best, step) => (step.loss < best.loss ? step : best));
  const within = (step: PrunedStep): boolean => step.loss <= lowest.loss + lowest.error;
  return { steps: results, trainRows: job.trainRows.length, testRows: rows.length, smallest: results.map(within).lastIndexOf(true) };
}

/** 1 for the largest `share` of all weights in size, at least one a layer; biases are never pruned. */
export function magnitudeMasks(description: DenseDescription, parameters: readonly Float32Array[], share: number): (Uint8Array | undefined)[] {
  const infos = parameterInfos(description);
  const sizes = parameters.flatMap((values, i) => (infos[i].penalised ? [Float64Array.from(values, Math.abs)] : []));
  const all = new Float64Array(sizes.reduce((sum, values) => sum + values.length, 0));
  let at = 0;
  for (const values of sizes) {
    all.set(values, at);
    at += values.length;
  }
  all.sort();
  const keep = Math.max(1, Math.round(share * all.length));
  const threshold = all[all.length - keep];
  return parameters.map((values, i) => {
    if (!infos[i].penalised) return undefined;
    const largest = values.reduce((best, w, k) => (Math.abs(w) > Math.abs(values[best]) ? k : best), 0);
    return Uint8Array.from(values, (w, k) => ((Math.abs(w) >= threshold && w !== 0) || k === largest ? 1 : 0));
  });
}

function keptWeights(description: DenseDescription, masks: readonly (Uint8Array | undefined)[]): number {
  const infos = parameterInfos(description);
  return masks.reduce((sum, mask, i) => sum + (mask && infos[i].penalised ? mask.reduce((a, b) => a + b, 0) : 0), 0);
}

function testLoss(description: DenseDescription, parameters: readonly Float32Array[], x: Float32Array, y: Float32Array, rows: Int32Array): Pick<PrunedStep, 'loss' | 'error'> {
  const { outputs } = denseForward(description, parameters, x, rows.length);
  const losses = rowLosses(description.head, outputs, description.outputs, rows.length, i => y[rows[i]]);
  let mean = 0;
  for (const loss of losses) mean += loss / losses.length;
  let square = 0;
  for (const loss of losses) square += (loss - mean) ** 2;
  return { loss: mean, error: Math.sqrt(square / Math.max(1, losses.length - 1) / losses.length) };
}

function rowLosses(head: Head, outputs: Float32Array, width: number, rows: number, target: (i: number) => number): Float64Array {
  if (head === 'identity') return Float64Array.from({ length: rows }, (_, i) => (outputs[i] - target(i)) ** 2);
  const p = probabilitiesOf(head, outputs, rows, width);
  const classes = head === 'logistic' ? 2 : width;
  return Float64Array.from({ length: rows }, (_, i) => -Math.log(Math.max(p[i * classes + target(i)], 1e-15)));
}
