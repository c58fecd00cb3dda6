/** Leakage: copies and transformations of the target, missing cells that tell it, and strong features that are none. */
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/engine/math/random';
import { heldOutParts, singleFeatureSkill } from '../../../src/engine/checks/singleFeature';
import { dataset, found, normals, numbers, texts } from './made';

const n = 600;
const rng = new Rng(7);
const [x, noise] = [normals(rng, n), normals(rng, n)];
const y = x.map((v, i) => v + noise[i]!);
const others = [numbers('x', x), numbers('z', normals(rng, n))];

describe('the check for leakage', () => {
  it('finds the target in another unit, its logarithm, and a form that rises and falls', async () => {
    for (const leak of [y.map(v => 32 + 1.8 * v), y.map(v => Math.exp(3 * v)), y.map(v => -v), y.map(v => Math.round(50 * v))]) {
      const [finding, ...more] = await found(dataset([...others, numbers('leak', leak)], y), 'leakage');
      expect(more).toEqual([]);
      expect(finding).toMatchObject({ columns: ['leak'], fix: { change: { drop: ['leak'] }, flags: '--drop leak' } });
      expect(finding!.severity).toBe('severe');
    }
  });

  it('finds both of two copies', async () => {
    const findings = await found(dataset([...others, numbers('one', y.map(v => 2 * v)), numbers('two', y.map(v => 1 - v))], y), 'leakage');
    expect(findings.map(({ columns }) => columns[0]).sort()).toEqual(['one', 'two']);
  });

  it('finds a level that stands for a class, and a number that is only there for one class', async () => {
    const classes = Array.from(y, v => (v > 0 ? 'ill' : 'well'));
    const code = texts('code', classes.map((c, i) => (c === 'ill' ? `A${i % 3}` : `B${i % 4}`)));
    const date = numbers('discharge', classes.map((c, i) => (c === 'ill' ? i % 50 : NaN)));
    for (const leak of [code, date]) {
      const [finding] = await found(dataset([...others, leak], classes), 'leakage');
      expect(finding).toMatchObject({ columns: [leak.name], severity: 'severe' });
      expect(finding!.sentence).toMatch(/may hold the target itself/);
    }
  });

  it('speaks of a strong feature as one that may be strong, and says nothing of a good one', async () => {
    const strong = y.map(v => v + 0.15 * rng.normal());
    const [finding] = await found(dataset([...others, numbers('strong', strong)], y), 'leakage');
    expect(finding!.severity).toBe('warning');
    expect(finding!.sentence).toMatch(/or simply be a strong feature/);
    expect(await found(dataset([...others, numbers('good', y.map(v => v + 0.5 * rng.normal()))], y), 'leakage')).toEqual([]);
  });

  it('says nothing where several features are strong by themselves: the target is easy', async () => {
    const three = ['p', 'q', 'r'].map(name => numbers(name, y.map(v => v + 0.15 * rng.normal())));
    expect(await found(dataset(three, y), 'leakage')).toEqual([]);
  });

  it('takes an identifier of each row for no leak: its levels are unknown where they are held out', async () => {
    expect(await found(dataset([...others, texts('id', Array.from(y, (_, i) => `row ${i}`))], y), 'leakage')).toEqual([]);
  });

  it('measures R² as an out-of-sample linear fit does where the relation is a line', () => {
    // y = x + noise of the same variance: R² of the population is 1/2.
    const skill = singleFeatureSkill(dataset(others, y), others[0]!, heldOutParts(n, new Rng(1)), 0.95);
    expect(skill.value).toBeGreaterThan(0.38);
    expect(skill.value).toBeLessThan(0.58);
    expect(skill.low).toBeLessThan(0.5);
    expect(skill.high).toBeGreaterThan(0.45);
    const useless = singleFeatureSkill(dataset(others, y), others[1]!, heldOutParts(n, new Rng(1)), 0.95);
    expect(useless.value).toBeLessThan(0.03);
  });
});
