/** Writes a program as one self-contained TypeScript module. */
import { inComment, quoted, singleText, wrapped } from './literals';
import type { ExportedNetwork, Expr, LevelTable, Operation, Program, Step } from './program';
import { Constants, RuntimeUse } from './runtimeUse';
import { typescriptRuntime } from './typescriptRuntime';

const infix = new Map<Operation, string>([['+', '+'], ['-', '-'], ['*', '*'], ['/', '/'], ['^', '**']]);
const comparisons = new Map<Operation, string>([['<', '<'], ['>', '>'], ['<=', '<='], ['>=', '>='], ['==', '==='], ['!=', '!==']]);
const math = new Map<Operation, string>([
  ['min', 'min'], ['max', 'max'], ['ceiling', 'ceil'],
  ...(['exp', 'log', 'sqrt', 'log2', 'log10', 'log1p', 'expm1', 'abs', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh',
    'atanh', 'floor', 'trunc', 'sign', 'atan2'] as const).map(name => [name, name] as const),
]);
const own = new Map<Operation, string>([['isMissing', 'isMissing'], ['coalesce', 'coalesce'], ['and', 'and'], ['or', 'or'], ['not', 'not'], ['ifelse', 'choose']]);

/** A number as source text that reads back the same. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  return Object.is(value, -0) ? '-0' : String(value);
}

class Printer {
  readonly runtime = new RuntimeUse(typescriptRuntime);
  readonly constants = new Constants((name, text) => `const ${name} = ${text};`);

  expression(expression: Expr, inner = false): string {
    switch (expression.kind) {
      case 'constant': return inner && (expression.value < 0 || Object.is(expression.value, -0)) ? `(${numeral(expression.value)})` : numeral(expression.value);
      case 'value': return `v${expression.name}`;
      case 'pick': return `${this.runtime.use('pick')}(${this.expression(expression.code)}, ${this.list(expression.values)})`;
      case 'call': return this.call(expression.operation, expression.of, inner);
    }
  }

  private call(operation: Operation, of: readonly Expr[], inner: boolean): string {
    const sign = infix.get(operation);
    if (sign !== undefined) {
      // A sum goes on from the left without parentheses; everything else within has its own.
      const chained = operation === '+' && of[0].kind === 'call' && of[0].operation === '+';
      const text = `${this.expression(of[0], !chained)} ${sign} ${this.expression(of[1], true)}`;
      return inner ? `(${text})` : text;
    }
    const atoms = of.map(argument => this.expression(argument));
    const comparison = comparisons.get(operation);
    if (comparison !== undefined) return `${this.runtime.use('truth')}(${atoms[0]} ${comparison} ${atoms[1]}, ${atoms[0]}, ${atoms[1]})`;
    if (operation === 'negate') return inner ? `(-${this.expression(of[0], true)})` : `-${this.expression(of[0], true)}`;
    const name = math.get(operation);
    return `${name === undefined ? this.runtime.use(own.get(operation)!) : `Math.${name}`}(${atoms.join(', ')})`;
  }

  private list(values: readonly number[]): string {
    return this.constants.name(`[\n${wrapped(values.map(numeral), '  ')}\n]`);
  }

  private levels({ texts, numbers, words, missing, unknown }: LevelTable): string {
    const texted = texts.map(([text, code]) => `[${quoted(text)}, ${code}]`);
    const numbered = numbers.map(([number, code]) => `[${numeral(number)}, ${code}]`);
    const spelt = words.map(([word, code]) => `[${quoted(word)}, ${code}]`);
    return this.constants.name(`{
  texts: new Map<string, number>([
${wrapped(texted, '    ')}
  ]),
  numbers: new Map<number, number>([${numbered.join(', ')}]),
  words: new Map<string, number>([${spelt.join(', ')}]),
  missing: ${numeral(missing)},
  unknown: ${unknown},
}`, 'levels');
  }

  private singles(values: Float32Array): string {
    return `Float32Array.from([\n${wrapped(Array.from(values, singleText), '    ')}\n  ])`;
  }

  private network(network: ExportedNetwork): string {
    if (network.kind === 'dense') {
      const layers = network.layers.map(({ weight, bias }) => `  [${this.singles(weight)}, ${this.singles(bias)}],`);
      return this.constants.name(`[\n${layers.join('\n')}\n] as const`, 'network');
    }
    const { width, heads, layers, uniform, tokenOf } = network.description;
    const parameters = network.parameters.map(([name, values]) => `    ${quoted(name)}: ${this.singles(values)},`);
    return this.constants.name(`{
  width: ${width}, heads: ${heads}, layers: ${layers}, uniform: ${uniform}, tokenOf: [${tokenOf.join(', ')}],
  parameters: {\n${parameters.join('\n')}\n  },\n}`, 'network');
  }

  step(step: Step): string {
    const { runtime } = this;
    switch (step.kind) {
      case 'numberCell': case 'dateCell': return this.assign(step.result, `${runtime.use(step.kind)}(${this.rowOf(step)}, ${quoted(step.column)})`);
      case 'textCell': {
        const missing = this.constants.name(`new Set([${step.missing.map(quoted).join(', ')}])`, 'missing');
        return this.assign(step.result, `${runtime.use('textCell')}(row, ${quoted(step.column)}, ${missing})`);
      }
      case 'lookup': return this.assign(step.result, `${runtime.use('lookup')}(v${step.text}, ${this.levels(step.table)})`);
      case 'numberLookup': {
        runtime.use('lookup');
        return this.assign(step.result, `${runtime.use('numberLookup')}(${this.expression(step.value)}, ${this.levels(step.table)})`);
      }
      case 'textTest':
        return this.assign(step.result, `${runtime.use('textTest')}(v${step.text}, [${step.texts.map(quoted).join(', ')}], [${step.numbers.map(numeral).join(', ')}])`);
      case 'textNumber': return this.assign(step.result, `${runtime.use('textNumber')}(v${step.text})`);
      case 'sameText': return this.assign(step.result, `${runtime.use('sameText')}(v${step.texts[0]}, v${step.texts[1]})`);
      case 'bin': return this.assign(step.result, `${runtime.use('bin')}(${this.expression(step.value)}, ${this.list(step.cuts)})`);
      case 'value': return this.assign(step.result, this.expression(step.value));
      case 'network': return this.networkStep(step);
    }
  }

  /** The row, or what stands for it where the cell is respelled first. */
  private rowOf({ column, spelling }: Extract<Step, { kind: 'numberCell' | 'dateCell' }>): string {
    if (!spelling) return 'row';
    const rules = spelling.rules.map(([pattern, by]) => `  [new RegExp(${quoted(pattern)}), ${quoted(by.replace(/\\(\d)/g, '$$$1'))}],`);
    const style = spelling.style ? `[new RegExp(${quoted(spelling.style.pattern)}), ${quoted(spelling.style.group)}, ${quoted(spelling.style.decimal)}]` : 'null';
    const respelled = this.runtime.use('respelled');
    return `${respelled}(row, ${quoted(column)}, ${this.constants.name(`[\n${rules.join('\n')}\n] as const`, 'rules')}, ${this.constants.name(style, 'style')})`;
  }

  private assign(name: number, text: string): string {
    return `  const v${name} = ${text};`;
  }

  private networkStep({ results, inputs, network }: Extract<Step, { kind: 'network' }>): string {
    const names = results.map(name => `v${name}`).join(', ');
    const x = `[${inputs.map(input => this.expression(input)).join(', ')}]`;
    if (network.kind === 'attention') return `  const [${names}] = ${this.runtime.use('attend')}(${x}, ${this.network(network)}) as ${tuple(results.length)};`;
    const activate = network.activation === 'tanh' ? 'Math.tanh' : this.runtime.use(network.activation);
    return `  const [${names}] = ${this.runtime.use('dense')}(${x}, ${this.network(network)}, ${activate}) as ${tuple(results.length)};`;
  }
}

function tuple(length: number): string {
  return `[${Array.from({ length }, () => 'number').join(', ')}]`;
}

function outputText(printer: Printer, { output }: Program): { type: string; result: string[] } {
  if (output.kind === 'number') {
    return {
      type: '  /** NaN for a row that has no prediction. */\n  readonly prediction: number;\n  /** Of classifiers alone. */\n  readonly probabilities: null;',
      result: [`  return { prediction: ${printer.expression(output.value)}, probabilities: null };`],
    };
  }
  const classes = printer.constants.name(`[${output.classes.map(quoted).join(', ')}] as const`, 'classes');
  return {
    type: '  /** The likeliest class; null for a row that has no prediction. */\n  readonly prediction: string | null;\n'
      + '  /** In the order of `classes`; NaN for a row that has no prediction. */\n  readonly probabilities: readonly number[];\n  readonly classes: readonly string[];',
    result: [
      `  const probabilities = [${output.probabilities.map(p => printer.expression(p)).join(', ')}];`,
      '  let best = 0;',
      '  for (let k = 1; k < probabilities.length; k++) if (probabilities[k]! > probabilities[best]!) best = k;',
      `  return { prediction: Number.isNaN(probabilities[0]!) ? null : ${classes}[best]!, probabilities, classes: ${classes} };`,
    ],
  };
}

const levelsType = `interface Levels {
  readonly texts: ReadonlyMap<string, number>;
  readonly numbers: ReadonlyMap<number, number>;
  /** In lower case. */
  readonly words: ReadonlyMap<string, number>;
  readonly missing: number;
  readonly unknown: number;
}
`;

export function printTypescript(program: Program): string {
  const printer = new Printer();
  const steps = program.steps.map(step => printer.step(step));
  const { type, result } = outputText(printer, program);
  const runtime = printer.runtime.texts();
  return [
    ...program.remarks.map(line => `// ${inComment(line)}`.trimEnd()), '',
    '/** Cells by column: numbers or texts; a missing cell is null, undefined or an empty text. */',
    'export type Row = { readonly [column: string]: unknown };', '',
    `export interface Prediction {\n${type}\n}`, '',
    ...(printer.runtime.has('lookup') ? [levelsType] : []),
    ...runtime.flatMap(text => [text, '']),
    ...printer.constants.texts(), '',
    'export function predict(row: Row): Prediction {', ...steps, ...result, '}', '',
  ].join('\n');
}
