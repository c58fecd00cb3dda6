/** Which formula is taken, and whether one is: only where rows that had no part in it show that it does not predict worse than the linear model. */
import { derivedContext, type WorkContext } from '../../context';
import type { Dataset } from '../../data/dataset';
import { variablesOf } from '../../formula/expression';
import type { ColumnUnits } from '../../formula/units/dimensionOf';
import { valuesOf } from '../../formula/values';
import type { KeptCandidate } from './candidates';
import { find, type FindInput } from './find';
import { clearly, compared, judge, linearErrors, partsOf, type Compared, type Judged } from './judge';
import { at, type SampledRows } from './variables';

/** Formulas that are compared with the linear model before it is taken: the best description and others that are nearly as good. */
const tried = { most: 4, bits: 20 };
/** Searches anew, each without one of so many parts of the rows, and rows that they look at, at most. */
const anew = { parts: 3, rows: 1500, fewest: 12 };

export interface Decision {
  /** The one taken, or the best description where none was. */
  readonly candidate?: KeptCandidate;
  readonly judged?: Judged;
  /** R² on rows left out of formulas that were searched for without them, where that had to be asked. */
  readonly anew?: { readonly formula: number; readonly linear: number };
  readonly better: boolean;
}

export interface DecideInput {
  readonly dataset: Dataset;
  readonly sample: SampledRows;
  readonly names: readonly string[];
  readonly units?: ColumnUnits;
  readonly shape?: FindInput['shape'];
  /** Formulas of at most `largest` nodes, the best description first. */
  readonly small: readonly KeptCandidate[];
  readonly largest: number;
  /** That searches anew may take, all together. */
  readonly seconds: number;
  readonly context: WorkContext;
}

/** The best description that is as good as the linear model on rows left out; where none is, the best description. */
export async function decide(input: DecideInput): Promise<Decision> {
  const { small, sample, dataset, context } = input;
  const [first] = small;
  if (!first) return { better: false };
  if (!small.some(({ expression }) => variablesOf(expression).length > 0) && first.sse === 0) return { candidate: first, better: true };
  const errors = await linearErrors(dataset, sample, context);
  const whole = wholeOf(input);
  let firstJudged: Judged | undefined;
  let again: Compared | undefined;
  const searched = (): { anew?: Decision['anew'] } => (again ? { anew: { formula: again.formula, linear: again.linear } } : {});
  for (const candidate of small.filter(({ bits }) => bits <= first.bits + tried.bits).slice(0, tried.most)) {
    const judged = judge(candidate, sample, errors, whole);
    firstJudged ??= judged;
    // The search itself is on trial, so that its outcome goes for all that are unsure.
    if (judged.standing === 'unsure') again ??= await searchedAnew(input);
    if (judged.standing === 'better' || (judged.standing === 'unsure' && again && again.clear >= clearly(again.rows))) return { candidate, judged, ...searched(), better: true };
  }
  return { candidate: first, judged: firstJudged, ...searched(), better: false };
}

/** Variables of the linear model, if all its columns are such that formulas can use them too. */
function wholeOf({ dataset, names, sample }: DecideInput): number | undefined {
  const varying = sample.columns.filter(column => column.some(v => v !== column[0])).length;
  return names.length === dataset.features.length ? varying : undefined;
}

/**
 * What the search finds where it does not see the rows that judge it: an unbiased view of the choice among very many formulas.
 * Undefined with too few rows, or where the person asked to stop.
 */
async function searchedAnew({ dataset, sample, names, units, shape, largest, seconds, context }: DecideInput): Promise<Compared | undefined> {
  const count = Math.min(anew.rows, sample.rows.length);
  if (sample.complete.length < anew.fewest || context.finishing?.()) return undefined;
  const parts = partsOf(count, anew.parts);
  const linear = await linearErrors(dataset, sample, context, parts);
  const own = new Float64Array(linear.length).fill(NaN);
  const quiet = derivedContext(context, () => undefined);
  for (const [k, { test, train }] of parts.entries()) {
    context.progress(`Searching without a third of the rows, ${k + 1} of ${parts.length}`);
    const [seen, others] = [partOf(sample, train), partOf(sample, test)];
    if (seen.complete.length < 2) return undefined;
    const { candidates } = await find({ sample: seen, names, target: dataset.target.name, seconds: seconds / parts.length, seed: dataset.recipe.seed, ...(units && { units }), ...(shape && { shape }), context: quiet, stage: '', from: 0, to: 1 });
    const best = candidates.find(({ complexity }) => complexity <= largest);
    if (!best) return undefined;
    const target = at(seen.target, seen.complete);
    const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
    const values = valuesOf(best.expression, others.columns, test.length);
    for (const i of others.complete) own[test[i]!] = ((Number.isFinite(values[i]!) ? values[i]! : mean) - others.target[i]!) ** 2;
  }
  return compared(own, linear, sample.target);
}

/** The sample at some of its places. */
function partOf({ rows, columns, target, complete }: SampledRows, places: Int32Array): SampledRows {
  const isComplete = new Set(complete);
  return {
    rows: Int32Array.from(places, i => rows[i]!), columns: columns.map(column => at(column, places)), target: at(target, places),
    complete: Int32Array.from(places.keys()).filter(k => isComplete.has(places[k]!)),
  };
}
