/**
 * Simpler formulas than the one that was found: terms left out, parts replaced by numbers, functions taken off, all numbers fitted again. A search
 * that ends at once has seen little else, and the front of complexity against misfit is to show what each part of the formula is worth.
 */
import type { WorkContext } from '../../context';
import { Archive, type Candidate } from '../../formula/archive';
import { children, fitted, product, sum, variable, variablesOf, withChildren, type Expression } from '../../formula/expression';
import { fastValues, type SearchRows } from '../../formula/searchRows';

/** Of each size, so many of the best are made simpler in turn. */
const width = 3;
/** Formulas fitted in all at most. */
const mostFitted = 500;
/** Variables that are tried by themselves. */
const alone = 12;

const stage = 'simplification';

/** Within so many seconds: the shortest first, of a size those with the least misfit; the formula itself is not among them. */
export async function simplerFormulas(of: Candidate, rows: SearchRows, context: WorkContext, seconds: number): Promise<Candidate[]> {
  const until = performance.now() + 1000 * seconds;
  const archive = new Archive(rows);
  const own = archive.keep(of, of.stage);
  const bySize = new Map<number, Candidate[]>();
  const put = (candidate: Candidate | undefined): void => {
    if (candidate && candidate.complexity < of.complexity) bySize.set(candidate.complexity, [...(bySize.get(candidate.complexity) ?? []), candidate]);
  };
  let left = mostFitted;
  const tryAll = async (formulas: Iterable<Expression>): Promise<void> => {
    for (const formula of formulas) {
      const pause = context.breathe();
      if (pause) await pause;
      if (left-- <= 0 || performance.now() > until) return;
      put(archive.offer(formula, stage));
    }
  };
  await tryAll(straightLines(of.expression));
  await tryAll(shorterBy(own.expression, rows));
  // First the best of each size down to the shortest, then the second best: where the time ends early there is a front all the same.
  const done = new Set<Candidate>();
  for (let place = 0; place < width; place++) {
    for (let size = of.complexity - 1; size > 1 && left > 0; size--) {
      const next = (bySize.get(size) ?? []).sort((a, b) => a.sse - b.sse).slice(0, place + 1).find(candidate => !done.has(candidate));
      if (!next) continue;
      done.add(next);
      await tryAll(shorterBy(next.expression, rows));
    }
  }
  return archive.all().filter(candidate => candidate !== own && candidate.complexity < of.complexity).sort((a, b) => a.complexity - b.complexity || a.sse - b.sse);
}

/** a x and a x + b of each variable of the formula, and a number by itself. */
function* straightLines(of: Expression): Generator<Expression> {
  yield fitted(1);
  for (const index of variablesOf(of).slice(0, alone)) {
    yield product(fitted(1), variable(index));
    yield sum(product(fitted(1), variable(index)), fitted(0));
  }
}

/** The formula with one part less, in every place; its numbers are free to be fitted. */
export function shorterBy(of: Expression, rows: SearchRows): Expression[] {
  return [...without(freed(of), rows)];
}

/** Every number that is no exponent and no bare sign, free: those that were snapped are right for the whole formula only. */
function freed(of: Expression): Expression {
  if (of.kind === 'number') return of.free || Math.abs(of.value) === 1 ? of : fitted(of.value);
  if (of.kind === 'power') return { ...of, base: freed(of.base) };
  const parts = children(of);
  return parts.length > 0 ? withChildren(of, parts.map(freed)) : of;
}

/** One step at this node, or at one of its parts. */
function* without(of: Expression, rows: SearchRows): Generator<Expression> {
  const parts = children(of);
  if (of.kind === 'number') return;
  const mean = meanOf(of, rows);
  if (mean !== undefined) yield fitted(mean);
  if (of.kind === 'call') yield of.argument;
  if (of.kind === 'power' && of.base.kind !== 'number') yield of.base;
  if (of.kind === 'sum' || of.kind === 'product') {
    for (const k of parts.keys()) {
      // A product without its number is no simpler formula: the number comes back.
      if (of.kind === 'product' && parts[k]!.kind === 'number') continue;
      const rest = parts.filter((_, j) => j !== k);
      yield rest.length === 1 ? rest[0]! : withChildren(of, rest);
    }
  }
  for (const [k, part] of parts.entries()) {
    // Exponents are of the structure.
    if (of.kind === 'power' && k === 1) continue;
    for (const shorter of without(part, rows)) {
      // A power or function of a number is that number, which stands for the whole node already.
      if (shorter.kind === 'number' && (of.kind === 'power' || of.kind === 'call')) continue;
      yield withChildren(of, parts.map((each, j) => (j === k ? shorter : each)));
    }
  }
}

/** What the part is on average: where its number starts from. */
function meanOf(of: Expression, rows: SearchRows): number | undefined {
  const values = fastValues(of, rows);
  const mean = values.reduce((total, v) => total + v, 0) / Math.max(1, values.length);
  return Number.isFinite(mean) ? mean : undefined;
}
