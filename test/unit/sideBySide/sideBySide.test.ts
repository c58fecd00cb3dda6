/** Models side by side: pairs on the same folds, and what is said of the others. */
import { describe, expect, it } from 'vitest';
import { compareReports } from '../../../src/engine/sideBySide/besideSections';
import { sideBySide } from '../../../src/engine/sideBySide/beside';
import { judgedTogether, allPairs } from '../../../src/engine/sideBySide/pairs';
import { whyOtherFolds } from '../../../src/engine/sideBySide/sameFolds';
import { namesOf } from '../../../src/engine/sideBySide/words';
import { facts, model, rmseOf } from './support';

describe('differences on the same folds', () => {
  it('are paired, with the corrected resampled t interval', () => {
    // Differences −1, −2, −3, −4, −5: mean −3, s² 2.5; √(2.5 (1/5 + 1/4)) = 1.06066; t(4) = 2.776445; p from scipy.stats.t.sf(2.828427, 4) * 2.
    const [pair] = sideBySide([model('plain', [11, 12, 13, 14, 15]), model('rich', [10, 10, 10, 10, 10])]).pairs;
    const [rmse] = pair!.metrics;
    expect(pair!.sameFolds).toBe(true);
    expect(rmse).toMatchObject({ name: 'rmse', first: 13, second: 10, change: -3, verdict: 'better' });
    expect(rmse!.low).toBeCloseTo(-3 - 2.776445 * 1.06066, 4);
    expect(rmse!.high).toBeCloseTo(-3 + 2.776445 * 1.06066, 4);
    expect(rmse!.pValue).toBeCloseTo(0.047421, 5);
  });

  it('allow for folds of different size', () => {
    const sizes = { scheme: 'x', rows: 500, foldRows: [300, 50, 50, 50, 50] };
    const of = (folds: number[]) => model('m', folds, {}, { performance: { ...sizes, metrics: [rmseOf(folds)] } });
    const [pair] = sideBySide([of([11, 12, 13, 14, 15]), of([10, 10, 10, 10, 10])]).pairs;
    // n_test/n_train: 1.5 and four times 1/9; mean 0.388889.
    expect(pair!.metrics[0]!.high).toBeCloseTo(-3 + 2.776445 * Math.sqrt(2.5 * (0.2 + 0.388889)), 4);
    expect(pair!.metrics[0]!.verdict).toBe('no clear difference');
  });

  it('say "can be chance", "the same" or nothing where that is all that is known', () => {
    const verdicts = (folds: number[]): string => sideBySide([model('a', [10, 10, 10, 10, 10]), model('b', folds)]).pairs[0]!.metrics[0]!.verdict;
    expect(verdicts([9, 11, 9, 11, 10])).toBe('no clear difference');
    expect(verdicts([10, 10, 10, 10, 10])).toBe('same');
    expect(verdicts([9, 9, 9, 9, 9])).toBe('unknown');
    expect(verdicts([9, 8, 7, 6])).toBe('unknown');
    expect(sideBySide([model('a', [10, 11, 12, 13, 14]), model('b', [10, 10, 12, 13, 14.2])]).verdict.join()).toMatch(/can be chance\.$/);
  });

  it('are judged together by Holm: of p 0.047 among three pairs nothing is beyond chance', () => {
    const models = [model('a', [11, 12, 13, 14, 15]), model('b', [10, 10, 10, 10, 10]), model('c', [10.2, 9.9, 10.1, 10, 9.7])];
    expect(allPairs(models.slice(0, 2), 0.95).map(pair => pair.beyondChance)).toEqual([true]);
    expect(allPairs(models, 0.95)[0]!.metrics[0]!.pValue).toBeLessThan(0.05);
    expect(allPairs(models, 0.95).map(pair => pair.beyondChance)).toEqual([false, false, false]);
  });

  it('stop at the first that does not pass', () => {
    const pair = (pValue: number) => ({ first: 0, second: 1, sameFolds: true, changes: [], metrics: [{ name: 'rmse' as const, first: 1, second: 2, change: 1, pValue, verdict: 'worse' as const }] });
    const judged = judgedTogether([pair(0.03), pair(0.001), pair(0.03)], [facts('a'), facts('b')], 0.95);
    expect(judged.map(({ beyondChance }) => beyondChance)).toEqual([false, true, false]);
  });
});

describe('other held-out rows', () => {
  const of = (change = {}, more = {}) => whyOtherFolds(facts('a'), facts('b', change, more));
  it('are told by content, target, split, seed, rows and missing cells', () => {
    expect(of()).toBeUndefined();
    expect(of({ features: ['a'] })).toBeUndefined();
    expect(of({}, { trainedOn: '10:bb' })).toContain('different contents');
    expect(of({}, { trainedOn: undefined })).toContain('not known');
    expect(of({ target: 'size' })).toContain('different targets');
    expect(of({ split: { scheme: 'kFold', folds: 10 } })).toContain('different ways');
    expect(of({ seed: 2 })).toContain('different seeds');
    expect(of({}, { data: { rows: 500, rowsUsed: 499, dropped: [{ reason: 'x', rows: 1 }] } })).toContain('different held-out rows');
    expect(of({}, { performance: undefined })).toContain('not both');
  });

  it('are the same with another seed where the folds are a column, but not where rows are sampled', () => {
    const split = { scheme: 'foldColumn', column: 'fold' } as const;
    const folds = (seed: number, rows: number) => facts('a', { split, seed }, { data: { rows, rowsUsed: 500, dropped: [] } });
    expect(whyOtherFolds(folds(1, 500), folds(2, 500))).toBeUndefined();
    expect(whyOtherFolds(folds(1, 2e6), folds(2, 2e6))).toContain('seeds');
  });

  it('are others where rows with missing cells are left out by the features in use', () => {
    expect(whyOtherFolds(facts('a', { missing: 'drop' }), facts('b', { missing: 'drop', features: ['a'] }))).toContain('different held-out rows');
  });

  it('are compared as they are, without a verdict', () => {
    const { pairs, verdict } = sideBySide([model('a', [11, 12, 13, 14, 15]), model('b', [1, 1, 1, 1, 1], { seed: 2 })]);
    expect(pairs[0]!.metrics).toEqual([{ name: 'rmse', first: 13, second: 1, change: -12, verdict: 'unknown' }]);
    expect(pairs[0]!.beyondChance).toBeUndefined();
    expect(verdict).toEqual(['Nothing is said of which is better of a and b: their folds were dealt with different seeds.']);
  });
});

describe('the panel of models side by side', () => {
  const importance = (values: Record<string, number>) => Object.entries(values).map(([feature, value]) => ({ feature, permutation: { value } }));
  const { drawn, result } = compareReports([
    model('plain', [11, 12, 13, 14, 15], {}, { importance: importance({ a: 2, b: 1 }), weights: [{ term: 'a', feature: 'a', estimate: 0.5, low: 0.1, high: 0.9 }], note: 'for the <review>' }),
    model('rich', [10, 10, 10, 10, 10], { features: ['a', 'c'] }, { importance: importance({ a: 3, c: 0 }) }),
  ]);
  const section = (id: string) => drawn.sections.find(one => one.id === id);

  it('says which is better, and by how much', () => {
    expect(drawn.sentences).toEqual(['rich is better than plain: its RMSE is lower by 3 (95 % interval 0.0551 to 5.94): beyond chance.']);
  });

  it('leaves a cell empty for a feature that a model does not use, and not for one without importance', () => {
    expect(result.importance.map(({ feature, models }) => [feature, models.map(({ model: place }) => place)])).toEqual([['a', [0, 1]], ['b', [0]], ['c', [1]]]);
    expect(section('besideImportance')).toMatchObject({ matrices: [{ rows: ['a', 'b', 'c'], values: [[2, 3], [1, 0], [0, 0]], absent: [[], [1], [0]] }] });
  });

  it('has metrics, differences, recipe, weights and notes', () => {
    expect(section('besideMetrics')).toMatchObject({ rows: [['RMSE', '13', '10', 'lower']] });
    expect(section('besideRecipe')).toMatchObject({ rows: [['Features', 'all 3', '2: without b']] });
    expect(section('besideWeights')).toMatchObject({ rows: [['a', '0.5 (0.1 to 0.9)']] });
    expect(JSON.stringify(section('besideModels'))).toContain('for the <review>');
    expect(new Set(drawn.sections.map(({ id }) => id)).size).toBe(drawn.sections.length);
  });

  it('tells models of one name apart', () => {
    expect(namesOf([facts('m'), facts('m', {}, { model: { family: 'ebm', title: 'EBM' } }), facts('n')])).toEqual(['m (Linear regression)', 'm (EBM)', 'n']);
    expect(namesOf([facts('m'), facts('m')])).toEqual(['m (Linear regression), 2026-01-01 00:00 [1]', 'm (Linear regression), 2026-01-01 00:00 [2]']);
  });

  it('refuses one model, and too many, in a sentence', () => {
    expect(() => sideBySide([model('a', [1])])).toThrow('Choose two models or more');
    expect(() => sideBySide(Array.from({ length: 9 }, (_, i) => model(`m${i}`, [1, 2])))).toThrow('At most 8 models');
  });
});
