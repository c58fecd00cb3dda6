// Turns fitted numbers into the ones that were meant: removes those that do nothing, replaces others by whole numbers,
// simple fractions, multiples of π or roots. Each change refits all other numbers and stays only if the description gets shorter.
import type { Expression, NumberNode } from './expression';
import { exact, mapTree, walk } from './expression';
import { plainBits } from './describe';
import { polish, safelyCanonical, type FittedFormula } from './polish';
import type { SearchRows } from './searchRows';

/** A number that a formula may have been meant to hold. */
interface Plain {
  value: number;
  name?: string;
}

const greatestDenominator = 10;
const ofPi: Plain[] = [];
for (let p = 1; p <= 12; p++) {
  for (let q = 1; q <= 8; q++) {
    if (greatestCommonDivisor(p, q) > 1) continue;
    ofPi.push({ value: (p / q) * Math.PI, name: `${p > 1 ? `${p}*` : ''}pi${q > 1 ? `/${q}` : ''}` });
    ofPi.push({ value: p / (q * Math.PI), name: `${p}/${q > 1 ? `(${q}*pi)` : 'pi'}` });
  }
}
for (const [p, q] of [[1, 1], [2, 1], [4, 1], [1, 2], [1, 3], [1, 4], [1, 6], [1, 8]] as const) {
  ofPi.push({ value: (p / q) * Math.PI ** 2, name: `${p > 1 ? `${p}*` : ''}pi^2${q > 1 ? `/${q}` : ''}` });
  ofPi.push({ value: q / (p * Math.PI ** 2), name: `${q}/${p > 1 ? `(${p}*pi^2)` : 'pi^2'}` });
}
for (const n of [2, 3, 5, 6, 7, 10]) ofPi.push({ value: Math.sqrt(n), name: `sqrt(${n})` }, { value: 1 / Math.sqrt(n), name: `1/sqrt(${n})` });
ofPi.push({ value: Math.sqrt(Math.PI), name: 'sqrt(pi)' }, { value: 1 / Math.sqrt(Math.PI), name: '1/sqrt(pi)' });
ofPi.push({ value: Math.sqrt(2 * Math.PI), name: 'sqrt(2*pi)' }, { value: 1 / Math.sqrt(2 * Math.PI), name: '1/sqrt(2*pi)' });

/** Numbers near `value` that are simpler than it, simplest first. */
export function plainNumbersNear(value: number, within: number): Plain[] {
  const found: Plain[] = [];
  const near = (candidate: number): boolean => Math.abs(candidate - value) <= within;
  if (near(0)) found.push({ value: 0 });
  for (let q = 1; q <= greatestDenominator; q++) {
    const p = Math.round(value * q);
    if (p === 0 || Math.abs(p) > 1000 || greatestCommonDivisor(Math.abs(p), q) > 1 || !near(p / q)) continue;
    found.push([1, 2, 4, 5, 10].includes(q) ? { value: p / q } : { value: p / q, name: `${p}/${q}` });
  }
  for (const { value: v, name } of ofPi) {
    if (near(v)) found.push({ value: v, name: name! });
    if (near(-v)) found.push({ value: -v, name: `-${name}` });
  }
  const decimal = fewestDecimals(value, within);
  if (decimal !== undefined && !found.some(each => each.value === decimal)) found.push({ value: decimal });
  return found;
}

/** The number with the fewest decimals within reach, if three are enough. */
function fewestDecimals(value: number, within: number): number | undefined {
  for (let places = 1; places <= 3; places++) {
    const rounded = Number(value.toFixed(places));
    if (rounded !== 0 && Math.abs(rounded - value) <= within) return rounded;
  }
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The formula with its `which`-th free number (in the order of `freeNumbers`) replaced. */
function replaced(of: Expression, which: number, by: Expression): Expression {
  let target: NumberNode | undefined;
  let next = 0;
  walk(of, node => {
    if (node.kind === 'number' && node.free && next++ === which) target = node;
  });
  return mapTree(of, node => (node === target ? by : node));
}

/** Prunes and snaps a fitted formula; the result is never longer in bits. */
export function snap(fitted: FittedFormula, rows: SearchRows): FittedFormula {
  let best = fitted;
  for (let round = 0; round < 24; round++) {
    const next = firstImprovement(best, rows);
    if (!next) return best;
    best = next;
  }
  return best;
}

/** Changes in order of what they promise; the first that holds after refitting. */
function firstImprovement(from: FittedFormula, rows: SearchRows): FittedFormula | undefined {
  const changes: { which: number; by: Plain; promise: number }[] = [];
  let which = 0;
  const exponents = new Set<Expression>();
  walk(from.expression, node => {
    if (node.kind === 'power') exponents.add(node.exponent);
    if (node.kind !== 'number' || !node.free) return;
    const error = from.standardErrors[which]!;
    const reach = Number.isFinite(error) ? Math.max(4 * error, 1e-7 * Math.abs(node.value)) : Math.max(1, Math.abs(node.value));
    for (const by of plainNumbersNear(node.value, reach)) {
      if (exponents.has(node) && !isExponent(by.value)) continue;
      const z = Number.isFinite(error) ? (by.value - node.value) / Math.max(error, 1e-300) : 0;
      changes.push({ which, by, promise: (z * z) / 2 / Math.LN2 + costOf(by) });
    }
    which++;
  });
  changes.sort((a, b) => a.promise - b.promise);
  for (const { which: at, by } of changes.slice(0, 12)) {
    const changed = polish(safelyCanonical(replaced(from.expression, at, exact(by.value, by.name)), rows), rows);
    if (changed && changed.bits < from.bits) return changed;
  }
  return undefined;
}

/** Exponents that are meant are whole, halves, thirds or quarters. */
const isExponent = (value: number): boolean => [1, 2, 3, 4].some(q => Math.abs(value * q - Math.round(value * q)) < 1e-12);

/** Rough bits of a plain number, for the order of trying; a term that goes saves most. */
const costOf = (by: Plain): number => (by.value === 0 ? -20 : plainBits(by));
