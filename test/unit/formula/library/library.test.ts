// The library stage on targets made here: what it proposes must be the formula that made them.
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../../src/engine/formula/archive';
import { searchRows } from '../../../../src/engine/formula/searchRows';
import { library } from '../../../../src/engine/formula/stages/library/library';
import { polish } from '../../../../src/engine/formula/polish';
import { Rng } from '../../../../src/engine/math/random';
import type { Expression } from '../../../../src/engine/formula/expression';

interface Made {
  f: (...x: number[]) => number;
  /** Bounds of each variable. */
  box: [number, number][];
  rows?: number;
  /** Standard deviation of the noise as a share of the target's root mean square. */
  noise?: number;
  /** Offers after which to stop: the parts come in the order of their cost. */
  most?: number;
}

/** All offers of the stage until one is exact, and the rows with and without noise. */
function offered({ f, box, rows: count = 200, noise = 0, most = Infinity }: Made): { offers: Expression[]; archive: Archive; exact: (of: Expression) => boolean } {
  const rng = new Rng(7);
  const columns = box.map(([low, high]) => Float64Array.from({ length: count }, () => low + (high - low) * rng.uniform()));
  const clean = Float64Array.from({ length: count }, (_, i) => f(...columns.map(column => column[i]!)));
  const size = Math.sqrt(clean.reduce((total, y) => total + y * y, 0) / count);
  const rows = searchRows(columns, clean.map(y => y + noise * size * rng.normal()));
  const truth = searchRows(columns, clean);
  // Exact in structure: with its numbers fitted again to rows without noise nothing is left.
  const exact = (of: Expression): boolean => (polish(of, truth)?.sse ?? Infinity) < 1e-14 * truth.totalSquares;
  const archive = new Archive(rows);
  const offers: Expression[] = [];
  for (const each of library(rows, { seed: 1 })) {
    if (!each) continue;
    offers.push(each);
    archive.offer(each, 'library');
    if (archive.solved || offers.length >= most) break;
  }
  return { offers, archive, exact };
}

describe('sparse polynomials', () => {
  it('finds sums of all powers exactly', () => {
    const { archive, exact } = offered({ f: x => x + x ** 2 + x ** 3 + x ** 4 + x ** 5 + x ** 6, box: [[-1, 1]] });
    expect(archive.solved).toBe(true);
    expect(exact(archive.best!.expression)).toBe(true);
    expect(archive.best!.complexity).toBeLessThan(25);
  });

  it('proposes the structure of a cubic of three variables under 10 % noise', () => {
    const { offers, exact } = offered({ f: (x, y, z) => 3 * x ** 3 + 0.5 * y * y + z + 0.2 * x * y * z, box: [[-2, 2], [-2, 2], [-2, 2]], rows: 500, noise: 0.1, most: 4 });
    expect(offers.some(exact)).toBe(true);
  });

  it('chooses three products of six variables under 10 % noise', () => {
    const { archive, exact } = offered({ f: (a, b, c, d, e, g) => a * b + c * d + e * g, box: Array.from({ length: 6 }, () => [1, 5]), noise: 0.1, rows: 500, most: 3 });
    expect(exact(archive.best!.expression)).toBe(true);
  });

  it('finds a polynomial below one and below a root', () => {
    for (const f of [(x: number, y: number): number => 8 / (2 + x * x + y * y), (x: number, y: number): number => Math.sqrt(2 + x * x + 3 * y)]) {
      const { archive } = offered({ f, box: [[0, 3], [0, 3]] });
      expect(archive.solved).toBe(true);
    }
  });
});

describe('terms with free powers', () => {
  it('finds two monomials of five variables with whole and negative powers', () => {
    const { archive } = offered({ f: (p, m, w, x, c) => (p * p) / (2 * m) + (m * w * w * x * x) / (2 * c), box: Array.from({ length: 5 }, () => [1, 4]) });
    expect(archive.solved).toBe(true);
  });

  it('finds a root of a sum of monomials by the square of the target', () => {
    const { archive } = offered({ f: (e, z, q) => Math.sqrt(1 + (2 * e * z * z) / q ** 3), box: [[1, 3], [1, 3], [1, 3]] });
    expect(archive.solved).toBe(true);
  });

  it('finds a product of powers times an exponential of a monomial', () => {
    const { archive } = offered({ f: (n, m, t) => n * Math.exp((-m * n) / t), box: [[1, 3], [1, 3], [1, 3]] });
    expect(archive.solved).toBe(true);
  });
});

describe('quotients of polynomials', () => {
  it('finds the quotient of a cubic and a square, and of two sums of four variables', () => {
    const one = offered({ f: x => (x + 1) ** 3 / (x * x - x + 1), box: [[-1, 1]] });
    expect(one.archive.solved).toBe(true);
    const many = offered({ f: (a, b, r, s) => (a * r + b * s) / (a + b), box: Array.from({ length: 4 }, () => [1, 5]), rows: 500 });
    expect(many.archive.solved).toBe(true);
    expect(many.archive.best!.complexity).toBeLessThanOrEqual(11);
  });
});

describe('terms with a function', () => {
  it('finds a wave of unknown frequency times a variable', () => {
    const { archive } = offered({ f: x => 0.3 * x * Math.sin(2 * Math.PI * x), box: [[-2, 2]] });
    expect(archive.solved).toBe(true);
  });

  it('finds functions of products, of squares and beside polynomials', () => {
    expect(offered({ f: (x, y) => x * y + Math.sin((x - 1) * (y - 1)), box: [[-3, 3], [-3, 3]] }).archive.solved).toBe(true);
    expect(offered({ f: (x, y) => Math.sin(1.5 * x) * Math.cos(0.5 * y), box: [[0, 1], [0, 1]] }).archive.solved).toBe(true);
  });
});

describe('the stage', () => {
  it('offers the same formulas for the same seed', () => {
    const made: Made = { f: (x, y) => x / (1 + y) + Math.exp(-x * y), box: [[0.5, 2], [0.5, 2]], rows: 60, noise: 0.05 };
    const keys = (): string[] => offered(made).offers.map(each => JSON.stringify(each));
    expect(keys()).toEqual(keys());
  });

  it('offers something for a target of one value and for columns of one value, without failing', () => {
    expect(() => offered({ f: () => 3, box: [[0, 1]], rows: 40 })).not.toThrow();
    expect(() => offered({ f: (x, y) => x * y, box: [[0, 1], [2, 2]], rows: 40 })).not.toThrow();
  });
});
