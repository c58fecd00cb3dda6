/** What a formula says about a run: its target, task, features and the columns that have to be read. */
import { UserError } from '../../protocol/errors';
import type { DatasetProfile, Note } from '../../protocol/profile';
import type { Task } from '../../protocol/recipe';
import { defaultFeatures } from './defaultFeatures';
import { categoryCall } from './formula/category';
import { deparse } from './formula/deparse';
import { ungroup, type BinaryExpression, type Expression } from './formula/expression';
import { parseFormula, type Formula } from './formula/formula';

export interface FormulaRequest {
  readonly formula: Formula;
  /** Left-hand side as R prints it, e.g. "log(y)" or `num > 0`; a column's own name where it is a column. */
  readonly target: string;
  readonly responseColumns: readonly string[];
  /** Undefined where the left-hand side is a column, whose profile decides. */
  readonly task?: Task;
  /** Positive class where the left-hand side is a comparison or a category. */
  readonly positive?: string;
  /** Columns of the right-hand side, in file order. */
  readonly features: readonly string[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
  readonly notes: readonly Note[];
}

const comparisons = new Set(['<', '>', '<=', '>=', '==', '!=', '%in%', '&', '&&', '|', '||']);

/** Reads a formula against a profile; `reserved` columns (folds, groups) are never part of ".". Throws 'badFormula'. */
export function readFormula(text: string, profile: DatasetProfile, reserved: readonly string[] = [], drop: readonly string[] = []): FormulaRequest {
  const names = profile.columns.map(c => c.name);
  const first = parseFormula(text, names, []);
  const choice = defaultFeatures(profile, [...reserved, ...first.responseColumns], drop);
  const formula = first.usesDot ? parseFormula(text, names, choice.features) : first;
  const notes: Note[] = formula.notes.map(note => ({ kind: 'information', text: note }));
  const used = new Set(formula.columns);
  const dropped = formula.usesDot ? choice.dropped.filter(d => !used.has(d.column)) : [];
  if (formula.usesDot && dropped.length > 0) {
    notes.push({ kind: 'column', text: `"." stands for all columns but the target and ${dropped.map(d => `${d.column} (${d.reason})`).join(', ')}.` });
  }
  const response = ungroup(formula.response);
  if (response.kind !== 'name') notes.push({ kind: 'information', text: `The target is ${formula.responseLabel}, as the formula says.` });
  return {
    formula, target: response.kind === 'name' && response.column !== undefined ? response.column : formula.responseLabel,
    responseColumns: formula.responseColumns, features: formula.columns, dropped, notes, ...taskOf(response),
  };
}

function taskOf(response: Expression): { task?: Task; positive?: string } {
  if (response.kind === 'name') return {};
  if (categoryCall(response)) return { task: 'classification' };
  if (response.kind === 'call' && response.name === 'I') {
    const inner = ungroup(response.arguments[0]?.value ?? response);
    return inner === response ? {} : inner.kind === 'name' ? {} : taskOf(inner);
  }
  if (response.kind === 'call' && ['cbind', 'Surv'].includes(response.name)) {
    throw new UserError('badFormula', `${deparse(response)}: the left-hand side has to be one target.`);
  }
  if (isComparison(response)) return { task: 'classification', positive: 'TRUE' };
  return { task: 'regression' };
}

function isComparison(response: Expression): response is BinaryExpression {
  return (response.kind === 'binary' && comparisons.has(response.operator)) || (response.kind === 'unary' && response.operator === '!');
}
