/** A search that the person ends: the best so far is kept, and the searches of the folds get no more time than their share of what it had. */
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { variablesOf } from '../../../src/engine/formula/expression';
import { Rng } from '../../../src/engine/math/random';
import { formulaFamily } from '../../../src/engine/models/formula/family';
import type { FormulaModel } from '../../../src/engine/models/formula/model';
import { datasetFor, makeTable } from '../families/support';

describe('a search that is ended by hand', () => {
  it('keeps the best; the search without the held-out rows goes on from the start, for a share of the time that was spent', async () => {
    const rng = new Rng(8);
    const cells: Record<string, number[]> = { a: [], b: [], y: [] };
    for (let i = 0; i < 150; i++) {
      const [a, b] = [1 + rng.uniform(), 3 * rng.uniform()];
      cells['a']!.push(a);
      cells['b']!.push(b);
      cells['y']!.push(4 * a + Math.sin(3 * a * b) * b + 0.2 * rng.normal());
    }
    const dataset = datasetFor(makeTable(cells), { target: 'y', task: 'regression', options: { seconds: 600 } });
    const context = new CancellableContext();
    setTimeout(() => context.finish(), 700);
    const full = (await formulaFamily.fit(dataset, context)) as FormulaModel;
    const spent = full.state.searched.seconds;
    const train = Int32Array.from({ length: 120 }, (_, i) => i);
    const [fold] = (await formulaFamily.fitFolds!(dataset, [train], context, full)) as FormulaModel[];
    expect(spent).toBeLessThan(300);
    expect(fold!.state.searched.seconds).toBeLessThan(Math.max(10, 2 * spent));
    expect(fold!.state.candidates.filter(({ expression }) => variablesOf(expression).length > 0).length).toBeGreaterThan(3);
  });
});
