/** Which pairs of features act together, found by coarse second-order effects, and the strongest of them in full. */
import type { WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { findColumn } from '../data/table';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import type { Model } from '../models/model';
import { interactionOf, type Ale2 } from './ale2';
import { aleGrid, type AleGrid } from './aleGrid';
import { ModelFunction } from './modelFunction';
import { affordable, exchangeCost } from './workPlan';

export interface PairEffect extends Ale2 {
  /** Variance of the interaction over the rows, as a share of the variance of the prediction. */
  readonly share: number;
}

export interface PairEffects {
  /** Strongest first, at most six; none where no pair reaches a thousandth of the variance. */
  readonly pairs: readonly PairEffect[];
  /** Pairs looked at, and the features that they were made of. */
  readonly tried: number;
  readonly features: readonly string[];
  readonly rows: number;
  /** Largest share among the pairs tried (of the coarse measure). */
  readonly largest: number;
  /** What interacts: "y", "log-odds of yes". */
  readonly unit: string;
}

const mostPairs = 6;
const smallestShare = 1e-3;
const coarseBins = 5;
const fineBins = 10;
const budget = 4e9;

/**
 * Interactions on the link scale (of several classes: of the commonest), among the eight strongest features, fewer where
 * predictions are dear. Undefined for a model that says itself that it is additive, and with fewer than two features.
 */
export async function pairEffects(
  dataset: Dataset, model: Model, ranked: readonly string[], context: WorkContext, rng: Rng,
): Promise<PairEffects | undefined> {
  const all = Int32Array.from({ length: dataset.table.rows }, (_, i) => i);
  if (model.additiveParts?.(dataset.table, all.slice(0, 1)) !== undefined) return undefined;
  const cost = exchangeCost(model);
  const most = affordable(4 * 300 * cost, budget, 10, 28);
  const features = ranked.filter(name => findColumn(dataset.table, name)).slice(0, Math.floor((1 + Math.sqrt(1 + 8 * most)) / 2));
  const tried = (features.length * (features.length - 1)) / 2;
  if (tried === 0) return undefined;
  const { index, unit } = explainedClass(dataset, model);
  const sample = sampleRows(all, affordable(4 * tried * cost, budget, 60, 500), rng.fork('pair rows'));
  const coarse = new ModelFunction(model, dataset.table, sample, { scale: 'link', ...(index !== undefined && { class: index }) });
  const variance = varianceOf(coarse.values());
  const found = await eachPair(coarse, features, coarseBins, context);
  const strongest = found.map(ale => ({ ale, share: shareOf(ale, variance) })).sort((a, b) => b.share - a.share);
  const pairs: PairEffect[] = [];
  for (const { ale } of strongest.slice(0, mostPairs).filter(({ share }) => share >= smallestShare)) {
    const pause = context.breathe();
    if (pause) await pause;
    const [one, two] = ale.grids.map(grid => aleGrid(coarse.table, grid.column, fineBins));
    const fine = interactionOf(coarse, one, two);
    pairs.push({ ...fine, share: shareOf(fine, variance) });
  }
  return { pairs: pairs.sort((a, b) => b.share - a.share), tried, features, rows: coarse.rows, largest: strongest[0].share, unit };
}

async function eachPair(f: ModelFunction, features: readonly string[], bins: number, context: WorkContext): Promise<Ale2[]> {
  const grids = features.map((name): AleGrid => aleGrid(f.table, findColumn(f.table, name)!, bins));
  const found: Ale2[] = [];
  for (let a = 0; a < grids.length; a++) {
    for (let b = a + 1; b < grids.length; b++) {
      const pause = context.breathe();
      if (pause) await pause;
      found.push(interactionOf(f, grids[a], grids[b]));
    }
  }
  return found;
}

/** The class whose log-odds are explained where only one can be: the last of two, else the commonest. */
export function explainedClass(dataset: Dataset, model: Model): { readonly index?: number; readonly unit: string } {
  const { target } = dataset;
  if (target.task === 'regression' || !model.classes) return { unit: target.name };
  if (model.classes.length === 2) return { index: 1, unit: `log-odds of ${model.classes[1]}` };
  const counts = model.classes.map(name => {
    const code = target.classes.indexOf(name);
    return target.codes.reduce((sum, c) => sum + (c === code ? 1 : 0), 0);
  });
  const index = counts.indexOf(Math.max(...counts));
  return { index, unit: `log-odds of ${model.classes[index]}` };
}

function shareOf(ale: Ale2, variance: number): number {
  return variance > 0 && Number.isFinite(ale.strength) ? ale.strength ** 2 / variance : 0;
}

/** Population variance of the finite values. */
function varianceOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((s, v) => s + v, 0) / finite.length;
  return finite.reduce((s, v) => s + (v - mean) ** 2, 0) / finite.length;
}
