/** Verdicts on coverage with few rows: exact binomial intervals, and silence where there is little to say. */
import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../src/engine/evaluate/coverage';
import { clopperPearson } from '../../../src/engine/evaluate/intervals';
import type { UncertaintyParts } from '../../../src/engine/evaluate/uncertaintyParts';
import type { Facts } from '../../../src/engine/report/input';
import { intervalSections } from '../../../src/engine/report/sectionsIntervals';
import { uncertaintySections } from '../../../src/engine/report/sectionsUncertainty';
import { numberTarget, regressionData, stubFamily, quiet } from './stub';

const model = await stubFamily.fit(regressionData(30), quiet());
const facts = { target: numberTarget([1, 2, 3]), level: 0.95, model, recipe: {} };

function verdictOn(within: number, rows: number): string {
  const coverage: Coverage = {
    level: 0.95, coverage: within / rows, interval: clopperPearson(within, rows, 0.95), meanWidth: 1, rows, kind: 'prediction interval',
  };
  return intervalSections({ ...facts, coverage } as unknown as Facts)[0].summary;
}

describe('the exact interval of a share', () => {
  it('is that by quantiles of the beta distribution', () => {
    // As R 4.2.2's binom.test to 12 digits; these are scipy 1.10.1's beta.ppf(a, k, n - k + 1) and beta.ppf(1 - a, k + 1, n - k), a = (1 - level) / 2.
    const cases = [
      [27, 32, 0.95, 0.6721212343179583, 0.9472494355978659], [9, 10, 0.95, 0.5549838829718046, 0.9974714214555382], [50, 100, 0.9, 0.41362171463091163, 0.5863782853690883],
    ] as const;
    for (const [count, n, level, low, high] of cases) {
      const found = clopperPearson(count, n, level);
      expect(found.low, `${count} of ${n}`).toBeCloseTo(low, 12);
      expect(found.high, `${count} of ${n}`).toBeCloseTo(high, 12);
    }
    expect(clopperPearson(10, 10, 0.95)).toEqual({ low: expect.closeTo(0.025 ** 0.1, 10) as number, high: 1 });
    expect(clopperPearson(0, 10, 0.95)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** 0.1, 10) as number });
  });
});

describe('the verdict on coverage', () => {
  it('needs exact evidence: 28 of 32 rows are not too few at 95 %, though an approximate interval says so', () => {
    expect(verdictOn(28, 32)).toContain('so few rows tell little');
    expect(verdictOn(26, 32)).toContain('fewer than promised');
    expect(verdictOn(950, 1000)).toContain('That agrees with the level, within what so many rows can show.');
    expect(verdictOn(900, 1000)).toContain('fewer than promised');
    expect(verdictOn(999, 1000)).toContain('more than promised');
  });
});

describe('the parts of the uncertainty', () => {
  const parts = (rows: number): UncertaintyParts => ({
    task: 'regression', epistemic: 1, aleatoric: 2, rows, groups: Array.from({ length: 10 }, (_, g) => ({ predicted: g + 1, error: g + 1, rows: rows / 10 })),
  });

  it('are told from 100 held-out rows on; with fewer it is said that they are too few', () => {
    const few = uncertaintySections(parts(40), facts as unknown as Facts);
    expect(few.map(section => section.id)).toEqual(['uncertaintyParts']);
    expect(few[0].summary).toBe('40 held-out rows are too few to say how much of the uncertainty comes from not knowing the model (epistemic): 100 are needed.');
    expect(uncertaintySections(parts(100), facts as unknown as Facts).map(section => section.id)).toEqual(['uncertaintyParts', 'uncertaintySpread']);
  });
});
