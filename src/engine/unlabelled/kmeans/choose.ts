/** How many clusters: three curves over k, each with its own choice, and one choice out of them with its reason. */
import type { WorkContext } from '../../context';
import { sampleRows } from '../../data/sample';
import { takeMatrixRows, type Matrix } from '../shared/matrix';
import { allApart, clustersApart, onePiece, type Apart } from './apart';
import { decide, type Verdict } from './decide';
import { distinctRows } from './distinct';
import { kMeans, type KMeansResult } from './fit';
import { firstAboveOne, gapStatistic, lumpColumns, type GapCurve, type MatrixParts } from './gap';
import { silhouetteRows as referenceSilhouetteRows } from './gapReference';
import { silhouettes } from './silhouette';

export interface Curve {
  /** For k = 2, 3, … */
  readonly values: readonly number[];
  /** k of the largest value; where rows come in lumps, see against.ts. */
  readonly choice: number;
  /** Of rows without clusters: only where rows come in lumps. */
  readonly reference?: readonly (number | null)[];
}

export interface ClusterChoice {
  /** 1: no cluster structure. */
  readonly k: number;
  /** Largest k tried. */
  readonly most: number;
  readonly gap: GapCurve;
  /** Mean silhouette; on `rows` rows drawn at random where there are more. */
  readonly silhouette: Curve & { readonly rows: number };
  /** (between / (k − 1)) / (within / (n − k)), Caliński & Harabasz 1974; on `rows` rows. Values are null where nothing is left within. */
  readonly calinskiHarabasz: Omit<Curve, 'values'> & { readonly values: readonly (number | null)[]; readonly rows: number };
  /** Sums of squares within for k = 1, 2, …, of the rows of the clusterings: all, or a sample of very many. */
  readonly inertias: readonly number[];
  readonly verdict: Verdict;
  readonly rule: string;
  /** The choice in plain words. */
  readonly sentence: string;
}

export interface Chosen {
  readonly choice: ClusterChoice;
  /** The clustering of all rows. */
  readonly fit: KMeansResult;
}

export interface ChooseOptions {
  readonly seed: number;
  /** Largest k to try; absent: 10, and 20 where 10 clusters are all apart from each other. */
  readonly most?: number;
  /** Absent: all columns are numbers of their own, and no cell was filled in. */
  readonly parts?: MatrixParts;
}

/** Of the search for each k of the curves; the chosen one is searched for in full. */
const curveEffort = 0.25;
/** Rows up to which silhouettes are exact. */
export const silhouetteRows = 5000;
const sampledRows = 3000;
/** Of more rows the curves see so many, drawn at random: ten clusterings of all would take ten times as long as the one that is wanted. */
const mostCurveRows = 100_000;

/** Numbers of clusters that are tried, and those tried where the first are all apart. */
const usualMost = 10;
const raisedMost = 20;

interface Curves {
  /** For k = 1, 2, … */
  readonly fits: readonly KMeansResult[];
  readonly gap: GapCurve;
  readonly silhouette: ClusterChoice['silhouette'];
  readonly calinskiHarabasz: ClusterChoice['calinskiHarabasz'];
}

/** Fits k = 1 … most and chooses. Throws CancelledError. */
export async function chooseClusters(matrix: Matrix, options: ChooseOptions, context: WorkContext): Promise<Chosen> {
  const parts = options.parts ?? { blocks: [] };
  const drawn = matrix.rows > mostCurveRows ? takeMatrixRows(matrix, sampleRows(matrix.rows, mostCurveRows, options.seed)) : matrix;
  const apart = ({ fits }: Curves, k: number): Apart => clustersApart(drawn, fits[k - 1], options.seed);
  let most = mostClusters(matrix, parts, options.most ?? usualMost);
  let curves = await curvesUpTo(most, [], matrix, drawn, parts, options, context);
  const raised = options.most === undefined ? mostClusters(matrix, parts, raisedMost) : most;
  if (raised > most && firstAboveOne(curves.gap.gaps, curves.gap.errors) > 0 && allApart(apart(curves, most))) {
    most = raised;
    curves = await curvesUpTo(most, curves.fits, matrix, drawn, parts, options, context);
  }
  const { fits, silhouette, calinskiHarabasz } = curves;
  const gap = rescued(curves, k => apart(curves, k));
  const circumstances = { most, lumps: gap.against !== undefined, exhausted: most < (options.most ?? usualMost) };
  const usual = decide(gap, silhouette.choice, calinskiHarabasz.choice, circumstances);
  // Rows far from all others can rule the other two curves.
  const insisting = gap !== curves.gap && apart(curves, usual.k).clusters < 2;
  const first = insisting ? decide(gap, silhouette.choice, calinskiHarabasz.choice, { ...circumstances, insisting }) : usual;
  const continuum = first.k > 1 && onePiece(apart(curves, first.k));
  const { k, verdict, rule, sentence } = continuum ? decide(gap, silhouette.choice, calinskiHarabasz.choice, { ...circumstances, pieces: first.k }) : first;
  context.progress(`Finding ${k} ${k === 1 ? 'cluster' : 'clusters'}`, 0.95);
  const full = await kMeans(matrix, { k, seed: options.seed }, context);
  const fit = drawn === matrix && fits[k - 1].inertia <= full.inertia ? fits[k - 1] : full;
  return { fit, choice: { k, most, gap, silhouette, calinskiHarabasz, inertias: fits.map(fit => fit.inertia), verdict, rule, sentence } };
}

/** `known`: fits of the smallest numbers. */
async function curvesUpTo(most: number, known: readonly KMeansResult[], matrix: Matrix, drawn: Matrix, parts: MatrixParts, options: ChooseOptions, context: WorkContext): Promise<Curves> {
  const { seed } = options;
  const fits = [...known];
  for (let k = known.length + 1; k <= most; k++) {
    context.progress(`Finding ${k} ${k === 1 ? 'cluster' : 'clusters'}`, (0.6 * (k - 1)) / most);
    fits.push(await kMeans(drawn, { k, seed, effort: (curveEffort * drawn.rows) / matrix.rows }, context));
  }
  context.progress('Comparing with data without clusters', 0.6);
  const gap = await gapStatistic(matrix, parts, most, seed, context, share => context.progress('Comparing with data without clusters', 0.6 + 0.3 * share));
  context.progress('Measuring silhouettes', 0.9);
  const { rows, against } = gap;
  const silhouette = against ? { ...against.silhouette, values: against.silhouette.values.map(value => value ?? 0), rows: Math.min(rows, referenceSilhouetteRows) }
    : await silhouetteCurve(drawn, fits, seed, context);
  return { fits, gap, silhouette, calinskiHarabasz: against ? { ...against.calinskiHarabasz, rows } : calinskiHarabaszCurve(fits, drawn.rows) };
}

/** Nothing left within is ln W lower by 27; by half of that where half of the references come to nothing too. */
const mostlySplit = 13;

/**
 * Where the gap stops at 1 although some gap is larger by more than three errors, it climbs to the end, or past the groups to outliers; or
 * it stops at clusters of which only one is more than a few rows.
 * Then the number with the largest gap is taken among those whose clusters are all apart; long tails and bent shapes have none. Where
 * rows come in lumps pieces are always apart, and only clusters of equal rows count, if rows without clusters do not come to such too.
 */
function rescued({ gap, fits }: Curves, apart: (k: number) => Apart): GapCurve {
  const { gaps, errors } = gap;
  if (firstAboveOne(gaps, errors) === 0 || (gap.choice > 1 && (gap.against || apart(gap.choice).clusters > 1))) return gap;
  let best = 1;
  for (let k = 2; k <= gaps.length; k++) {
    const found = gap.against ? fits[k - 1].inertia <= 1e-12 * fits[0].inertia && gaps[k - 1] - gaps[0] > mostlySplit : allApart(apart(k));
    if (found && firstAboveOne(gaps, errors, k) === k && gaps[k - 1] > gaps[best - 1]) best = k;
  }
  return best === 1 ? gap : { ...gap, choice: best, settled: best < gaps.length };
}

/** One fewer than there are different rows, but where all columns come in lumps: there rows that are alike many times over may be clusters. */
function mostClusters(matrix: Matrix, { blocks }: MatrixParts, wanted: number): number {
  const distinct = distinctRows(matrix, wanted + 1);
  const repeated = matrix.rows >= 10 * distinct && lumpColumns(matrix, blocks).spread.length === 0;
  return Math.max(1, Math.min(wanted, distinct - (repeated ? 0 : 1), matrix.rows - 1));
}

async function silhouetteCurve(matrix: Matrix, fits: readonly KMeansResult[], seed: number, context: WorkContext): Promise<ClusterChoice['silhouette']> {
  const rows = matrix.rows <= silhouetteRows ? undefined : sampleRows(matrix.rows, sampledRows, seed);
  const sample = rows ? takeMatrixRows(matrix, rows) : matrix;
  const labellings = fits.slice(1).map(fit => (rows ? Int32Array.from(rows, row => fit.labels[row]) : fit.labels));
  const values = (await silhouettes(sample, labellings, context)).map(each => each.reduce((sum, value) => sum + value, 0) / each.length);
  return { values, choice: largest(values), rows: sample.rows };
}

function calinskiHarabaszCurve(fits: readonly KMeansResult[], rows: number): ClusterChoice['calinskiHarabasz'] {
  const total = fits[0].inertia;
  const values = fits.slice(1).map(({ k, inertia }) => (inertia > 0 ? ((total - inertia) / (k - 1)) / (inertia / (rows - k)) : null));
  return { values, choice: largest(values.map(value => value ?? -Infinity)), rows };
}

/** 1 where there is no value. */
function largest(values: readonly number[]): number {
  return values.length === 0 ? 1 : values.indexOf(Math.max(...values)) + 2;
}
