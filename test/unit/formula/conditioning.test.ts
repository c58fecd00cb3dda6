/** Formulas whose value is what is left of huge parts. */
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../src/engine/formula/archive';
import { cancels } from '../../../src/engine/formula/conditioning';
import { fitted, mapTree, type Expression } from '../../../src/engine/formula/expression';
import { parseFormula } from '../../../src/engine/formula/parse/parse';
import { polish } from '../../../src/engine/formula/polish';
import { searchRows } from '../../../src/engine/formula/searchRows';
import { Rng } from '../../../src/engine/math/random';

const rng = new Rng(2);
const [x, y] = [0, 1].map(() => Float64Array.from({ length: 200 }, () => 1 + rng.uniform())) as [Float64Array, Float64Array];
const tree = (text: string): Expression => parseFormula(text, ['x', 'y']).expression;
/** All its numbers fitted. */
const free = (text: string): Expression => mapTree(tree(text), node => (node.kind === 'number' && Math.abs(node.value) !== 1 ? fitted(node.value) : node));
const rows = searchRows([x, y], x.map((v, i) => v * y[i]! + 0.1 * rng.normal()));

describe('parts that cancel', () => {
  it('are told from large numbers that say something', () => {
    for (const text of ['1e8*sin(x) - 1e8*sin(x + 1e-8*y)', 'y*(1e9*x - 1e9*x^1.0000000001)', 'exp(30*x - 30*x^1.000000001)', 'sqrt(1e14 + x*y) - 1e7']) expect(cancels(tree(text), rows), text).toBe(true);
    for (const text of ['1e8 + x', '1e8*x*y', '1e8*x - 1e7*y', 'x - y', '3000*x - 2999*x', 'x/1e9 - y/1e9', '6.67e-11*x*y - 1e-11']) expect(cancels(tree(text), rows), text).toBe(false);
  });

  it('keep a formula out of the archive, however well it fits', () => {
    const archive = new Archive(rows);
    const sly = free('1e9*(x + 1e-9*x*y) - 1e9*x');
    expect(archive.offer(mapTree(sly, node => node), 'test')).toBeUndefined();
    expect(polish(free('y*(1e9*sin(x) - 1e9*sin(x + 1.1e-9))'), rows)).toBeUndefined();
    expect(archive.all()).toEqual([]);
    expect(archive.offer(free('1.1*x*y'), 'test')).toBeDefined();
  });
});
