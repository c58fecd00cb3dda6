/** From the values of a category, in any table, to the levels that an encoding knows. */
import { areBooleans, booleanMeaning } from '../booleanText';
import { numberLevel } from './binding';
import type { EncodedVariable } from './encoding';
import { levelNumber, type Value } from '../formula/values';

/** The levels that a lookup finds, and what stands for the missing, the rare and the unknown among them. */
export type KnownLevels = Pick<Extract<EncodedVariable, { kind: 'category' }>, 'label' | 'levels' | 'missingLevel' | 'otherLevel' | 'reference'>;

export interface CategoryLookup {
  /** Code of a missing value. */
  readonly missing: number;
  knows(level: string): boolean;
  /** Code of each of a column's levels. */
  ofLevels(levels: readonly string[]): Int32Array;
  /** Code of a number, by the value that a level's text stands for. */
  ofNumber(value: number): number;
  ofValue(value: Value): Int32Array;
}

/** For levels that are true and false in some spelling: the code of a level in any spelling (TRUE, yes, t, 1 …). */
function truthOfLevels(codes: ReadonlyMap<string, number>): (level: string) => number | undefined {
  if (!areBooleans([...codes.keys()])) return () => undefined;
  const byTruth = new Map([...codes].map(([level, code]) => [booleanMeaning(level), code]));
  return level => {
    const number = levelNumber(level);
    const truth = booleanMeaning(level) ?? (number === 1 ? true : number === 0 ? false : undefined);
    return truth === undefined ? undefined : byTruth.get(truth);
  };
}

/** `absent` is the code for a missing value where no level stands for it. */
export function categoryLookup(variable: KnownLevels, absent: number): CategoryLookup {
  const byText = new Map<string, number>();
  const byNumber = new Map<number, number>();
  variable.levels.forEach((level, code) => {
    if (code === variable.missingLevel || code === variable.otherLevel) return;
    byText.set(level, code);
    const number = levelNumber(level);
    if (!Number.isNaN(number) && !byNumber.has(number)) byNumber.set(number, code);
  });
  const missing = variable.missingLevel ?? absent;
  const unknown = variable.otherLevel ?? variable.missingLevel ?? variable.reference;
  // "1" and "1.0" are the same category when one file writes it so and another one so.
  const byTruth = truthOfLevels(byText);
  const find = (level: string): number | undefined => byText.get(level) ?? byNumber.get(levelNumber(level)) ?? byTruth(level);
  const known = new WeakMap<readonly string[], Int32Array>();
  const ofLevels = (levels: readonly string[]): Int32Array => {
    let codes = known.get(levels);
    if (!codes) {
      codes = Int32Array.from(levels, level => find(level) ?? unknown);
      known.set(levels, codes);
    }
    return codes;
  };
  const ofNumber = (value: number, logical = false): number => {
    if (Number.isNaN(value)) return missing;
    if (logical) return byText.get(value ? 'TRUE' : 'FALSE') ?? unknown;
    return byNumber.get(value) ?? find(numberLevel(value)) ?? unknown;
  };
  return {
    missing, ofLevels,
    ofNumber: value => ofNumber(value),
    knows: level => find(level) !== undefined,
    ofValue: value => {
      switch (value.type) {
        case 'category': {
          const codes = ofLevels(value.levels);
          return value.codes.map(code => (code < 0 ? missing : codes[code]));
        }
        case 'numbers': {
          const codes = new Int32Array(value.values.length);
          for (let i = 0; i < codes.length; i++) codes[i] = ofNumber(value.values[i], value.logical === true);
          return codes;
        }
        default: throw new Error(`${variable.label} is no category`);
      }
    },
  };
}
