/** A formula beside a freer model of the same rows: what both make of each feature. */
import { UserError } from '../../protocol/errors';
import { derivedContext, type WorkContext } from '../context';
import type { Dataset } from '../data/dataset';
import { sampleRows } from '../evaluate/scores';
import type { Rng } from '../math/random';
import { boostingFamily } from '../models/boosting/family';
import { FormulaModel } from '../models/formula/model';
import { plainDataset } from '../models/formula/variables';
import type { BesideModel, Model } from '../models/model';
import { besideCurves, type BesideCurve } from './besideCurves';
import { exchangeCost, planCurves } from './workPlan';

export interface FormulaBesideResult {
  readonly formula: FormulaModel;
  readonly model: Model;
  /** Where the model beside the formula comes from; 'compared': both were compared; 'own': it was fitted for this alone. */
  readonly origin: BesideModel['origin'] | 'compared' | 'own';
  /** `first`: the formula. */
  readonly curves: readonly BesideCurve[];
  /** Rows that the curves were taken over. */
  readonly rows: number;
  /** Standard deviation of the target over these rows. */
  readonly spread: number;
}

export interface FormulaBesideInput {
  readonly dataset: Dataset;
  /** The model that is explained. */
  readonly model: Model;
  /** Other models of the same rows, the best first. */
  readonly others?: readonly Model[];
  /** Features, the strongest first. */
  readonly ranked: readonly string[];
  readonly context: WorkContext;
  readonly rng: Rng;
}

/** Multiplications that both models' curves may cost: about a second. */
const budget = 8e9;
const mostRows = 3000;
const mostBins = 30;
/** Of a machine that is fitted for the curves alone; fewer rows tell nothing of their shape. */
const ownRows = { fewest: 60, most: 1500 };

/** Undefined where neither the model nor another is a formula, and where there is nothing to put beside it. */
export async function formulaBeside(input: FormulaBesideInput): Promise<FormulaBesideResult | undefined> {
  const pair = await pairOf(input);
  if (!pair) return undefined;
  const { dataset, ranked, context, rng } = input;
  const { formula, model } = pair;
  const { table, target } = dataset;
  if (target.task !== 'regression') return undefined;
  const features = [...new Set([...ranked, ...formula.features, ...model.features])].filter(name => table.columns.some(column => column.name === name));
  const plan = planCurves(Math.max(exchangeCost(formula), exchangeCost(model)), features.length, 0, budget);
  const rows = sampleRows(Int32Array.from({ length: table.rows }, (_, i) => i), Math.min(mostRows, 5 * plan.rows), rng);
  const curves = await besideCurves({
    first: formula, second: model, table, rows, features: features.slice(0, plan.features), bins: Math.min(mostBins, plan.points - 1), context,
  });
  if (curves.length === 0) return undefined;
  return { ...pair, curves, rows: rows.length, spread: spreadOf(Float64Array.from(rows, row => target.values[row]!)) };
}

type Pair = Pick<FormulaBesideResult, 'formula' | 'model' | 'origin'>;

async function pairOf({ dataset, model, others = [], context }: FormulaBesideInput): Promise<Pair | undefined> {
  if (!(model instanceof FormulaModel)) {
    const formula = others.find(other => other instanceof FormulaModel);
    // Beside a linear model, the linear model that took the place of a formula would be the same line twice.
    return formula && !formula.linear ? { formula, model, origin: 'compared' } : undefined;
  }
  const { beside } = model;
  if (beside?.origin === 'proposer') return { formula: model, ...beside };
  const compared = others.find(({ family }) => freer.includes(family));
  if (compared) return { formula: model, model: compared, origin: 'compared' };
  if (beside) return { formula: model, ...beside };
  const own = await ownMachine(dataset, context);
  return own && { formula: model, model: own, origin: 'own' };
}

/** Families that can follow any smooth curve. */
const freer: readonly string[] = ['ebm', 'neural', 'attention'];

/** A small boosting machine; undefined where there are too few rows for one. */
async function ownMachine(dataset: Dataset, context: WorkContext): Promise<Model | undefined> {
  const { rows } = dataset.table;
  if (rows < ownRows.fewest) return undefined;
  const plain = plainDataset(dataset);
  const brief = { ...plain, recipe: { ...plain.recipe, options: { bags: 3 } } };
  const step = Math.max(1, rows / ownRows.most);
  const some = Int32Array.from({ length: Math.min(rows, ownRows.most) }, (_, k) => Math.floor(k * step));
  try {
    return await boostingFamily.fit(brief, derivedContext(context, () => undefined), some);
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return undefined;
  }
}

function spreadOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, v) => sum + v, 0) / Math.max(1, finite.length);
  return Math.sqrt(finite.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, finite.length));
}
