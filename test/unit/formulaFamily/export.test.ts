/** Formulas as TypeScript, Python and SQL: the predictions of the model, where cells are missing or the formula has no value too. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { compare, train, withOddRows, writeCsvFile } from '../export/support';

function data(gaps: boolean): { header: string[]; rows: string[][] } {
  const rng = new Rng(3);
  const rows = Array.from({ length: 160 }, (_, i) => {
    const [a, b] = [0.5 + 2 * rng.uniform(), rng.uniform()];
    const sex = rng.uniform() < 0.5 ? 'm' : 'f';
    return [gaps && i % 9 === 0 ? '' : a.toFixed(4), b.toFixed(4), sex, (Math.log(a) + 2 * b * b + (sex === 'm' ? 1 : 0) + 0.05 * rng.normal()).toFixed(5)];
  });
  return { header: ['a b', 'c', 'sex', 'y'], rows };
}

const features = ['a b', 'c', 'sex'];
const known = 'y = p*log(`a b`) + q*c^2 + r*`sex = m` + s*sqrt(c)/(1 + c)';

describe('exported formulas', () => {
  it.each([['no cell missing', false, 'impute'], ['cells missing', true, 'impute'], ['cells missing, dropped', true, 'drop']] as const)('%s', async (_name, gaps, missing) => {
    const { header, rows } = data(gaps);
    const file = await train({ file: writeCsvFile(header, rows), target: 'y', features, model: 'formula', missing, options: { known } });
    const difference = await compare(file, header, withOddRows({ header, rows }, features, ['sex']));
    for (const language of ['typescript', 'python', 'sql'] as const) expect(difference[language], language).toBeLessThan(1e-9);
  });

  it('found by a search, with cells missing', async () => {
    const { header, rows } = data(true);
    const file = await train({ file: writeCsvFile(header, rows), target: 'y', features, model: 'formula', options: { seconds: 1 } });
    const difference = await compare(file, header, withOddRows({ header, rows }, features, ['sex']));
    for (const language of ['typescript', 'python', 'sql'] as const) expect(difference[language], language).toBeLessThan(1e-9);
  });

  it.each(['ebm', 'neural'] as const)('a known formula with a rest, cells missing (%s)', async rest => {
    const { header, rows } = data(true);
    const file = await train({ file: writeCsvFile(header, rows), target: 'y', features, model: 'formula', options: { known: 'y = p*log(`a b`) + q*c^2', rest } });
    // The default network is too large for SQL, which is one sentence.
    const languages = rest === 'ebm' ? (['typescript', 'python', 'sql'] as const) : (['typescript', 'python'] as const);
    const difference = await compare(file, header, withOddRows({ header, rows }, features, ['sex']), languages);
    for (const language of languages) expect(difference[language], language).toBeLessThan(rest === 'ebm' ? 1e-9 : 1e-6);
    if (rest === 'neural') await expect(compare(file, header, rows, ['sql'])).rejects.toThrow('too many for SQL');
  });
});
