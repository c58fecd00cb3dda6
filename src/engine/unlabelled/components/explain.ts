/** Principal components with all that explains them: scree and parallel analysis, loadings with intervals, and a biplot of counts. */
import type { Note } from '../../../protocol/profile';
import type { WorkContext } from '../../context';
import type { Table } from '../../data/table';
import { categoryBlocks } from '../shared/blocks';
import { binCounts, type BinnedMap } from '../shared/binned';
import { learnComponents, loadings, loadingUnit, scoresOfMatrix, type ComponentsModel, type ComponentsOptions } from './components';
import { loadingIntervals } from './loadingIntervals';
import { parallelAnalysis, type ParallelAnalysis } from './parallel';

export interface Loading {
  /** A column, or "column = level". */
  readonly name: string;
  /** Weight in the component of length 1. */
  readonly weight: number;
  /** √variance × weight, with its bootstrap interval. */
  readonly loading: number;
  readonly low: number;
  readonly high: number;
}

export interface ExplainedComponents {
  /** All components, or as many as were asked for. */
  readonly model: ComponentsModel;
  readonly rows: number;
  /** How many parallel analysis keeps. */
  readonly keep: number;
  readonly sentence: string;
  readonly scree: {
    readonly variances: readonly number[];
    readonly shares: readonly number[];
    readonly cumulative: readonly number[];
    readonly parallel: ParallelAnalysis;
  };
  /** Of the first components (those kept, at least 2 and at most 10), in the order of the columns. */
  readonly components: readonly { readonly share: number; readonly shareLow: number; readonly shareHigh: number; readonly loadings: readonly Loading[] }[];
  readonly intervals: { readonly repeats: number; readonly groups: number; readonly turnedTogether: number };
  /** Rows as counts, columns as arrows (loadings); absent for a single component. */
  readonly biplot?: BinnedMap & { readonly arrows: readonly { readonly name: string; readonly x: number; readonly y: number }[] };
  readonly notes: readonly Note[];
}

const mostShown = 10;

/** Throws UserError and CancelledError. */
export async function explainComponents(table: Table, features: readonly string[], options: ComponentsOptions & { readonly seed: number }, context: WorkContext): Promise<ExplainedComponents> {
  context.progress('Finding components', 0);
  const { count, ...rest } = options;
  const { model: whole, matrix, notes } = await learnComponents(table, features, rest, context);
  const standardised = (options.scaling ?? 'standardised') === 'standardised';
  context.progress('Comparing with columns without connection', 0.2);
  const means = Float64Array.from(whole.means);
  const parallel = await parallelAnalysis(matrix, means, whole.variances, { seed: options.seed, blocks: categoryBlocks(whole.preparation), standardised }, context);
  const shown = Math.min(whole.vectors.length, mostShown, Math.max(2, parallel.keep));
  context.progress('Drawing samples of the rows', 0.6);
  const vectors = Float64Array.from(whole.vectors.flat());
  // Levels of a category are not standardised one by one, so their samples are not either.
  const plain = standardised && whole.preparation.columns.every(column => column.as !== 'category');
  const intervals = await loadingIntervals(matrix, vectors, whole.variances, shown, plain, options.seed, context);
  const unit = loadingUnit(whole.preparation.scaling, matrix.rows);
  const values = loadings(whole, matrix.rows);
  const scores = scoresOfMatrix({ vectors: whole.vectors.slice(0, 2), means: whole.means }, matrix);
  const axis = (c: number): Float64Array => Float64Array.from({ length: matrix.rows }, (_, i) => scores.data[i * scores.columns + c]);
  return {
    model: count === undefined ? whole : truncated(whole, count), rows: matrix.rows, keep: parallel.keep, sentence: sentenceOf(parallel, whole),
    scree: { variances: whole.variances, shares: whole.shares, cumulative: cumulativeShares(whole.variances), parallel },
    components: values.slice(0, shown).map((own, c) => ({
      share: whole.shares[c], shareLow: intervals.shareLow[c], shareHigh: intervals.shareHigh[c],
      loadings: own.map((loading, j) => ({ name: whole.names[j], weight: whole.vectors[c][j], loading, low: unit * intervals.low[c * own.length + j], high: unit * intervals.high[c * own.length + j] })),
    })),
    intervals: { repeats: intervals.repeats, groups: intervals.groups, turnedTogether: shown },
    ...(scores.columns === 2 && { biplot: { ...binCounts(axis(0), axis(1), new Uint8Array(matrix.rows), 1), arrows: whole.names.map((name, j) => ({ name, x: values[0][j], y: values[1][j] })) } }),
    notes,
  };
}

function truncated(model: ComponentsModel, count: number): ComponentsModel {
  return { ...model, vectors: model.vectors.slice(0, count), variances: model.variances.slice(0, count), shares: model.shares.slice(0, count) };
}

function sentenceOf({ keep }: ParallelAnalysis, { shares }: ComponentsModel): string {
  if (keep === 0) return 'No component has more variance than columns without any connection would give: there is nothing to summarise here.';
  const part = shares.slice(0, keep).reduce((sum, share) => sum + share, 0);
  return `${keep} ${keep === 1 ? 'component has' : 'components have'} more variance than columns without any connection would give; ${keep === 1 ? 'it holds' : 'together they hold'} ${shareText(part)} % of the variance.`;
}

/** Sums of variances over their sum, so that all together are 1 whatever rounding does to the shares. */
export function cumulativeShares(variances: readonly number[]): number[] {
  let sum = 0;
  const sums = variances.map(variance => (sum += variance));
  return sums.map(value => value / sum);
}

/** As elsewhere one digit behind the point, and 100 only where nothing is left. */
function shareText(share: number): string {
  return share > 0.999 && share < 1 - 1e-9 ? 'over 99.9' : String(Number((100 * share).toFixed(1)));
}
