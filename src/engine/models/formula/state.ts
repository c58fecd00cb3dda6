/** Everything a recovered formula's model holds, and its JSON. Trees are plain data, checked when they are read. */
import type { FormulaRule } from '../../../protocol/formula';
import type { Note } from '../../../protocol/profile';
import { countColumns, type Encoding } from '../../data/encoding/encoding';
import { functionNames, type Expression, type FunctionName } from '../../formula/expression';
import { freeNumbers, walk } from '../../formula/expression';
import { parseUnit } from '../../formula/units/parseUnit';
import { leanState, readEncoding, readState as readLinear, writeState as writeLinear, type LinearState } from '../linear/state';
import { damaged, readArray, readNumber, readNumbers, readObject, readText, writeNumber, writeNumbers } from '../shared/json';
import type { TypicalColumn } from '../shared/typical';
import type { KeptCandidate } from './candidates';
import type { FormulaVariable } from './variables';

/** What the formula was judged by: R² on rows left out, numbers fitted without them. */
export interface Judgement {
  readonly formula?: number;
  readonly linear?: number;
  /** Of a small boosting machine. */
  readonly flexible?: number;
  /** Of formulas that were searched for without the rows left out, and the linear model there; where the choice was in doubt. */
  readonly anew?: { readonly formula: number; readonly linear: number };
}

export interface FormulaState {
  readonly target: string;
  /** Where it is known and understood. */
  readonly targetUnit?: string;
  readonly encoding: Encoding;
  readonly variables: readonly FormulaVariable[];
  readonly candidates: readonly KeptCandidate[];
  /** Index of the formula to use; with `linear` that of the linear model, whose variables come after those of the search. */
  readonly chosen: number;
  readonly linear?: LinearState;
  readonly linearVariables: readonly FormulaVariable[];
  /** The linear model that predicts rows in which a column of the formula is missing; absent where none was at the fit. */
  readonly incomplete?: LinearState;
  readonly covariance: Float64Array;
  readonly sigma: number;
  readonly df: number;
  /** Prediction where the formula has no value: the target's mean. */
  readonly otherwise: number;
  readonly typical: readonly TypicalColumn[];
  /** Standard deviation of each additive term of the chosen formula as a share of their sum. */
  readonly shares: readonly number[];
  readonly verdict: 'compact' | 'none';
  readonly judgement: Judgement;
  readonly searched: { readonly seconds: number; readonly rows: number; readonly solved: boolean };
  readonly largest: number;
  /** Title of the model that proposed formulas too. */
  readonly proposer?: string;
  /** The person gave the formula. */
  readonly known?: string;
  /** Its parameter behind each fitted number. */
  readonly parameters?: readonly string[];
  /** Rules that were given about slopes, and how the formula keeps them. */
  readonly rules?: readonly FormulaRule[];
  readonly warnings: readonly string[];
  readonly notes: readonly Note[];
}

export function writeState(state: FormulaState): unknown {
  const { candidates, linear, incomplete, covariance, sigma, df, otherwise, ...plain } = state;
  return {
    version: 1, ...plain, covariance: writeNumbers(covariance), sigma: writeNumber(sigma), df: writeNumber(df), otherwise: writeNumber(otherwise),
    candidates: candidates.map(({ standardErrors, sse, r2, bits, snapped, ...rest }) => ({
      ...rest, standardErrors: writeNumbers(standardErrors), sse: writeNumber(sse), r2: writeNumber(r2), bits: writeNumber(bits),
      ...(snapped && { snapped: snapped.map(({ estimate, standardError }) => ({ estimate: writeNumber(estimate), standardError: writeNumber(standardError) })) }),
    })),
    ...(linear && { linear: writeLinear(linear) }), ...(incomplete && { incomplete: writeLinear(leanState(incomplete)) }),
  };
}

/** Throws UserError 'badModelFile'. */
export function readState(json: unknown): FormulaState {
  const object = readObject(json, 'the model');
  const encoding = readEncoding(object['encoding']);
  const variables = readVariables(object['variables'], countColumns(encoding));
  const linear = object['linear'] === undefined ? undefined : readLinear(object['linear']);
  const linearVariables = readVariables(object['linearVariables'], linear ? countColumns(linear.encoding) : 0);
  const candidates = readArray(object['candidates'], 'the formulas').map(item => readCandidate(item, variables.length + linearVariables.length));
  const chosen = readNumber(object['chosen'], 'the formula');
  const formula = candidates[chosen]?.expression;
  if (!formula) throw damaged('the formula');
  if (!linear) walk(formula, node => { if (node.kind === 'variable' && node.index >= variables.length) throw damaged('the formula'); });
  const count = linear ? 0 : freeNumbers(formula).length;
  const searched = readObject(object['searched'], 'the search');
  const verdict = object['verdict'];
  if (verdict !== 'compact' && verdict !== 'none') throw damaged('the verdict');
  return {
    target: readText(object['target'], 'the target'), ...(object['targetUnit'] !== undefined && { targetUnit: readUnit(object['targetUnit']) }), encoding, variables, candidates, chosen, ...(linear && { linear }), linearVariables,
    ...(object['incomplete'] !== undefined && { incomplete: readLinear(object['incomplete']) }),
    covariance: readNumbers(object['covariance'], 'the covariance', count * count), sigma: readNumber(object['sigma'], 'sigma'), df: readNumber(object['df'], 'df'),
    otherwise: readNumber(object['otherwise'], 'the mean'), typical: readArray(object['typical'] ?? [], 'typical') as FormulaState['typical'],
    shares: Array.from(readNumbers(object['shares'], 'the shares')), verdict, judgement: readObject(object['judgement'] ?? {}, 'the judgement') as Judgement,
    searched: { seconds: readNumber(searched['seconds'], 'seconds'), rows: readNumber(searched['rows'], 'rows'), solved: searched['solved'] === true },
    largest: readNumber(object['largest'], 'largest'),
    ...(object['proposer'] !== undefined && { proposer: readText(object['proposer'], 'the model') }),
    ...(object['known'] !== undefined && { known: readText(object['known'], 'the formula') }),
    ...(object['parameters'] !== undefined && { parameters: readArray(object['parameters'], 'the parameters').map(item => readText(item, 'a parameter')) }),
    ...(object['rules'] !== undefined && { rules: readArray(object['rules'], 'the rules') as FormulaRule[] }),
    warnings: readArray(object['warnings'], 'the warnings').map(item => readText(item, 'a warning')), notes: readArray(object['notes'], 'the notes') as FormulaState['notes'],
  };
}

function readVariables(json: unknown, columns: number): FormulaVariable[] {
  return readArray(json, 'the variables').map(item => {
    const { name, column, level, unit, design } = readObject(item, 'a variable');
    const j = readNumber(design, 'a variable');
    if (!Number.isInteger(j) || j < 0 || j >= columns) throw damaged('a variable');
    return { name: readText(name, 'a variable'), column: readText(column, 'a variable'), ...(level !== undefined && { level: readText(level, 'a level') }), ...(unit !== undefined && { unit: readUnit(unit) }), design: j };
  });
}

function readUnit(json: unknown): string {
  const text = readText(json, 'a unit');
  if (!parseUnit(text)) throw damaged('a unit');
  return text;
}

function readCandidate(json: unknown, variables: number): KeptCandidate {
  const object = readObject(json, 'a formula');
  const expression = readExpression(object['expression'], variables);
  const optional = (name: 'heldOutR2' | 'modelR2'): object => (object[name] === undefined ? {} : { [name]: readNumber(object[name], name) });
  return {
    expression, standardErrors: readNumbers(object['standardErrors'], 'standard errors', freeNumbers(expression).length),
    sse: readNumber(object['sse'], 'sse'), r2: readNumber(object['r2'], 'r2'), complexity: readNumber(object['complexity'], 'complexity'), bits: readNumber(object['bits'], 'bits'),
    stage: readText(object['stage'], 'the stage'), ...optional('heldOutR2'), ...optional('modelR2'), ...(object['held'] === true && { held: true as const }),
    ...(object['snapped'] !== undefined && { snapped: readArray(object['snapped'], 'the snapped numbers').map(item => readObject(item, 'a snapped number')).map(item => ({ estimate: readNumber(item['estimate'], 'an estimate'), standardError: readNumber(item['standardError'], 'a standard error') })) }),
  };
}

const deepest = 200;

/** A tree of known nodes whose variables exist. Throws UserError 'badModelFile'. */
export function readExpression(json: unknown, variables: number, depth = 0): Expression {
  if (depth > deepest) throw damaged('a formula');
  const node = readObject(json, 'a formula');
  const part = (value: unknown): Expression => readExpression(value, variables, depth + 1);
  const parts = (value: unknown): Expression[] => readArray(value, 'a formula').map(part);
  switch (node['kind']) {
    case 'number': {
      const value = readNumber(node['value'], 'a number');
      const name = node['name'] === undefined ? {} : { name: readText(node['name'], 'a number') };
      return { kind: 'number', value, free: node['free'] === true, ...name };
    }
    case 'variable': {
      const index = readNumber(node['index'], 'a variable');
      if (!Number.isInteger(index) || index < 0 || index >= variables) throw damaged('a formula');
      return { kind: 'variable', index };
    }
    case 'sum': return { kind: 'sum', terms: parts(node['terms']) };
    case 'product': return { kind: 'product', factors: parts(node['factors']) };
    case 'power': return { kind: 'power', base: part(node['base']), exponent: part(node['exponent']) };
    case 'call': {
      if (!(functionNames as readonly unknown[]).includes(node['name'])) throw damaged('a formula');
      return { kind: 'call', name: node['name'] as FunctionName, argument: part(node['argument']) };
    }
    default: throw damaged('a formula');
  }
}
