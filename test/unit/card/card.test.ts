/** The model card: of classes, of a regression, of clusters and of an experiment; nothing in it is markup of the data's own. */
import { describe, expect, it } from 'vitest';
import { classMetrics } from '../../../src/engine/card/classMetrics';
import { commandLine, quoted } from '../../../src/engine/card/commandLine';
import { codeBlock, markdownTable, plain } from '../../../src/engine/card/markdown';
import { modelCard } from '../../../src/engine/card/modelCard';
import type { AnyModelFile, ExperimentFile, ModelFile, TargetlessModelFile } from '../../../src/protocol/modelFile';
import type { Recipe } from '../../../src/protocol/recipe';
import { recipe } from '../sideBySide/support';

const base = { format: 'unveil-model', version: 1, created: '2026-01-02T03:04:05.000Z', parameters: {} } as const;
const section = { panel: 'overview', summary: 'A summary.', method: 'A method.' } as const;

function classes(): ModelFile {
  const own: Recipe = { ...recipe, file: '/home/me/secret/people.csv', task: 'classification', target: 'a|b', positive: 'yes', features: ['x', '<b>y</b>'], dropped: [{ column: 'id', reason: 'identifier' }] };
  return {
    ...base, name: 'first *try*', recipe: own, note: 'Only for the demo.\nNot for people.', tags: ['draft'],
    background: { rows: 1, trainedOn: '1520:9f86', columns: [] },
    report: {
      format: 'unveil-report', version: 1, recipe: own, timings: {}, notes: [{ kind: 'guess', text: 'The target was guessed.' }],
      data: { rows: 12, rowsUsed: 10, dropped: [{ reason: 'no target', rows: 2 }], columns: [
        { name: 'x', kind: 'numeric', role: 'feature', missing: 1, distinct: 9 }, { name: 'a|b', kind: 'categorical', role: 'target', missing: 2, distinct: 2 }] },
      model: { family: 'logistic', title: 'Logistic regression', task: 'classification', classes: ['no', 'yes'] },
      performance: {
        scheme: '5-fold cross-validation', rows: 10, metrics: [{ name: 'accuracy', value: 0.8, low: 0.6, high: 0.95, baseline: 0.5, versusBaseline: { verdict: 'better', gain: 0.3 } }],
        versusBaseline: { verdict: 'better', sentence: 'Better than the majority class.', caution: 'Beware of few rows.' },
      },
      importance: [{ feature: 'x', permutation: { value: 0.25, low: 0.1, high: 0.4 } }],
      intervals: { kind: 'confidence', level: 0.95, method: 'Wald', conformal: { method: 'CV+', level: 0.95, guarantee: 0.9, coverage: 0.96, rows: 10, meanSetSize: 1.2 } },
      sections: [
        { ...section, kind: 'confusion', id: 'confusion', title: 'Confusion', classes: ['no', 'yes'], counts: [[4, 1], [1, 4]] },
        { ...section, kind: 'importance', id: 'importance', panel: 'importance', title: 'Importance', unit: 'rise of log loss', level: 0.95, repeats: 5, rows: 10 },
      ],
    },
  };
}

function heading(card: string, title: string): string {
  return card.split(/^## /m).find(part => part.startsWith(title)) ?? '';
}

describe('the card of a classification', () => {
  const card = modelCard({ model: classes(), version: '9.8.7' });

  it('quotes the name of the file for the shell where the settings cannot be written out', () => {
    const model = classes();
    const own = { ...model.recipe, file: '/data/my $(people).csv', options: { penalty: 'true' } } as Recipe;
    expect(modelCard({ model: { ...model, recipe: own }, version: '1' })).toContain("unveil explain 'my $(people).csv' --recipe MODEL.unveil.json");
  });

  it('has the headings of a model card, in order', () => {
    expect([...card.matchAll(/^##? (.*)$/gm)].map(([, title]) => title)).toEqual([
      'Model card: first \\*try\\*', 'Model details', 'Intended use', 'Training data', 'Evaluation data', 'Metrics', 'Features', 'Uncertainty', 'Caveats', 'To repeat it',
    ]);
  });

  it('has metrics with intervals, and those of each class with theirs', () => {
    expect(heading(card, 'Metrics')).toContain('| Accuracy | higher | 0.8 | 0.6 to 0.95 | 0.5 | better |');
    // Wilson's interval of 4 in 5: 0.3755 to 0.9638.
    expect(heading(card, 'Metrics')).toContain('| yes | 5 | 0.8 (0.376 to 0.964) | 0.8 (0.376 to 0.964) | 0.8 |');
  });

  it('names data, target and what was left out, and no folder of the machine', () => {
    expect(heading(card, 'Training data')).toContain('- File: people.csv, 1520 bytes, SHA-256 9f86');
    expect(heading(card, 'Training data')).toContain('- Left out: 2 rows: no target');
    expect(heading(card, 'Training data')).toContain('Target: a\\|b, categorical, missing in 2 rows');
    expect(card).not.toContain('secret');
  });

  it('says of a use nothing but that it is not stated, and quotes the note', () => {
    expect(heading(card, 'Intended use')).toMatch(/does not say what the model is meant for[^]*> Only for the demo\.\n> Not for people\./);
  });

  it('has importance, uncertainty, caveats, tags and the version', () => {
    expect(heading(card, 'Features')).toContain('| x | numeric | 1 | 0.25 (0.1 to 0.4) |\n| &lt;b&gt;y&lt;/b&gt; | – | – | – |');
    expect(heading(card, 'Features')).toContain('- id: identifier');
    expect(heading(card, 'Uncertainty')).toContain('Measured coverage: 96 % of 10 held-out rows');
    expect(heading(card, 'Caveats')).toContain('- Beware of few rows.\n- The target was guessed.');
    expect(heading(card, 'Model details')).toContain('| Tags | draft |');
    expect(heading(card, 'Model details')).toContain('| Written by | Unveil 9.8.7, model file format 1 |');
  });

  it('gives the command that repeats it', () => {
    expect(heading(card, 'To repeat it')).toContain("```sh\nunveil explain people.csv --target 'a|b' --task classification --positive yes --features 'x,<b>y</b>' --missing impute --model linear --folds 5 --level 0.95 --seed 1 --max-rows 1000000\n```");
  });

  it('says where nothing was measured', () => {
    const { performance: _p, intervals: _i, importance: _m, ...report } = classes().report;
    const { note: _note, background: _b, ...model } = classes();
    const bare = modelCard({ model: { ...model, report: { ...report, sections: [] } }, version: '1' });
    expect(heading(bare, 'Metrics')).toContain('No metrics were measured.');
    expect(heading(bare, 'Evaluation data')).toContain('No rows were held out');
    expect(heading(bare, 'Uncertainty')).toContain('no intervals');
    expect(bare).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('the card of what has no target', () => {
  const found = (change: object): AnyModelFile => {
    const { target: _t, split: _s, ...rest } = recipe;
    const own = { ...rest, ...change };
    return {
      ...base, name: 'groups', recipe: own, report: {
        format: 'unveil-report', version: 1, recipe: own, timings: {}, notes: [], data: { rows: 5, rowsUsed: 5, dropped: [], columns: [] },
        model: { family: 'kmeans', title: 'k-means', task: 'clustering', headline: '3 clusters' },
        sections: [{ ...section, kind: 'table', id: 't', title: 'Sizes', header: [], rows: [], summary: 'The largest has 3 rows.' }],
      },
    } as unknown as TargetlessModelFile;
  };

  it('tells what was found, and of metrics nothing', () => {
    const card = modelCard({ model: found({ task: 'clustering', model: 'kmeans', options: { k: 3, restarts: 5 } }), version: '1' });
    expect(card).toContain('k-means of 5 rows of people.csv, made on 2026-01-02: 3 clusters.');
    expect(heading(card, 'What was found')).toContain('- Sizes: The largest has 3 rows.');
    expect(card).not.toMatch(/^## (Metrics|Uncertainty)/m);
    expect(card).toContain('unveil cluster people.csv --features a,b,c --missing impute --k 3 --level 0.95 --seed 1 --max-rows 1000000 --set restarts=5');
  });

  it('of an experiment says that it predicts nothing', () => {
    const own = { ...recipe, task: 'experiment', problem: 'regression', study: { kind: 'sensitivity', vary: [{ name: 'depth', values: [1, 2] }] } };
    const model = { ...found({}), recipe: own } as unknown as ExperimentFile;
    const card = modelCard({ model: { ...model, report: { ...model.report, model: { family: 'ebm', title: 'Sensitivity', task: 'experiment' } } }, version: '1' });
    expect(card).toContain('There is nothing in it to predict with.');
    expect(card).toContain('--study sensitivity --vary depth=1:2');
  });
});

describe('the parts of a card', () => {
  it('take nothing of a name as markup', () => {
    expect(plain('a|b `c` <script>\n# x')).toBe('a\\|b \\`c\\` &lt;script&gt; # x');
    expect(plain('# title')).toBe('\\# title');
    expect(plain('1. item')).toBe('1\\. item');
    expect(plain('-0.5')).toBe('-0.5');
    expect(plain('---')).toBe('--\\-');
    expect(markdownTable(['a\nb'], [['|']])).toBe('| a b |\n| --- |\n| \\| |');
    expect(codeBlock('x ``` y')).toBe('````\nx ``` y\n````');
  });

  it('have no share of no rows', () => {
    expect(classMetrics(['a', 'b'], [[0, 0], [0, 3]], 0.95)[0]).toEqual({ name: 'a', rows: 0 });
  });

  it('quote for the shell, and lists of names as the program reads them', () => {
    expect(quoted("it's $HOME")).toBe("'it'\\''s $HOME'");
    expect(commandLine({ ...recipe, features: ['a,b', 'say "x"'] }, 'd.csv')).toContain(`--features '"a,b","say ""x"""'`);
    expect(commandLine({ ...recipe, options: { known: 'true' } }, 'd.csv')).toBeUndefined();
    expect(commandLine({ ...recipe, formula: 'y ~ a * b', split: { scheme: 'none' }, detail: 'brief', rows: [3] }, 'd.csv'))
      .toBe("unveil explain d.csv --formula 'y ~ a * b' --task regression --missing impute --model linear --holdout 0 --level 0.95 --seed 1 --max-rows 1000000 --brief --row 3");
  });
});
