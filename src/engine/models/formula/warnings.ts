/** Where a formula has no value, or leaves what its rows have shown. */
import { variablesOf, type Expression } from '../../formula/expression';
import { valuesOf } from '../../formula/values';
import { Rng } from '../../math/random';
import { at, type FormulaVariable, type SampledRows } from './variables';

/** Random points of the box that the rows span. */
const points = 1000;

export function warningsOf(of: Expression, variables: readonly FormulaVariable[], sample: SampledRows, target: string): string[] {
  const used = variablesOf(of);
  if (used.length === 0 || sample.complete.length === 0) return [];
  const ranges = sample.columns.map(column => rangeOf(at(column, sample.complete)));
  const text = used.slice(0, 8).map(k => `${variables[k]!.name} from ${plain(ranges[k]![0])} to ${plain(ranges[k]![1])}`).join(', ');
  const warnings = [`The rows span ${text}${used.length > 8 ? ' …' : ''}. Outside of that nothing has tested the formula.`];
  const rng = new Rng(1).fork('box');
  const columns = ranges.map(([low, high], k) => (variables[k]!.level === undefined ? Float64Array.from({ length: points }, () => low + (high - low) * rng.uniform()) : Float64Array.from({ length: points }, () => rng.integer(2))));
  const values = valuesOf(of, columns, points);
  const [low, high] = rangeOf(at(sample.target, sample.complete));
  const without = values.reduce((count, v) => count + (Number.isFinite(v) ? 0 : 1), 0);
  const far = values.reduce((count, v) => count + (v > high + 2 * (high - low) || v < low - 2 * (high - low) ? 1 : 0), 0);
  if (without > 0) warnings.push(`Within these ranges the formula has no value at ${share(without)} of random points.`);
  if (far > 0) warnings.push(`Within these ranges the formula leaves the values of ${target} by more than twice their range at ${share(far)} of random points.`);
  return warnings;
}

function rangeOf(values: Float64Array): [number, number] {
  return values.reduce<[number, number]>(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
}

const plain = (value: number): string => String(Number(value.toPrecision(4)));
const share = (count: number): string => `${plain((100 * count) / points)} %`;
