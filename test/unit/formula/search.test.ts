import { describe, expect, it } from 'vitest';

import { Archive } from '../../../src/engine/formula/archive';
import { reductions } from '../../../src/engine/formula/reduction/reduce';
import { search } from '../../../src/engine/formula/search';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { plainNumbersNear } from '../../../src/engine/formula/snap';
import { formulaText } from '../../../src/engine/formula/print/text';
import { CancellableContext } from '../../../src/engine/context';
import { recover } from '../../../src/engine/formula/recover';
import { Rng } from '../../../src/engine/math/random';

const names = ['a', 'b', 'c', 'd', 'e'];

function data(variables: number, of: (...x: number[]) => number, { low = 1, high = 5, rows = 400, noise = 0 } = {}) {
  const random = new Rng(5);
  const columns = Array.from({ length: variables }, () => Float64Array.from({ length: rows }, () => low + (high - low) * random.uniform()));
  const y = Float64Array.from({ length: rows }, (_, i) => of(...columns.map(column => column[i]!)));
  const size = Math.sqrt(y.reduce((total, v) => total + v * v, 0) / rows);
  return { columns, target: y.map(v => v + noise * size * random.normal()) };
}

/** The best formula after the search has solved the problem, or after so many steps. */
function found({ columns, target }: ReturnType<typeof data>, steps: number): string {
  const archive = new Archive(searchRows(columns, target));
  let step = 0;
  for (const _ of search(archive.rows, archive, { lane: 0, lanes: 1, seed: 1 })) if (++step > steps || archive.solved) break;
  return formulaText(archive.best!.expression, names);
}

describe('the search', () => {
  it('finds a power law with its constants', () => {
    expect(found(data(3, (a, b, c) => (a * b) / (4 * Math.PI * c * c)), 500)).toBe('a*b/(4*pi*c^2)');
  });
  it('finds a normal density of a difference', () => {
    expect(found(data(3, (a, b, c) => Math.exp(-(((a - b) / c) ** 2) / 2) / (Math.sqrt(2 * Math.PI) * c), { high: 3 }), 20_000)).toMatch(/^exp\(-0\.5\*\(\((a - b|b - a)\)\/c\)\^2\)\/\(sqrt\(2\*pi\)\*c\)$/);
  });
  it('finds the structure of a polynomial at ten per cent noise', () => {
    const text = found(data(3, (a, b, c) => 3 * a ** 3 + 0.5 * b * b + c + 0.8 * a * b * c, { low: -2, high: 2, rows: 500, noise: 0.1 }), 3000);
    for (const part of [/a\^3/, /b\^2|b\*\(/, /\bc\b/]) expect(text).toMatch(part);
  });
});

describe('smaller problems', () => {
  const last = (given: ReturnType<typeof data>) => {
    let smallest: { inputs: string[]; prefix: string } | undefined;
    for (const reduced of reductions({ ...given, rows: 150 })) {
      if (reduced) smallest = { inputs: reduced.inputs.map(input => formulaText(input, names)), prefix: formulaText(reduced.prefix, names) };
    }
    return smallest;
  };
  it('divides out a factor and finds that two inputs act by their quotient', () => {
    const reduced = last(data(3, (a, b, c) => (a * b) / Math.sqrt(1 + (b / c) ** 2)))!;
    expect(reduced.inputs).toHaveLength(1);
    expect(reduced.inputs[0]).toMatch(/^(b\/c|c\/b)$/);
  });
  it('does so step by step with one per cent of noise', () => {
    const reduced = last(data(3, (a, b, c) => (a * b) / Math.sqrt(1 - (b / (c + 5)) ** 2), { noise: 0.01, high: 2 }))!;
    expect(reduced.prefix).toMatch(/\ba\b/);
    const pure = last(data(3, (a, b, c) => (a * b) / Math.sqrt(1 + (b / c) ** 2), { noise: 0.01 }))!;
    expect(pure.inputs).toHaveLength(1);
  });
  it('leaves inputs alone that act each in its own way', () => {
    expect(last(data(2, (a, b) => Math.sin(2 * a) + b * b * Math.exp(-a) + 0.3 * a * b, { low: -2, high: 2 }))).toBeUndefined();
  });
});

describe('numbers that were meant', () => {
  it('are the simple ones within reach', () => {
    expect(plainNumbersNear(3.1412, 0.001).map(({ name }) => name)).toContain('pi');
    expect(plainNumbersNear(0.333, 0.001).map(({ name }) => name)).toContain('1/3');
    expect(plainNumbersNear(0.02, 0.05).map(({ value }) => value)).toContain(0);
    expect(plainNumbersNear(0.37184, 1e-6)).toEqual([]);
  });
});

describe('a recovery', () => {
  it('ends as soon as nothing is left to explain, and gives the same formula again', async () => {
    const problem = { ...data(2, (a, b) => a * a + 3 * b), seconds: 60, seed: 3 };
    const once = await recover(problem, new CancellableContext());
    const again = await recover(problem, new CancellableContext());
    expect(once.solved).toBe(true);
    expect(formulaText(once.candidates[0]!.expression, names)).toBe('a^2 + 3*b');
    expect(again.candidates[0]!.expression).toEqual(once.candidates[0]!.expression);
  });
  it('stops when it is cancelled', async () => {
    const context = new CancellableContext();
    const running = recover({ ...data(3, (a, b, c) => Math.sin(a * b) + Math.cos(c * c) * Math.tanh(a / c), { noise: 0.1 }), seconds: 60, seed: 1 }, context);
    setTimeout(() => context.cancel(), 100);
    await expect(running).rejects.toThrow();
  });
});
