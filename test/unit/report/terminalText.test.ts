/** What the terminal shows of verdicts and coverage, and the caution above the panels of a model without skill. */
import { nothing } from 'lit';
import { describe, expect, it } from 'vitest';
import { reportText } from '../../../src/cli/reportText';
import type { Report } from '../../../src/protocol/report';
import { cautionView } from '../../../webview/view/caution';

const report: Report = {
  format: 'unveil-report', version: 1,
  recipe: { file: 'd.csv', target: 'y', task: 'regression', features: ['a'], dropped: [], missing: 'impute', model: 'linear', options: {}, split: { scheme: 'none' }, level: 0.95, seed: 1, maxRows: 100 },
  data: { rows: 60, rowsUsed: 60, dropped: [], columns: [] },
  model: { family: 'linear', title: 'Linear regression', task: 'regression' },
  performance: {
    scheme: '5-fold cross-validation', rows: 60,
    metrics: [{ name: 'rmse', value: 2, low: 1, high: 3, baseline: 1.9, versusBaseline: { verdict: 'no better', gain: -0.1, low: -1, high: 0.8 } }],
    versusBaseline: { verdict: 'no better', sentence: 'The model is no better than its baseline, the mean.', caution: 'It explains little.' },
  },
  weights: [{ term: 'a', estimate: 1, pValue: 0 }],
  intervals: {
    kind: 'prediction', level: 0.95, method: 'm', coverage: 0.9, meanWidth: 4, rows: 60,
    conformal: { method: 'CV+', level: 0.95, guarantee: 0.8, coverage: 0.95, coverageLow: 0.86, coverageHigh: 0.98, meanWidth: 5, rows: 60 },
  },
  timings: { total: 1 }, notes: [], sections: [],
};

describe('a report on a terminal', () => {
  it('has the verdict against the baseline, in words and by metric', () => {
    const text = reportText(report);
    expect(text).toMatch(/rmse +2 +1 to 3 +1\.9 {2}no better\nThe model is no better than its baseline, the mean\.\n/);
  });

  it('has the coverage of the model\'s own and of conformal intervals, with the guarantee', () => {
    const text = reportText(report);
    expect(text).toContain('Prediction intervals at 95 % held 90 % of 60 held-out rows, mean width 4\n');
    expect(text).toContain('Conformal intervals at 95 % (CV+) held 95 % of 60 held-out rows (86 % to 98 %), mean width 5; at least 80 % of new rows are guaranteed\n');
    const { conformal } = report.intervals!;
    expect(reportText({ ...report, intervals: { ...report.intervals!, conformal: { ...conformal!, infinite: true } } })).toContain('too few rows for any that leave something out');
  });

  it('never shows a p-value as 0', () => {
    expect(reportText(report)).toMatch(/a +1 +< 1e-300/);
  });
});

describe('the line above panels', () => {
  it('is there for a model that is not better than its baseline, and for no other', () => {
    expect((cautionView(report) as { values: unknown[] }).values).toEqual(['It explains little.']);
    const { caution: _, ...skilled } = report.performance!.versusBaseline!;
    expect(cautionView({ ...report, performance: { ...report.performance!, versusBaseline: skilled } })).toBe(nothing);
  });
});
