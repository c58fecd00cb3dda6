/** The section of the report that shows a formula: the chosen one, others, its terms, how it was found, and in plain words how good it is. */
import type { FormulaCandidate, FormulaSection } from '../../../protocol/report';
import { walk, type Expression, type NumberNode } from '../../formula/expression';
import { formulaExcel, columnLetters, formulaPython, formulaSql, formulaTypescript } from '../../formula/print/code';
import { sqlName } from '../../formula/print/identifiers';
import { formulaLatex } from '../../formula/print/latex';
import { formulaText } from '../../formula/print/text';
import { tFactor } from '../../math/distributions';
import { frontOf, type KeptCandidate } from './candidates';
import type { FormulaState } from './state';
import { unitText } from './units';
import type { FormulaVariable } from './variables';

export function formulaSection(state: FormulaState, level: number, columns: readonly string[]): FormulaSection {
  const variables = [...state.variables, ...state.linearVariables];
  const names = variables.map(({ name }) => name);
  const least = Math.min(...state.candidates.map(({ bits }) => bits));
  const candidates = state.candidates.map(candidate => describe(candidate, state, variables, columns, level, least));
  const order = frontOf(state.candidates).map(candidate => state.candidates.indexOf(candidate));
  const front = (order.includes(state.chosen) ? order : [...order, state.chosen]).sort((a, b) => state.candidates[a]!.complexity - state.candidates[b]!.complexity);
  const chosen = state.candidates[state.chosen]!;
  return {
    kind: 'formula', id: 'formula', panel: 'overview', title: 'Formula', target: state.target, ...(state.targetUnit !== undefined && { targetUnit: state.targetUnit }), level, verdict: state.verdict,
    summary: summaryOf(state, candidates[state.chosen]!), method: methodOf(state),
    candidates, chosen: state.chosen, shortlist: shortlistOf(state, front), front,
    terms: termsOf(chosen.expression).map((term, k) => ({ text: formulaText(term, names, { significant: 4 }), latex: formulaLatex(term, names, { significant: 4 }), share: state.shares[k] ?? 0 })),
    searched: state.searched, warnings: state.warnings,
  };
}

/** The chosen one, then the best descriptions among the front. */
function shortlistOf({ chosen, candidates }: FormulaState, front: readonly number[]): number[] {
  const others = front.filter(index => index !== chosen).sort((a, b) => candidates[a]!.bits - candidates[b]!.bits);
  return [chosen, ...others.slice(0, 2)];
}

/** Terms of a sum, numbers by themselves left out. */
export function termsOf(of: Expression): Expression[] {
  return (of.kind === 'sum' ? of.terms : [of]).filter(term => term.kind !== 'number');
}

function describe(candidate: KeptCandidate, state: FormulaState, variables: readonly FormulaVariable[], columns: readonly string[], level: number, least: number): FormulaCandidate {
  const { expression, standardErrors, heldOutR2, modelR2 } = candidate;
  const names = variables.map(({ name }) => name);
  const errors = { standardErrors };
  const unit = unitText(expression, variables, state.targetUnit);
  const cell = (index: number): string => {
    const { column, level: own } = variables[index]!;
    const letter = columnLetters(Math.max(0, columns.indexOf(column)));
    return own === undefined ? `${letter}2` : `N(${letter}2="${own.replaceAll('"', '""')}")`;
  };
  return {
    text: `${formulaText(expression, names, errors)}`, latex: formulaLatex(expression, names, errors),
    python: formulaPython(expression, names), typescript: formulaTypescript(expression, names), excel: formulaExcel(expression, cell), sql: sqlOf(expression, variables),
    complexity: candidate.complexity, loss: candidate.sse / Math.max(1, state.searched.rows), r2: candidate.r2,
    ...(heldOutR2 !== undefined && { heldOutR2 }), ...(modelR2 !== undefined && { modelR2 }),
    bits: candidate.bits - least, numbers: numbersOf(candidate, state, level), ...(unit !== undefined && { unit }), stage: candidate.stage,
  };
}

/** A level is a condition of its column. */
function sqlOf(expression: Expression, variables: readonly FormulaVariable[]): string {
  const text = formulaSql(expression, variables.map(({ name }) => name));
  return variables.reduce((sql, { name, column, level }) => (level === undefined ? sql
    : sql.replaceAll(sqlName(name), `CASE WHEN ${sqlName(column)} = '${level.replaceAll("'", "''")}' THEN 1 ELSE 0 END`)), text);
}

function numbersOf({ expression, standardErrors }: KeptCandidate, state: FormulaState, level: number): FormulaCandidate['numbers'] {
  const numbers: FormulaCandidate['numbers'][number][] = [];
  const exponents = new Set<Expression>();
  const count = standardErrors.length;
  const df = state.searched.rows - count;
  const factor = df > 0 ? tFactor(level, df) : NaN;
  let next = 0;
  walk(expression, node => {
    if (node.kind === 'power') exponents.add(node.exponent);
    if (node.kind !== 'number') return;
    if (node.free) {
      const name = state.parameters?.[next];
      const half = factor * standardErrors[next++]!;
      const interval = Number.isFinite(half) ? { low: node.value - half, high: node.value + half } : {};
      numbers.push({ text: `${name === undefined ? '' : `${name} = `}${textOf(node, half / factor)}`, estimate: node.value, ...interval });
    } else if (state.known === undefined && Math.abs(node.value) !== 1 && !exponents.has(node)) {
      numbers.push({ text: textOf(node, NaN), estimate: node.value, snapped: true });
    }
  });
  return numbers;
}

const textOf = (node: NumberNode, error: number): string => formulaText(node, [], { standardErrors: [error] });

const percent = (share: number): string => `${(100 * share).toFixed(share > 0.99 && share < 1 ? 2 : 0)} %`;

/** How well the formula does on rows left out, and beside what. */
function summaryOf(state: FormulaState, chosen: FormulaCandidate): string {
  const { judgement: { formula, linear, flexible }, target, verdict, proposer } = state;
  const found = `${target} = ${chosen.text}`;
  const heldOut = chosen.heldOutR2 === undefined ? '' : ` A formula of this shape that was found and fitted without them explains ${percent(chosen.heldOutR2)} of the variance of the held-out rows${state.incomplete ? ' without missing cells' : ''}.`;
  const model = chosen.modelR2 === undefined || proposer === undefined ? '' : ` Its R² to the predictions of the model that proposed formulas too (${proposer}) is ${chosen.modelR2.toFixed(3)}; that says how much of the model the formula holds, not how true it is.`;
  if (state.known !== undefined) return `The given formula, fitted: ${found}. It explains ${percent(chosen.r2)} of the variance of the rows.${heldOut}`;
  const again = heldOut !== '' || formula === undefined ? heldOut : ` With its numbers fitted without them it explains ${percent(formula)} of the variance of rows left out.`;
  if (verdict === 'compact') return `${found} explains ${percent(chosen.r2)} of the variance of the rows with ${chosen.complexity} ${chosen.complexity === 1 ? 'node' : 'nodes'}.${again}${model}`;
  const reached = formula === undefined ? '' : ` The best one of at most ${state.largest} nodes explains ${percent(Math.max(0, formula))} of the variance of rows left out of its fit${linear === undefined ? '' : `, the linear model ${percent(Math.max(0, linear))}`}${flexible === undefined ? '' : `, a boosting machine ${percent(Math.max(0, flexible))}`}.`;
  const used = state.linear ? ' The linear model is used as the formula.' : ` It is ${found}.`;
  return `No compact formula explains this.${reached}${used}${model}`;
}

function methodOf({ searched, known, linear, proposer, largest }: FormulaState): string {
  if (known !== undefined) return `Least squares on ${searched.rows} rows; standard errors s²(JᵀJ)⁻¹, intervals Student's t`;
  const search = `Search for formulas in ${searched.seconds.toFixed(1)} s, numbers fitted to ${searched.rows} rows, chosen by description length among those of at most ${largest} nodes`;
  return `${search}${proposer === undefined ? '' : `; a model proposed formulas too: ${proposer}`}${linear ? '; least squares for the linear model, which predicts rows left out better' : ''}`;
}
