/** Quotients of polynomials found at once where nothing disturbs them. */
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../../src/engine/formula/archive';
import { parseFormula } from '../../../../src/engine/formula/parse/parse';
import { formulaText } from '../../../../src/engine/formula/print/text';
import { searchRows, type SearchRows } from '../../../../src/engine/formula/searchRows';
import { exactRational } from '../../../../src/engine/formula/stages/library/exactRationals';
import type { Proposal } from '../../../../src/engine/formula/stages/library/sparse';
import { valuesOf } from '../../../../src/engine/formula/values';
import { Rng } from '../../../../src/engine/math/random';

const names = ['x', 'y'];

function rowsOf(text: string, noise = 0): SearchRows {
  const rng = new Rng(4);
  const columns = names.map(() => Float64Array.from({ length: 300 }, () => 0.5 + 9 * rng.uniform()));
  return searchRows(columns, valuesOf(parseFormula(text, names).expression, columns, 300).map(v => v + noise * rng.normal()));
}

function found(rows: SearchRows): Proposal | undefined {
  const steps = exactRational(rows);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe('a quotient of polynomials', () => {
  it.each([
    ['20 - x - x*y/(1 + 0.5*x^2)', '20 - x - x*y/(1 + 0.5*x^2)'],
    ['x*(4 - x - y/(1 + x))', 'x*(4 - x - y/(1 + x))'],
    ['(x + 1)^3/(x^2 - x + y)', '(1 + x)^3/(y + x^2 - x)'],
  ])('%s is found whole', (text, wanted) => {
    const rows = rowsOf(text);
    const archive = new Archive(rows);
    const candidate = archive.offer(found(rows)!.expression, 'test');
    expect(formulaText(candidate!.expression, names)).toBe(wanted);
    expect(archive.solved).toBe(true);
  });

  it('is not claimed for what is none, or for what noise hides', () => {
    expect(found(rowsOf('x*sin(y)'))).toBeUndefined();
    expect(found(rowsOf('x*(4 - x - y/(1 + x))', 1e-4))).toBeUndefined();
  });

  it('is not claimed for a smooth function that some quotient comes near to', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => 1 + i / 200);
    for (const smooth of [x.map(Math.log), x.map(Math.exp), x.map(Math.sqrt), x.map(v => Math.sin(v))]) expect(found(searchRows([x], smooth))).toBeUndefined();
  });
});
