/** What a sensitivity study says: no claim that the folds do not carry. */
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../../../src/engine/experiments/runs/task';
import { choiceShares, type Shares } from '../../../../src/engine/experiments/sensitivity/anova';
import { findingsOf } from '../../../../src/engine/experiments/sensitivity/findings';
import { keptSettings, knownOutcomes } from '../../../../src/engine/experiments/sensitivity/kept';
import { summarise } from '../../../../src/engine/experiments/sensitivity/summary';
import type { ChoiceShare } from '../../../../src/protocol/experiments';

const values = [1, 2, 3];
const settings = [{}, ...values.map(depth => ({ depth }))];

/** losses[setting][fold], the usual setting first. */
function found(losses: readonly (readonly number[])[], shares: readonly ChoiceShare[] = [], more: Partial<Shares> = {}) {
  const outcomes = losses.map(row => new Map(row.map((loss, fold): [number, RunOutcome] => [fold, { status: 'scored', loss, baselineLoss: 10, seconds: 1 }])));
  const varied = shares.length > 0 || more.why ? [{ name: 'depth', values }, { name: 'width', values: [1, 2] }] : [{ name: 'depth', values }];
  return findingsOf({
    varied, usual: { depth: '2' }, settings: summarise({ settings, outcomes, testToTrain: 0.25, level: 0.95 }), outcomes, shares: { shares, settings: 3, folds: 4, ...more }, testToTrain: 0.25, level: 0.95, lossName: 'RMSE',
  });
}

describe('findings', () => {
  it('claim nothing where the folds cannot tell the settings apart', () => {
    const { findings, headline } = found([[5, 1, 3, 4], [1, 5, 4, 3], [4, 3, 1, 4.5], [3, 4, 5, 1.5]]);
    expect(headline).toBe('the folds cannot tell the settings apart');
    expect(findings.join(' ')).toMatch(/These folds cannot tell the settings apart: no difference from the lowest is beyond chance, and one below about [\d.]+ would not be seen\./);
    expect(findings.join(' ')).not.toMatch(/best|[Nn]ot worse/);
  });

  it('name a setting as lower than usual where that holds for as many comparisons as were made', () => {
    const { findings, headline } = found([[5, 5.1, 4.9, 5], [3, 3.1, 2.9, 3.05], [4, 4.1, 3.9, 4.05], [4.5, 4.6, 4.4, 4.55]]);
    expect(headline).toBe('lower loss than usual with depth 1');
    expect(findings[1]).toMatch(/lower than with the usual setting \(depth 2\) beyond chance, also when 3 comparisons are allowed for/);
    expect(findings[2]).toMatch(/Every other value of depth is worse/);
  });

  it('do not where it holds for one comparison only', () => {
    const { findings, headline } = found([[5, 5.5, 4.5, 5], [4, 4.2, 4, 4.1], [6, 6.1, 6.2, 6], [7, 7.1, 7.2, 7]]);
    expect(findings[1]).toMatch(/when 3 comparisons are allowed for \(Bonferroni\) it is within chance\./);
    expect(headline).toBe('no setting lower than the usual one beyond chance');
  });

  it('of one fold say that it cannot tell', () => {
    expect(found([[5], [4], [6], [7]]).findings[1]).toMatch(/^One fold cannot tell whether that differs from the usual setting \(depth 2\)\.$/);
    expect(found([[3], [4], [6], [7]])).toMatchObject({ headline: 'one fold cannot tell the settings apart', findings: [expect.stringMatching(/on 1 fold, with the usual setting/), 'One fold cannot tell the settings apart.'] });
  });

  it('set apart settings whose loss varies too much to be judged', () => {
    const { findings } = found([[5, 5.1, 4.9, 5], [3, 3.1, 2.9, 3.05], [4, 4.1, 3.9, 4.05], [3, 300, 2, 90]]);
    expect(findings[2]).toBe('Worse than the lowest beyond chance, each by itself at 95 %: depth 2. Too much variation from fold to fold to be judged: depth 3.');
  });

  it('say how many of the shares they name', () => {
    const share = (name: string): ChoiceShare => ({ choices: [name], share: 0.25, low: 0.1, high: 0.4 });
    const apart = [[5, 5.1], [3, 3.1], [4, 4.1], [4.5, 4.6]];
    expect(found(apart, ['a', 'b', 'c', 'd'].map(share)).findings.join(' ')).toMatch(/The largest 3 of 4 shares of the variance of the loss between 3 settings on 4 folds, with 95 % intervals: a 25 % \(10 % to 40 %\), b .* and c /);
    expect(found(apart, [{ choices: ['a'], share: 0.25 }]).findings.join(' ')).toContain('Shares of the variance of the loss between 3 settings on 4 folds: a 25 %.');
  });

  it('give no share, and say so once, where no difference is beyond chance', () => {
    const { findings } = found([[5, 5], [5, 6], [6, 5], [5, 5]], [{ choices: ['a'], share: 1 }]);
    expect(findings.join(' ')).not.toContain('variance');
    expect(findings.filter(text => text.includes('chance'))).toHaveLength(1);
    expect(found([[5, 5.1], [3, 3.1], [4, 4.1], [4.5, 4.6]], [], { why: 'few' }).findings.join(' ')).toContain('Too few settings were measured on the same folds');
  });
});

describe('settings that were left behind', () => {
  it('are compared with the lowest on the folds that both have, beyond chance or not', () => {
    // Depth 3 has two folds of four, on both of which it is far worse by the same.
    const worse = found([[3, 5, 4, 3], [2.9, 4.8, 4.1, 3], [3.1, 4.9, 3.9, 3.2], [92.9, 94.8]]);
    expect(worse.headline).toBe('no setting lower than the usual one beyond chance');
    expect(worse.findings.join(' ')).toContain('Worse than the lowest beyond chance, each by itself at 95 %: depth 3.');
    expect(worse.findings.join(' ')).toContain('1 setting that was left behind is compared on the folds that it had.');
    expect(worse.findings.join(' ')).not.toMatch(/no difference|cannot tell the settings apart/);
  });

  it('on one fold, or never run, are not said to be like the others', () => {
    const { findings, headline } = found([[3, 5, 4, 3], [2.9, 4.8, 4.1, 3], [3.1, 4.9, 3.9, 3.2], [92]]);
    expect(headline).toBe('the folds cannot tell the 3 settings scored on the same folds apart');
    expect(findings.join(' ')).toMatch(/These folds cannot tell the 3 settings scored on the same folds apart: no difference/);
  });

  it('leave nothing to compare where the usual one alone has more than a fold', () => {
    expect(found([[3, 5, 4, 3], [9], [8], [7]]).findings[1]).toBe('No other setting was scored on two of the same folds, so that none can be compared with it.');
  });
});

describe('outcomes that come back from a file', () => {
  it('have no null in the place of a number, and shares of the variance stand without the loss of predicting the mean', () => {
    const grid = values.flatMap(depth => [1, 2].map(width => ({ depth, width })));
    const outcomes = grid.map(({ depth }) => new Map(Array.from({ length: 5 }, (_, fold): [number, RunOutcome] => [fold, { status: 'scored', loss: depth + 0.1 * fold, baselineLoss: NaN, seconds: 1 }])));
    const kept = JSON.parse(JSON.stringify(keptSettings(grid, grid.map(() => new Map()), outcomes)));
    const known = knownOutcomes(grid, kept);
    expect(known[0]!.get(0)).toEqual({ status: 'scored', loss: 1, seconds: 1 });
    expect(choiceShares({ varied: [{ name: 'depth', values }, { name: 'width', values: [1, 2] }], settings: grid, outcomes: known, complete: true, level: 0.95, seed: 1 }).shares[0]!.share).toBeCloseTo(1, 9);
  });
});
