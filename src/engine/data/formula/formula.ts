/** Wilkinson formulas, as R and patsy write them: "y ~ a*b + log(c) + I(d^2) + C(e)". */
import { deparse } from './deparse';
import { columnsOf, ungroup, walk, type Expression } from './expression';
import { NameResolver } from './names';
import { parseExpressionText } from './parse';
import { expandTerms, type FormulaVariable } from './terms';
import { formulaError } from './tokens';

export interface Formula {
  readonly text: string;
  /** The left-hand side without parentheses around all of it. */
  readonly response: Expression;
  /** The left-hand side as R prints it. */
  readonly responseLabel: string;
  readonly responseColumns: readonly string[];
  readonly variables: readonly FormulaVariable[];
  /** Each term: ascending indices into `variables`; by degree, then in the formula's order. */
  readonly terms: readonly (readonly number[])[];
  readonly intercept: boolean;
  /** Columns of the right-hand side, in the order of the data. */
  readonly columns: readonly string[];
  readonly usesDot: boolean;
  /** What the writer may not have meant, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Parses a formula over the given columns. `dot` are the columns that "." stands for (default: all); those of the
 * left-hand side are never among them. Throws UserError 'badFormula' naming the position, and for an unknown name
 * the columns that exist.
 */
export function parseFormula(text: string, columnNames: readonly string[], dot: readonly string[] = columnNames): Formula {
  const tree = parseExpressionText(text);
  if (tree.kind !== 'binary' || tree.operator !== '~') {
    throw formulaError(text, undefined, 'A formula has the form "target ~ features"');
  }
  for (const side of [tree.left, tree.right]) walk(side, part => {
    if (part.kind === 'binary' && part.operator === '~') throw formulaError(text, part.at, 'A formula has one "~"');
  });
  const names = new NameResolver(text, columnNames);
  const response = ungroup(names.resolve(tree.left));
  const responseColumns = columnsOf(response);
  if (responseColumns.length === 0) throw formulaError(text, tree.left.at, 'The left-hand side of the formula names no column');
  const excluded = new Set(responseColumns);
  const expanded = expandTerms(names.resolve(tree.right), dot.filter(c => !excluded.has(c)), text);
  const responseLabel = deparse(response);
  const terms = expanded.terms.filter(term => !term.some(v => expanded.variables[v].label === responseLabel));
  const notes = [...expanded.notes];
  if (terms.length < expanded.terms.length) notes.push(`${responseLabel} is the left-hand side of the formula and was left out of its right-hand side.`);
  const used = new Set(terms.flat());
  // Variables that only occur in terms taken out again are forgotten, so that their columns are not asked for.
  const kept = expanded.variables.map((_, i) => i).filter(i => used.has(i));
  const newIndex = new Map(kept.map((old, index) => [old, index]));
  const variables = kept.map(i => expanded.variables[i]!);
  const columns = new Set(variables.flatMap(v => v.columns));
  return {
    text, response, responseLabel, responseColumns, variables,
    terms: terms.map(term => term.map(i => newIndex.get(i)!)),
    intercept: expanded.intercept, columns: columnNames.filter(c => columns.has(c)),
    usesDot: expanded.usesDot, notes,
  };
}
