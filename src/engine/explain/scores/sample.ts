/** The rows and random choices that every model of one run is scored on, so that only the model differs. */
import { columnsByName } from '../../data/encoding/binding';
import type { Dataset } from '../../data/dataset';
import type { Table } from '../../data/table';
import type { Evaluation } from '../../evaluate/crossValidate';
import { sampleRows } from '../../evaluate/scores';
import type { Rng } from '../../math/random';
import { aleGrid, type AleGrid } from '../aleGrid';
import { permutation, subsetTable } from '../shuffle';
import { deletionSteps, randomOrders } from './deletion';
import { perturbationSets } from './infidelity';
import { drawOrders } from './localShapley';
import { drawDonors } from './maskedFunction';
import { shake, type Shaken } from './sensitivity';
import type { Sizes } from './sizes';

export interface ScoreSample {
  readonly features: readonly string[];
  /** Row of the dataset of each row of `table`. */
  readonly datasetRows: Int32Array;
  /** Sampled rows of the dataset with the features, in random order: first those for effects and fits, then those for tests. */
  readonly table: Table;
  readonly fitRows: Int32Array;
  readonly testRows: Int32Array;
  /** Of the fit rows; absent with too many features. */
  readonly grids?: ReadonlyMap<string, AleGrid>;
  /** The first test rows, with the rows of `table` that replace theirs by draw. */
  readonly curveRows: Int32Array;
  readonly curveDonors: readonly Int32Array[];
  readonly steps: readonly number[];
  readonly orders: readonly (readonly number[])[];
  readonly localRows: Int32Array;
  readonly localDonors: readonly Int32Array[];
  readonly localOrders: readonly (readonly number[])[];
  readonly sets: readonly (readonly number[])[];
  /** Absent where there is no numeric input to shake. */
  readonly shaken?: Shaken;
  readonly shakenDonors: readonly Int32Array[];
}

/**
 * Draws everything, from rows that some fold held out where there are any, so that the fold models have such rows too; else from all
 * rows of the dataset. The model of all rows was fitted on them either way. Undefined for fewer than 8 rows.
 */
export function drawSample(dataset: Dataset, evaluation: Evaluation | undefined, features: readonly string[], sizes: Sizes, rng: Rng): ScoreSample | undefined {
  const candidates = evaluation && evaluation.heldOut.rows.length > 0 ? evaluation.heldOut.rows : Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  const drawn = sampleRows(candidates, 2 * sizes.effectRows, rng.fork('rows'));
  if (drawn.length < 8) return undefined;
  const order = permutation(drawn.length, rng.fork('order'));
  const datasetRows = Int32Array.from(order, i => drawn[i]);
  const table = subsetTable(dataset.table, features, datasetRows);
  const half = drawn.length >> 1;
  const range = (from: number, to: number): Int32Array => Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  const testRows = range(half, drawn.length);
  const curveRows = testRows.slice(0, sizes.curveRows);
  const localRows = testRows.slice(0, sizes.localRows);
  const few = features.length <= sizes.mostFeatures;
  const shaken = few ? shaking(table, testRows.slice(0, sizes.shakenRows), sizes.shakes, rng) : undefined;
  const donors = (rows: number, name: string): Int32Array[] => drawDonors(rows, sizes.draws, drawn.length, rng.fork(`donors ${name}`));
  const shakenDonors = shaken ? donors(shaken.rows, 'shaken').map(rows => Int32Array.from({ length: shaken.table.rows }, (_, i) => rows[i % shaken.rows])) : [];
  return {
    features, datasetRows, table, fitRows: range(0, half), testRows, curveRows, localRows, shaken, shakenDonors,
    ...(few ? { grids: effectGrids(table, range(0, half), features) } : {}),
    curveDonors: donors(curveRows.length, 'curve'), localDonors: donors(localRows.length, 'local'),
    steps: deletionSteps(features.length, sizes.steps), orders: randomOrders(features.length, sizes.orders, rng.fork('orders')),
    localOrders: drawOrders(features.length, sizes.draws, rng.fork('shapley')), sets: perturbationSets(features.length, sizes.sets, rng.fork('sets')),
  };
}

/** The sample with only those fit and test rows that `keep` takes (by row of the dataset), and effects on these; the rest as it is. */
export function keepRows(sample: ScoreSample, keep: (datasetRow: number) => boolean): ScoreSample {
  const kept = (rows: Int32Array): Int32Array => rows.filter(row => keep(sample.datasetRows[row]));
  return withRows(sample, kept(sample.fitRows), kept(sample.testRows));
}

/** The sample with fit and test rows drawn from its own with replacement. */
export function redrawRows(sample: ScoreSample, rng: Rng): ScoreSample {
  const drawn = (rows: Int32Array): Int32Array => rows.map(() => rows[rng.integer(rows.length)]);
  return withRows(sample, drawn(sample.fitRows), drawn(sample.testRows));
}

function withRows(sample: ScoreSample, fitRows: Int32Array, testRows: Int32Array): ScoreSample {
  return { ...sample, fitRows, testRows, ...(sample.grids ? { grids: effectGrids(sample.table, fitRows, sample.features) } : {}) };
}

/** About 20 rows a bin, 5 to 100 bins. */
function effectGrids(table: Table, rows: Int32Array, features: readonly string[]): Map<string, AleGrid> {
  const own = subsetTable(table, features, rows);
  const bins = Math.max(5, Math.min(100, Math.floor(rows.length / 20)));
  return new Map(own.columns.map(column => [column.name, aleGrid(own, column, bins)]));
}

function shaking(table: Table, rows: Int32Array, draws: number, rng: Rng): Shaken | undefined {
  const deviations = table.columns.map(column => (column.storage === 'number' && column.kind !== 'categorical' ? deviation(column.values) : 0));
  if (rows.length === 0 || deviations.every(d => !(d > 0))) return undefined;
  return shake(subsetTable(table, table.columns.map(c => c.name), rows), deviations, draws, rng.fork('shake'));
}

function deviation(values: Float64Array): number {
  const known = values.filter(v => Number.isFinite(v));
  const mean = known.reduce((a, b) => a + b / known.length, 0);
  return known.length > 1 ? Math.sqrt(known.reduce((s, v) => s + (v - mean) ** 2, 0) / (known.length - 1)) : 0;
}

/** Names of the features that are columns of the table, in their order. */
export function presentFeatures(dataset: Dataset): string[] {
  const columns = columnsByName(dataset.table);
  return dataset.features.filter(name => columns.has(name));
}
