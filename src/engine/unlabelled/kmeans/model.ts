/** A clustering as it is kept in a file, and the clusters of other rows by it. */
import type { Table } from '../../data/table';
import { applyPreparation } from '../shared/apply';
import type { Preparation } from '../shared/preparation';

export interface ClusterModel {
  readonly version: 1;
  readonly k: number;
  readonly preparation: Preparation;
  /** A list of prepared numbers each. */
  readonly centres: readonly (readonly number[])[];
  readonly sizes: readonly number[];
  readonly inertia: number;
  /** Distance of the farthest row of each cluster that the centres were made from. */
  readonly farthest: readonly number[];
}

export interface Assigned {
  /** 0 … k − 1, by nearest centre; −1 where a cell is missing and the clustering leaves such rows out. */
  readonly clusters: Int32Array;
  /** To the centre, in the prepared space; NaN for −1. */
  readonly distances: Float64Array;
  /** Simplified silhouettes, by distances to centres: (b − a) / max(a, b), a to the own one, b to the next (Hruschka, de Castro & Campello 2004); 0 for a single cluster. */
  readonly silhouettes: Float64Array;
  /** 1: farther from the centre than any row that made the cluster, or with a value beyond the range, or a level unknown, to these rows. */
  readonly outside: Uint8Array;
}

/** Throws UserError 'unknownColumn' or 'badFeatures'. */
export function assignClusters(model: ClusterModel, table: Table): Assigned {
  const { matrix, incomplete, outside } = applyPreparation(model.preparation, table);
  const { data, rows, columns } = matrix;
  const centres = Float64Array.from(model.centres.flat());
  const clusters = new Int32Array(rows);
  const [distances, silhouettes] = [new Float64Array(rows), new Float64Array(rows)];
  const drop = model.preparation.missing === 'drop';
  for (let i = 0; i < rows; i++) {
    const { best, least, next } = nearestTwo(data, i * columns, centres, model.k, columns);
    const left = drop && incomplete[i] === 1;
    clusters[i] = left ? -1 : best;
    distances[i] = left ? NaN : least;
    silhouettes[i] = left ? NaN : next < Infinity && next > 0 ? (next - least) / next : 0;
    if (distances[i] > model.farthest[best] * (1 + 1e-9)) outside[i] = 1;
  }
  return { clusters, distances, silhouettes, outside };
}

function nearestTwo(data: Float64Array, at: number, centres: Float64Array, k: number, columns: number): { best: number; least: number; next: number } {
  let [best, least, next] = [0, Infinity, Infinity];
  for (let c = 0; c < k; c++) {
    let sum = 0;
    for (let i = at, j = c * columns; i < at + columns; i++, j++) sum += (data[i] - centres[j]) ** 2;
    if (sum < least) [best, least, next] = [c, sum, least];
    else if (sum < next) next = sum;
  }
  return { best, least: Math.sqrt(least), next: Math.sqrt(next) };
}
