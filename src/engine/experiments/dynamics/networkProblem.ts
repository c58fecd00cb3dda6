/** A small dense network on the standardised design of a dataset, in double precision: what the dynamics of networks are computed on. */
import { UserError } from '../../../protocol/errors';
import type { Activation, DenseDescription } from '../../compute/network/description';
import { initialiseParameters } from '../../compute/network/initialise';
import type { Dataset } from '../../data/dataset';
import { count } from '../../models/neural/words';
import { prepareRows } from '../../models/shared/prepared';
import { DenseLoss } from './denseLoss';
import { sampleRows } from './linearProblem';
import { standardised } from './standardised';

export interface NetworkProblemOptions {
  readonly hidden?: readonly number[];
  readonly activation?: Activation;
  readonly l2?: number;
  /** More rows are sampled down to so many; 500 unless told. */
  readonly maxRows?: number;
}

export interface NetworkProblem {
  readonly loss: DenseLoss;
  readonly start: Float64Array;
  readonly rows: number;
  readonly notes: readonly string[];
}

const mostParameters = 20000;

/** Throws UserError where the network is too large for double precision and full batches. */
export function networkProblemOf(dataset: Dataset, options: NetworkProblemOptions): NetworkProblem {
  const { target, table, recipe } = dataset;
  const { hidden = [16], activation = 'tanh', l2 = 0, maxRows = 500 } = options;
  const rows = sampleRows(table.rows, maxRows, recipe.seed);
  const { design } = prepareRows(dataset, rows);
  const inputs = standardisedRows(design.data, design.rows, design.columns);
  const classes = target.task === 'classification' ? target.classes.length : 0;
  const all = target.task === 'regression' ? target.values : Float64Array.from(target.codes);
  const picked = rows ? Float64Array.from(rows, row => all[row]) : all.slice();
  const y = classes > 0 ? picked : standardised(picked);
  if (!y || y.length === 0 || y.every(value => value === y[0])) throw new UserError('numerical', `"${target.name}" does not vary in the rows used.`);
  const description: DenseDescription = {
    kind: 'dense', head: classes > 2 ? 'softmax' : classes === 2 ? 'logistic' : 'identity', inputs: inputs.columns, hidden, activation, outputs: classes > 2 ? classes : 1,
  };
  const loss = new DenseLoss(description, { rows: design.rows, x: inputs.x, y }, l2);
  if (loss.size > mostParameters) {
    throw new UserError('badOption', `The network has ${count(loss.size)} parameters; its dynamics are computed for at most ${count(mostParameters)}: choose fewer units or features.`);
  }
  return {
    loss, start: flatParameters(initialiseParameters(description, recipe.seed)), rows: design.rows,
    notes: rows ? [`${count(maxRows)} rows sampled of ${count(table.rows)}: full-batch gradients and Hessians are computed on these.`] : [],
  };
}

export function flatParameters(parameters: readonly Float32Array[]): Float64Array {
  return Float64Array.from(parameters.flatMap(values => [...values]));
}

/** Row-major, columns with mean 0 and standard deviation 1; those that do not vary are left out. One column of zeros where none is left. */
function standardisedRows(data: Float64Array, rows: number, columns: number): { x: Float64Array; columns: number } {
  const kept = Array.from({ length: columns }, (_, j) => standardised(data.subarray(j * rows, (j + 1) * rows))).filter(column => column !== undefined);
  const width = Math.max(1, kept.length);
  const x = new Float64Array(rows * width);
  kept.forEach((column, j) => { for (let i = 0; i < rows; i++) x[i * width + j] = column[i]; });
  return { x, columns: width };
}
