/** From what a search found to what is shown: numbers fitted to more rows, the one to take, three to look at, the front. */
import type { Candidate } from '../../formula/archive';
import { freeNumbers, type Expression } from '../../formula/expression';
import { frontOf } from '../../formula/front';
import { structureKey } from '../../formula/key';
import { polish, type FittedFormula } from '../../formula/polish';
import { searchedRows } from '../../formula/recover';
import { compile } from '../../formula/program';
import type { SearchRows } from '../../formula/searchRows';
import { levenbergMarquardt } from '../../math/levenbergMarquardt';
import { snappedEstimates, type SnappedEstimate } from './snapped';

export interface KeptCandidate extends FittedFormula {
  stage: string;
  /** Its numbers are held by rules about slopes: standard errors say with how many digits to write them, but make no valid intervals. */
  held?: true;
  /** What the rows say of its snapped numbers, each let go by itself; absent where that was not asked. */
  snapped?: readonly SnappedEstimate[];
  /** R² on rows that had no part in finding or fitting it. */
  heldOutR2?: number;
  /** R² to the predictions of the model that proposed, on rows that the model was not trained on. */
  modelR2?: number;
}

/** Candidates that are fitted again beside the front. */
const best = 20;
/** Candidates whose snapped numbers get intervals: the best descriptions, among which the choice is made. */
const measured = 8;

/** The front and the best descriptions, their numbers fitted to these rows; the best description first. */
export function refitted(found: readonly Candidate[], rows: SearchRows, sampledOnly: boolean): KeptCandidate[] {
  const wanted = [...new Set([...frontOf(found), ...[...found].sort((a, b) => a.bits - b.bits).slice(0, best)])];
  const kept = new Map<string, KeptCandidate>();
  for (const candidate of wanted) {
    const fitted = rows.rows > searchedRows || sampledOnly ? polish(candidate.expression, rows) : candidate;
    if (!fitted || !Number.isFinite(fitted.bits)) continue;
    const { expression, sse, standardErrors, r2, complexity, bits } = fitted;
    const key = structureKey(expression);
    const before = kept.get(key);
    if (!before || bits < before.bits) kept.set(key, { expression, sse, standardErrors, r2, complexity, bits, stage: candidate.stage });
  }
  return [...kept.values()].sort((a, b) => a.bits - b.bits).map((each, k) => (k < measured ? { ...each, snapped: snappedEstimates(each.expression, rows) } : each));
}

/** s² (JᵀJ)⁻¹ of the free numbers, s² and the degrees of freedom. */
export interface Spread { readonly covariance: Float64Array; readonly sigma: number; readonly df: number }

export function spreadOf(expression: Expression, { target, interpreter, rows }: SearchRows, sse: number): Spread {
  const start = freeNumbers(expression).map(({ value }) => value);
  if (start.length === 0) return { covariance: new Float64Array(0), sigma: Math.sqrt(sse / Math.max(1, rows)), df: rows };
  const { code, constants, free } = compile(expression);
  const places = [...free.keys()].filter(k => free[k]);
  const { covariance, rank } = levenbergMarquardt({
    parameters: start, iterations: 2,
    residualsAndJacobian: numbers => {
      places.forEach((place, k) => { constants[place] = numbers[k]!; });
      const { values, columns } = interpreter.jacobian(code, constants, free);
      return { residuals: values.map((value, i) => value - target[i]!), jacobian: columns };
    },
  });
  const df = rows - rank;
  const variance = df > 0 ? sse / df : NaN;
  return { covariance: covariance.map(value => value * variance), sigma: Math.sqrt(variance), df };
}

/** Whether the formula is a weighted sum of variables. */
export function isLinear(of: Expression): boolean {
  if (of.kind === 'sum') return of.terms.every(isLinear);
  if (of.kind === 'product') return of.factors.filter(factor => factor.kind !== 'number').length <= 1 && of.factors.every(isLinear);
  return of.kind === 'number' || of.kind === 'variable';
}
