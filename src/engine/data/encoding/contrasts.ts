/** Which categories of a term get a column for every level: R's rule of marginality. */
import type { EncodedTerm } from './encoding';

/**
 * A category within a term is coded by contrasts where the rest of the term is empty or contained in an earlier
 * term, else by a column for every level; without an intercept the first category found has all its levels
 * (R: TermCode and model.matrix in src/library/stats/src/model.c).
 */
export function codeFactors(terms: readonly (readonly number[])[], isCategory: readonly boolean[], intercept: boolean): EncodedTerm[] {
  const coded = terms.map((term, t) => ({
    factors: term.map(variable => ({ variable, full: isCategory[variable] && !marginPresent(terms, t, variable) })),
  }));
  if (!intercept) {
    for (const term of coded) {
      const first = term.factors.find(f => isCategory[f.variable]);
      if (!first) continue;
      first.full = true;
      break;
    }
  }
  return coded;
}

function marginPresent(terms: readonly (readonly number[])[], t: number, variable: number): boolean {
  const rest = terms[t].filter(v => v !== variable);
  if (rest.length === 0) return true;
  for (let earlier = 0; earlier < t; earlier++) if (rest.every(v => terms[earlier].includes(v))) return true;
  return false;
}
