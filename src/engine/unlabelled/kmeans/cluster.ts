/** Clusters of a table from its columns to everything that explains them: what commands and reports are made from. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import { derivedContext, type WorkContext } from '../../context';
import type { Table } from '../../data/table';
import { applyPreparation, describePoint, numberNames, type Described } from '../shared/apply';
import { categoryBlocks } from '../shared/blocks';
import { filledCells } from '../shared/filled';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { learnPreparation } from '../shared/preparation';
import { chooseClusters, type Chosen, type ClusterChoice } from './choose';
import { describeClusters, type ClusterTree } from './describeTree';
import { completeRows, enoughComplete, filledClusterNotes, filledClusters } from './filledClusters';
import { kMeans, type KMeansResult } from './fit';
import type { MatrixParts } from './gap';
import { clusterMap, type ClusterMap } from './map';
import type { ClusterModel } from './model';
import { clusterProfiles, profileCaveat, type ClusterProfile } from './profiles';
import { rowFit, type RowFit } from './rowFit';
import { clusterStability, type Stability } from './stability';

export interface ClusterOptions {
  /** Absent: chosen by the three curves. */
  readonly k?: number;
  /** Largest k to try when it is chosen; absent: as chooseClusters. */
  readonly most?: number;
  readonly seed: number;
  readonly restarts?: number;
  /** 'standardised' is the default. */
  readonly scaling?: 'standardised' | 'centred';
  readonly missing?: 'impute' | 'drop';
  readonly categorical?: readonly string[];
  /** Intervals of the profiles; absent: 0.95. */
  readonly level?: number;
  /** Row of the file of each row of the table; absent: the same. */
  readonly sourceRows?: Int32Array;
}

/** Everything but `labels` and `rows` is JSON. */
export interface Clustering {
  readonly model: ClusterModel;
  /** Rows of the table that were used, and the cluster of each. */
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly search: Pick<KMeansResult, 'method' | 'how' | 'iterations' | 'converged' | 'restarts' | 'restartsAtBest' | 'inertia'>;
  /** Share of the total sum of squares that lies between the clusters. */
  readonly explained: number;
  /** Absent where k was given. */
  readonly choice?: ClusterChoice;
  /** Centres in the columns' own terms. */
  readonly centres: readonly (readonly Described[])[];
  readonly profiles: readonly ClusterProfile[];
  readonly profileCaveat: string;
  /** Absent for a single cluster, like the three after it. */
  readonly tree?: ClusterTree;
  readonly silhouettes?: RowFit;
  readonly stability?: Stability;
  readonly map?: ClusterMap;
  readonly notes: readonly Note[];
}

/** Throws UserError 'badOption', 'badFeatures', 'tooFewRows', 'unknownColumn' or 'outOfMemory', and CancelledError. */
export async function clusterTable(table: Table, features: readonly string[], options: ClusterOptions, context: WorkContext): Promise<Clustering> {
  for (const [name, value] of [['k', options.k], ['most', options.most], ['restarts', options.restarts]] as const) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= 1000)) throw new UserError('badOption', `${name} must be a whole number from 1 to 1,000, not ${value}.`);
  }
  const { preparation, rows, notes } = learnPreparation(table, features, {
    scaling: options.scaling ?? 'standardised', missing: options.missing ?? 'impute', categories: 'oneHot', categorical: options.categorical,
  });
  const { matrix } = applyPreparation(preparation, table, rows);
  const filled = filledCells(preparation, table, rows);
  const { fit, choice } = await fitOrChoose(matrix, options, { blocks: categoryBlocks(preparation), ...(filled && { filled }) }, part(context, 0, 0.6));
  const { k, labels } = fit;
  const all: Note[] = [...notes, ...notesOn(fit, options), ...(filled ? filledClusterNotes(filledClusters(filled, labels, fit.sizes), completeRows(filled).length, rows.length) : [])];
  const model: ClusterModel = {
    version: 1, k, preparation, sizes: [...fit.sizes], inertia: fit.inertia, farthest: farthestRows(fit),
    centres: Array.from({ length: k }, (_, c) => [...fit.centres.subarray(c * matrix.columns, (c + 1) * matrix.columns)]),
  };
  const { method, how, iterations, converged, restarts, restartsAtBest, inertia } = fit;
  const sourceRows = options.sourceRows ? Int32Array.from(rows, row => options.sourceRows![row]) : rows;
  context.progress('Describing the clusters', 0.6);
  const tree = await describeClusters(table, preparation, rows, labels, k, options.seed, context);
  context.progress('Measuring silhouettes', 0.65);
  const silhouettes = await rowFit(matrix, labels, k, sourceRows, options.seed, context);
  context.progress('Clustering bootstrap samples', 0.7);
  const stability = await clusterStability(matrix, labels, k, options.seed, context, share => context.progress('Clustering bootstrap samples', 0.7 + 0.28 * share));
  const map = k < 2 ? undefined : await clusterMap(matrix, numberNames(preparation), fit.centres, labels, k, () => context.breathe());
  return {
    model, rows, labels, search: { method, how, iterations, converged, restarts, restartsAtBest, inertia }, explained: 1 - inertia / totalSquares(matrix),
    ...(choice && { choice }), centres: model.centres.map(centre => describePoint(preparation, centre)),
    profiles: k < 2 ? [] : clusterProfiles(table, preparation, rows, labels, k, options.level), profileCaveat,
    ...(tree && { tree }), ...(silhouettes && { silhouettes }), ...(stability && { stability }), ...(map && { map }), notes: all,
  };
}

async function fitOrChoose(
  matrix: Matrix, options: ClusterOptions, parts: MatrixParts, context: WorkContext,
): Promise<{ fit: KMeansResult; choice?: ClusterChoice }> {
  if (options.k !== undefined) {
    context.progress(`Finding ${options.k} ${options.k === 1 ? 'cluster' : 'clusters'}`, 0);
    return { fit: await kMeans(matrix, { k: options.k, seed: options.seed, restarts: options.restarts }, context) };
  }
  const chosen = await chooseClusters(matrix, { seed: options.seed, most: options.most, parts }, context);
  return (await amongComplete(chosen, matrix, options, parts, context)) ?? chosen;
}

/** Where some cluster is made of filled-in cells and there are enough rows without any, these say how many clusters there are. */
async function amongComplete({ fit }: Chosen, matrix: Matrix, options: ClusterOptions, { blocks, filled }: MatrixParts, context: WorkContext): Promise<Chosen | undefined> {
  if (!filled || filledClusters(filled, fit.labels, fit.sizes).length === 0) return undefined;
  const complete = completeRows(filled);
  if (!enoughComplete(complete.length, matrix.rows)) return undefined;
  const { choice } = await chooseClusters(takeMatrixRows(matrix, complete), { seed: options.seed, most: options.most, parts: { blocks } }, context);
  const sentence = `${choice.sentence} This was found on the ${complete.length} rows without a missing cell, because all rows gave ${fit.k} clusters, some of them of filled-in cells.`;
  return { fit: await kMeans(matrix, { k: choice.k, seed: options.seed }, context), choice: { ...choice, sentence } };
}

function part(context: WorkContext, from: number, to: number): WorkContext {
  return derivedContext(context, (stage, fraction, live) => context.progress(stage, fraction === undefined ? undefined : from + (to - from) * fraction, live));
}

function notesOn(fit: KMeansResult, options: ClusterOptions): Note[] {
  const notes: Note[] = [];
  if (options.k !== undefined && fit.k < options.k) {
    notes.push({ kind: 'warning', text: `${options.k} clusters were asked for, but there are only ${fit.k} different rows, so there are ${fit.k} clusters.` });
  }
  if (fit.method === 'miniBatch') notes.push({ kind: 'sampling', text: `${fit.how}.` });
  if (!fit.converged && fit.method !== 'miniBatch') notes.push({ kind: 'warning', text: `The centres were still moving after ${fit.iterations} passes over the rows.` });
  return notes;
}

function farthestRows({ k, labels, distances }: KMeansResult): number[] {
  const most = new Array<number>(k).fill(0);
  labels.forEach((label, i) => { if (distances[i] > most[label]) most[label] = distances[i]; });
  return most.map(Math.sqrt);
}

/** About the means, which the preparation has at 0. */
function totalSquares({ data, columns, rows }: Matrix): number {
  const means = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) means[i % columns] += data[i] / rows;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] - means[i % columns]) ** 2;
  return sum;
}
