/** Rules about a formula's slopes that a person gives ("x=increasing,z=decreasing,w=flat@0"): read, kept, and told of. */
import { UserError } from '../../../protocol/errors';
import type { FormulaRule } from '../../../protocol/formula';
import { frontOf } from '../../formula/front';
import { exact, freeNumbers, mapTree, withFreeNumbers, type Expression } from '../../formula/expression';
import { polish, safelyCanonical } from '../../formula/polish';
import { fastValues, type SearchRows } from '../../formula/searchRows';
import { fitWithin, numbersAsVariables } from '../../formula/slopes/constrained';
import { brokenBits, breaksRules, checkSlopes, passing, slopeCheck, thorough, type SlopeCheck, type SlopeRule } from '../../formula/slopes/rules';
import type { KeptCandidate } from './candidates';
import type { FormulaVariable } from './variables';

const example = 'x=increasing,z=decreasing,w=flat@0';

/** Undefined for an empty option. Throws UserError 'badOption'. */
export function readShape(option: string, variables: readonly FormulaVariable[], target: string): readonly SlopeRule[] | undefined {
  const parts = option.split(',').map(item => item.trim()).filter(item => item !== '');
  const rules = parts.map((part): SlopeRule => {
    const at = part.lastIndexOf('=');
    const [name, word] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
    const [, kind, place] = /^(increasing|decreasing|flat)(?:@(\S+))?$/.exec(word) ?? [];
    const wrong = kind === undefined || (kind === 'flat') !== (place !== undefined) || (place !== undefined && !Number.isFinite(Number(place)));
    if (at < 1 || wrong) throw new UserError('badOption', `The option shape takes columns with increasing, decreasing or flat@NUMBER, such as ${example}, but has "${part}".`);
    const variable = variables.findIndex(each => each.column === name && each.level === undefined);
    if (variable < 0) throw new UserError('badOption', name === target ? `The option shape names the target "${name}"; it takes columns that the formula may read.` : `The option shape names "${name}", which is no column of numbers among the features.`);
    return { variable, kind: kind as SlopeRule['kind'], ...(place !== undefined && { at: Number(place) }) };
  });
  rules.forEach(({ variable, kind }, k) => {
    if (rules.some((other, j) => j < k && other.variable === variable && (other.kind === 'flat') === (kind === 'flat'))) {
      throw new UserError('badOption', `The option shape has two rules of a kind for "${variables[variable]!.column}".`);
    }
  });
  return rules.length > 0 ? rules : undefined;
}

export const isWhole = (variables: readonly FormulaVariable[]): boolean[] => variables.map(({ level }) => level !== undefined);

/** The rules in words of the slope. */
export function ruleText({ kind, variable, at }: SlopeRule, variables: readonly FormulaVariable[], target: string): string {
  const slope = `∂${target}/∂${variables[variable]!.name}`;
  return kind === 'flat' ? `${slope} = 0 at ${variables[variable]!.name} = ${at}` : `${slope} ${kind === 'increasing' ? '≥' : '≤'} 0`;
}

/** How the formula does at a thorough look. */
export function ruleReports(of: Expression, rules: readonly SlopeRule[], variables: readonly FormulaVariable[], target: string, columns: readonly Float64Array[], values: Float64Array): FormulaRule[] {
  const check = slopeCheck(rules, columns, values, isWhole(variables), thorough);
  return checkSlopes(of, check).map(({ rule, points, violated }) => ({
    column: variables[rule.variable]!.column, rule: rule.kind === 'flat' ? `flat@${rule.at}` : rule.kind, text: ruleText(rule, variables, target), where: 'rows, random points and corners of the box that they span', points, violated: violated / points,
  }));
}

/** Formulas that break a rule and are fitted again within the rules: the best descriptions, and those of the front; seconds at most. */
const mended = { most: 40, rows: 1000, seconds: 4 };

/** Without what a broken rule adds. */
const ownBits = (bits: number): number => (bits > brokenBits / 2 ? bits - brokenBits : bits);

/** Candidates that obey the rules at a thorough look, those that do not with their numbers fitted again within the rules where that is possible. */
export function obeying(candidates: readonly KeptCandidate[], rows: SearchRows, rules: readonly SlopeRule[], whole: readonly boolean[]): KeptCandidate[] {
  const final = slopeCheck(rules, rows.columns, rows.target, whole, thorough);
  const kept = candidates.filter(({ expression }) => !breaksRules(expression, final)).map(each => ({ ...each, bits: ownBits(each.bits) }));
  const others = candidates.filter(({ expression }) => breaksRules(expression, final));
  const wanted = [...new Set([...[...others].sort((a, b) => a.bits - b.bits).slice(0, mended.most), ...frontOf(others)])];
  const until = performance.now() + 1000 * mended.seconds;
  const check = slopeCheck(rules, rows.columns, rows.target, whole, passing);
  const again = wanted.flatMap(candidate => {
    const found = performance.now() > until ? undefined : mend(candidate, rows, check, final);
    return found ? [found] : [];
  });
  return [...kept, ...again];
}

/** Without numbers that a rule has pressed to 0, as far as no value changes. */
function tidied(of: Expression, rows: SearchRows): Expression {
  const deviation = Math.sqrt(rows.totalSquares / rows.rows);
  let best = of;
  for (const place of freeNumbers(of).keys()) {
    const values = freeNumbers(best).map(({ value }) => value);
    const without = withFreeNumbers(best, values.map((value, k) => (k === place ? 0 : value)));
    const [before, after] = [fastValues(best, rows), fastValues(without, rows)];
    if (before.every((v, i) => Math.abs(v - after[i]!) <= 1e-6 * deviation)) best = without;
  }
  const zeros = mapTree(best, node => (node.kind === 'number' && node.free && node.value === 0 ? exact(0) : node));
  return best === of ? of : safelyCanonical(zeros, rows);
}

function mend(candidate: KeptCandidate, rows: SearchRows, check: SlopeCheck, final: SlopeCheck): KeptCandidate | undefined {
  const { expression } = candidate;
  const start = freeNumbers(expression).map(({ value }) => value);
  const step = Math.max(1, Math.ceil(rows.rows / mended.rows));
  const thin = (column: Float64Array): Float64Array => (step === 1 ? column : column.filter((_, i) => i % step === 0));
  const found = fitWithin({ shape: numbersAsVariables(expression, rows.columns.length), start, columns: rows.columns.map(thin), target: thin(rows.target), check, final, iterations: 25 });
  // No step: standard errors and bits of the numbers as they are.
  const fitted = found && polish(tidied(withFreeNumbers(expression, found.numbers), rows), rows, 0);
  if (!fitted || breaksRules(fitted.expression, final)) return undefined;
  return { ...candidate, ...fitted, stage: `${candidate.stage}, fitted within the rules`, held: true };
}
