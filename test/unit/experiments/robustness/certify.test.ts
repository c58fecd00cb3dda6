/** Interval bounds: nothing in the box leaves them, and they never claim what an attack disproves. */
import { describe, expect, it } from 'vitest';
import type { Activation, DenseDescription } from '../../../../src/engine/compute/network/description';
import { initialiseParameters } from '../../../../src/engine/compute/network/initialise';
import { denseForward } from '../../../../src/engine/compute/kernels/denseForward';
import { attackerOf, attackRows } from '../../../../src/engine/experiments/robustness/attack';
import { certifierOf } from '../../../../src/engine/experiments/robustness/certify';
import { boundsAlong, lastHidden } from '../../../../src/engine/experiments/robustness/intervalBounds';
import { Rng } from '../../../../src/engine/math/random';
import { classData, quiet, regressionData } from '../../evaluate/stub';
import { accuracies, family, halves, judgeFor } from './support';

describe('interval bounds of a network', () => {
  it.each<Activation>(['relu', 'tanh', 'sigmoid', 'gelu'])('with %s hold the outputs of 2,000 random points of the box and its corners', activation => {
    const description: DenseDescription = { kind: 'dense', head: 'softmax', inputs: 4, hidden: [9, 7], activation, outputs: 3 };
    const parameters = initialiseParameters(description, 5);
    const rng = new Rng(8);
    const middle = Float64Array.of(0.3, -1.2, 0.8, 0);
    const half = Float64Array.of(0.2, 0.5, 0.1, 0.4);
    const points = Float32Array.from({ length: 4 * 2000 }, (_, c) => middle[c % 4]! + half[c % 4]! * (c < 64 ? ((Math.floor(c / 4) >> (c % 4)) % 2 === 0 ? 1 : -1) : 2 * rng.uniform() - 1));
    const { outputs } = denseForward(description, parameters, points, 2000);
    const last = lastHidden(description, parameters, { middle, half: half.map(h => h * (1 + 1e-6)) });
    const directions = [[1, 0, 0], [0, 1, 0], [1, -1, 0], [0, -1, 1]];
    for (const direction of directions) {
      const [low, high] = boundsAlong(description, parameters, last, direction);
      const found = Array.from({ length: 2000 }, (_, i) => direction.reduce((sum, d, k) => sum + d * outputs[3 * i + k]!, 0));
      expect(Math.min(...found)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...found)).toBeLessThanOrEqual(high);
      // Not so wide that they say nothing: within a hundred times of what was found.
      expect(high - low).toBeLessThan(100 * (Math.max(...found) - Math.min(...found)));
    }
  });

  it.each<Activation>(['relu', 'tanh', 'sigmoid', 'gelu'])('with %s hold what single precision computes at a point, where the box has no width', activation => {
    const description: DenseDescription = { kind: 'dense', head: 'softmax', inputs: 6, hidden: [40, 40], activation, outputs: 3 };
    const parameters = initialiseParameters(description, 2);
    const rng = new Rng(4);
    let apart = 0;
    for (let draw = 0; draw < 100; draw++) {
      const point = Float32Array.from({ length: 6 }, () => 3 * rng.normal());
      const { outputs } = denseForward(description, parameters, point, 1);
      const last = lastHidden(description, parameters, { middle: Float64Array.from(point), half: new Float64Array(6) });
      [[1, 0, 0], [1, -1, 0], [0, 1, -1]].forEach(direction => {
        const [low, high] = boundsAlong(description, parameters, last, direction);
        const found = direction.reduce((sum, d, k) => sum + d * outputs[k]!, 0);
        expect(found).toBeGreaterThanOrEqual(low);
        expect(found).toBeLessThanOrEqual(high);
        apart += Number(found !== (low + high) / 2);
      });
    }
    // It does round otherwise: without room for that the bounds would be wrong.
    expect(apart).toBeGreaterThan(150);
  });

  it('certify no more rows than the attack leaves right, and fewer as the box grows', async () => {
    const sizes = [0, 0.05, 0.2, 0.6];
    for (const classes of [['no', 'yes'], ['p', 'q', 'r']]) {
      const dataset = classData(150, classes, 3, { options: { ensemble: 1, hidden: '8', epochs: 40, l2: 0.001, prune: false } });
      const { train, test } = halves(150);
      const model = await family('neural').fit(dataset, quiet(), train);
      const judge = judgeFor(dataset, model, train, test);
      const certifier = certifierOf(judge)!;
      const attacked = await attackRows(judge, attackerOf(judge), sizes, new Rng(1), quiet());
      const proved = sizes.map(size => certifier.losses(size));
      expect(accuracies(proved)[0]!).toBeCloseTo(accuracies(attacked.numbers)[0]!, 12);
      expect(accuracies(proved)[1]!).toBeGreaterThan(0.3);
      proved.forEach((losses, k) => losses.forEach((loss, row) => {
        expect(loss).toBeGreaterThanOrEqual(attacked.numbers[k]![row]!);
        if (k > 0) expect(loss).toBeGreaterThanOrEqual(proved[k - 1]![row]!);
      }));
      const radii = await certifier.radii(quiet());
      radii.forEach((radius, row) => expect(radius >= 0.2).toBe(proved[2]![row] === 0));
    }
  });

  it('bound the error of a regression from above', async () => {
    const dataset = regressionData(120, 2, { options: { ensemble: 1, hidden: '8', epochs: 30, l2: 0.001, prune: false } });
    const { train, test } = halves(120);
    const model = await family('neural').fit(dataset, quiet(), train);
    const judge = judgeFor(dataset, model, train, test);
    const certifier = certifierOf(judge)!;
    const { numbers } = await attackRows(judge, attackerOf(judge), [0, 0.2], new Rng(1), quiet());
    [0, 0.2].forEach((size, k) => certifier.losses(size).forEach((bound, row) => expect(bound * (1 + 1e-9)).toBeGreaterThanOrEqual(numbers[k]![row]!)));
  });

  it('are there for dense networks on the columns as they are only', async () => {
    const dataset = classData(80);
    const { train, test } = halves(80);
    expect(certifierOf(judgeFor(dataset, await family('logistic').fit(dataset, quiet(), train), train, test))).toBeUndefined();
    const powers = { ...dataset, recipe: { ...dataset.recipe, options: { polynomial: 2, ensemble: 1, epochs: 2, prune: false } } };
    expect(certifierOf(judgeFor(powers, await family('neural').fit(powers, quiet(), train), train, test))).toBeUndefined();
  });
});
