/** Writes a program as one self-contained module of Python 3 that needs its standard library only. */
import { inComment, quoted, singleText, wrapped } from './literals';
import type { ExportedNetwork, Expr, LevelTable, Operation, Program, Step } from './program';
import { pythonRuntime } from './pythonRuntime';
import { Constants, RuntimeUse } from './runtimeUse';

const infix = new Map<Operation, string>([['+', '+'], ['-', '-'], ['*', '*']]);
const comparisons = new Set<Operation>(['<', '>', '<=', '>=', '==', '!=']);
/** Operations that are a function of the runtime. */
const own = new Map<Operation, string>([
  ['^', 'power'], ['isMissing', 'is_missing'], ['coalesce', 'coalesce'], ['and', 'both'], ['or', 'either'], ['not', 'negation'], ['ifelse', 'choose'],
  ['min', 'least'], ['max', 'most'], ['exp', 'exp'], ['sign', 'sign'], ['atanh', 'atanh'],
]);
/** Operations that are a function of math with a guard, and the guard with its first arguments. */
const guarded = new Map<Operation, readonly [string, string]>([
  ['log', ['logarithm', 'math.log, ']], ['log2', ['logarithm', 'math.log2, ']], ['log10', ['logarithm', 'math.log10, ']], ['log1p', ['logarithm', 'math.log1p, ']],
  ['floor', ['rounding', 'math.floor, ']], ['ceiling', ['rounding', 'math.ceil, ']], ['trunc', ['rounding', 'math.trunc, ']],
  ...(['sqrt', 'expm1', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atan2'] as const)
    .map((name): [Operation, readonly [string, string]] => [name, ['of', `math.${name}, `]]),
]);

/** A floating-point number as source text that reads back the same. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-math.inf' : 'math.inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

class Printer {
  readonly runtime = new RuntimeUse(pythonRuntime);
  readonly constants = new Constants((name, text) => `${name} = ${text}`);

  expression(expression: Expr, inner = false): string {
    switch (expression.kind) {
      case 'constant': return inner && (expression.value < 0 || Object.is(expression.value, -0)) ? `(${numeral(expression.value)})` : numeral(expression.value);
      case 'value': return `v${expression.name}`;
      case 'pick': return `${this.runtime.use('pick')}(${this.expression(expression.code)}, ${this.list(expression.values)})`;
      case 'call': return this.call(expression.operation, expression.of, inner);
    }
  }

  private call(operation: Operation, of: readonly Expr[], inner: boolean): string {
    const safeDivision = operation === '/' && of[1].kind === 'constant' && of[1].value !== 0;
    const sign = safeDivision ? '/' : infix.get(operation);
    if (sign !== undefined) {
      const chained = operation === '+' && of[0].kind === 'call' && of[0].operation === '+';
      const text = `${this.expression(of[0], !chained)} ${sign} ${this.expression(of[1], true)}`;
      return inner ? `(${text})` : text;
    }
    const atoms = of.map(argument => this.expression(argument));
    if (comparisons.has(operation)) return `${this.runtime.use('truth')}(${atoms[0]} ${operation} ${atoms[1]}, ${atoms[0]}, ${atoms[1]})`;
    if (operation === 'negate') return inner ? `(-${this.expression(of[0], true)})` : `-${this.expression(of[0], true)}`;
    if (operation === 'abs') return `abs(${atoms[0]})`;
    if (operation === '/') return `${this.runtime.use('divide')}(${atoms.join(', ')})`;
    const guard = guarded.get(operation);
    if (!guard) return `${this.runtime.use(own.get(operation)!)}(${atoms.join(', ')})`;
    return `${this.runtime.use(guard[0])}(${guard[1]}${atoms.join(', ')}${operation === 'log1p' ? ', -1.0' : ''})`;
  }

  private list(values: readonly number[]): string {
    return this.constants.name(`(\n${wrapped(values.map(numeral), '    ')}\n)`);
  }

  private levels({ texts, numbers, words, missing, unknown }: LevelTable): string {
    const texted = texts.map(([text, code]) => `${quoted(text)}: ${code}`);
    const numbered = numbers.map(([number, code]) => `${numeral(number)}: ${code}`);
    const spelt = words.map(([word, code]) => `${quoted(word)}: ${code}`);
    return this.constants.name(`(
    {
${wrapped(texted, '        ')}
    },
    {${numbered.join(', ')}},
    {${spelt.join(', ')}},
    ${Number.isNaN(missing) ? 'nan' : missing},  # missing
    ${unknown},  # unknown
)`, 'levels');
  }

  private singles(values: Float32Array): string {
    return `array("f", (\n${wrapped(Array.from(values, singleText), '        ')}\n    ))`;
  }

  private network(network: ExportedNetwork): string {
    if (network.kind === 'dense') {
      const layers = network.layers.map(({ weight, bias }) => `    (${this.singles(weight)}, ${this.singles(bias)}),`);
      return this.constants.name(`(\n${layers.join('\n')}\n)`, 'network');
    }
    const { width, heads, layers, uniform, tokenOf } = network.description;
    const parameters = network.parameters.map(([name, values]) => `        ${quoted(name)}: ${this.singles(values)},`);
    return this.constants.name(`{
    "width": ${width}, "heads": ${heads}, "layers": ${layers}, "uniform": ${uniform ? 'True' : 'False'},
    "tokenOf": (${tokenOf.map(t => `${t}, `).join('').trimEnd()}),
    "parameters": {\n${parameters.join('\n')}\n    },\n}`, 'network');
  }

  step(step: Step): string {
    const { runtime } = this;
    const numbers = (values: readonly number[]): string => `(${values.map(v => `${numeral(v)}, `).join('').trimEnd()})`;
    const texts = (values: readonly string[]): string => `(${values.map(v => `${quoted(v)}, `).join('').trimEnd()})`;
    switch (step.kind) {
      case 'numberCell': return this.assign(step.result, `${runtime.use('number_cell')}(${this.rowOf(step)}, ${quoted(step.column)})`);
      case 'dateCell': return this.assign(step.result, `${runtime.use('date_cell')}(${this.rowOf(step)}, ${quoted(step.column)})`);
      case 'textCell': {
        const missing = this.constants.name(`frozenset(${texts(step.missing)})`, 'missing');
        return this.assign(step.result, `${runtime.use('text_cell')}(row, ${quoted(step.column)}, ${missing})`);
      }
      case 'lookup': return this.assign(step.result, `${runtime.use('lookup')}(v${step.text}, ${this.levels(step.table)})`);
      case 'numberLookup': return this.assign(step.result, `${runtime.use('number_lookup')}(${this.expression(step.value)}, ${this.levels(step.table)})`);
      case 'textTest': return this.assign(step.result, `${runtime.use('text_test')}(v${step.text}, ${texts(step.texts)}, ${numbers(step.numbers)})`);
      case 'textNumber': return this.assign(step.result, `${runtime.use('text_number')}(v${step.text})`);
      case 'sameText': return this.assign(step.result, `${runtime.use('same_text')}(v${step.texts[0]}, v${step.texts[1]})`);
      case 'bin': return this.assign(step.result, `${runtime.use('bin_of')}(${this.expression(step.value)}, ${this.list(step.cuts)})`);
      case 'value': return this.assign(step.result, this.expression(step.value));
      case 'network': return this.networkStep(step);
    }
  }

  /** The row, or what stands for it where the cell is respelled first. */
  private rowOf({ column, spelling }: Extract<Step, { kind: 'numberCell' | 'dateCell' }>): string {
    if (!spelling) return 'row';
    const rules = spelling.rules.map(([pattern, by]) => `    (re.compile(${quoted(pattern)}), ${quoted(by)}),`);
    const style = spelling.style ? `(re.compile(${quoted(spelling.style.pattern)}), ${quoted(spelling.style.group)}, ${quoted(spelling.style.decimal)})` : 'None';
    const respelled = this.runtime.use('respelled');
    return `${respelled}(row, ${quoted(column)}, ${this.constants.name(`(\n${rules.join('\n')}\n)`, 'rules')}, ${this.constants.name(style, 'style')})`;
  }

  private assign(name: number, text: string): string {
    return `    v${name} = ${text}`;
  }

  private networkStep({ results, inputs, network }: Extract<Step, { kind: 'network' }>): string {
    const names = results.map(name => `v${name}, `).join('').trimEnd();
    const x = `[${inputs.map(input => this.expression(input)).join(', ')}]`;
    if (network.kind === 'attention') return `    ${names} = ${this.runtime.use('attend')}(${x}, ${this.network(network)})`;
    const activate = network.activation === 'tanh' ? 'math.tanh' : this.runtime.use(network.activation);
    return `    ${names} = ${this.runtime.use('dense')}(${x}, ${this.network(network)}, ${activate})`;
  }
}

const rowWords = 'row: cells by column (a dict): numbers or texts; a missing cell is None or an empty text.';

function outputText(printer: Printer, { output }: Program): { words: string; result: string[] } {
  if (output.kind === 'number') {
    return {
      words: 'Gives {"prediction": number, "probabilities": None}; the prediction is None for a row that has none.',
      result: [`    value = ${printer.expression(output.value)}`, '    return {"prediction": None if math.isnan(value) else value, "probabilities": None}'],
    };
  }
  const classes = printer.constants.name(`(${output.classes.map(name => `${quoted(name)}, `).join('').trimEnd()})`, 'classes');
  return {
    words: 'Gives {"prediction": the likeliest class, "probabilities": one a class, by class}; both are None for a row that has none.',
    result: [
      `    probabilities = [${output.probabilities.map(p => printer.expression(p)).join(', ')}]`,
      '    if math.isnan(probabilities[0]):', '        return {"prediction": None, "probabilities": None}',
      `    return {"prediction": ${classes}[probabilities.index(max(probabilities))], "probabilities": dict(zip(${classes}, probabilities))}`,
    ],
  };
}

export function printPython(program: Program): string {
  const printer = new Printer();
  const steps = program.steps.map(step => printer.step(step));
  const { words, result } = outputText(printer, program);
  const { runtime } = printer;
  const modules = [
    ...(runtime.has('bin_of') ? ['import bisect'] : []), ...(runtime.has('date_cell') ? ['import datetime'] : []), 'import math',
    ...(runtime.has('spelled') || runtime.has('date_cell') || runtime.has('respelled') ? ['import re'] : []),
    ...(runtime.has('linear') ? ['from array import array'] : []),
  ];
  return [
    ...program.remarks.map(line => `# ${inComment(line)}`.trimEnd()),
    ...modules, '', 'nan = math.nan', '',
    ...runtime.texts().flatMap(text => ['', text, '']), '',
    ...printer.constants.texts(), '', '',
    'def predict(row):', `    """${rowWords}`, '', `    ${words}`, '    """', ...steps, ...result, '',
  ].join('\n');
}
