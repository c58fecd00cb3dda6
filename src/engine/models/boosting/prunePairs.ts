/**
 * Which pairs are worth their term: those without which the loss on rows left out would be higher, beyond chance. Pairs are boosted
 * many at a time, and one that is real would otherwise keep all the others in the model.
 */
import type { WorkContext } from '../../context';
import { drawBag, everyFew } from './bag';
import { RowScores } from './boostMains';
import { makeLoss, type Loss } from './losses';
import { cellsOf, type CoarseFeature, type Pair } from './pairBins';
import type { Plan } from './plan';
import type { BagScores } from './runBags';

/**
 * Standard errors (over the samples) that the loss must rise by without a pair for the pair to stay. Any rise will do: with 1 in place
 * of 0 fewer pairs stay, but concrete is predicted 2 % worse on its fixed folds (RMSE 4.19 for 4.11).
 */
const beyondChance = 0;
/** Share of what the best pair brings that another must bring: less is either chance or nothing to look at. */
const leastShare = 0.003;
/** Rows left out of a sample that are looked at, at most. */
const mostRows = 5000;

/** A sample, and the pairs that its scores are of, in their order. */
export interface Boosted { readonly scores: BagScores; readonly seed: number; readonly pairs: readonly Pair[] }

export const keyOf = ([a, b]: Pair): string => `${a},${b}`;

/**
 * Takes pairs away, those that help least first, as long as the loss on rows left out is no higher for it; gives what stays, those
 * that help most first. Samples may have different pairs: one that a sample lacks brings it nothing.
 */
export async function worthwhilePairs(plan: Plan, coarse: readonly CoarseFeature[], samples: readonly Boosted[], context: WorkContext): Promise<Pair[]> {
  const loss = makeLoss(plan.loss);
  const judges = samples.map(sample => new Judge(plan, coarse, sample, loss));
  let left = new Map(samples.flatMap(({ pairs }) => pairs).map(pair => [keyOf(pair), pair]));
  for (;;) {
    const found: { readonly key: string; readonly t: number; readonly rise: number }[] = [];
    for (const key of left.keys()) {
      const pause = context.breathe();
      if (pause) await pause;
      found.push({ key, ...riseOf(judges.map(judge => judge.without(key))) });
    }
    const most = found.reduce((largest, { rise }) => Math.max(largest, rise), 0);
    const useless = found.filter(({ t, rise }) => !(t > beyondChance && rise > leastShare * most)).sort((x, y) => x.t - y.t || (x.key < y.key ? -1 : 1));
    if (useless.length === 0) return found.sort((x, y) => y.rise - x.rise || (x.key < y.key ? -1 : 1)).map(({ key }) => left.get(key)!);
    // Two pairs may stand in for each other, so that only the worse half goes at once.
    for (const { key } of useless.slice(0, Math.ceil(useless.length / 2))) {
      left = new Map([...left].filter(([other]) => other !== key));
      for (const judge of judges) judge.drop(key);
    }
  }
}

/** Mean of what the loss rises by, and how many of its standard errors that is. */
function riseOf(each: readonly number[]): { t: number; rise: number } {
  const rise = each.reduce((a, b) => a + b, 0) / each.length;
  const variance = each.reduce((sum, value) => sum + (value - rise) ** 2, 0) / Math.max(1, each.length - 1) / each.length;
  return { rise, t: rise === 0 ? 0 : rise / Math.sqrt(variance) };
}

/** The rows left out of a sample, with what its terms say about them. */
class Judge {
  private readonly values: Float64Array;
  private readonly terms: Map<string, Float64Array>;
  private readonly part: { readonly rows: Int32Array; readonly y: Float64Array; readonly weights: Float64Array };
  private loss: number;

  constructor({ data }: Plan, coarse: readonly CoarseFeature[], { scores, seed, pairs }: Boosted, private readonly of: Loss) {
    this.part = everyFew(drawBag(data, seed, 'subsample').rest, mostRows);
    const rows = new RowScores(data, this.part, of.outputs);
    rows.update(scores.intercept, scores.mains);
    this.values = rows.values;
    this.terms = new Map(pairs.map((pair, t) => [keyOf(pair), contribution(cellsOf(data, coarse, pair, this.part.rows), scores.pairs[t]!, of.outputs)]));
    for (const term of this.terms.values()) for (let i = 0; i < term.length; i++) this.values[i]! += term[i]!;
    this.loss = this.value(this.values);
  }

  private value(values: Float64Array): number {
    return this.of.value(values, this.part.y, this.part.weights);
  }

  /** How much higher the loss is without a pair, as a share. */
  without(key: string): number {
    const term = this.terms.get(key);
    if (!term || !(this.loss > 0)) return 0;
    return (this.value(this.values.map((value, i) => value - term[i]!)) - this.loss) / this.loss;
  }

  drop(key: string): void {
    const term = this.terms.get(key);
    if (!term) return;
    for (let i = 0; i < term.length; i++) this.values[i]! -= term[i]!;
    this.terms.delete(key);
    this.loss = this.value(this.values);
  }
}

function contribution(cells: Uint16Array, scores: Float64Array, outputs: number): Float64Array {
  const result = new Float64Array(cells.length * outputs);
  for (let i = 0; i < cells.length; i++) for (let k = 0; k < outputs; k++) result[i * outputs + k] = scores[cells[i]! * outputs + k]!;
  return result;
}
