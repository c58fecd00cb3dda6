/** The section of the report that shows a formula: the chosen one, others, its terms, how it was found, and in plain words how good it is. */
import type { FormulaCandidate, FormulaSection } from '../../../protocol/formula';
import { frontOf } from '../../formula/front';
import { walk, type Expression, type NumberNode } from '../../formula/expression';
import { formulaExcel, columnLetters, formulaPython, formulaSql, formulaTypescript } from '../../formula/print/code';
import { sqlName } from '../../formula/print/identifiers';
import { formulaLatex } from '../../formula/print/latex';
import { formulaText } from '../../formula/print/text';
import { tFactor } from '../../math/distributions';
import type { KeptCandidate } from './candidates';
import { snappedNumbers } from './snapped';
import type { FormulaState } from './state';
import { termsOfShares } from './terms';
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
    terms: termsOfShares(chosen.expression, state.shares.length).map((term, k) => ({ text: formulaText(term, names, { significant: 4 }), latex: formulaLatex(term, names, { significant: 4 }), share: state.shares[k] ?? 0 })),
    searched: state.searched, warnings: state.warnings, ...(state.rules && { rules: state.rules }),
  };
}

/** The chosen one, then the best descriptions among the front. */
function shortlistOf({ chosen, candidates }: FormulaState, front: readonly number[]): number[] {
  const others = front.filter(index => index !== chosen).sort((a, b) => candidates[a]!.bits - candidates[b]!.bits);
  return [chosen, ...others.slice(0, 2)];
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
    complexity: candidate.complexity, loss: candidate.sse / Math.max(1, state.searched.rows), r2: Math.abs(candidate.r2) < 1e-12 ? 0 : candidate.r2,
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

/** Fitted numbers with their intervals; snapped ones with the interval that they have when each is let go by itself. */
function numbersOf({ expression, standardErrors, held, snapped }: KeptCandidate, state: FormulaState, level: number): FormulaCandidate['numbers'] {
  const numbers: FormulaCandidate['numbers'][number][] = [];
  const simple = state.known === undefined ? snappedNumbers(expression) : [];
  const df = state.searched.rows - standardErrors.length;
  const factor = df > 0 ? tFactor(level, df) : NaN;
  const letGo = df > 1 ? tFactor(level, df - 1) : NaN;
  const around = (value: number, half: number): object => (Number.isFinite(half) && !held ? { low: value - half, high: value + half } : {});
  let next = 0;
  walk(expression, node => {
    if (node.kind !== 'number') return;
    if (node.free) {
      const name = state.parameters?.[next];
      const half = factor * standardErrors[next++]!;
      numbers.push({ text: `${name === undefined ? '' : `${name} = `}${textOf(node, half / factor)}`, estimate: node.value, ...around(node.value, half) });
    } else if (simple.includes(node)) {
      const { estimate, standardError } = snapped?.[simple.indexOf(node)] ?? { estimate: NaN, standardError: NaN };
      numbers.push({ text: textOf(node, NaN), estimate: node.value, snapped: true, ...around(estimate, letGo * standardError) });
    }
  });
  return numbers;
}

const textOf = (node: NumberNode, error: number): string => formulaText(node, [], { standardErrors: [error] });

const percent = (share: number): string => `${(100 * share).toFixed(share > 0.99 && share < 1 ? 2 : 0)} %`;

/** How well the formula does on rows left out, and beside what. */
function summaryOf(state: FormulaState, chosen: FormulaCandidate): string {
  const { judgement: { formula, linear, flexible, anew }, target, verdict, proposer } = state;
  const found = `${target} = ${chosen.text}`;
  const heldOut = chosen.heldOutR2 === undefined ? '' : ` A formula of this shape that was found and fitted without them explains ${percent(chosen.heldOutR2)} of the variance of the held-out rows${state.incomplete ? ' without missing cells' : ''}.`;
  const model = chosen.modelR2 === undefined || proposer === undefined ? '' : ` Its R² to the predictions of the model that proposed formulas too (${proposer}) is ${chosen.modelR2.toFixed(3)}; that says how much of the model the formula holds, not how true it is.`;
  if (state.known !== undefined) return `The given formula, fitted: ${found}. It explains ${percent(chosen.r2)} of the variance of the rows.${heldOut}`;
  const nodes = `${chosen.complexity} ${chosen.complexity === 1 ? 'node' : 'nodes'}`;
  if (verdict === 'compact' && state.linear) return `${found} explains ${percent(chosen.r2)} of the variance of the rows with ${nodes}. It is the linear model of all columns: no other formula was found that clearly predicts rows left out better.${model}`;
  const again = heldOut !== '' || formula === undefined ? heldOut : ` With its numbers fitted without them it explains ${percent(formula)} of the variance of rows left out.`;
  if (verdict === 'compact') return `${found} explains ${percent(chosen.r2)} of the variance of the rows with ${nodes}.${again}${model}`;
  const reached = formula === undefined ? '' : ` The best one of at most ${state.largest} nodes explains ${percent(Math.max(0, formula))} of the variance of rows left out of its fit${linear === undefined ? '' : `, the linear model ${percent(Math.max(0, linear))}`}${flexible === undefined ? '' : `, a boosting machine ${percent(Math.max(0, flexible))}`}.`;
  const searchedAnew = anew === undefined || !state.linear ? '' : ` Formulas that were searched for without them explain ${percent(Math.max(0, anew.formula))}, the linear model there ${percent(Math.max(0, anew.linear))}.`;
  const used = state.linear ? ` The linear model is used as the formula${chosen.complexity > state.largest ? `; with ${nodes} it is no compact one` : ''}.` : ` It is ${found}.`;
  return `No compact formula explains this.${reached}${searchedAnew}${used}${model}`;
}

function methodOf({ searched, known, linear, proposer, largest }: FormulaState): string {
  if (known !== undefined) return `Least squares on ${searched.rows} rows; standard errors s²(JᵀJ)⁻¹, intervals Student's t`;
  const search = `Search for formulas in ${searched.seconds.toFixed(1)} s, numbers fitted to ${searched.rows} rows, chosen by description length among those of at most ${largest} nodes`;
  return `${search}${proposer === undefined ? '' : `; a model proposed formulas too: ${proposer}`}${linear ? '; least squares for the linear model, than which it does not clearly predict rows left out better' : ''}`;
}
