// Transforms of the target under which a formula may be a plain sum of terms: y = √f, 1/f, exp f and others. Rows are
// weighted by the slope of the way back, so that misfits of the transform count as misfits of the target.
import type { Expression } from '../../expression';
import { call, exact, negative, power, squareRoot } from '../../expression';

export type WayName = 'plain' | 'reciprocal' | 'square' | 'reciprocalSquare' | 'logarithm' | 'root' | 'exponential';

/** A transform t = T(y), with T(y) ready on the rows. */
export interface Way {
  name: WayName;
  values: Float64Array;
  /** |dy/dt| at each row. */
  weights: Float64Array;
  /** The formula for y from one for t. */
  back(of: Expression): Expression;
}

interface Kind {
  name: WayName;
  /** May it be used on a target of both signs? */
  bothSigns: boolean;
  to(y: number): number;
  slope(y: number): number;
  back(of: Expression): Expression;
}

const kinds: Kind[] = [
  { name: 'plain', bothSigns: true, to: y => y, slope: () => 1, back: f => f },
  { name: 'reciprocal', bothSigns: true, to: y => 1 / y, slope: y => y * y, back: f => power(f, -1) },
  { name: 'square', bothSigns: false, to: y => y * y, slope: y => 1 / (2 * y), back: squareRoot },
  { name: 'reciprocalSquare', bothSigns: false, to: y => 1 / (y * y), slope: y => y ** 3 / 2, back: f => power(f, exact(-0.5, '-1/2')) },
  { name: 'logarithm', bothSigns: false, to: Math.log, slope: y => y, back: f => call('exp', f) },
  { name: 'root', bothSigns: false, to: Math.sqrt, slope: y => 2 * Math.sqrt(y), back: f => power(f, 2) },
  { name: 'exponential', bothSigns: true, to: Math.exp, slope: y => Math.exp(-y), back: f => call('log', f) },
];

/** The transforms that the target allows, the plain one first; `rowWeights`: what rows count before any transform. */
export function waysOf(target: Float64Array, rowWeights?: Float64Array): Way[] {
  const sign = Math.sign(target.reduce((total, y) => total + y, 0)) || 1;
  // Under noise a target of one sign may have a few rows of the other: these weigh nothing.
  const against = target.reduce((count, y) => count + (y * sign > 0 ? 0 : 1), 0);
  const largest = target.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  const size = Math.sqrt(target.reduce((total, y) => total + y * y, 0) / target.length);
  const found: Way[] = [];
  for (const kind of kinds) {
    if (!kind.bothSigns && against > 0.05 * target.length) continue;
    if (kind.name === 'exponential' && largest > 12) continue;
    const way = wayOf(kind, target, kind.bothSigns ? 1 : sign, size);
    if (rowWeights) way.weights.forEach((w, i) => (way.weights[i] = w * rowWeights[i]!));
    found.push(way);
  }
  return found;
}

function wayOf(kind: Kind, target: Float64Array, sign: number, size: number): Way {
  const values = new Float64Array(target.length);
  const weights = new Float64Array(target.length);
  for (let i = 0; i < target.length; i++) {
    const y = target[i]! * sign;
    const [value, slope] = [kind.to(y), kind.slope(y)];
    // A slope without bound would make one row decide alone.
    if (!Number.isFinite(value) || !Number.isFinite(slope) || (!kind.bothSigns && y <= 0)) continue;
    values[i] = value;
    weights[i] = kind.name === 'square' ? Math.min(slope, 1 / (0.1 * size)) : slope;
  }
  return { name: kind.name, values, weights, back: sign > 0 ? kind.back : of => negative(kind.back(of)) };
}
