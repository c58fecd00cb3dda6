/** What a list says of a robustness study, and names of models within sentences. */
import { describe, expect, it } from 'vitest';
import { robustnessHeadline, type Found } from '../../../../src/engine/experiments/robustness/findings';
import { inSentence } from '../../../../src/engine/experiments/robustness/spoiledTraining';

const found = (more: Partial<Found>): Found => ({ score: 'accuracy', level: 0.95, attacks: [], clean: { value: 0.9 }, open: { numbers: [], categories: [], manyLevels: false }, ...more } as Found);

describe('the headline of a robustness study', () => {
  it('states what an attack of about a tenth of a deviation does', () => {
    const attacks = [{ name: 'Numbers attacked', x: [0, 0.1, 1], scores: [{ value: 0.9 }, { value: 0.7 }, { value: 0.1 }] }];
    expect(robustnessHeadline(found({ attacks }))).toBe('accuracy falls from 90 % to 70 % under attacks of 0.1 standard deviations');
    expect(robustnessHeadline(found({ attacks, score: 'RMSE' }))).toMatch(/^RMSE falls from 0.9 to 0.7 under/);
  });

  it('or a change of a category; or that there is nothing to attack', () => {
    expect(robustnessHeadline(found({ oneCategory: { value: 0.5 }, open: { numbers: [], categories: ['c'], manyLevels: false } }))).toBe('accuracy falls from 90 % to 50 % when a category is changed');
    expect(robustnessHeadline(found({}))).toBe('nothing to attack; accuracy 90 %');
  });
});

describe('the name of a model within a sentence', () => {
  it('has no capital but that of a person', () => {
    expect(['Explainable boosting machine', 'Least squares', 'Huber', 'Bayesian regression'].map(inSentence)).toEqual(['explainable boosting machine', 'least squares', 'Huber', 'Bayesian regression']);
  });
});
