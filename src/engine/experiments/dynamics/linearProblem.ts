/** Least squares on the standardised design of a dataset as a quadratic bowl: its Hessian, eigenvectors and minimum, which all linear dynamics share. */
import { UserError } from '../../../protocol/errors';
import type { WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { symmetricEigen } from '../../math/eigen';
import { addGram, mirror } from '../../math/gram';
import { Rng } from '../../math/random';
import { count, countOf, short } from '../../models/neural/words';
import { prepareRows } from '../../models/shared/prepared';
import { standardised } from './standardised';

/**
 * L(w) = 1/(2n) Σ (y − z·w)² + ½ ridge ‖w‖² = ½ wᵀHw − bᵀw + ½ mean y², columns and target with mean 0 and standard deviation 1
 * (so there is no intercept to learn). H = ZᵀZ/n + ridge I, b = Zᵀy/n.
 */
export interface LinearProblem {
  /** Of each column of the design: its name, and the column of the data. */
  readonly names: readonly string[];
  readonly features: readonly string[];
  readonly rows: number;
  readonly size: number;
  readonly ridge: number;
  /** rows × size, row-major. */
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly hessian: Float64Array;
  readonly b: Float64Array;
  /** ½ mean y². */
  readonly half: number;
  /** Eigenvalues of H, descending; those of `zero` size and below are set to 0. */
  readonly values: Float64Array;
  /** Eigenvector k at k·size, its largest component positive. */
  readonly vectors: Float64Array;
  /** Eigenvalues above 0 come first: so many. */
  readonly rank: number;
  /** The minimum; of several the one of the smallest norm. */
  readonly minimum: Float64Array;
  /** What was decided about the data, plain sentences. */
  readonly notes: readonly string[];
}

export interface LinearProblemOptions {
  readonly ridge?: number;
  /** More rows are sampled down to so many; 20,000 unless told. */
  readonly maxRows?: number;
}

/** Columns that an eigendecomposition and thousands of steps are done for. */
const mostColumns = 200;
/** Rows of a cross-product between two chances to cancel. */
const gramRows = 2000;
/** Eigenvalues below this share of the largest are those of collinear columns, and rounding. */
const zeroShare = 1e-12;

/** Throws UserError for more than two classes, too many columns, and where nothing varies. */
export async function linearProblemOf(dataset: Dataset, options: LinearProblemOptions, context: WorkContext): Promise<LinearProblem> {
  const { target, table, recipe } = dataset;
  const { ridge = 0, maxRows = 20000 } = options;
  if (target.task === 'classification' && target.classes.length !== 2) {
    throw new UserError('badTarget', `Linear dynamics need a number or two classes to explain; "${target.name}" has ${target.classes.length} classes.`);
  }
  const notes: string[] = [];
  const rows = sampleRows(table.rows, maxRows, recipe.seed);
  if (rows) notes.push(`${count(maxRows)} rows sampled of ${count(table.rows)}.`);
  const { design } = prepareRows(dataset, rows);
  const pause = context.breathe();
  if (pause) await pause;
  const values = target.task === 'regression' ? target.values : Float64Array.from(target.codes);
  if (target.task === 'classification') notes.push(`Least squares on the class of "${target.name}" as a number: ${target.classes[1]} is 1, ${target.classes[0]} is 0.`);
  const y = rows ? Float64Array.from(rows, row => values[row]) : values.slice();
  return assembleProblem(
    { rows: design.rows, data: design.data, names: design.terms.map(term => term.name), features: design.terms.map(term => term.feature) }, y, ridge, notes, context,
  );
}

/** Rows drawn without replacement, ascending; undefined where all are few enough. */
export function sampleRows(rows: number, most: number, seed: number): Int32Array | undefined {
  if (rows <= most) return undefined;
  return new Rng(seed).fork('dynamics rows').shuffle(Int32Array.from({ length: rows }, (_, i) => i)).slice(0, most).sort();
}

export interface RawDesign {
  readonly rows: number;
  /** Column-major. */
  readonly data: Float64Array;
  readonly names: readonly string[];
  readonly features: readonly string[];
}

/** The problem of a design and a target in any units, which are left as they are. */
export async function assembleProblem(design: RawDesign, target: Float64Array, ridge: number, notes: readonly string[], context: WorkContext): Promise<LinearProblem> {
  const { rows } = design;
  const said = [...notes];
  const standard = await standardiseColumns(design, context);
  const size = standard.kept.length;
  const y = standardised(target);
  if (!y) throw new UserError('numerical', 'The target does not vary, or has values that are no numbers, in the rows used.');
  if (size === 0) throw new UserError('badFeatures', 'No feature varies in the rows used.');
  if (size > mostColumns) throw new UserError('badFeatures', `The design has ${count(size)} columns; linear dynamics are computed for at most ${mostColumns}: choose fewer features.`);
  if (size < design.names.length) said.push(`Columns that do not vary or hold values that are no numbers are left out: ${design.names.filter((_, j) => !standard.kept.includes(j)).join(', ')}.`);
  const gram = new Float64Array(size * size);
  for (let from = 0; from < rows; from += gramRows) {
    const pause = context.breathe();
    if (pause) await pause;
    addGram(standard.columns.subarray(from), rows, Math.min(gramRows, rows - from), size, gram);
  }
  const hessian = mirror(gram, size).map(value => value / rows);
  for (let j = 0; j < size; j++) hessian[j * size + j] += ridge;
  const z = new Float64Array(rows * size);
  const b = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    for (let i = 0; i < rows; i++) {
      const value = standard.columns[j * rows + i];
      z[i * size + j] = value;
      b[j] += (value * y[i]) / rows;
    }
  }
  const spectrum = await sortedEigen(hessian, size, context);
  const rank = spectrum.values.filter(value => value > 0).length;
  if (rank < size) said.push(flatWords(size - rank, size, size >= rows));
  return {
    names: standard.kept.map(j => design.names[j]), features: standard.kept.map(j => design.features[j]), rows, size, ridge, z, y, hessian, b,
    half: y.reduce((sum, value) => sum + value * value, 0) / (2 * rows), ...spectrum, rank, minimum: minimumOf(spectrum, b, rank, size), notes: said,
  };
}

function flatWords(flat: number, size: number, fewRows: boolean): string {
  const [verb, those] = flat === 1 ? ['does', 'that direction'] : ['do', 'those directions'];
  const why = fewRows ? 'there are no more rows than columns' : 'columns are collinear';
  return `${flat} of ${countOf(size, 'direction')} of the weights ${verb} not change the predictions, as ${why} (eigenvalue below ${short(zeroShare)} of the largest): along ${those} the weights stay where they start.`;
}

async function standardiseColumns(design: RawDesign, context: WorkContext): Promise<{ kept: number[]; columns: Float64Array }> {
  const { rows, data, names } = design;
  const kept: number[] = [];
  const columns = new Float64Array(data.length);
  for (let j = 0; j < names.length; j++) {
    const pause = context.breathe();
    if (pause) await pause;
    const column = standardised(data.subarray(j * rows, (j + 1) * rows));
    if (column) columns.set(column, rows * (kept.push(j) - 1));
  }
  return { kept, columns };
}

async function sortedEigen(hessian: Float64Array, size: number, context: WorkContext): Promise<{ values: Float64Array; vectors: Float64Array }> {
  const eigen = await symmetricEigen(hessian.slice(), size, context);
  const order = [...eigen.values.keys()].sort((i, j) => eigen.values[j] - eigen.values[i]);
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  const least = zeroShare * eigen.values[order[0]];
  order.forEach((from, to) => {
    const vector = eigen.vectors.subarray(from * size, (from + 1) * size);
    const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    values[to] = eigen.values[from] > least ? eigen.values[from] : 0;
    vectors.set(largest < 0 ? vector.map(value => -value) : vector, to * size);
  });
  return { values, vectors };
}

function minimumOf({ values, vectors }: { values: Float64Array; vectors: Float64Array }, b: Float64Array, rank: number, size: number): Float64Array {
  const w = new Float64Array(size);
  for (let k = 0; k < rank; k++) {
    let along = 0;
    for (let i = 0; i < size; i++) along += vectors[k * size + i] * b[i];
    for (let i = 0; i < size; i++) w[i] += (along / values[k]) * vectors[k * size + i];
  }
  return w;
}
