/** From a dataset to what a network is trained on: standardised inputs and target on shared memory, and the parts that validate. */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { NetworkData } from '../../compute/network/executor';
import type { Dataset } from '../../data/dataset';
import { learnEncoding } from '../../data/encoding/learn';
import { planDesign } from '../../data/encoding/plan';
import { sampleRows } from '../../data/sample';
import { rowGroups } from '../shared/penalty';
import { encodeInputs, inputWidth, learnInputs, type NetworkInputs } from './inputs';
import { sparePart, validationParts, type RowParts } from './validationParts';

export interface PreparedNetwork {
  readonly inputs: NetworkInputs;
  /** Of the rows below, on SharedArrayBuffers; y standardised (regression) or class codes. */
  readonly data: NetworkData;
  /** Row of the dataset's table of each data row. */
  readonly tableRows: Int32Array;
  /** Regression: y = (target − mean) / deviation. Classes: 0 and 1. */
  readonly target: TargetScale;
  /** Undefined for regression. */
  readonly classes?: readonly string[];
  /** Outputs that a network needs: 1 for a number and for two classes, else one a class. */
  readonly outputs: number;
  readonly notes: readonly Note[];
  /** Which of the data rows train and which validate, for each member of an ensemble. */
  parts(share: number, member: number): RowParts;
  /** Part k of `count` held out (`validation`), whatever few rows there are; whole groups where there are enough of them. */
  spare(count: number, k: number): RowParts;
}

export interface TargetScale { readonly mean: number; readonly deviation: number }

/** More cells than this do not fit beside the rest of the work: a sample of the rows is used. */
const mostCells = 6e7;

/** Prepares the given rows of the dataset (all when absent). Throws UserError for what cannot be encoded. */
export function prepareNetwork(dataset: Dataset, rows?: Int32Array): PreparedNetwork {
  const { recipe: { seed }, table, target } = dataset;
  const plan = planDesign(dataset);
  const encoding = learnEncoding(plan, table, rows);
  const given = rows ?? Int32Array.from({ length: table.rows }, (_, i) => i);
  if (given.length === 0) throw new UserError('badTarget', 'There are no rows to train a network on.');
  const inputs = learnInputs(encoding, table, rows);
  const columns = inputWidth(inputs);
  const most = Math.max(1000, Math.floor(mostCells / columns));
  const tableRows = given.length > most ? sampleRows(given.length, most, seed).map(i => given[i]) : given;
  const notes: Note[] = given.length === tableRows.length ? [] : [{
    kind: 'sampling', text: `The network was trained on a random sample of ${tableRows.length.toLocaleString('en-US')} of the ${given.length.toLocaleString('en-US')} rows: ${columns} columns of all rows would not fit into memory.`,
  }];
  const { x } = encodeInputs(inputs, table, tableRows, true);
  const { y, scale } = targetOf(dataset, tableRows);
  const codes = target.task === 'classification' ? y : undefined;
  const groups = rowGroups(dataset, tableRows);
  const classes = target.task === 'classification' ? target.classes : undefined;
  const parts = new Map<number, (member: number) => RowParts>();
  return {
    inputs, data: { rows: tableRows.length, inputs: columns, x, y }, tableRows, target: scale,
    ...(classes && { classes }), outputs: classes && classes.length > 2 ? classes.length : 1, notes,
    parts: (share, member) => {
      let make = parts.get(share);
      if (!make) parts.set(share, make = validationParts(tableRows.length, share, seed, codes, groups));
      return make(member);
    },
    spare: (count, k) => sparePart(tableRows.length, count, k, seed, groups),
  };
}

function targetOf(dataset: Dataset, rows: Int32Array): { y: Float32Array; scale: TargetScale } {
  const { target } = dataset;
  const y = new Float32Array(new SharedArrayBuffer(4 * rows.length));
  if (target.task === 'classification') {
    for (let i = 0; i < rows.length; i++) y[i] = target.codes[rows[i]];
    return { y, scale: { mean: 0, deviation: 1 } };
  }
  const scale = scaleOf(target.values, rows);
  for (let i = 0; i < rows.length; i++) y[i] = (target.values[rows[i]] - scale.mean) / scale.deviation;
  return { y, scale };
}

function scaleOf(values: Float64Array, rows: Int32Array): TargetScale {
  let mean = 0;
  for (let i = 0; i < rows.length; i++) mean += (values[rows[i]] - mean) / (i + 1);
  let largest = 0;
  for (let i = 0; i < rows.length; i++) largest = Math.max(largest, Math.abs(values[rows[i]] - mean));
  // In units of the largest distance: squares of very large numbers are no numbers.
  let square = 0;
  for (let i = 0; largest > 0 && i < rows.length; i++) square += ((values[rows[i]] - mean) / largest) ** 2;
  const deviation = largest * Math.sqrt(square / rows.length);
  return { mean, deviation: Number.isFinite(deviation) && deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
}
