/** The formula that a person gives, read against the columns of a run. */
import { UserError } from '../../../protocol/errors';
import { variablesOf, walk } from '../../formula/expression';
import { parseFormula, type ParsedFormula } from '../../formula/parse/parse';
import type { FormulaVariable } from './variables';

/** Throws UserError where the text is no formula of these columns for this target. */
export function readKnown(text: string, variables: readonly FormulaVariable[], target: string): ParsedFormula {
  const names = [...variables.map(({ name }) => name), target];
  const formula = parseFormula(text, names);
  if (formula.left !== undefined && !(formula.left.kind === 'variable' && formula.left.index === names.length - 1)) throw new UserError('badOption', `The left side of the formula has to be the target by itself: ${target} = ….`);
  if (formula.target !== undefined && formula.target !== names.length - 1) throw new UserError('badOption', `The formula is about "${names[formula.target]}", but the target is "${target}".`);
  if (variablesOf(formula.expression).includes(names.length - 1)) throw new UserError('badOption', `The formula reads the target "${target}" itself.`);
  return formula;
}

/** The parameter of each fitted number, in their order. */
export function parametersIn({ expression, columns, parameters }: ParsedFormula): string[] {
  const names: string[] = [];
  walk(expression, node => { if (node.kind === 'variable' && node.index >= columns) names.push(parameters[node.index - columns]!); });
  return names;
}
