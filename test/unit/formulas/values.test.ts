import { describe, expect, it } from 'vitest';
import { derivative } from '../../../src/engine/formula/derivative';
import { parseFormula, withParameters } from '../../../src/engine/formula/parse/parse';
import { Evaluator, valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

const names = ['x', 'y'];
const rng = new Rng(3);
const rows = 2500;
const columns = names.map(() => Float64Array.from({ length: rows }, () => 0.1 + 0.8 * rng.uniform()));
const formulas = [
  'a*x^3 + b*y^2 + c', 'a*exp(-b*x)/(c + y)', 'sin(a*x + b)*cos(y)*tan(c*x)', 'a*log(x + b)^2 - sqrt(y)*c', 'x^a*y^b + c^x',
  'asin(a*x/4) + acos(b*y/4) + atan(c*x*y)', 'tanh(a*x - b*y) + abs(x - c*y)', '(a + b*x)/(1 + c*x*y)', '1/(1 + exp(a - b*x))^(1/c)', '2 - a*x*y*x*b',
];

describe('Values of a formula', () => {
  it('are those of the same arithmetic in JavaScript', () => {
    const parsed = parseFormula('a*exp(-b*x)/(c + y) + x^2/y', names);
    const values = valuesOf(withParameters(parsed, [1.5, 0.3, 2]), columns, rows);
    for (let i = 0; i < rows; i++) {
      const [x, y] = [columns[0]![i]!, columns[1]![i]!];
      expect(values[i]! / ((1.5 * Math.exp(-0.3 * x)) / (2 + y) + (x * x) / y)).toBeCloseTo(1, 14);
    }
  });

  it('have derivatives by numbers and variables that differences confirm', () => {
    for (const text of formulas) {
      const expression = withParameters(parseFormula(text, names), [1.3, 0.6, 1.7]);
      const evaluator = new Evaluator(expression);
      const { derivatives, values } = evaluator.derivatives(columns, rows, { variables: [0, 1], numbers: true });
      expect(derivatives).toHaveLength(2 + evaluator.numbers.length);
      derivatives.forEach((column, k) => {
        const h = 1e-6;
        const moved = (by: number): Float64Array =>
          k < 2 ? evaluator.values(columns.map((c, j) => (j === k ? c.map(v => v + by) : c)), rows)
            : evaluator.values(columns, rows, evaluator.numbers.map((v, j) => (j === k - 2 ? v + by : v)));
        const [up, down] = [moved(h), moved(-h)];
        for (let i = 0; i < rows; i += 97) expect(Math.abs(column[i]! - (up[i]! - down[i]!) / (2 * h)), text).toBeLessThan(1e-6 * (1 + Math.abs(column[i]!) + Math.abs(values[i]!)));
      });
    }
  });

  it('have the same derivatives as formulas', () => {
    for (const text of formulas) {
      const expression = withParameters(parseFormula(text, names), [1.3, 0.6, 1.7]);
      const { derivatives } = new Evaluator(expression).derivatives(columns, rows, { variables: [0, 1] });
      for (const k of [0, 1]) {
        const values = valuesOf(derivative(expression, k), columns, rows);
        for (let i = 0; i < rows; i += 97) expect(Math.abs(values[i]! - derivatives[k]![i]!), text).toBeLessThan(1e-11 * (1 + Math.abs(values[i]!)));
      }
    }
  });
});
