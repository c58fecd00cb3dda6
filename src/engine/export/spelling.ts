/** Turns cells that are written as in the training file (1.234,5 or 12 % or 31.12.2020) into plain numbers and ISO dates, in any language. */
import type { ColumnReading } from '../../protocol/profile';
import { currencySigns, styleSource } from '../data/numberText';
import type { Program, Step } from './program';

/**
 * A text is trimmed and the rules are applied in turn, each at most once; one that does not match changes nothing. `\1` in a replacement is
 * the first group. Patterns keep to what regular expressions of JavaScript, Python and RE2 have in common.
 */
export interface Spelling {
  readonly rules: readonly (readonly [pattern: string, replacement: string])[];
  /** Where the whole text matches, the group signs are left out and the decimal sign becomes a point. */
  readonly style?: { readonly pattern: string; readonly group: string; readonly decimal: '.' | ',' };
}

/** Blanks, the no-break ones too, which \s of RE2 lacks. */
const blank = '[\\s\u00a0\u202f\u2009]';
const sign: readonly (readonly [string, string])[] = [
  [`^([+-]?)${blank}?(?:${currencySigns})${blank}?([-+0-9.,(].*)$`, '\\1\\2'],
  [`${blank}?(?:${currencySigns}|%|‰)$`, ''],
];
const brackets: readonly [string, string] = [`^\\(${blank}*([^-+].*?)${blank}*\\)$`, '-\\1'];

const monthWords = ['jan(?:uary)?', 'feb(?:ruary)?', 'mar(?:ch)?', 'apr(?:il)?', 'may', 'june?', 'july?', 'aug(?:ust)?', 'sept?(?:ember)?', 'oct(?:ober)?', 'nov(?:ember)?', 'dec(?:ember)?'];

export function spellingOf(reading: ColumnReading): Spelling | undefined {
  return reading.kind === 'number' ? numberSpelling(reading) : dateSpelling(reading.order);
}

function numberSpelling({ decimal, group, signs }: Extract<ColumnReading, { kind: 'number' }>): Spelling | undefined {
  const plain = decimal === '.' && group === undefined;
  const rules: (readonly [string, string])[] = signs ? [...sign, brackets, ...sign] : [];
  // Other blanks and apostrophes than the plain ones separate thousands too; a number has at most five such places.
  if (group === ' ') for (let i = 0; i < 5; i++) rules.push(['[\u00a0\u202f\u2009]', ' ']);
  if (group === "'") for (let i = 0; i < 5; i++) rules.push(['’', "'"]);
  if (plain && rules.length === 0) return undefined;
  return { rules, ...(!plain && { style: { pattern: styleSource({ decimal, ...(group !== undefined && { group }) }).replaceAll('\\d', '[0-9]'), group: group ?? '', decimal } }) };
}

function dateSpelling(order: Extract<ColumnReading, { kind: 'date' }>['order']): Spelling | undefined {
  const rest = '((?:[^0-9].*)?)$';
  switch (order) {
    case 'year': return undefined;
    case 'name': return {
      rules: [
        ['^(?:[A-Za-z]{3,9},?\\s+)?([0-9]{1,2})[\\s-]+([A-Za-z]{3,9})\\.?,?[\\s-]+([0-9]{4})' + rest, '\\3-\\2-\\1\\4'],
        ['^(?:[A-Za-z]{3,9},\\s+)?([A-Za-z]{3,9})\\.?\\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\\s+([0-9]{4})' + rest, '\\3-\\1-\\2\\4'],
        ...monthWords.map((word, i): [string, string] => [`^([0-9]{4})-(?:${anyCase(word)})-`, `\\1-${i + 1}-`]),
      ],
    };
    case 'dayFirst': case 'monthFirst': {
      const turned = order === 'dayFirst' ? '\\3-\\2-\\1\\4' : '\\3-\\1-\\2\\4';
      const front = '^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]';
      return { rules: [[`${front}([0-9]{4})${rest}`, turned], [`${front}([0-6][0-9])${rest}`, `20${turned}`], [`${front}([7-9][0-9])${rest}`, `19${turned}`]] };
    }
  }
}

/** The three languages write the flag for it in three ways. */
function anyCase(word: string): string {
  return word.replace(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`);
}

/** The program with the spellings of the training file for the cells of these columns. */
export function withSpellings(program: Program, readings: ReadonlyMap<string, ColumnReading>): Program {
  const steps = program.steps.map((step): Step => {
    const reading = step.kind === 'numberCell' || step.kind === 'dateCell' ? readings.get(step.column) : undefined;
    const fits = reading !== undefined && reading.kind === (step.kind === 'dateCell' ? 'date' : 'number');
    const spelling = fits ? spellingOf(reading) : undefined;
    return spelling ? { ...step, spelling } as Step : step;
  });
  return { ...program, steps };
}
