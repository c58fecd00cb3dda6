/** All scores of one model on the shared sample, as plain numbers: once for the model shown, and again for each refit. */
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import type { Rng } from '../../math/random';
import type { Model } from '../../models/model';
import type { ModelFunction } from '../modelFunction';
import { deletionCurve, distances, randomBand, type DeletionCurve, type Distances, type RandomBand } from './deletion';
import { effectScores, featuresUsed, type EffectScores } from './effectScores';
import { infidelity, rowInfidelity } from './infidelity';
import { localShapley } from './localShapley';
import { variance } from './mainEffects';
import { joined, maskedFunction } from './maskedFunction';
import { medianAndError, rowError, rowGroups } from './refitIntervals';
import type { ScoreSample } from './sample';
import { mostOutputs, scoreFunctions } from './scoreFunctions';
import { sensitivity } from './sensitivity';
import { linearSurrogate, treeSurrogate, type Fidelity, type TreeSurrogate } from './surrogates';
import { usedByWeights } from './usedByWeights';

/** A number with the error that comes from the rows it was measured on. */
export interface Measured { readonly value: number; readonly error?: number }

export interface Deletion {
  readonly deletion: DeletionCurve;
  readonly insertion: DeletionCurve;
  /** Random orders, for deletion; insertion's band is the same read backwards. */
  readonly random: RandomBand;
  readonly deletionGap: Measured;
  readonly insertionGap: Measured;
  /** Area between random order and the order given when means and commonest levels replace the features. */
  readonly typicalGap?: number;
}

export interface ModelScores {
  readonly effects: EffectScores;
  readonly linear?: Fidelity;
  readonly tree?: TreeSurrogate;
  readonly deletion?: Deletion;
  readonly infidelity?: Measured;
  readonly maxSensitivity?: Measured;
  /** In standard deviations of the model's output per standard deviation of the inputs. */
  readonly localLipschitz?: Measured;
}

export interface ScoreJob {
  readonly dataset: Dataset;
  readonly sample: ScoreSample;
  readonly usedRows: number;
  /** Features by importance, the strongest first: indices. Absent: no deletion. */
  readonly order?: readonly number[];
  readonly context: WorkContext;
  readonly rng: Rng;
}

/** `shown`: the model of the report, with errors over rows. */
export interface Parts { readonly faithfulness: boolean; readonly shown: boolean }

export async function scoreModel(model: Model, job: ScoreJob, parts: Parts): Promise<ModelScores> {
  const { sample, context, dataset } = job;
  const breathe = (): Promise<void> | void => context.breathe();
  const { features, table, fitRows } = sample;
  const used = usedByWeights(model, features) ?? await featuresUsed(scoreFunctions(model, table, fitRows.slice(0, job.usedRows)), features, job.rng.fork('used'), breathe);
  const fitFunctions = scoreFunctions(model, table, fitRows);
  const effects = await effectScores(fitFunctions, sample.grids, features, used, breathe);
  const outputs = outputsOf(scoreFunctions(model, table, Int32Array.from({ length: table.rows }, (_, i) => i)));
  const surrogate = { table, outputs, fitRows, testRows: sample.testRows, labels: dataset.target.task === 'classification' && (model.classes?.length ?? 2) <= mostOutputs };
  const result: ModelScores = { effects, linear: await linearSurrogate(surrogate, dataset, context), tree: treeSurrogate(surrogate) };
  if (!parts.faithfulness) return result;
  const deviation = Math.sqrt(outputs.reduce((sum, f) => sum + variance(f), 0));
  return {
    ...result,
    deletion: await deletionOf(model, job, parts.shown),
    ...(sample.grids ? { infidelity: await infidelityOf(model, job, parts.shown), ...(await sensitivityOf(model, job, deviation)) } : {}),
  };
}

/** Whether the predictions of the sample are all the same but for rounding: there is nothing to interpret then. */
export function isConstant(model: Model, { table }: ScoreSample): boolean {
  const outputs = outputsOf(scoreFunctions(model, table, Int32Array.from({ length: table.rows }, (_, i) => i)));
  return outputs.every(values => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    return high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high));
  });
}

function outputsOf(functions: readonly ModelFunction[]): Float64Array[] {
  const all = joined(functions, []);
  const { rows } = functions[0];
  return functions.map((_, k) => all.slice(k * rows, (k + 1) * rows));
}

async function deletionOf(model: Model, { sample, order, context }: ScoreJob, shown: boolean): Promise<Deletion | undefined> {
  // With a single feature there is but one order.
  if (!order || sample.features.length < 2 || sample.curveRows.length < 2) return undefined;
  const { steps, orders } = sample;
  const breathe = (): Promise<void> | void => context.breathe();
  const masked = maskedFunction(scoreFunctions(model, sample.table, sample.curveRows), sample.features, sample.table, sample.curveDonors);
  const draws = sample.curveDonors.map((_, r) => r);
  const away = await distances(masked, order, steps, 'deletion', draws, breathe);
  const back = await distances(masked, order, steps, 'insertion', draws, breathe);
  const random: Distances[] = [];
  for (let o = 0; o < orders.length; o++) random.push(await distances(masked, orders[o], steps, 'deletion', [(o >> 1) % draws.length], breathe));
  const gaps = (without?: number) => {
    const deletion = deletionCurve(steps, away, 'deletion', without);
    const insertion = deletionCurve(steps, back, 'insertion', without);
    const band = randomBand(random.map(d => deletionCurve(steps, d, 'deletion', without)));
    return deletion && insertion && band ? { deletion, insertion, random: band, gap: { deletion: band.area - deletion.area, insertion: insertion.area - band.area } } : undefined;
  };
  const whole = gaps();
  if (!whole) return undefined;
  // Errors over rows and the second way of taking away are for the model shown; refits give their gaps only.
  const parts = shown ? Array.from({ length: Math.min(rowGroups, masked.rows) }, (_, g) => gaps(g)) : [];
  const measured = (side: 'deletion' | 'insertion'): Measured => {
    const overRows = shown ? rowError(parts.length, g => parts[g]?.gap[side] ?? NaN) : undefined;
    return { value: whole.gap[side], ...(overRows !== undefined ? { error: Math.hypot(overRows, whole.random.areaError) } : {}) };
  };
  const typical = shown ? await typicalGap(masked, order, sample, breathe) : undefined;
  const { gap: _, ...curves } = whole;
  return { ...curves, deletionGap: measured('deletion'), insertionGap: measured('insertion'), ...(typical !== undefined ? { typicalGap: typical } : {}) };
}

async function typicalGap(masked: ReturnType<typeof maskedFunction>, order: readonly number[], { steps, orders }: ScoreSample, breathe: WorkContext['breathe']): Promise<number | undefined> {
  const own = deletionCurve(steps, await distances(masked, order, steps, 'deletion', [-1], breathe), 'deletion');
  const others: (DeletionCurve | undefined)[] = [];
  for (const other of orders) others.push(deletionCurve(steps, await distances(masked, other, steps, 'deletion', [-1], breathe), 'deletion'));
  const band = randomBand(others);
  return own && band ? band.area - own.area : undefined;
}

async function infidelityOf(model: Model, { sample, context }: ScoreJob, shown: boolean): Promise<Measured | undefined> {
  const breathe = (): Promise<void> | void => context.breathe();
  const masked = maskedFunction(scoreFunctions(model, sample.table, sample.localRows), sample.features, sample.table, sample.localDonors);
  const attributions = await localShapley(masked, sample.localOrders, breathe);
  const rows = await rowInfidelity(masked, attributions, sample.sets, breathe);
  const value = infidelity(rows);
  if (!Number.isFinite(value)) return undefined;
  const groups = Math.min(rowGroups, masked.rows);
  return { value, ...(shown ? { error: rowError(groups, g => infidelity(rows, row => row % groups !== g)) } : {}) };
}

async function sensitivityOf(model: Model, { sample, context }: ScoreJob, deviation: number): Promise<Pick<ModelScores, 'maxSensitivity' | 'localLipschitz'>> {
  const { shaken } = sample;
  if (!shaken || !(deviation > 0)) return {};
  const all = Int32Array.from({ length: shaken.table.rows }, (_, i) => i);
  const masked = maskedFunction(scoreFunctions(model, shaken.table, all), sample.features, sample.table, sample.shakenDonors);
  const attributions = await localShapley(masked, sample.localOrders, () => context.breathe());
  const { maximum, lipschitz } = sensitivity(attributions, shaken);
  return { maxSensitivity: medianAndError(maximum), localLipschitz: medianAndError(lipschitz.map(v => v / deviation)) };
}
