// Rules about a formula's slopes (rising or falling along a column, level at one of its values), and where they are looked at: rows,
// random points and corners of the box that the rows span.
import { Rng } from '../../math/random';
import type { Expression } from '../expression';
import { variablesOf } from '../expression';
import { Evaluator } from '../values';

export interface SlopeRule {
  /** Index of the column. */
  variable: number;
  kind: 'increasing' | 'decreasing' | 'flat';
  /** Where a flat one has the slope 0. */
  at?: number;
}

/** Where a rule is looked at. */
export interface RulePoints {
  rule: SlopeRule;
  /** One a column, all of `count` values. */
  columns: Float64Array[];
  count: number;
  /** What slopes are measured in: standard deviation of the target over the range of the column. */
  unit: number;
}

export interface SlopeCheck {
  points: RulePoints[];
}

export interface PointCounts { rows: number; random: number; corners: number }

/** For formulas on their way, and for the one that is kept. */
export const passing: PointCounts = { rows: 48, random: 96, corners: 48 };
export const thorough: PointCounts = { rows: 2000, random: 2000, corners: 400 };

/** Slopes that are wrong by no more than this many units count as right: rounding. Being flat is no inequality, so its bound is wider. */
const rounding = { side: 1e-8, flat: 1e-6 };

/** `whole`: columns that are 0 or 1 only. */
export function slopeCheck(rules: readonly SlopeRule[], columns: readonly Float64Array[], target: Float64Array, whole: readonly boolean[], counts: PointCounts, seed = 1): SlopeCheck {
  const ranges = columns.map(rangeOf);
  const mean = target.reduce((sum, y) => sum + y, 0) / Math.max(1, target.length);
  const deviation = Math.sqrt(target.reduce((sum, y) => sum + (y - mean) ** 2, 0) / Math.max(1, target.length)) || 1;
  const rng = new Rng(seed).fork('slopes');
  const rows = Math.min(counts.rows, target.length);
  const count = rows + counts.random + counts.corners;
  return {
    points: rules.map((rule): RulePoints => {
      const own = columns.map((column, k) => Float64Array.from({ length: count }, (_, i) => {
        const [low, high] = ranges[k]!;
        if (rule.at !== undefined && k === rule.variable) return rule.at;
        if (i < rows) return column[Math.floor((i * target.length) / rows)]!;
        const place = rng.uniform();
        return i < rows + counts.random && !whole[k] ? low + (high - low) * place : place < 0.5 ? low : high;
      }));
      const [low, high] = ranges[rule.variable]!;
      return { rule, columns: own, count, unit: deviation / (high - low || 1) };
    }),
  };
}

function rangeOf(values: Float64Array): [number, number] {
  return values.reduce<[number, number]>(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
}

export interface RuleResult { rule: SlopeRule; points: number; violated: number }

/** Places of the points that break the rule; a slope that is no number breaks it. */
export function brokenAt(of: Expression, { rule, columns, count, unit }: RulePoints): number[] {
  if (!variablesOf(of).includes(rule.variable)) return [];
  const [slopes] = new Evaluator(of).derivatives(columns, count, { variables: [rule.variable] }).derivatives;
  return [...slopes!.keys()].filter(i => !keeps(rule, slopes![i]! / unit));
}

/** How many points break each rule. */
export function checkSlopes(of: Expression, { points }: SlopeCheck): RuleResult[] {
  return points.map(each => ({ rule: each.rule, points: each.count, violated: brokenAt(of, each).length }));
}

export function breaksRules(of: Expression, check: SlopeCheck): boolean {
  return checkSlopes(of, check).some(({ violated }) => violated > 0);
}

/** `slope`: in units. */
function keeps({ kind }: SlopeRule, slope: number): boolean {
  if (kind === 'flat') return Math.abs(slope) <= rounding.flat;
  return kind === 'increasing' ? slope >= -rounding.side : slope <= rounding.side;
}

/** Bits of a formula that breaks a rule: more than any misfit, for a rule that is given is to be obeyed. */
export const brokenBits = 1e7;

export function slopeBits(of: Expression, check: SlopeCheck | undefined): number {
  return check && breaksRules(of, check) ? brokenBits : 0;
}
