/** What penalised fits of all families share: the folds that choose the strength, and the path that a report shows. */
import { Rng } from '../../math/random';
import type { OptionValue } from '../../../protocol/recipe';
import type { TermInfo } from '../../data/encoding/encoding';
import type { Model } from '../model';
import { optionOf } from './options';

export type PenaltyKind = 'ridge' | 'lasso' | 'elasticNet';

export interface PenaltyChoice {
  readonly penalty: PenaltyKind;
  readonly l1Ratio: number;
  /** Undefined: chosen by cross-validation. */
  readonly lambda?: number;
  readonly rule: 'min' | '1se';
  readonly seed: number;
}

/** Reads the options; 'auto' and 'none' give undefined. */
export function penaltyChoice(options: Readonly<Record<string, OptionValue>>, seed: number, otherwise?: PenaltyKind): PenaltyChoice | undefined {
  const asked = optionOf(options, 'penalty', 'auto');
  const penalty = asked === 'ridge' || asked === 'lasso' ? asked : asked === 'elasticnet' ? 'elasticNet' : otherwise;
  if (penalty === undefined) return undefined;
  const lambda = optionOf(options, 'lambda', 'auto');
  return {
    penalty, seed, l1Ratio: Number(optionOf(options, 'l1Ratio', 0.5)),
    ...(typeof lambda === 'number' && { lambda }), rule: optionOf(options, 'rule', 'min') === '1se' ? '1se' : 'min',
  };
}

/** Folds that the strength is chosen on. */
export const innerFolds = 10;

/** Random folds of equal size; stratified where `codes` gives classes. */
export function randomFolds(n: number, seed: number, codes?: ArrayLike<number>, most = innerFolds): { foldOfRow: Int32Array; folds: number } {
  const order = new Rng(seed).fork('penalty').shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const folds = Math.min(most, n);
  const foldOfRow = new Int32Array(n);
  if (!codes) {
    order.forEach((row, i) => { foldOfRow[row] = i % folds; });
    return { foldOfRow, folds };
  }
  const next = new Map<number, number>();
  let start = 0;
  for (const row of order) {
    const code = codes[row];
    if (!next.has(code)) next.set(code, start++);
    const fold = next.get(code)!;
    foldOfRow[row] = fold % folds;
    next.set(code, fold + 1);
  }
  return { foldOfRow, folds };
}

export interface CvPath {
  readonly lambdas: Float64Array;
  readonly cvMean: Float64Array;
  readonly cvSe: Float64Array;
  readonly best: number;
  readonly oneSe: number;
}

const shownTerms = 30;

/** The path for the report: `standardised[l][j]` of term j at penalty l; the largest 30 terms at the chosen penalty. */
export function reportPath(
  cv: CvPath, choice: PenaltyChoice, chosen: number, lossName: string, terms: readonly TermInfo[], standardised: readonly ArrayLike<number>[], suffix: readonly string[] = [''],
): NonNullable<Model['path']> {
  const p = terms.length;
  const order = Array.from({ length: p * suffix.length }, (_, i) => i)
    .sort((a, b) => Math.abs(standardised[chosen][b]) - Math.abs(standardised[chosen][a])).slice(0, shownTerms).sort((a, b) => a - b);
  return {
    penalty: penaltyTitle(choice.penalty), lambdas: Array.from(cv.lambdas), cvMean: Array.from(cv.cvMean),
    cvLow: Array.from(cv.cvMean, (m, l) => m - cv.cvSe[l]), cvHigh: Array.from(cv.cvMean, (m, l) => m + cv.cvSe[l]),
    lossName, chosen: cv.lambdas[chosen], oneStandardError: cv.lambdas[cv.oneSe],
    coefficients: order.map(i => ({ term: terms[i % p].name + suffix[Math.floor(i / p)], values: standardised.map(w => w[i]) })),
    rule: choice.rule,
  };
}

export function penaltyTitle(penalty: PenaltyKind): string {
  return penalty === 'ridge' ? 'ridge' : penalty === 'lasso' ? 'lasso' : 'elastic net';
}

/** How the strength came about, as a clause. */
export function strengthText(choice: PenaltyChoice, lambda: number, folds: number): string {
  const value = String(Number(lambda.toPrecision(4)));
  if (choice.lambda !== undefined) return `strength λ = ${value} as given`;
  const rule = choice.rule === 'min' ? 'the smallest loss' : 'the strongest penalty within one standard error of the smallest loss';
  return `strength λ = ${value}, ${rule} in ${folds}-fold cross-validation on the training rows`;
}
