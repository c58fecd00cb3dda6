/** The recommendation in words. */
import { describe, expect, it } from 'vitest';
import { choiceNotes, noTime, recommendationWords, tooLate } from '../../../src/engine/compare/words';
import type { ComparedModel, LossDifference } from '../../../src/protocol/comparison';

const model = (family: string, title: string, value: number, difference?: Partial<LossDifference>, verdict: 'better' | 'no better' = 'better'): ComparedModel => ({
  family, title, metrics: [{ name: 'rmse', value, versusBaseline: { verdict, gain: 1 } }], fitSeconds: 1, seconds: 1, scores: [],
  ...(difference && { difference: { value: 0, withinOneStandardError: false, ...difference } }),
});
const words = (models: readonly ComparedModel[], best: string, recommended: string, notRun: Parameters<typeof recommendationWords>[0]['notRun'] = []): string =>
  recommendationWords({ metric: 'rmse', level: 0.95, models, best, recommended, notRun });

describe('the recommendation in words', () => {
  it('names the best beside a simpler model that is as good', () => {
    expect(words([model('linear', 'Linear regression', 10.2, { value: 0.2, low: -0.1, high: 0.5, pValue: 0.21 }), model('ebm', 'Explainable boosting machine', 10)], 'ebm', 'linear')).toBe(
      'Linear regression is recommended: it is the simplest model whose RMSE is within one standard error of the best. The best is the explainable boosting machine with RMSE 10; '
      + "the linear regression model's is 0.2 higher (95 % interval -0.1 to 0.5, p = 0.21).");
  });

  it('names the closest simpler model beside one that is clearly the best', () => {
    const models = [model('linear', 'Linear regression', 14, { value: 4, low: 3, high: 5, pValue: 1e-6 }), model('bayes', 'Bayesian linear regression', 13, { value: 3, low: 2, high: 4, pValue: 0.00024 }), model('ebm', 'Explainable boosting machine', 10)];
    expect(words(models, 'ebm', 'ebm')).toBe('Explainable boosting machine is recommended: it has the lowest RMSE, 10, and no simpler model is within one standard error of it. '
      + 'The closest of them, the Bayesian linear regression model, has an RMSE 3 higher (95 % interval 2 to 4, p = 0.00024).');
  });

  it('says of a recommended model that it explains nothing, and of models that did not run that they may be better', () => {
    const late = tooLate('neural', 'Neural network', { seconds: 93.4, atLeast: true }, 4);
    expect(late.text).toBe('Neural network was not run: it would take at least 93 s, and 4 s were left.');
    expect(words([model('linear', 'Linear regression', 10, undefined, 'no better')], 'linear', 'linear', [late])).toBe(
      'Linear regression is the only model that was measured: RMSE 10. Even so, it predicts no better than the baseline. 1 model did not run for want of time; it may be better.');
  });
});

describe('what did not run', () => {
  it('says that no time was left instead of 0 s', () => {
    expect(tooLate('neural', 'Neural network', { seconds: 0.037, atLeast: true }, 0)).toEqual(
      { family: 'neural', title: 'Neural network', reason: 'time', estimatedSeconds: 0.037, text: 'Neural network was not run: no time was left.' });
    expect(noTime('neural', 'Neural network').text).toBe('Neural network was not run: no time was left.');
  });

  it('takes part in the choice: a note says how to repeat the numbers', () => {
    const notRun = [tooLate('neural', 'Neural network', { seconds: 90, atLeast: false }, 4), noTime('attention', 'Attention model')];
    expect(choiceNotes({ seconds: 20, notRun, recommended: 'ebm' })).toEqual([{
      kind: 'evaluation',
      text: 'The time limit of 20 s took part in the choice of the model: Neural network and Attention model were not compared. '
        + 'The same command may choose another model; with --model ebm it gives these numbers again, and the recipe names that model.',
    }]);
    expect(choiceNotes({ seconds: 20, notRun: [], recommended: 'ebm' })).toEqual([]);
    expect(choiceNotes({ notRun, recommended: 'ebm' })).toEqual([]);
    expect(choiceNotes({ seconds: 20, notRun: [{ ...notRun[0]!, reason: 'failed' }], recommended: 'ebm' })).toEqual([]);
  });
});
