/** Conformal sets of classes on simulated data: the definition, the guarantee, sizes that follow how hard a row is. */
import { describe, expect, it } from 'vitest';

import { alignedProbabilities } from '../../../src/engine/evaluate/scores';
import { Rng } from '../../../src/engine/math/random';
import type { SetResult } from '../../../src/engine/uncertainty/conformal';
import { conformalIndex } from '../../../src/engine/uncertainty/conformalQuantile';
import { labelScores, likeliest } from '../../../src/engine/uncertainty/labelScores';
import { rowUniforms } from '../../../src/engine/uncertainty/rowUniforms';
import type { Split } from '../../../src/protocol/recipe';
import { dataOf, everyRow, fiveFolds, run, shareHeld, tableOf, type Draw } from './simulated';

const names = ['ape', 'bee', 'cat', 'dog'];
/** Four classes whose chances a linear score misses: the wrong model on purpose. */
const four: Draw = rng => {
  const a = rng.normal();
  const b = rng.normal();
  const chances = [Math.exp(a), Math.exp(b - a * a / 2), Math.exp(-a), 1];
  let u = rng.uniform() * chances.reduce((x, y) => x + y, 0);
  const k = chances.findIndex(chance => (u -= chance) < 0);
  return { a, b, y: names[k < 0 ? 3 : k] };
};
const holdout: Split = { scheme: 'holdout', share: 0.4 };

describe('adaptive prediction sets', () => {
  it('by CV+ are those of the definition (Romano, Sesia & Candès 2020), also through a model file', async () => {
    const { dataset, evaluation, model, predictor } = await run(dataOf(tableOf(four, 160, new Rng(1)), 'classification', 0.9), 'auto');
    const fresh = tableOf(four, 30, new Rng(2));
    const rows = everyRow(fresh);
    if (dataset.target.task !== 'classification') throw new Error('classes');
    const { classes, codes } = dataset.target;
    const { heldOut, foldModels } = evaluation;
    const known = rowUniforms(dataset.table, ['a', 'b'], heldOut.rows, 1);
    const drawn = rowUniforms(fresh, ['a', 'b'], rows, 1);
    const own = Array.from(heldOut.rows, (row, i) => {
      const p = heldOut.prediction.probabilities!.subarray(i * 4, (i + 1) * 4);
      return labelScores('aps', p, known[i])[codes[row]];
    });
    const models = foldModels.map(fold => alignedProbabilities(fold.predict(fresh, rows), fold.classes, classes));
    const full = model.predict(fresh, rows).probabilities!;
    const sets = predictor.sets(fresh, 0.8, rows);
    for (const row of rows) {
      const scores = models.map(p => labelScores('aps', p.subarray(row * 4, row * 4 + 4), drawn[row]));
      const best = likeliest(full.subarray(row * 4, row * 4 + 4));
      classes.forEach((_, k) => {
        const below = own.filter((score, i) => score < scores[heldOut.foldOf[i]][k]).length;
        const kept = below < conformalIndex(160, 0.8) || k === best;
        expect(sets[row * 4 + k] === 1, `row ${row}, class ${k}, ${below} below`).toBe(kept);
      });
    }
  });

  it('hold 90 % or more of fresh rows though the model is wrong: a hold-out, and by folds', async () => {
    const fresh = dataOf(tableOf(four, 500, new Rng(999)), 'classification', 0.9);
    for (const [split, choice, repeats] of [[holdout, 'split', 40], [fiveFolds, 'cv+', 25]] as const) {
      const shares: number[] = [];
      for (let r = 0; r < repeats; r++) shares.push(shareHeld(await run(dataOf(tableOf(four, 150, new Rng(20 + r)), 'classification', 0.9), choice, split, r), fresh, 0.9));
      const mean = shares.reduce((a, b) => a + b, 0) / repeats;
      const error = Math.sqrt(shares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / (repeats - 1) / repeats + 0.09 / 500);
      expect(mean).toBeGreaterThan(0.9 - 3 * error);
      expect(mean).toBeLessThan(0.95);
    }
  });

  it('are larger where classes overlap and small where one is clear', async () => {
    const { predictor, dataset, result } = await run(dataOf(tableOf(four, 800, new Rng(3)), 'classification', 0.9), 'auto');
    const rows = everyRow(dataset.table);
    const sets = predictor.sets(dataset.table, 0.9, rows);
    const a = dataset.table.columns.find(column => column.name === 'a')!;
    const size = (keep: (x: number) => boolean): number => {
      const chosen = Array.from(rows).filter(row => a.storage === 'number' && keep(a.values[row]));
      return chosen.reduce((sum, row) => sum + sets.subarray(row * 4, row * 4 + 4).reduce((x, y) => x + y, 0), 0) / chosen.length;
    };
    expect(size(x => x > 2)).toBeLessThan(size(x => Math.abs(x) < 0.5) - 0.5);
    expect((result as SetResult).delivered.measured!.meanSize).toBeGreaterThan((result as SetResult).others[0].measured!.meanSize - 0.2);
  });

  it('are measured at all levels, by class, and never empty', async () => {
    const { result, predictor, dataset } = await run(dataOf(tableOf(four, 400, new Rng(3)), 'classification', 0.95), 'auto');
    const { delivered } = result as SetResult;
    expect(delivered.calibration.map(point => point.level)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]);
    expect(delivered.measured!.byClass.reduce((sum, item) => sum + item.rows, 0)).toBe(400);
    expect(Math.abs(delivered.measured!.coverage - 0.95)).toBeLessThan(0.03);
    const sets = predictor.sets(dataset.table, 0.05, everyRow(dataset.table));
    for (const row of everyRow(dataset.table)) expect(sets.subarray(row * 4, row * 4 + 4).reduce((x, y) => x + y, 0)).toBe(1);
  });

  it('hold every class, and say why, when there are too few rows for the level', async () => {
    const { result, predictor, dataset } = await run(dataOf(tableOf(four, 60, new Rng(3)), 'classification', 0.99), 'auto');
    expect(result.infinite).toContain('at least 99 calibration rows');
    expect(predictor.sets(dataset.table, 0.99, everyRow(dataset.table)).every(kept => kept === 1)).toBe(true);
  });

  it('stand for a class that some folds did not see', async () => {
    let count = 0;
    const rare: Draw = rng => ({ ...four(rng), ...(count++ % 40 === 0 ? { y: 'yak' } : {}) });
    const { predictor, dataset, result } = await run(dataOf(tableOf(rare, 80, new Rng(3)), 'classification', 0.9), 'auto');
    expect(predictor.state.classes).toEqual([...names, 'yak']);
    const share = shareHeld({ predictor } as Awaited<ReturnType<typeof run>>, dataset, 0.9);
    expect(share).toBeGreaterThan(0.8);
    expect((result as SetResult).delivered.measured!.rows).toBe(80);
  });
});
