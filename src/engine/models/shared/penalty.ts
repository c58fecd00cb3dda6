/** What penalised fits of all families share: the folds that choose the strength, and the path that a report shows. */
import { Rng } from '../../math/random';
import type { OptionValue } from '../../../protocol/recipe';
import type { Dataset } from '../../data/dataset';
import { columnsByName } from '../../data/encoding/binding';
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

/** Most folds that the strength is chosen on. */
const mostFolds = 10;

/** Which rows the split of the run keeps together: the folds inside a fit must not part them either. */
export interface RowGroups {
  readonly column: string;
  /** Group 0 … count−1 of each row. */
  readonly of: Int32Array;
  readonly count: number;
}

/** The groups of the split's column among the rows (all when absent); rows without a value are one group. */
export function rowGroups({ recipe: { split }, table }: Dataset, rows?: Int32Array): RowGroups | undefined {
  const name = split.scheme === 'foldColumn' ? split.column : split.scheme === 'kFold' ? split.groupColumn : undefined;
  const column = name === undefined ? undefined : columnsByName(table).get(name);
  if (!column) return undefined;
  const keys = column.storage === 'code' ? column.codes : column.values;
  const index = new Map<number, number>();
  const of = new Int32Array(rows ? rows.length : table.rows);
  for (let i = 0; i < of.length; i++) {
    const key = keys[rows ? rows[i] : i];
    let group = index.get(key);
    if (group === undefined) index.set(key, group = index.size);
    of[i] = group;
  }
  return { column: column.name, of, count: index.size };
}

export interface InnerFolds {
  readonly foldOfRow: Int32Array;
  readonly folds: number;
  /** Where there are groups: their column, and whether they could be kept together. */
  readonly groups?: { readonly column: string; readonly kept: boolean };
}

/** Folds of about equal size; stratified where `codes` gives classes; groups in one fold each where there are two or more. */
export function innerFolds(
  n: number, seed: number, { codes, groups, most = mostFolds }: { codes?: ArrayLike<number>; groups?: RowGroups; most?: number } = {},
): InnerFolds {
  const rng = new Rng(seed).fork('penalty');
  if (!groups) return randomFolds(n, rng, Math.min(most, n), codes);
  if (groups.count < 2) return { ...randomFolds(n, rng, Math.min(most, n), codes), groups: { column: groups.column, kept: false } };
  const folds = Math.min(most, groups.count);
  return { foldOfRow: groupFolds(groups, rng, folds, codes), folds, groups: { column: groups.column, kept: true } };
}

function randomFolds(n: number, rng: Rng, folds: number, codes?: ArrayLike<number>): { foldOfRow: Int32Array; folds: number } {
  const order = rng.shuffle(Int32Array.from({ length: n }, (_, i) => i));
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

/** Largest group first (equal ones in random order) into the fold that has the least of its classes and of rows. */
function groupFolds({ of, count }: RowGroups, rng: Rng, folds: number, codes?: ArrayLike<number>): Int32Array {
  const contents = Array.from({ length: count }, () => new Map<number, number>());
  const sizes = new Int32Array(count);
  const totals = new Map<number, number>();
  of.forEach((group, row) => {
    const code = codes?.[row] ?? 0;
    contents[group].set(code, (contents[group].get(code) ?? 0) + 1);
    totals.set(code, (totals.get(code) ?? 0) + 1);
    sizes[group]++;
  });
  const order = Array.from(rng.shuffle(Int32Array.from({ length: count }, (_, g) => g))).sort((a, b) => sizes[b] - sizes[a]);
  const held = Array.from({ length: folds }, () => new Map<number, number>());
  const heldRows = new Float64Array(folds);
  const foldOfGroup = new Int32Array(count);
  for (const group of order) {
    let best = 0;
    let least = Infinity;
    for (let fold = 0; fold < folds; fold++) {
      let load = (sizes[group] * heldRows[fold]) / of.length;
      for (const [code, rows] of contents[group]) load += (rows * (held[fold].get(code) ?? 0)) / totals.get(code)!;
      if (load < least) { least = load; best = fold; }
    }
    foldOfGroup[group] = best;
    heldRows[best] += sizes[group];
    for (const [code, rows] of contents[group]) held[best].set(code, (held[best].get(code) ?? 0) + rows);
  }
  return of.map(group => foldOfGroup[group]);
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
  cv: CvPath, { choice, chosen, how, lossName }: { choice: PenaltyChoice; chosen: number; how: string; lossName: string }, terms: readonly TermInfo[], standardised: readonly ArrayLike<number>[], suffix: readonly string[] = [''],
): NonNullable<Model['path']> {
  const p = terms.length;
  const order = Array.from({ length: p * suffix.length }, (_, i) => i)
    .sort((a, b) => Math.abs(standardised[chosen][b]) - Math.abs(standardised[chosen][a])).slice(0, shownTerms).sort((a, b) => a - b);
  return {
    penalty: penaltyTitle(choice.penalty), lambdas: Array.from(cv.lambdas), cvMean: Array.from(cv.cvMean),
    cvLow: Array.from(cv.cvMean, (m, l) => m - cv.cvSe[l]), cvHigh: Array.from(cv.cvMean, (m, l) => m + cv.cvSe[l]),
    lossName, chosen: cv.lambdas[chosen], oneStandardError: cv.lambdas[cv.oneSe],
    coefficients: order.map(i => ({ term: terms[i % p].name + suffix[Math.floor(i / p)], values: standardised.map(w => w[i]) })),
    rule: how,
  };
}

export function penaltyTitle(penalty: PenaltyKind): string {
  return penalty === 'ridge' ? 'ridge' : penalty === 'lasso' ? 'lasso' : 'elastic net';
}

/** How cross-validation chose the strength. `rows`: those of the choice and those of the fit. */
export function choiceText(choice: PenaltyChoice, { folds, groups }: InnerFolds, rows: { readonly used: number; readonly of: number }): string {
  const rule = choice.rule === 'min' ? 'the smallest loss' : 'the strongest penalty within one standard error of the smallest loss';
  const count = (n: number): string => n.toLocaleString('en-US');
  const where = rows.used < rows.of
    ? `a random sample of ${count(rows.used)} of the ${count(rows.of)} training rows (the weights at that strength are fitted on all of them)` : 'the training rows';
  const together = groups === undefined ? '' : groups.kept ? `, groups of "${groups.column}" kept together`
    : `, in random folds because these rows are one group of "${groups.column}"`;
  return `${rule} in ${folds}-fold cross-validation on ${where}${together}`;
}

/** The strength as a clause; `how` it was chosen where it was not given. */
export function strengthText(choice: PenaltyChoice, lambda: number, how: string): string {
  const value = String(Number(lambda.toPrecision(4)));
  return choice.lambda !== undefined ? `strength λ = ${value} as given` : `strength λ = ${value}, ${how}`;
}
