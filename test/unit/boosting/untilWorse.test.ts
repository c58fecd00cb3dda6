import { describe, expect, it } from 'vitest';
import type { BoostSettings } from '../../../src/engine/models/boosting/boostMains';
import { boostUntilWorse, drain, type Boosting } from '../../../src/engine/models/boosting/untilWorse';

const settings = (extra: Partial<BoostSettings> = {}): BoostSettings => ({
  stump: { leaves: 2, learningRate: 0.1, leastWeight: 1, ridge: 0, levelSmoothing: 1 }, maxRounds: 1000, smoothingRounds: 0, seed: 1, roundsALook: 10, patience: 3, tolerance: 1e-4, floor: 0, directions: [], ...extra,
});

/** The score is the number of rounds; the loss is least at `best` of them. */
function counting(best: number): Boosting & { rounds: number } {
  return {
    rounds: 0,
    look() { return 1 + ((this.rounds - best) / 100) ** 2; },
    keep() { return [Float64Array.of(this.rounds)]; },
    *boost(rounds) {
      for (let r = 0; r < rounds; r++) {
        this.rounds++;
        yield;
      }
    },
  };
}

describe('boosting until the rows left out say that more would be worse', () => {
  it('keeps the scores of the best look and stops some looks later', () => {
    const boosting = counting(52);
    const { scores, rounds, course } = drain(boostUntilWorse(settings(), boosting, {}));
    expect([rounds, scores[0]![0]]).toEqual([50, 50]);
    expect(boosting.rounds).toBe(80);
    expect(course).toHaveLength(9);
    expect(Math.min(...course)).toBe(course[5]);
  });

  it('never boosts more rounds than allowed', () => {
    for (const maxRounds of [1, 7, 25, 333]) {
      const boosting = counting(1000);
      expect(drain(boostUntilWorse(settings({ maxRounds }), boosting, {})).rounds).toBe(maxRounds);
      expect(boosting.rounds).toBe(maxRounds);
    }
  });

  it('pauses after every round, and can be left there', () => {
    const boosting = counting(1000);
    const work = boostUntilWorse(settings(), boosting, {});
    for (let r = 1; r <= 30; r++) {
      expect(work.next().done).toBe(false);
      expect(boosting.rounds).toBe(r);
    }
  });

  it('ends when the caller says so at a look', () => {
    const boosting = counting(1000);
    drain(boostUntilWorse(settings(), boosting, { looked: course => course.length > 4 }));
    expect(boosting.rounds).toBe(40);
  });
});
