/** The gap statistic (Tibshirani, Walther & Hastie 2001): do clusters bring the sum of squares down further than in data without clusters? */
import type { WorkContext } from '../../context';
import { sampleRows } from '../../data/sample';
import { principalAxes } from '../shared/axes';
import { filledShare, takeFilledRows, type FilledCells } from '../shared/filled';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { indicesAgainst, spreadOf, type IndicesAgainst } from './against';
import type { GapRun, ReferencePlan } from './gapReference';
import { canSpread, inWorkers } from './spread';
import { runGap, type GapTask } from './tasks';

export interface GapCurve {
  /** For k = 1, 2, … */
  readonly gaps: readonly number[];
  /** s_k: standard deviation over the references × √(1 + 1/B). */
  readonly errors: readonly number[];
  readonly references: number;
  /** Rows that it was worked out on. */
  readonly rows: number;
  /** Smallest k with gap(k) ≥ gap(k + 1) − s(k + 1), see chooseByGap; where there is none, the k of the largest gap. */
  readonly choice: number;
  /** Whether a k met the rule. */
  readonly settled: boolean;
  /** Where rows come in lumps: silhouette and Caliński–Harabasz index of the same rows beside those of the references. */
  readonly against?: IndicesAgainst;
}

/** What is known of the columns of the matrix. */
export interface MatrixParts {
  /** Columns that belong to one category. */
  readonly blocks: ReferencePlan['blocks'];
  /** Cells that were filled in, of every row. */
  readonly filled?: FilledCells;
}

/** The sample of the rows: so many, and no more cells. */
const mostRows = 2000;
const mostCells = 40_000;
/** A number with no more different values is drawn from these, since a uniform reference would take its lumps for clusters. */
const fewValues = 5;

/** Of more numbers of clusters each takes longer, and where that many are tried the gaps are far apart. */
const mostWithMany = 10;

/** From such a share of rows with a filled cell on, they are lumps that count. */
const lumpShare = 0.05;

/** Throws CancelledError. */
export async function gapStatistic(matrix: Matrix, { blocks, filled }: MatrixParts, most: number, seed: number, context: WorkContext, done?: (share: number) => void): Promise<GapCurve> {
  const limit = Math.max(200, Math.min(mostRows, Math.floor(mostCells / matrix.columns)));
  const chosen = matrix.rows > limit ? sampleRows(matrix.rows, limit, seed) : undefined;
  const sample = chosen ? takeMatrixRows(matrix, chosen) : matrix;
  const plan = await planReference(sample, { blocks, ...(filled && { filled: chosen ? takeFilledRows(filled, chosen) : filled }) }, context);
  const references = sample.rows * sample.columns <= 5000 && most <= mostWithMany ? 50 : 20;
  const tasks: GapTask[] = Array.from({ length: references + 1 }, (_, index) => ({ kind: 'gap', matrix: sample, plan, most, seed, index }));
  const [own, ...others] = await runAll(tasks, context, done);
  const curve = gapsOf(own.squares, others.map(({ squares }) => squares));
  const chosenK = chooseByGap(curve.gaps, curve.errors);
  const base = { ...curve, references, rows: sample.rows };
  if (!plan.silhouettes) return { ...base, ...chosenK };
  return { ...base, ...(chosenK.choice > 1 ? amongLumps(curve.gaps, curve.errors) : chosenK), against: indicesAgainst(own, others, sample.rows) };
}

function gapsOf(own: Float64Array, references: readonly Float64Array[]): Pick<GapCurve, 'gaps' | 'errors'> {
  const [gaps, errors]: [number[], number[]] = [[], []];
  own.forEach((squares, k) => {
    const { mean, error } = spreadOf(references.map(curve => curve[k]));
    gaps.push(mean - squares);
    errors.push(error);
  });
  return { gaps, errors };
}

/** The choice where rows come in lumps and the rule sees more than one cluster: errors of both gaps count, since that of the next alone is easily passed by chance. */
export function amongLumps(gaps: readonly number[], errors: readonly number[]): Pick<GapCurve, 'choice' | 'settled'> {
  if (!standsOut(gaps, errors)) return { choice: 1, settled: true };
  const k = gaps.findIndex((gap, i) => i > 0 && i + 1 < gaps.length && gap >= gaps[i + 1] - Math.hypot(errors[i], errors[i + 1]));
  return k < 0 ? { choice: gaps.indexOf(Math.max(...gaps)) + 1, settled: false } : { choice: k + 1, settled: true };
}

/**
 * Whether some k's gap is larger than that of 1 by more than three errors of their difference (where nothing is left within, k's own is 0). Asked where rows come in lumps: the reference is
 * then as likely as not to fall on either side of the data's own curve, and the rule's single error would be passed by chance in a
 * quarter of all data whose columns are independent.
 */
export function standsOut(gaps: readonly number[], errors: readonly number[]): boolean {
  return gaps.some((gap, k) => k > 0 && gap - gaps[0] > 3 * Math.hypot(errors[k], errors[0]) + 1e-9);
}

/** The smallest k ≥ 2 whose gap is larger than that of 1 by more than three errors of their difference; 0: none. At least 0.05 (5 % of W), since where nothing is left within there is no error. */
export function firstAboveOne(gaps: readonly number[], errors: readonly number[], from = 2): number {
  return gaps.findIndex((gap, i) => i + 1 >= from && gap - gaps[0] > Math.max(0.05, 3 * Math.hypot(errors[i], errors[0]))) + 1;
}

/**
 * Three equal clusters in a triangle can look no better split in two than rows without clusters do, and the rule would stop at 1. So
 * where 1 meets the rule, the next k that does is taken if its gap is larger than that of 1 by more than three of its errors.
 */
export function chooseByGap(gaps: readonly number[], errors: readonly number[]): Pick<GapCurve, 'choice' | 'settled'> {
  const meets = (k: number): boolean => k + 1 < gaps.length && gaps[k] >= gaps[k + 1] - errors[k + 1];
  const later = gaps.findIndex((_, k) => k > 0 && meets(k));
  if (gaps.length === 1 || (meets(0) && !(later > 0 && gaps[later] - 3 * errors[later] > gaps[0]))) return { choice: 1, settled: true };
  if (later > 0) return { choice: later + 1, settled: true };
  return { choice: gaps.indexOf(Math.max(...gaps)) + 1, settled: false };
}

async function runAll(tasks: readonly GapTask[], context: WorkContext, done?: (share: number) => void): Promise<GapRun[]> {
  let finished = 0;
  const step = (): void => done?.(++finished / tasks.length);
  const { rows, columns } = tasks[0].matrix;
  if (canSpread() && rows * columns > 1000) return inWorkers<GapRun>('clusters', tasks, context, step);
  const runs: GapRun[] = [];
  for (const task of tasks) {
    await context.breathe();
    runs.push(runGap(task));
    step();
  }
  return runs;
}

async function planReference(matrix: Matrix, { blocks, filled }: MatrixParts, context: WorkContext): Promise<ReferencePlan> {
  const { lumps, spread } = lumpColumns(matrix, blocks);
  const axes = await principalAxes(matrix, spread, context);
  const silhouettes = lumps.length > 0 || (filled !== undefined && filledShare(filled) >= lumpShare);
  return { spread, blocks: lumps, ...axes, silhouettes, ...(filled && { filled }) };
}

/** Columns whose values are lumps by themselves: categories, and numbers of few values; and all others. */
export function lumpColumns(matrix: Matrix, blocks: ReferencePlan['blocks']): { lumps: { start: number; width: number }[]; spread: number[] } {
  const taken = new Uint8Array(matrix.columns);
  for (const { start, width } of blocks) taken.fill(1, start, start + width);
  const lumps: { start: number; width: number }[] = [...blocks];
  const spread: number[] = [];
  for (let j = 0; j < matrix.columns; j++) {
    if (taken[j] === 1) continue;
    if (hasFewValues(matrix, j)) lumps.push({ start: j, width: 1 });
    else spread.push(j);
  }
  return { lumps, spread };
}

function hasFewValues({ data, rows, columns }: Matrix, j: number): boolean {
  const seen = new Set<number>();
  for (let i = 0; i < rows && seen.size <= fewValues; i++) seen.add(data[i * columns + j]);
  return seen.size <= fewValues;
}
