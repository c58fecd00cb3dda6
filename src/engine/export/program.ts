/**
 * A prediction as a small program without a language: cells of a row come in, numbered values are worked out one after the
 * other, a number or class probabilities come out. Families compile into it, printers write it as source code.
 *
 * Values are double precision numbers; NaN is "no value" (a missing cell where none is filled in) and passes through all
 * arithmetic. Truth is 1 or 0.
 */
import type { Activation, AttentionDescription } from '../compute/network/description';
import type { Spelling } from './spelling';

/** Number of a value: `v7` in the code. */
export type Name = number;

export type Operation =
  | '+' | '-' | '*' | '/' | '^' | '<' | '>' | '<=' | '>=' | '==' | '!=' | 'and' | 'or' | 'not' | 'negate' | 'ifelse' | 'min' | 'max'
  /** 1 where the first is NaN; the first, or the second where it is NaN. */
  | 'isMissing' | 'coalesce'
  | 'exp' | 'log' | 'sqrt' | 'log2' | 'log10' | 'log1p' | 'expm1' | 'abs' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'sinh' | 'cosh'
  | 'tanh' | 'asinh' | 'acosh' | 'atanh' | 'floor' | 'ceiling' | 'trunc' | 'sign' | 'atan2';

export type Expr =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'value'; readonly name: Name }
  | { readonly kind: 'call'; readonly operation: Operation; readonly of: readonly Expr[] }
  /** values[code], NaN where the code is NaN. The code is a constant or a value. */
  | { readonly kind: 'pick'; readonly code: Expr; readonly values: readonly number[] };

/** From a text or number to a code: by the text itself, else by the number it spells, else in lower case; codes may be NaN. */
export interface LevelTable {
  readonly texts: readonly (readonly [string, number])[];
  readonly numbers: readonly (readonly [number, number])[];
  readonly words: readonly (readonly [string, number])[];
  readonly missing: number;
  readonly unknown: number;
}

export interface DenseLayer { readonly weight: Float32Array; readonly bias: Float32Array }
export type ExportedNetwork =
  | { readonly kind: 'dense'; readonly activation: Activation; readonly layers: readonly DenseLayer[] }
  /** Parameters by name, as compute/network/description.ts has them. */
  | { readonly kind: 'attention'; readonly description: AttentionDescription; readonly parameters: readonly (readonly [string, Float32Array])[] };

export type Step =
  /** A finite number, or NaN. */
  | { readonly kind: 'numberCell'; readonly result: Name; readonly column: string; readonly spelling?: Spelling }
  /** Milliseconds since 1970, or NaN. */
  | { readonly kind: 'dateCell'; readonly result: Name; readonly column: string; readonly spelling?: Spelling }
  /** A text without blanks around it; missing where it is one of `missing`. Only text steps read it. */
  | { readonly kind: 'textCell'; readonly result: Name; readonly column: string; readonly missing: readonly string[] }
  | { readonly kind: 'lookup'; readonly result: Name; readonly text: Name; readonly table: LevelTable }
  /** By the numbers of the table alone. */
  | { readonly kind: 'numberLookup'; readonly result: Name; readonly value: Expr; readonly table: LevelTable }
  /** 1 where the text is one of `texts` or spells one of `numbers`, 0 where not, NaN where missing. */
  | { readonly kind: 'textTest'; readonly result: Name; readonly text: Name; readonly texts: readonly string[]; readonly numbers: readonly number[] }
  | { readonly kind: 'textNumber'; readonly result: Name; readonly text: Name }
  | { readonly kind: 'sameText'; readonly result: Name; readonly texts: readonly [Name, Name] }
  /** 1 + #{cuts ≤ value}; 0 where the value is NaN. */
  | { readonly kind: 'bin'; readonly result: Name; readonly value: Expr; readonly cuts: readonly number[] }
  | { readonly kind: 'value'; readonly result: Name; readonly value: Expr }
  /** One network's outputs before the link; all NaN where an input is. */
  | { readonly kind: 'network'; readonly results: readonly Name[]; readonly inputs: readonly Expr[]; readonly network: ExportedNetwork };

export interface Program {
  /** For the head of the code: what the model is and what the reader has to know. */
  readonly remarks: readonly string[];
  readonly steps: readonly Step[];
  readonly output:
    | { readonly kind: 'number'; readonly value: Expr }
    | { readonly kind: 'classes'; readonly classes: readonly string[]; readonly probabilities: readonly Expr[] };
}

/** Values that steps read. */
export function reads(step: Step): Name[] {
  switch (step.kind) {
    case 'numberCell': case 'dateCell': case 'textCell': return [];
    case 'lookup': case 'textTest': case 'textNumber': return [step.text];
    case 'sameText': return [...step.texts];
    case 'numberLookup': case 'bin': case 'value': return namesIn(step.value);
    case 'network': return step.inputs.flatMap(namesIn);
  }
}

export function namesIn(expression: Expr): Name[] {
  switch (expression.kind) {
    case 'constant': return [];
    case 'value': return [expression.name];
    case 'call': return expression.of.flatMap(namesIn);
    case 'pick': return namesIn(expression.code);
  }
}

export function resultsOf(step: Step): readonly Name[] {
  return step.kind === 'network' ? step.results : [step.result];
}

/** Columns of the row that the program reads, in order. */
export function columnsRead(program: Program): string[] {
  const names = program.steps.flatMap(step => (step.kind === 'numberCell' || step.kind === 'dateCell' || step.kind === 'textCell' ? [step.column] : []));
  return [...new Set(names)];
}

/** The program without steps whose results nothing reads. */
export function withoutUnused(program: Program): Program {
  const { output } = program;
  const needed = new Set((output.kind === 'number' ? [output.value] : output.probabilities).flatMap(namesIn));
  const kept = [...program.steps].reverse().filter(step => {
    if (!resultsOf(step).some(name => needed.has(name))) return false;
    for (const name of reads(step)) needed.add(name);
    return true;
  });
  return { ...program, steps: kept.reverse() };
}
