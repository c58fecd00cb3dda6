/** How many rows, grid points and refits explainers can afford with a model, by what a prediction costs. Counted, not timed. */
import type { Model } from '../models/model';

/**
 * Multiplications that predicting one row of a new table costs, roughly: the numbers that the model stores (times the tokens
 * of an attention model, with what its tokens are to each other), as often as they are passed (once a dropout mask), and no less
 * than reading the cells. Counted and not timed, so that the same recipe gives the same
 * numbers on every machine.
 */
export function predictionCost(model: Model): number {
  const features = Math.max(1, model.features.length);
  if (model.shufflePredictor) return 100 * features;
  const numbers = Math.max(100 * features, storedNumbers(model.toJSON()));
  const { passes, pairs } = model.predictionWork ?? { passes: 1, pairs: 0 };
  return passes * ((model.attention ? numbers * (features + 1) : numbers) + pairs);
}

/** The same for the rows of a ModelFunction with a column or two exchanged: less for models with a shortcut for that. */
export function exchangeCost(model: Model): number {
  return model.shufflePredictor ? 8 * Math.max(1, model.features.length) : predictionCost(model);
}

/** Numbers in a JSON value; a long text counts as base64 of four-byte numbers. */
function storedNumbers(json: unknown): number {
  if (typeof json === 'number') return 1;
  if (typeof json === 'string') return json.length > 64 ? Math.floor((json.length * 3) / 16) : 0;
  if (ArrayBuffer.isView(json)) return json.byteLength / 4;
  if (Array.isArray(json)) return json.reduce<number>((sum, item) => sum + storedNumbers(item), 0);
  if (typeof json !== 'object' || json === null) return 0;
  return Object.values(json).reduce<number>((sum, item) => sum + storedNumbers(item), 0);
}

export interface CurvePlan {
  /** Rows that partial dependence averages over; accumulated effects take five times as many. */
  readonly rows: number;
  readonly points: number;
  /** Fold models at most. */
  readonly refits: number;
  readonly features: number;
}

const curvePlans: readonly CurvePlan[] = [
  { rows: 1000, points: 40, refits: 10, features: 30 },
  { rows: 500, points: 30, refits: 10, features: 30 },
  { rows: 300, points: 20, refits: 5, features: 20 },
  { rows: 200, points: 20, refits: 5, features: 20 },
  { rows: 150, points: 15, refits: 5, features: 20 },
  { rows: 100, points: 15, refits: 5, features: 15 },
  { rows: 80, points: 15, refits: 5, features: 10 },
  { rows: 50, points: 12, refits: 5, features: 10 },
  { rows: 40, points: 12, refits: 5, features: 8 },
  { rows: 40, points: 10, refits: 0, features: 8 },
  { rows: 20, points: 8, refits: 0, features: 6 },
];

/** Multiplications that all curves together may cost: a few seconds. */
const curveBudget = 4e10;

/** The most generous plan within the budget, else the smallest. */
export function planCurves(cost: number, features: number, refits: number, budget = curveBudget): CurvePlan {
  const priceOf = (plan: CurvePlan): number =>
    Math.min(features, plan.features) * (plan.points + 15) * (1 + Math.min(refits, plan.refits)) * plan.rows * cost;
  return curvePlans.find(plan => priceOf(plan) <= budget) ?? curvePlans[curvePlans.length - 1];
}

/** How many units of work of that price the budget pays, between bounds. */
export function affordable(price: number, budget: number, fewest: number, most: number): number {
  return Math.max(fewest, Math.min(most, Math.floor(budget / price)));
}
