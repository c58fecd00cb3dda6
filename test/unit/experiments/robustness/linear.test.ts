/** Attacks on linear models against the closed form: reference accuracies of scikit-learn's coefficients (linearAdversarial.json). */
import { beforeAll, describe, expect, it } from 'vitest';
import { attackerOf, attackRows } from '../../../../src/engine/experiments/robustness/attack';
import { GradientAttacker } from '../../../../src/engine/experiments/robustness/gradientAttack';
import type { Judge } from '../../../../src/engine/experiments/robustness/judge';
import { ballDistance, boundedDistance, boxDistance, linearDistances } from '../../../../src/engine/experiments/robustness/linearDistance';
import { smallestFlips } from '../../../../src/engine/experiments/robustness/minimal';
import { SearchAttacker } from '../../../../src/engine/experiments/robustness/searchAttack';
import { certifierOf } from '../../../../src/engine/experiments/robustness/certify';
import { Rng } from '../../../../src/engine/math/random';
import { LogisticModel } from '../../../../src/engine/models/logistic/model';
import { NeuralModel } from '../../../../src/engine/models/neural/model';
import { quiet } from '../../evaluate/stub';
import { accuracies, breastCancer, everyRow, family, judgeFor, reference } from './support';

const sizes = Object.keys(reference.box).map(Number).sort((a, b) => a - b);
const expected = sizes.map(size => reference.box[String(size)]!);

/** A logistic regression and a network without a hidden layer, both with the reference's coefficients. */
let logistic: Judge;
let network: Judge;
let bounded: Judge;

beforeAll(async () => {
  const { dataset, train, test, mean, sd } = breastCancer({ options: { penalty: 'ridge', lambda: 1, hidden: 'none', epochs: 1, ensemble: 1, prune: false, l2: 0.001 } });
  const fitted = await family('logistic').fit(dataset, quiet(), train) as LogisticModel;
  const coefficients = Float64Array.from(reference.coefficients, (w, j) => w / sd[j]!);
  const model = new LogisticModel({ ...fitted.state, predictor: { coefficients: [coefficients], constants: Float64Array.of(reference.intercept), shifts: Float64Array.from(mean) } });
  logistic = judgeFor(dataset, model, train, test, { bounded: false });
  bounded = judgeFor(dataset, model, train, test);
  const trained = await family('neural').fit(dataset, quiet(), train) as NeuralModel;
  const parameters = [Float32Array.from(reference.coefficients), Float32Array.of(reference.intercept)];
  network = judgeFor(dataset, new NeuralModel({ ...trained.state, members: [parameters] }), train, test, { bounded: false });
});

const attack = (judge: Judge, attacker = attackerOf(judge)) => attackRows(judge, attacker, sizes, new Rng(1), quiet());

describe('a linear model under attack', () => {
  it('has the exact worst-case accuracies of the reference at every size', async () => {
    const attacker = attackerOf(logistic);
    expect(attacker.method).toBe('exact');
    const { numbers } = await attack(logistic, attacker);
    expect(accuracies(numbers)).toEqual(expected.map(value => expect.closeTo(value, 12)));
  });

  it('is brought to the same worst case by projected gradient ascent, and by one step along the sign of the gradient', async () => {
    const attacker = attackerOf(network);
    expect(attacker).toBeInstanceOf(GradientAttacker);
    const { numbers, signStep } = await attack(network, attacker);
    expect(accuracies(numbers)).toEqual(expected.map(value => expect.closeTo(value, 12)));
    expect(accuracies(signStep!)).toEqual(expected.map(value => expect.closeTo(value, 12)));
  });

  it('is brought to the same worst case by the search without gradients', async () => {
    const { numbers } = await attackRows(logistic, new SearchAttacker(logistic, { places: 1, starts: 0, rounds: 1 }), [0, 0.1, 0.5], new Rng(1), quiet());
    expect(accuracies(numbers)).toEqual([0, 0.1, 0.5].map(size => expect.closeTo(reference.box[String(size)]!, 12)));
  });

  it('has distances in closed form with the reference\'s mean, median and shares', () => {
    const { box, ball } = linearDistances(logistic.model, logistic.ground, logistic.truth);
    const right = Array.from(box).filter(value => value > 0).sort((a, b) => a - b);
    expect(right.reduce((a, b) => a + b, 0) / right.length).toBeCloseTo(reference.meanBoxDistance, 9);
    expect((right[Math.floor((right.length - 1) / 2)]! + right[Math.ceil((right.length - 1) / 2)]!) / 2).toBeCloseTo(reference.medianBoxDistance, 9);
    for (const [size, share] of Object.entries(reference.ball)) expect(ball.filter(value => value > Number(size)).length / ball.length).toBeCloseTo(share, 12);
  });

  it('flips at the distance that the closed form gives within the training range, and not before', async () => {
    const { bounded: distance } = linearDistances(bounded.model, bounded.ground, bounded.truth);
    const attacker = attackerOf(bounded);
    for (const row of [3, 20, 57, 90]) {
      const which = Int32Array.of(row);
      const at = async (size: number) => bounded.of((await attacker.proposals(size, bounded.ground.start.slice(row * 30, (row + 1) * 30), which, new Rng(1), quiet()))[0]!, which).wrong[0];
      if (!Number.isFinite(distance[row]!)) continue;
      expect(await at(distance[row]! * (1 + 1e-9) + 1e-9)).toBe(1);
      if (distance[row]! > 0) expect(await at(distance[row]! * (1 - 1e-6))).toBe(0);
    }
  });

  it('has interval bounds that are exact without a hidden layer', () => {
    const certifier = certifierOf(network)!;
    expect(accuracies(sizes.map(size => certifier.losses(size)))).toEqual(expected.map(value => expect.closeTo(value, 12)));
  });

  it('has smallest flips that predicting confirms and that are no smaller than the closed form', async () => {
    const { worst } = await attack(logistic);
    const found = smallestFlips(logistic, worst);
    const { box } = linearDistances(logistic.model, logistic.ground, logistic.truth);
    for (const row of everyRow(logistic.ground)) if (found[row]! > 0) expect(found[row]!).toBeGreaterThanOrEqual(box[row]! * (1 - 1e-9));
  });
});

describe('distances of a margin of 3 with slopes 2, −1 and 0.5', () => {
  const item = { margin: 3, slopes: Float64Array.of(2, -1, 0.5) };

  it('are 3 / 3.5 in the box and 3 / √5.25 in the ball', () => {
    expect(boxDistance(item)).toBeCloseTo(3 / 3.5, 14);
    expect(ballDistance(item)).toBeCloseTo(3 / Math.sqrt(5.25), 14);
  });

  it('grow where the first number can move 0.5 only: 1 + 1.5 ε = 3', () => {
    expect(boundedDistance(item, [0.5, 10, 10])).toBeCloseTo(4 / 3, 14);
    expect(boundedDistance(item, [0.5, 1, 10])).toBeCloseTo(2, 14);
  });

  it('are infinite where the bounds hold the row on its side', () => {
    expect(boundedDistance(item, [0.5, 1, 1])).toBe(Infinity);
    expect(boundedDistance({ ...item, margin: 0 }, [1, 1, 1])).toBe(0);
  });
});
