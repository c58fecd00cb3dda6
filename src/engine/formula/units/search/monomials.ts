// Products of powers of columns that have a given dimension, simplest first.
export interface Monomial {
  /** One a column. */
  exponents: readonly number[];
  /** Σ |p|, and ½ a factor: what it costs to write, about. */
  cost: number;
}

export interface MonomialOptions {
  /** Exponents that each column may take; 0 is always among them. */
  allowed: readonly (readonly number[])[];
  largest: number;
  keep: number;
}

/** Exponent vectors of one half of the columns that were looked at before the search is cut to smaller costs. */
const tooMany = 60_000;

const costOf = (p: number): number => (p === 0 ? 0 : Math.abs(p) + 0.5);

/** All products with Σ pₖ dₖ = wanted and a cost of at most `largest`: halves of the columns meet in the middle. */
export function monomialsOf(dimensions: readonly (readonly number[])[], wanted: readonly number[], { allowed, largest, keep }: MonomialOptions): Monomial[] {
  const middle = dimensions.length >> 1;
  const left = halves(dimensions.slice(0, middle), allowed.slice(0, middle), largest);
  const right = halves(dimensions.slice(middle), allowed.slice(middle), largest);
  const byDimension = new Map<string, Half[]>();
  for (const each of left) {
    const key = keyOf(each.dimension ?? wanted.map(() => 0));
    const list = byDimension.get(key);
    if (list) list.push(each);
    else byDimension.set(key, [each]);
  }
  const found: Monomial[] = [];
  for (const each of right) {
    const rest = wanted.map((w, b) => w - (each.dimension?.[b] ?? 0));
    for (const other of byDimension.get(keyOf(rest)) ?? []) {
      const cost = each.cost + other.cost;
      if (cost <= largest) found.push({ exponents: [...other.exponents, ...each.exponents], cost });
    }
  }
  return found.sort((a, b) => a.cost - b.cost).slice(0, keep);
}

interface Half extends Monomial {
  /** Undefined of no columns. */
  dimension: readonly number[] | undefined;
}

const keyOf = (dimension: readonly number[]): string => dimension.map(e => Math.round(12 * e)).join();

function halves(dimensions: readonly (readonly number[])[], allowed: readonly (readonly number[])[], largest: number): Half[] {
  let all: Half[] = [{ exponents: [], cost: 0, dimension: undefined }];
  let limit = largest;
  for (const [k, dimension] of dimensions.entries()) {
    const next: Half[] = [];
    for (const each of all) {
      for (const p of allowed[k]!) {
        const cost = each.cost + costOf(p);
        if (cost <= limit) next.push({ exponents: [...each.exponents, p], cost, dimension: dimension.map((e, b) => p * e + (each.dimension?.[b] ?? 0)) });
      }
    }
    all = next;
    while (all.length > tooMany && limit > 3) {
      limit--;
      all = all.filter(({ cost }) => cost <= limit);
    }
  }
  return all;
}
