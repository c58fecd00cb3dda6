// What formulas cost in bits: equal things written in two ways cost the same, and numbers that say the same twice cost twice.
import { describe, expect, it } from 'vitest';

import { complexity } from '../../../src/engine/formula/complexity';
import { structureBits } from '../../../src/engine/formula/describe';
import { call, exact, fitted, power, product, quotient, sum, variable } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { compacted, polish, safelyCanonical } from '../../../src/engine/formula/polish';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { snap } from '../../../src/engine/formula/snap';
import { valuesOf } from '../../../src/engine/formula/values';
import { Rng } from '../../../src/engine/math/random';

const x = variable(0);

describe('the description of a formula', () => {
  it('counts a root alike, whether its exponent has a name or not', () => {
    expect(structureBits(power(x, exact(-0.5, '-1/2')), 2)).toBe(structureBits(power(x, exact(-0.5)), 2));
    expect(structureBits(power(x, exact(0.5, '1/2')), 2)).toBe(structureBits(power(x, exact(0.5)), 2));
  });

  it('gives no number away because another says the same', () => {
    const random = new Rng(3);
    const column = Float64Array.from({ length: 300 }, () => 1 + random.uniform());
    const rows = searchRows([column], column.map(v => 2 / (1 + 0.7 * v) + 0.01 * random.normal()));
    const one = polish(quotient(fitted(2), sum(exact(1), product(fitted(0.7), x))), rows)!;
    const twice = polish(quotient(fitted(2), sum(fitted(1), product(fitted(0.7), x))), rows)!;
    expect(twice.sse).toBeCloseTo(one.sse, 9);
    expect(twice.bits).toBeGreaterThan(one.bits + 3);
  });

  it('takes pi squared where the numbers are its', () => {
    const random = new Rng(5);
    const column = Float64Array.from({ length: 300 }, () => 1 + random.uniform());
    const rows = searchRows([column], column.map(v => Math.sin(v) + 4 * Math.PI ** 2 * v + 0.001 * random.normal()));
    const fit = snap(polish(sum(call('sin', x), product(fitted(39), x)), rows)!, rows);
    expect(JSON.stringify(fit.expression)).toContain('4*pi^2');
  });
});

describe('a formula written shorter', () => {
  it('is shortened again where the first pass only made a bracket that can be', () => {
    const random = new Rng(7);
    const names = ['m', 'v', 'c'];
    const columns = [1, 1, 3].map(low => Float64Array.from({ length: 100 }, () => low + random.uniform()));
    for (const text of ['m/sqrt(1/v^2 - 1/c^2)', '1/sqrt(1/(m*v)^2 - 1/(m*c)^2)']) {
      const { expression } = parseFormula(text, names);
      const rows = searchRows(columns, valuesOf(expression, columns, 100));
      expect(compacted(polish(safelyCanonical(expression, rows), rows)!, rows).complexity).toBe(complexity(parseFormula('m*v/sqrt(1 - (v/c)^2)', names).expression));
    }
  });

  it('has no factor before a bracket that is shorter inside', () => {
    const random = new Rng(9);
    const names = ['q', 'm', 'a', 'b'];
    const columns = [1, 1, 1, 3].map(low => Float64Array.from({ length: 100 }, () => low + random.uniform()));
    const { expression } = parseFormula('q/((1 - (a/b)^2)*m*b^2)', names);
    const rows = searchRows(columns, valuesOf(expression, columns, 100));
    expect(compacted(polish(safelyCanonical(expression, rows), rows)!, rows).complexity).toBe(complexity(parseFormula('q/(m*(b^2 - a^2))', names).expression));
  });
});
