// A formula as code that computes it to the last digits: Python (math alone), TypeScript, a cell of Excel, SQL for DuckDB.
import type { Expression, FunctionName } from '../expression';
import { functionNames, variablesOf, walk } from '../expression';
import { identifiers, inComment, sqlName } from './identifiers';
import { infix, type Notation } from './infix';
import { layout, type Layout } from './layout';
import { shortest } from './numerals';

const named = (of: (name: FunctionName) => string): Record<FunctionName, string> => Object.fromEntries(functionNames.map(name => [name, of(name)])) as Record<FunctionName, string>;
const isPi = ({ name, value }: Layout & { kind: 'number' }): boolean => name === 'pi' && value === Math.PI;
const isWhole = ({ exponent }: Layout & { kind: 'power' }): boolean => exponent.kind === 'number' && !exponent.source?.free && Number.isInteger(exponent.value);

/** An expression of Python. Where it has no value Python raises an error; {@link formulaPython} gives nan there. */
export function pythonExpression(of: Expression, variable: (index: number) => string): string {
  const notation: Notation = {
    variable,
    // 2.0 rather than 2: whole numbers of Python never overflow, but grow without end.
    number: node => (isPi(node) ? 'math.pi' : decimal(shortest(node.value))),
    call: (name, argument) => (name === 'abs' ? `abs(${argument})` : `math.${name}(${argument})`),
    root: inner => `math.sqrt(${inner})`,
    power: (base, exponent, node) => (isWhole(node) ? `${base}**${exponent.replace(/\.0$/, '')}` : `math.pow(${base}, ${exponent})`),
    powerIsCall: node => !isWhole(node),
    signBindsTighter: false,
  };
  return infix(layout(of), notation);
}

const decimal = (text: string): string => (/^\d+$/.test(text) ? `${text}.0` : text);

/** A function of Python, with the columns that the formula reads as arguments. */
export function formulaPython(of: Expression, names: readonly string[], functionName = 'formula'): string {
  const used = variablesOf(of);
  const arguments_ = identifiers(names, ['math', functionName]);
  const list = used.map(index => arguments_[index]!);
  return [
    'import math', '', '', `def ${functionName}(${list.join(', ')}):`,
    ...used.map(index => `    # ${arguments_[index]}: ${inComment(names[index]!)}`),
    '    try:', `        return ${pythonExpression(of, index => arguments_[index]!)}`,
    '    except (ValueError, ZeroDivisionError, OverflowError):', "        return float('nan')", '',
  ].join('\n');
}

/** An expression of TypeScript and JavaScript. */
export function typescriptExpression(of: Expression, variable: (index: number) => string): string {
  return infix(layout(of), {
    variable,
    number: node => (isPi(node) ? 'Math.PI' : shortest(node.value)),
    call: (name, argument) => `Math.${name}(${argument})`,
    root: inner => `Math.sqrt(${inner})`,
    power: (base, exponent) => `${base} ** ${exponent}`,
    powerIsCall: () => false,
    signBindsTighter: true,
  });
}

/** A function of TypeScript, with the columns that the formula reads as arguments. */
export function formulaTypescript(of: Expression, names: readonly string[], functionName = 'formula'): string {
  const used = variablesOf(of);
  const arguments_ = identifiers(names, ['Math', functionName]);
  return [
    `export function ${functionName}(${used.map(index => `${arguments_[index]}: number`).join(', ')}): number {`,
    ...used.map(index => `  // ${arguments_[index]}: ${inComment(names[index]!)}`),
    `  return ${typescriptExpression(of, index => arguments_[index]!)};`, '}', '',
  ].join('\n');
}

/** Letters of the k-th column of a sheet, from 0: A, …, Z, AA, … */
export function columnLetters(k: number): string {
  return (k >= 26 ? columnLetters(Math.floor(k / 26) - 1) : '') + String.fromCharCode(65 + (k % 26));
}

/**
 * A cell's formula in English Excel for the first row of data below a header: column k of the file in column k of the sheet,
 * "=3*A2^2". Excel keeps 15 digits of a number.
 */
export function formulaExcel(of: Expression, cell: (index: number) => string = index => `${columnLetters(index)}2`): string {
  const names = { ...named(name => name.toUpperCase()), log: 'LN' };
  return `=${infix(layout(of), {
    variable: cell,
    number: node => (isPi(node) ? 'PI()' : shortest(node.value).toUpperCase()),
    call: (name, argument) => `${names[name]}(${argument})`,
    root: inner => `SQRT(${inner})`,
    power: (base, exponent) => `${base}^${exponent}`,
    powerIsCall: () => false,
    signBindsTighter: true,
  })}`;
}

/** An expression of DuckDB's SQL of the columns by name; NULL where the formula has no value. */
export function formulaSql(of: Expression, names: readonly string[]): string {
  const functions = { ...named(name => name), log: 'ln' };
  let mayFail = false;
  walk(of, node => {
    if (node.kind === 'power' || node.kind === 'call') mayFail = true;
  });
  const text = infix(layout(of), {
    variable: index => `${sqlName(names[index]!)}::DOUBLE`,
    number: node => (isPi(node) ? 'pi()' : doubleNumeral(node.value)),
    call: (name, argument) => `${functions[name]}(${argument})`,
    root: inner => `sqrt(${inner})`,
    power: (base, exponent) => `pow(${base}, ${exponent})`,
    powerIsCall: () => true,
    signBindsTighter: true,
  });
  return mayFail ? `TRY(${text})` : text;
}

/** With an exponent, or DuckDB takes it for a decimal of fixed digits. */
function doubleNumeral(value: number): string {
  const text = shortest(value);
  return text.includes('e') ? text : `${text}e0`;
}
