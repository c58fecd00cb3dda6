/**
 * How columns become the numbers that a linear model sees: learned on the training rows, kept as JSON in the model
 * file, applied to any table. Names from the data are values here, never keys.
 */
import type { Expression } from '../formula/expression';
import type { TransformState } from '../formula/transforms';

export interface Encoding {
  readonly version: 1;
  readonly intercept: boolean;
  /** 'impute': a missing number becomes its median, a missing category a level. 'drop': such a row has no prediction. */
  readonly missing: 'impute' | 'drop';
  /** Columns of the table that are read. */
  readonly columns: readonly EncodedColumn[];
  readonly variables: readonly EncodedVariable[];
  readonly terms: readonly EncodedTerm[];
  /** Learned transformations of a formula, by their text. */
  readonly states: readonly (readonly [string, TransformState])[];
}

export type EncodedColumn =
  | {
      readonly name: string;
      readonly as: 'number' | 'date';
      /** Put in the place of missing values (median of the training rows; days since the origin for dates). */
      readonly fill: number;
      /** Training rows where it was missing. */
      readonly missing: number;
      /** Dates: the first date of the training rows in milliseconds since 1970; its day is 0. */
      readonly origin?: number;
      /** Standardisation: (x − mean) / deviation. */
      readonly mean?: number;
      readonly deviation?: number;
    }
  | { readonly name: string; readonly as: 'category'; readonly missing: number };

export type EncodedVariable =
  | {
      readonly kind: 'number';
      readonly label: string;
      readonly expression: Expression;
      readonly columns: readonly string[];
      /** Suffixes of the design's columns: [''] for one column, ['1', '2'] for poly(x, 2). */
      readonly parts: readonly string[];
    }
  | {
      readonly kind: 'category';
      readonly label: string;
      /** What gives the categories: a column, or an expression whose numbers or truth values are the levels. */
      readonly expression: Expression;
      readonly columns: readonly string[];
      readonly levels: readonly string[];
      /** Index of the reference level. */
      readonly reference: number;
      /** Index of the level that missing values have. */
      readonly missingLevel?: number;
      /** Index of the level that rare and unknown values share. */
      readonly otherLevel?: number;
      /** Marks of the levels that were pooled into it; see levelMarks.ts. */
      readonly pooled?: string;
    }
  | { readonly kind: 'missing'; readonly label: string; readonly columns: readonly [string] };

/** A product of variables; a category with `full` has a column for every level, else for all but the reference. */
export interface EncodedTerm {
  readonly factors: readonly { readonly variable: number; readonly full: boolean }[];
}

/** One column of the design. */
export interface TermInfo {
  /** As R names it, e.g. "speciesChinstrap". */
  readonly name: string;
  /** The column of the data, or several joined by ":". */
  readonly feature: string;
  readonly features: readonly string[];
  /** Levels joined by ":" where a category takes part. */
  readonly level?: string;
  readonly reference?: string;
  /** Index into Encoding.terms: columns of one term belong together. */
  readonly term: number;
  /** The indicator of missing values of a numeric column. */
  readonly isIndicator?: boolean;
}

/** Column-major rows × columns without the intercept, which the model adds where `intercept` is true. */
export interface DesignMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  readonly terms: readonly TermInfo[];
  readonly intercept: boolean;
}

interface Piece { readonly name: string; readonly level?: string; readonly reference?: string }

/** The pieces that a factor contributes to the names of a term's columns, in order. */
export function piecesOf(variable: EncodedVariable, full: boolean): Piece[] {
  switch (variable.kind) {
    case 'number': return variable.parts.map(part => ({ name: variable.label + part }));
    case 'missing': return [{ name: variable.label }];
    case 'category': {
      const reference = variable.levels[variable.reference];
      const pieces = variable.levels.map(level => ({ name: variable.label + level, level, reference: full ? undefined : reference }));
      return full ? pieces : pieces.filter((_, i) => i !== variable.reference);
    }
  }
}

const described = new WeakMap<Encoding, readonly TermInfo[]>();

/** Describes the design's columns in order; in a product the first factor varies fastest, as in R. Once an encoding. */
export function describeTerms(encoding: Encoding): readonly TermInfo[] {
  let infos = described.get(encoding);
  if (!infos) {
    infos = makeDescription(encoding);
    described.set(encoding, infos);
  }
  return infos;
}

function makeDescription(encoding: Encoding): TermInfo[] {
  const infos: TermInfo[] = [];
  encoding.terms.forEach((term, index) => {
    let pieces: Piece[] = [{ name: '' }];
    term.factors.forEach((factor, place) => {
      const own = piecesOf(encoding.variables[factor.variable], factor.full);
      pieces = place === 0 ? own : own.flatMap(second => pieces.map(first => joined(first, second)));
    });
    const features = [...new Set(term.factors.flatMap(f => encoding.variables[f.variable].columns))];
    const isIndicator = term.factors.length === 1 && encoding.variables[term.factors[0].variable].kind === 'missing';
    for (const piece of pieces) {
      infos.push({
        name: piece.name, feature: features.join(':'), features, term: index,
        ...(piece.level !== undefined && { level: piece.level }),
        ...(piece.reference !== undefined && { reference: piece.reference }),
        ...(isIndicator && { isIndicator }),
      });
    }
  });
  return infos;
}

function joined(first: Piece, second: Piece): Piece {
  const both = (a: string | undefined, b: string | undefined): string | undefined => (a === undefined ? b : b === undefined ? a : `${a}:${b}`);
  return { name: `${first.name}:${second.name}`, level: both(first.level, second.level), reference: both(first.reference, second.reference) };
}

/** Number of columns of the design, without making their names. */
export function countColumns(encoding: Pick<Encoding, 'variables' | 'terms'>): number {
  let count = 0;
  for (const term of encoding.terms) count += widths(encoding, term).reduce((product, w) => product * w, 1);
  return count;
}

/** Columns that each factor of a term contributes. */
export function widths(encoding: Pick<Encoding, 'variables'>, term: EncodedTerm): number[] {
  return term.factors.map(factor => {
    const variable = encoding.variables[factor.variable];
    if (variable.kind === 'number') return variable.parts.length;
    if (variable.kind === 'missing') return 1;
    return variable.levels.length - (factor.full ? 0 : 1);
  });
}
