/** Whether taking features away in the order of their attention hurts the predictions sooner than in a random order. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import type { Rng } from '../math/random';
import type { AttentionPart, AttentionSample } from './attentionRows';
import { deletionCurve, deletionSteps, distances, randomBand, randomOrders, type DeletionCurve, type Distances } from './scores/deletion';
import { drawDonors, maskedFunction, type MaskedFunction } from './scores/maskedFunction';
import { outputWords, scoreFunctions } from './scores/scoreFunctions';
import { subsetTable } from './shuffle';

/** Draws of replacing values for the given orders; each random order uses one of them. */
const draws = 10;
const orders = 100;
const mostSteps = 15;
/** Rows that all predictions together may have. */
const rowBudget = 2.5e5;
const fewestRows = 40;

export interface OrderCurve {
  readonly curve: DeletionCurve;
  /** Area between the mean of the random orders and this one; positive: this one hurts sooner. */
  readonly gap: number;
  /** (1 + random orders that hurt at least as soon) / (1 + random orders): how likely a random order is as good. */
  readonly pValue: number;
}

export interface AttentionDeletion {
  readonly attention: OrderCurve;
  /** Absent where features have no permutation importance. */
  readonly permutation?: OrderCurve;
  readonly random: { readonly mean: readonly number[]; readonly deviation: readonly number[]; readonly area: number; readonly orders: number };
  readonly rows: number;
  readonly draws: number;
  /** What is predicted, in words. */
  readonly output: string;
}

/**
 * Deletion curves (Petsiuk, Das & Saenko 2018) on held-out rows, each predicted by its fold's model: features replaced one
 * after the other by those of a random held-out row, in the order of `attention`, of `permutation`, and in random orders.
 * Value: 1 − squared change of the output / the change with everything replaced. Undefined for fewer than two features or
 * where nothing changes.
 */
export async function attentionDeletion(
  dataset: Dataset, sample: AttentionSample, attention: readonly number[], permutation: readonly number[] | undefined, context: WorkContext, rng: Rng,
): Promise<AttentionDeletion | undefined> {
  const p = sample.features.length;
  if (p < 2) return undefined;
  const steps = deletionSteps(p, mostSteps);
  const parts = maskedParts(dataset, sample, steps.length, rng);
  if (parts.length === 0) return undefined;
  const measure = async (order: readonly number[], which: readonly number[]): Promise<DeletionCurve | undefined> => {
    const each: Distances[] = [];
    for (const part of parts) each.push(await distances(part, order, steps, 'deletion', which, () => context.breathe()));
    return deletionCurve(steps, summed(each), 'deletion');
  };
  const all = Array.from({ length: draws }, (_, d) => d);
  const byAttention = await measure(descending(attention), all);
  const byPermutation = permutation && (await measure(descending(permutation), all));
  const random: (DeletionCurve | undefined)[] = [];
  for (const [o, order] of randomOrders(p, orders, rng.fork('orders')).entries()) random.push(await measure(order, [(o >> 1) % draws]));
  const band = randomBand(random);
  if (!byAttention || !band) return undefined;
  const areas = random.map(curve => curve!.area);
  const against = (curve: DeletionCurve): OrderCurve => ({
    curve, gap: band.area - curve.area, pValue: (1 + areas.filter(area => area <= curve.area).length) / (1 + areas.length),
  });
  return {
    attention: against(byAttention), ...(byPermutation && { permutation: against(byPermutation) }),
    random: { mean: band.mean, deviation: band.deviation, area: band.area, orders: band.orders },
    rows: parts.reduce((sum, part) => sum + part.rows, 0), draws, output: outputWords(sample.parts[0].model, dataset.target.name),
  };
}

/** The model of each fold over some of its held-out rows, with donors among the held-out rows of all folds. */
function maskedParts(dataset: Dataset, { parts, features }: AttentionSample, steps: number, rng: Rng): MaskedFunction[] {
  const predictions = (2 * draws + orders) * steps;
  const most = Math.max(fewestRows, Math.floor(rowBudget / predictions));
  const perPart = Math.max(1, Math.ceil(most / parts.length));
  const donors = subsetTable(dataset.table, features, Int32Array.from(parts.flatMap(part => Array.from(part.rows))));
  const functions = (part: AttentionPart, f: number): MaskedFunction => {
    const rows = spread(part.rows, perPart);
    return maskedFunction(scoreFunctions(part.model, dataset.table, rows), features, donors, drawDonors(rows.length, draws, donors.rows, rng.fork(`donors ${f}`)));
  };
  return parts.map(functions);
}

/** At most `most` of the rows, evenly. */
function spread(rows: Int32Array, most: number): Int32Array {
  if (rows.length <= most) return rows;
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]);
}

/** Indices by falling value; ties in the features' order. */
export function descending(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
}

function summed(each: readonly Distances[]): Distances {
  return each[0].map((_, k) => each.reduce((sum, part) => sum.map((v, g) => v + part[k][g]), new Float64Array(each[0][k].length)));
}
