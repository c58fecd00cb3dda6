/** Writes a program as one SELECT in DuckDB's dialect: a chain of common table expressions, each a layer of CASE and arithmetic. */
import { inComment, sqlName, sqlText } from './literals';
import { lowerNetworks } from './lowerNetworks';
import { columnsRead, reads, resultsOf, type Expr, type LevelTable, type Name, type Operation, type Program, type Step } from './program';
import { freeNames, freePrefix, namingRemarks, outputNames, requireApart } from './sqlNames';

const infinity = "CAST('Infinity' AS DOUBLE)";
const minusInfinity = "CAST('-Infinity' AS DOUBLE)";

/** A number of the type DOUBLE that reads back the same; no value is NULL. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return 'CAST(NULL AS DOUBLE)';
  if (!Number.isFinite(value)) return value < 0 ? minusInfinity : infinity;
  const text = String(value).replace('e+', 'e');
  return text.includes('e') ? text : `${text}e0`;
}

const infix = new Set<Operation>(['+', '-', '*', '/']);
const comparisons = new Map<Operation, string>([['<', '<'], ['>', '>'], ['<=', '<='], ['>=', '>='], ['==', '='], ['!=', '<>']]);

/** Functions of numbers; outside of where DuckDB has them they are NULL or infinite as in IEEE arithmetic. */
const functions: Readonly<Partial<Record<Operation, (a: string, b: string, c: string) => string>>> = {
  '^': (a, b) => `pow(${a}, ${b})`,
  negate: a => `-${a}`,
  isMissing: a => `CASE WHEN ${a} IS NULL THEN 1e0 ELSE 0e0 END`,
  coalesce: (a, b) => `COALESCE(${a}, ${b})`,
  and: (a, b) => `CASE WHEN ${a} = 0e0 OR ${b} = 0e0 THEN 0e0 WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN 1e0 END`,
  or: (a, b) => `CASE WHEN ${a} <> 0e0 OR ${b} <> 0e0 THEN 1e0 WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN 0e0 END`,
  not: a => `CASE WHEN ${a} = 0e0 THEN 1e0 WHEN ${a} <> 0e0 THEN 0e0 END`,
  ifelse: (test, yes, no) => `CASE WHEN ${test} <> 0e0 THEN ${yes} WHEN ${test} = 0e0 THEN ${no} END`,
  min: (a, b) => `CASE WHEN ${a} <= ${b} THEN ${a} WHEN ${a} > ${b} THEN ${b} END`,
  max: (a, b) => `CASE WHEN ${a} >= ${b} THEN ${a} WHEN ${a} < ${b} THEN ${b} END`,
  exp: a => `exp(${a})`,
  log: a => logarithm('ln', a), log2: a => logarithm('log2', a), log10: a => logarithm('log10', a),
  // Kahan's way round the digits that 1 + x and e^x − 1 lose.
  log1p: a => `CASE WHEN ${a} > -1e0 THEN CASE WHEN 1e0 + ${a} = 1e0 THEN ${a} ELSE ln(1e0 + ${a}) * (${a} / ((1e0 + ${a}) - 1e0)) END WHEN ${a} = -1e0 THEN ${minusInfinity} END`,
  expm1: a => `CASE WHEN exp(${a}) = 1e0 THEN ${a} WHEN exp(${a}) - 1e0 = -1e0 THEN -1e0 WHEN exp(${a}) = ${infinity} THEN ${infinity} ELSE (exp(${a}) - 1e0) * (${a} / ln(exp(${a}))) END`,
  sqrt: a => `CASE WHEN ${a} >= 0e0 THEN sqrt(${a}) END`,
  abs: a => `abs(${a})`,
  sin: a => finite('sin', a), cos: a => finite('cos', a), tan: a => finite('tan', a), atan: a => `atan(${a})`,
  asin: a => `CASE WHEN abs(${a}) <= 1e0 THEN asin(${a}) END`, acos: a => `CASE WHEN abs(${a}) <= 1e0 THEN acos(${a}) END`,
  sinh: a => `sinh(${a})`, cosh: a => `cosh(${a})`, tanh: a => `tanh(${a})`, asinh: a => `asinh(${a})`,
  acosh: a => `CASE WHEN ${a} >= 1e0 THEN acosh(${a}) END`,
  atanh: a => `CASE WHEN abs(${a}) < 1e0 THEN atanh(${a}) WHEN ${a} = 1e0 THEN ${infinity} WHEN ${a} = -1e0 THEN ${minusInfinity} END`,
  floor: a => `floor(${a})`, ceiling: a => `ceil(${a})`, trunc: a => `trunc(${a})`, sign: a => `CAST(sign(${a}) AS DOUBLE)`,
  atan2: (a, b) => `atan2(${a}, ${b})`,
};

function logarithm(name: string, a: string): string {
  return `CASE WHEN ${a} > 0e0 THEN ${name}(${a}) WHEN ${a} = 0e0 THEN ${minusInfinity} END`;
}

function finite(name: string, a: string): string {
  return `CASE WHEN isfinite(${a}) THEN ${name}(${a}) END`;
}

/** Blanks around a cell, the no-break one too. */
const trimmed = (text: string): string => `TRIM(${text}, ' ' || chr(9) || chr(10) || chr(13) || chr(160))`;

/** The cell; a text that is written as in the training file as a plain number or an ISO date. */
function respelled({ column, spelling }: Extract<Step, { kind: 'numberCell' | 'dateCell' }>): string {
  const cell = sqlName(column);
  if (!spelling) return cell;
  const text = spelling.rules.reduce((inner, [pattern, by]) => `regexp_replace(${inner}, ${sqlText(pattern)}, ${sqlText(by)})`, trimmed(`CAST(${cell} AS VARCHAR)`));
  const { style } = spelling;
  const grouped = style && style.group !== '' ? `replace(${text}, ${sqlText(style.group)}, '')` : text;
  const plain = style ? `CASE WHEN regexp_matches(${text}, ${sqlText(style.pattern)}) THEN replace(${grouped}, ${sqlText(style.decimal)}, '.') ELSE ${text} END` : text;
  return `CASE WHEN typeof(${cell}) = 'VARCHAR' THEN ${plain} ELSE CAST(${cell} AS VARCHAR) END`;
}

class Printer {
  constructor(private readonly prefix: string) {}

  name(value: Name): string {
    return `${this.prefix}v${value}`;
  }

  expression(expression: Expr, inner = false): string {
    switch (expression.kind) {
      case 'constant': return inner && expression.value < 0 ? `(${numeral(expression.value)})` : numeral(expression.value);
      case 'value': return this.name(expression.name);
      case 'pick': return pick(this.expression(expression.code), expression.values);
      case 'call': return this.call(expression.operation, expression.of, inner);
    }
  }

  private call(operation: Operation, of: readonly Expr[], inner: boolean): string {
    if (infix.has(operation)) {
      const chained = operation === '+' && of[0].kind === 'call' && of[0].operation === '+';
      const text = `${this.expression(of[0], !chained)} ${operation} ${this.expression(of[1], true)}`;
      return inner ? `(${text})` : text;
    }
    const [a, b, c] = of.map(argument => this.expression(argument, true));
    const sign = comparisons.get(operation);
    const text = sign === undefined ? functions[operation]!(a, b, c) : `CASE WHEN ${a} ${sign} ${b} THEN 1e0 WHEN NOT (${a} ${sign} ${b}) THEN 0e0 END`;
    return inner ? `(${text})` : text;
  }

  /** The value of a step; networks are lowered before. */
  step(step: Exclude<Step, { kind: 'network' }>): string {
    switch (step.kind) {
      case 'numberCell': {
        const cell = `TRY_CAST(${respelled(step)} AS DOUBLE)`;
        return `CASE WHEN isfinite(${cell}) THEN ${cell} END`;
      }
      case 'dateCell': return `CAST(epoch_ms(TRY_CAST(${respelled(step)} AS TIMESTAMP)) AS DOUBLE)`;
      case 'textCell': return this.textCell(step.column, step.missing);
      case 'lookup': return this.lookup(this.name(step.text), step.table);
      case 'numberLookup': return this.numberLookup(this.expression(step.value, true), step.table);
      case 'textTest': return this.textTest(this.name(step.text), step.texts, step.numbers);
      case 'textNumber': return `TRY_CAST(${this.name(step.text)} AS DOUBLE)`;
      case 'sameText': return `CASE WHEN ${this.name(step.texts[0])} = ${this.name(step.texts[1])} THEN 1e0 WHEN ${this.name(step.texts[0])} <> ${this.name(step.texts[1])} THEN 0e0 END`;
      case 'bin': return this.bin(this.expression(step.value, true), step.cuts);
      case 'value': return this.expression(step.value);
    }
  }

  private textCell(column: string, missing: readonly string[]): string {
    const text = trimmed(`CAST(${sqlName(column)} AS VARCHAR)`);
    return `CASE WHEN ${text} NOT IN (${missing.map(sqlText).join(', ')}) THEN ${text} END`;
  }

  private lookup(text: string, { texts, numbers, words, missing, unknown }: LevelTable): string {
    const cases = [
      `WHEN ${text} IS NULL THEN ${Number.isNaN(missing) ? 'NULL' : missing}`,
      ...texts.map(([level, code]) => `WHEN ${text} = ${sqlText(level)} THEN ${code}`),
      ...numbers.map(([number, code]) => `WHEN ${sameNumber(`TRY_CAST(${text} AS DOUBLE)`, number)} THEN ${code}`),
      ...words.map(([word, code]) => `WHEN lower(${text}) = ${sqlText(word)} THEN ${code}`),
    ];
    return `CASE ${cases.join(' ')} ELSE ${unknown} END`;
  }

  private numberLookup(value: string, { numbers, missing, unknown }: LevelTable): string {
    const cases = numbers.map(([number, code]) => `WHEN ${sameNumber(value, number)} THEN ${code}`);
    return `CASE WHEN ${value} IS NULL THEN ${Number.isNaN(missing) ? 'NULL' : missing} ${cases.join(' ')} ELSE ${unknown} END`;
  }

  private textTest(text: string, texts: readonly string[], numbers: readonly number[]): string {
    const tests = [...texts.map(t => `${text} = ${sqlText(t)}`), ...numbers.map(n => sameNumber(`TRY_CAST(${text} AS DOUBLE)`, n))];
    return `CASE WHEN ${text} IS NULL THEN NULL WHEN ${tests.join(' OR ')} THEN 1e0 ELSE 0e0 END`;
  }

  /** Cuts are halved again and again, so that a row passes few of them. */
  private bin(value: string, cuts: readonly number[]): string {
    const search = (from: number, to: number): string => {
      if (from === to) return String(from + 1);
      const middle = (from + to) >>> 1;
      return `CASE WHEN ${value} < ${numeral(cuts[middle])} THEN ${search(from, middle)} ELSE ${search(middle + 1, to)} END`;
    };
    return `CASE WHEN ${value} IS NULL THEN 0 ELSE ${search(0, cuts.length)} END`;
  }
}

/** Values that stand in one plain CASE. */
const mostCases = 16;

/** values[code]: a plain CASE; many values are halved until they fit one, so that a row passes few comparisons. */
function pick(code: string, values: readonly number[]): string {
  const search = (from: number, to: number): string => {
    const own = values.slice(from, to);
    if (own.every(value => Object.is(value, own[0]))) return numeral(own[0]);
    if (own.length <= mostCases) return `CASE ${code} ${own.map((value, i) => `WHEN ${from + i} THEN ${numeral(value)}`).join(' ')} END`;
    const middle = (from + to) >>> 1;
    return `CASE WHEN ${code} < ${middle} THEN ${search(from, middle)} ELSE ${search(middle, to)} END`;
  };
  const text = search(0, values.length);
  return text.startsWith(`CASE ${code} `) ? text : `CASE WHEN ${code} IS NOT NULL THEN ${text} END`;
}

/** Whole numbers are exact; others may differ from a level in the last digits only. */
function sameNumber(text: string, number: number): string {
  return Number.isInteger(number) ? `${text} = ${numeral(number)}` : `(${text} = ${numeral(number)} OR CAST(printf('%.15g', ${text}) AS DOUBLE) = ${numeral(number)})`;
}

/** Steps in layers: each reads only those of the layers before it. */
function layersOf(steps: readonly Step[]): Step[][] {
  const layerOf = new Map<Name, number>();
  const layers: Step[][] = [];
  for (const step of steps) {
    const layer = Math.max(0, ...reads(step).map(name => layerOf.get(name)! + 1));
    for (const name of resultsOf(step)) layerOf.set(name, layer);
    (layers[layer] ??= []).push(step);
  }
  return layers;
}

/**
 * `table`: name of the table with the rows. `known`: columns that it has as far as is known, beside those that are read. The result has its
 * columns, `prediction`, and `probability_CLASS` each; a name that is taken gets underscores in front.
 */
export function printSql(given: Program, table: string, known: readonly string[] = []): string {
  const program = lowerNetworks(given);
  const columns = columnsRead(program);
  requireApart(columns);
  const taken = [...columns, ...known];
  const prefix = freePrefix([...taken, table]);
  const wanted = outputNames(program);
  const names = freeNames(wanted, taken);
  const printer = new Printer(prefix);
  const layers = layersOf(program.steps);
  let source = sqlName(table);
  const parts = layers.map((steps, i) => {
    const lines = steps.map(step => (step.kind === 'network' ? '' : `    ${printer.step(step)} AS ${printer.name(step.result)}`));
    const text = `${prefix}layer${i + 1} AS (\n  SELECT *,\n${lines.join(',\n')}\n  FROM ${source}\n)`;
    source = `${prefix}layer${i + 1}`;
    return text;
  });
  const hidden = program.steps.flatMap(resultsOf).map(name => printer.name(name));
  return [
    ...[...program.remarks, ...namingRemarks(wanted, names)].map(line => `-- ${inComment(line)}`.trimEnd()), '',
    ...(parts.length > 0 ? [`WITH ${parts.join(',\n')}`] : []),
    `SELECT *${hidden.length > 0 ? ` EXCLUDE (${hidden.join(', ')})` : ''},`,
    `${outputText(printer, program, names).map(line => `  ${line}`).join(',\n')}`, `FROM ${source};`, '',
  ].join('\n');
}

function outputText(printer: Printer, { output }: Program, names: readonly string[]): string[] {
  const clean = (value: Expr): string => {
    const text = printer.expression(value, true);
    return `CASE WHEN NOT isnan(${text}) THEN ${text} END`;
  };
  if (output.kind === 'number') return [`${clean(output.value)} AS ${sqlName(names[0])}`];
  const p = output.probabilities.map(value => printer.expression(value, true));
  const cases = output.classes.map((name, k) => {
    const others = p.flatMap((other, j) => (j === k ? [] : [`${p[k]} ${j < k ? '>' : '>='} ${other}`]));
    return `WHEN ${others.join(' AND ')} THEN ${sqlText(name)}`;
  });
  return [
    `CASE WHEN isnan(${p[0]}) OR ${p[0]} IS NULL THEN NULL ${cases.join(' ')} END AS ${sqlName(names[0])}`,
    ...output.probabilities.map((value, k) => `${clean(value)} AS ${sqlName(names[k + 1])}`),
  ];
}
