/** Designs with many dummy columns take another path through the cross-products; it must give the same Hessians. */
import { describe, expect, it } from 'vitest';

import { CancellableContext } from '../../../src/engine/context';
import { columnScaling } from '../../../src/engine/math/columns';
import { Rng } from '../../../src/engine/math/random';
import { sparseRows } from '../../../src/engine/math/sparseGram';
import { multinomialPass } from '../../../src/engine/models/logistic/solveMultinomialPass';
import { binaryPass, packBlock, type BinaryData } from '../../../src/engine/models/logistic/solvePass';

const context = new CancellableContext();
const n = 700;
const dummies = 12;
const p = dummies + 2;

/** A numeric column, one category of 13 levels in treatment coding, and a numeric column again. */
async function design(rows?: Int32Array): Promise<BinaryData> {
  const rng = new Rng(5);
  const X = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    X[i] = rng.normal() + 3;
    const level = rng.integer(dummies + 1);
    if (level > 0) X[level * n + i] = level === 5 ? 2.5 : 1;
    X[(p - 1) * n + i] = rng.uniform();
  }
  const y = Float64Array.from({ length: n }, () => rng.integer(3));
  const kept = Int32Array.from({ length: p }, (_, j) => j).filter(j => j !== 4);
  return { X, stride: n, n: rows?.length ?? n, y, scaling: await columnScaling(X, n, p, true, context), kept, lead: 1, ...(rows && { rows }) };
}

/** Σ w z zᵀ straight from its definition. */
function direct(data: BinaryData, weights: (row: number) => number): Float64Array {
  const q = data.kept.length + data.lead;
  const out = new Float64Array(q * q);
  const block = new Float64Array(256 * q);
  for (let start = 0; start < data.n; start += 256) {
    const count = packBlock(data, start, block);
    for (let i = 0; i < count; i++) {
      const w = weights(data.rows ? data.rows[start + i]! : start + i);
      for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) out[a * q + b]! += w * block[a * 256 + i]! * block[b * 256 + i]!;
    }
  }
  return out;
}

const largestGap = (a: Float64Array, b: Float64Array): number => a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b[i]!)), 0);

describe('cross-products of mostly empty columns', () => {
  it('take the sparse path here', async () => {
    const { X } = await design();
    expect([...sparseRows(X, n, p)!.sparse]).toEqual([0, ...Array.from({ length: dummies }, () => 1), 0]);
  });

  it.each([undefined, Int32Array.from({ length: 300 }, (_, i) => 2 * i + 1)])('equal the Hessian of the binary likelihood at zero', async rows => {
    const data = await design(rows);
    const pass = await binaryPass({ ...data, y: Float64Array.from(data.y, v => (v > 0 ? 1 : 0)) }, new Float64Array(p), new Float64Array(data.n), context);
    expect(largestGap(pass.hessian, direct(data, () => 0.25))).toBeLessThan(1e-10);
  });

  it('equal the Hessian of the multinomial likelihood at zero, where every probability is a third', async () => {
    const data = await design();
    const q = p;
    const pass = await multinomialPass({ ...data, classes: 3, free: 2 }, new Float64Array(2 * q), context);
    const one = direct(data, () => 1);
    for (let k = 0; k < 2; k++) {
      for (let l = 0; l < 2; l++) {
        for (let i = 0; i < q; i++) {
          for (let j = 0; j < q; j++) {
            const expected = (1 / 3) * ((k === l ? 1 : 0) - 1 / 3) * one[j * q + i]!;
            expect(Math.abs(pass.hessian[(l * q + j) * 2 * q + k * q + i]! - expected)).toBeLessThan(1e-10);
          }
        }
      }
    }
  });
});
