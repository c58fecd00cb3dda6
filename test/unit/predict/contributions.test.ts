/** The largest contributions that predictions are written with: they add up, are the largest, and are left out where they would cost too much. */
import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../../../src/protocol/recipe';
import { oddCsv, predicted, put, train, trainingCsv, type Written } from './support';

/** Σ of all contributions of a row, and the link of its prediction. */
function sums({ header, rows }: Written): { sum: number; link: number; predicted: string }[] {
  const places = header.flatMap((name, j) => (/^top\d+_contribution$/.test(name) ? [j] : []));
  const probabilities = header.flatMap((name, j) => (name.startsWith('probability_') ? [j] : []));
  const at = header.indexOf('prediction');
  return rows.map(row => {
    const logs = probabilities.map(j => Math.log(Number(row[j])));
    const link = logs.length === 0 ? Number(row[at]) : logs.length === 2 ? logs[1]! - logs[0]! : Math.max(...logs) - logs.reduce((a, b) => a + b) / logs.length;
    return { sum: places.reduce((sum, j) => sum + Number(row[j]), 0), link, predicted: row[at]! };
  });
}

describe('contributions', () => {
  it.each<[string, Partial<RunRequest>]>([
    ['linear', { model: 'linear', target: 'y' }], ['logistic, two classes', { model: 'logistic', target: 'side' }], ['logistic, three classes', { model: 'logistic', target: 'third' }],
    ['ebm', { model: 'ebm', target: 'y', options: { bags: 2, rounds: 30 } }], ['ebm, three classes', { model: 'ebm', target: 'third', options: { bags: 2, rounds: 30 } }],
    ['bayes', { model: 'bayes', target: 'y' }], ['neural, sampled', { model: 'neural', target: 'side', options: { epochs: 5, hidden: '4' } }],
    ['neural of three classes, sampled', { model: 'neural', target: 'third', options: { epochs: 5, hidden: '4' } }],
  ])('%s: all of a row and one base make its prediction', async (_, request) => {
    const model = await train(request);
    const written = await predicted({ model, file: put(oddCsv(40)), contributions: 99 }, 16);
    const bases = new Map<string, number>();
    // A class may get a probability of 0 far outside the training data: its logarithm says nothing of the sum.
    const known = sums(written).filter(({ link }) => Number.isFinite(link));
    expect(known.length).toBeGreaterThan(30);
    for (const { sum, link, predicted: name } of known) {
      // Of several classes each has a base of its own; of numbers and of two classes there is one.
      const key = model.recipe.task === 'classification' && written.header.filter(column => column.startsWith('probability_')).length > 2 ? name : '';
      if (!bases.has(key)) bases.set(key, link - sum);
      expect(link - sum).toBeCloseTo(bases.get(key)!, 8);
    }
    const told = /with (?:that mean|the intercept) \(([^)]+)\)/.exec(written.notes.join(' '))?.[1];
    if (told !== undefined) expect(Number(told)).toBeCloseTo(bases.get('')!, 4);
    else expect(bases.size > 1 || written.notes.join(' ').includes('Shapley values estimated with 20 permutations')).toBe(true);
  });

  it('are the three largest unless a number is asked for, the largest first', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const file = put(oddCsv(40));
    const three = await predicted({ model, file });
    expect(three.header.slice(-6)).toEqual(['top1_feature', 'top1_contribution', 'top2_feature', 'top2_contribution', 'top3_feature', 'top3_contribution']);
    const five = await predicted({ model, file, contributions: 5 });
    three.rows.forEach((row, i) => {
      expect(five.rows[i]!.slice(0, row.length)).toEqual(row);
      const sizes = [1, 3, 5, 7, 9].map(k => Math.abs(Number(five.rows[i]!.at(-10 + k))));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(new Set([0, 2, 4, 6, 8].map(k => five.rows[i]!.at(-10 + k))).size).toBe(5);
    });
    expect(three.notes.join(' ')).toMatch(/The columns top1_feature, top1_contribution to top3_contribution: the features that move the prediction of each row most, in y, against the mean over 90 rows of the training data/);
    expect((await predicted({ model, file, contributions: 0 })).header.at(-1)).toBe('high');
  });

  it('of a known line are its slopes times the distance from the mean', async () => {
    const x = Array.from({ length: 40 }, (_, i) => i);
    const file = put(`x,w,y\n${x.map(v => `${v},${(v * 7) % 11},${3 * v - 2 * ((v * 7) % 11)}`).join('\n')}\n`);
    const model = await train({ file, features: ['x', 'w'], target: 'y', model: 'linear' });
    const { rows, header } = await predicted({ model, file: put('x,w\n100,5\n20,0\n') });
    const at = header.indexOf('top1_feature');
    const meanW = x.reduce((sum, v) => sum + ((v * 7) % 11), 0) / 40;
    expect([rows[0]![at], rows[1]![at]]).toEqual(['x', 'w']);
    expect(Number(rows[0]![at + 1])).toBeCloseTo(3 * (100 - 19.5), 6);
    expect(Number(rows[1]![at + 1])).toBeCloseTo(-2 * (0 - meanW), 6);
  });

  it('are not written by themselves where they cost hundreds of predictions, nor without rows to compare with', async () => {
    const neural = await train({ model: 'neural', target: 'side', options: { epochs: 5, hidden: '4' } });
    const file = put(trainingCsv(30));
    expect((await predicted({ model: neural, file })).header.at(-1)).not.toMatch(/^top/);
    const { background: _background, ...linear } = await train({ model: 'linear', target: 'y' });
    expect((await predicted({ model: linear, file })).header.at(-1)).toBe('high');
    const asked = await predicted({ model: linear, file, contributions: 1 });
    expect(asked.header.slice(-2)).toEqual(['top1_feature', 'top1_contribution']);
    expect(asked.notes.join(' ')).toContain('the mean over the first 30 rows of the file that the model predicts');
    const { background: _none, ...bare } = neural;
    expect((await predicted({ model: bare, file, contributions: 1 })).notes.join(' ')).toContain('one of 10 rows spread over the first 30 rows of the file that the model predicts');
    await expect(predicted({ model: linear, file: put(trainingCsv(5)), contributions: 1 })).rejects.toThrow('has too few that the model can predict (5, at least 20 are needed)');
  });

  it('are empty in a row without a prediction, and a part of 0 is none', async () => {
    const model = await train({ model: 'linear', target: 'y', missing: 'drop' });
    const { rows, header } = await predicted({ model, file: put('x,z,day,group,flag\n1,0.5,2024-02-12,red,yes\n,0.5,2024-02-12,red,yes\n') });
    const at = header.indexOf('top1_feature');
    expect(rows[0]!.slice(at).every(cell => cell !== '')).toBe(true);
    expect(rows[1]!.slice(at).every(cell => cell === '')).toBe(true);
  });

  it('are a whole number', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    await expect(predicted({ model, file: put(trainingCsv(5)), contributions: 1.5 })).rejects.toThrow('whole number');
  });
});
