/** Features that others determine, exactly or nearly: their weights cannot be told apart, whatever the predictions do. */
import { columnUse } from '../data/encoding/plan';
import { asCategories } from '../data/encoding/binding';
import type { Dataset } from '../data/dataset';
import { columnOf, dropFix, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { correlations, factorInOrder, inverseOf } from './correlations';
import { list, num } from './words';

/** Variance inflation from which a column is told (a correlation of 0.95 with one other is 10.3); Belsley, Kuh & Welsch 1980. */
const mostInflation = 10;
/** Nearly determined columns that are told one by one: each costs an inverse of the matrix. */
const mostTold = 10;
/** Products of rows × columns² that may be summed. */
const mostWork = 3e7;
const mostColumns = 300;
/** A share of the variance that is left after the earlier columns: less is none. */
const nothingLeft = 1e-10;

export const collinear: Check = {
  id: 'collinear',
  run(input) {
    const { dataset } = input;
    const same = sameCategories(input);
    const names = dataset.features.filter(name => isNumber(dataset, name));
    if (names.length < 2) return same;
    if (names.length > mostColumns) return same.length > 0 ? same : { notRun: `more than ${mostColumns} columns of numbers` };
    const rows = Math.min(dataset.table.rows, Math.max(5 * names.length, Math.floor(mostWork / names.length ** 2)));
    if (rows <= names.length + 1) return same.length > 0 ? same : { notRun: 'there are no more rows than columns of numbers' };
    const { matrix, kept } = correlations(names.map(name => numbersOf(dataset, name)), rows);
    const used = kept.map(i => names[i]!);
    const exact = exactOnes(matrix, used, input);
    const gone = new Set(exact.map(({ columns }) => columns[0]!));
    return [...same, ...exact, ...nearOnes(matrix, used, gone, input)];
  },
};

function isNumber(dataset: Dataset, name: string): boolean {
  const column = columnOf(dataset, name);
  return column.storage === 'number' && columnUse(column, false, new Set(dataset.recipe.categorical ?? [])) !== 'category';
}

function numbersOf(dataset: Dataset, name: string): Float64Array {
  const column = columnOf(dataset, name);
  return column.storage === 'number' ? column.values : Float64Array.from(column.codes);
}

/** Columns that are a sum of multiples of earlier ones. */
function exactOnes(matrix: readonly Float64Array[], names: readonly string[], input: CheckInput): CheckResult[] {
  return factorInOrder(matrix, nothingLeft).map(({ column, weights }) => {
    const partners = Array.from(weights, (w, i) => ({ name: names[i]!, w: Math.abs(w) })).filter(({ w }) => w > 1e-6).map(({ name }) => name);
    const words = partners.length === 1 ? `${quoted(partners[0]!)} times a constant, plus a constant` : `a sum of multiples of ${list(partners.map(quoted))}`;
    return {
      id: 'collinear' as const, columns: [names[column]!, ...partners], severity: 'warning' as const,
      sentence: `${quoted(names[column]!)} is ${words}: it adds nothing to a linear model, and weights cannot be told apart.`,
      evidence: { kind: 'exact', partners: partners.length }, ...dropFix(input, names[column]!),
    };
  });
}

/** The most inflated column is told and set aside, until none is inflated any more or enough are told; the others are told together. */
function nearOnes(matrix: readonly Float64Array[], names: readonly string[], gone: ReadonlySet<string>, input: CheckInput): CheckResult[] {
  let left = names.map((_, i) => i).filter(i => !gone.has(names[i]!));
  const found: CheckResult[] = [];
  while (left.length > 1) {
    const inverse = inverseOf(left.map(i => Float64Array.from(left, j => matrix[i]![j]!)));
    if (!inverse) break;
    const worst = inverse.reduce((best, row, i) => (row[i]! > inverse[best]![best]! ? i : best), 0);
    const inflation = inverse[worst]![worst]!;
    if (!(inflation > mostInflation)) break;
    if (found.length === mostTold) return [...found, restFinding(left.filter((_, i) => inverse[i]![i]! > mostInflation).map(i => names[i]!))];
    found.push(nearFinding(worst, inflation, inverse, left, matrix, names, input));
    left = left.filter((_, i) => i !== worst);
  }
  return found;
}

function restFinding(columns: readonly string[]): CheckResult {
  return {
    id: 'collinear', columns, severity: 'information',
    sentence: `${columns.length === 1 ? 'One more column goes' : `${columns.length} more columns go`} with others: ${list(columns.map(quoted), 5)} (the variance of a weight is more than ${mostInflation} times what it would be if the columns were unrelated).`,
    evidence: { kind: 'near', columns: columns.length },
  };
}

function nearFinding(
  worst: number, inflation: number, inverse: readonly Float64Array[], left: readonly number[], matrix: readonly Float64Array[], names: readonly string[], input: CheckInput,
): CheckResult {
  const name = names[left[worst]!]!;
  const others = left.map((column, i) => ({
    name: names[column]!, r: matrix[left[worst]!]![column]!, partial: Math.abs(inverse[worst]![i]!) / Math.sqrt(inverse[worst]![worst]! * inverse[i]![i]!), self: i === worst,
  })).filter(({ self }) => !self);
  const closest = others.reduce((a, b) => (Math.abs(b.r) > Math.abs(a.r) ? b : a));
  const pair = Math.abs(closest.r) > 0.95;
  const partners = pair ? [closest.name] : others.filter(({ partial }) => partial > 0.3).sort((a, b) => b.partial - a.partial).map(o => o.name);
  const by = partners.length === 0 ? 'the other columns together' : list(partners.map(quoted), 3);
  return {
    id: 'collinear', columns: [name, ...partners], severity: 'information',
    sentence: `${quoted(name)} goes with ${by}${pair ? ` (correlation ${num(closest.r)})` : ''}: the variance of its weight is ${num(inflation)} times what it would be if the columns were unrelated, so that weights and importance may be shared out by chance.`,
    evidence: { kind: 'near', vif: inflation, partner: closest.name, correlation: closest.r }, ...dropFix(input, name),
  };
}

/** Categories whose levels stand for each other one to one. */
function sameCategories(input: CheckInput): CheckResult[] {
  const { dataset } = input;
  const categorical = new Set(dataset.recipe.categorical ?? []);
  const all = dataset.features.flatMap(name => {
    const column = columnOf(dataset, name);
    if (columnUse(column, false, categorical) !== 'category') return [];
    const { codes, levels } = asCategories(column);
    return [{ name, codes, levels: levels.length }];
  });
  return all.flatMap((one, i) => {
    const earlier = all.slice(0, i).find(other => oneToOne(one, other));
    return earlier ? [{
      id: 'collinear' as const, columns: [one.name, earlier.name], severity: 'warning' as const,
      sentence: `Each level of ${quoted(one.name)} stands for one of ${quoted(earlier.name)} and the other way round: it adds nothing, and weights cannot be told apart.`,
      evidence: { kind: 'exact', partners: 1 }, ...dropFix(input, one.name),
    }] : [];
  });
}

interface Coded { readonly codes: Int32Array; readonly levels: number }

function oneToOne(a: Coded, b: Coded): boolean {
  const to = new Int32Array(a.levels + 1).fill(-2);
  const back = new Int32Array(b.levels + 1).fill(-2);
  for (let i = 0; i < a.codes.length; i++) {
    const [p, q] = [a.codes[i]! + 1, b.codes[i]! + 1];
    if ((to[p] !== -2 && to[p] !== q) || (back[q] !== -2 && back[q] !== p)) return false;
    to[p] = q;
    back[q] = p;
  }
  return true;
}
