/** Text made safe, settings made valid, arguments made plain, columns in words. */
import { describe, expect, it } from 'vitest';
import { asExplainArguments, fileIn, isComplete, isFromProgram, modelIn, requestFieldsIn } from '../../../src/commands/arguments';
import { formulaProblem, startingFormula } from '../../../src/commands/formulaText';
import { modelChoices, taskChoices } from '../../../src/commands/modelChoices';
import { settingDefaults } from '../../../src/contributions';
import { escapeHtml, webviewHtml } from '../../../src/panels/webviewHtml';
import { UserError, type ErrorReason } from '../../../src/protocol/errors';
import type { ColumnProfile } from '../../../src/protocol/profile';
import { errorActions } from '../../../src/services/errorActions';
import { baseName, modelName, plainText } from '../../../src/services/plainText';
import { requestForTarget, requestFrom } from '../../../src/services/recipeRequest';
import { Settings } from '../../../src/services/settings';
import { columnSpark, columnText, headline, missingText, numberText, sparkLine } from '../../../src/views/columnText';
import { modelNamed } from './fixtures';

const uri = (path: string): object => ({ scheme: 'file', path, fsPath: path });

describe('plain text', () => {
  it('keeps ordinary names as they are', () => {
    for (const name of ['price', 'naïve-Δ-数据-📊', 'a & b', '<b>', '$5', '[x] (y)', '=1+1', '__proto__']) expect(plainText(name)).toBe(name);
  });

  it('draws no icons, makes no links, and shows control and direction characters', () => {
    expect(plainText('$(flame)')).not.toContain('$(');
    expect(plainText('[click](command:quit)')).not.toContain('](');
    expect(plainText('a\u202Eb')).toBe('ab');
    expect(plainText('a\u0000b\u001bc')).toBe('a\u2400b\u241bc');
    expect(plainText('two\r\nlines')).toBe('two lines');
  });

  it('cuts what is too long', () => {
    expect(plainText('x'.repeat(1000), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  it('takes the last part of a path of any system', () => {
    expect(baseName('/a/b c.csv')).toBe('b c.csv');
    expect(baseName('C:\\a\\b.csv')).toBe('b.csv');
    expect(modelName('y', '/a/b.csv')).toBe('y · b.csv');
  });
});

describe('settings', () => {
  const settingsOf = (values: Record<string, unknown>): Settings => new Settings(() => ({ get: name => values[name] }));

  it('count as the default when they are missing, of the wrong type or out of range', () => {
    const settings = settingsOf({ folds: 1, level: '0.9', seed: 1.5, missing: 'guess', maxTrainingRows: -5, 'engine.memoryMB': NaN });
    for (const name of ['folds', 'level', 'seed', 'missing', 'maxTrainingRows', 'engine.memoryMB'] as const) {
      expect(settings.get(name)).toBe(settingDefaults[name]);
    }
  });

  it('fill in what a request leaves open, and nothing else', () => {
    const settings = settingsOf({ folds: 10, level: 0.9, seed: 7, missing: 'drop', maxTrainingRows: 100 });
    expect(settings.complete({ file: 'a', seed: 3, split: { scheme: 'none' } })).toEqual(
      { file: 'a', seed: 3, split: { scheme: 'none' }, level: 0.9, missing: 'drop', maxRows: 100 });
    expect(settings.complete({ file: 'a' }).split).toEqual({ scheme: 'kFold', folds: 10 });
  });
});

describe('command arguments', () => {
  it('name a data file as a Uri, a path, a tree item or an object', () => {
    expect(fileIn(uri('/a b.csv'))).toEqual(uri('/a b.csv'));
    expect(fileIn({ kind: 'file', uri: uri('/a.tsv') })).toEqual(uri('/a.tsv'));
    expect(fileIn({ kind: 'column', uri: uri('/a.csv.gz'), column: 'x' })).toEqual(uri('/a.csv.gz'));
    expect(fileIn({ file: '/a.data' })).toBe('/a.data');
    expect(fileIn('/a.csv')).toBe('/a.csv');
    for (const nothing of [undefined, null, '', {}, 3, uri('/a.unveil.json'), [uri('/a.csv')], { scheme: 'webview-panel', path: 'x', fsPath: 'x' }]) expect(fileIn(nothing)).toBeUndefined();
  });

  it('name a model as an id, a model file, a tree item or an object, and never as the Uri of a panel', () => {
    expect(modelIn('price-1')).toEqual({ id: 'price-1' });
    expect(modelIn({ kind: 'model', id: 'x' })).toEqual({ id: 'x' });
    expect(modelIn('/a/b.unveil.json')).toEqual({ path: '/a/b.unveil.json' });
    expect(modelIn(uri('/b.unveil.json'))).toEqual({ uri: uri('/b.unveil.json') });
    expect(modelIn({ scheme: 'webview-panel', path: 'webview-panel/webview-1', fsPath: 'x' })).toBeUndefined();
    expect(modelIn({ file: '/a.csv' })).toBeUndefined();
  });

  it('run without questions when the target or formula is given, or questions are declined', () => {
    expect(isComplete(asExplainArguments({ file: 'a', target: 'y' })!)).toBe(true);
    expect(isComplete(asExplainArguments({ file: 'a', formula: 'y ~ x' })!)).toBe(true);
    expect(isComplete(asExplainArguments({ file: 'a', prompt: false })!)).toBe(true);
    expect(isComplete(asExplainArguments({ file: 'a' })!)).toBe(false);
    expect(asExplainArguments(uri('/a.csv'))).toBeUndefined();
  });

  it('come from a program or from a menu', () => {
    expect(isFromProgram({ file: 'a' })).toBe(true);
    expect(isFromProgram('id')).toBe(true);
    for (const other of [undefined, uri('/a.csv'), { kind: 'file', uri: uri('/a.csv') }]) expect(isFromProgram(other)).toBe(false);
  });

  it('carry only fields of a request over', () => {
    expect(requestFieldsIn({ id: 'x', target: 'y', seed: 2, detail: 'brief', rows: [3], other: 1 })).toEqual({ target: 'y', seed: 2, detail: 'brief', rows: [3] });
    expect(requestFieldsIn({ kind: 'model', model: { big: true } })).toEqual({});
  });
});

describe('columns in words', () => {
  const column = (fields: Partial<ColumnProfile>): ColumnProfile => ({ name: 'c', kind: 'numeric', missing: 0, distinct: 10, ...fields });

  it('draw counts as blocks of relative height', () => {
    expect(sparkLine([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkLine([])).toBe('');
    expect(sparkLine([0, 0])).toBe('');
    expect(sparkLine(Array(40).fill(1))).toBe('█'.repeat(10));
    expect(columnSpark(column({ kind: 'text', levels: [{ level: 'a', count: 1 }] }))).toBe('');
  });

  it('say the missing share without rounding it away', () => {
    expect(missingText(0, 100)).toBe('');
    expect(missingText(1, 10_000)).toBe('< 1 % missing');
    expect(missingText(9_999, 10_000)).toBe('> 99 % missing');
    expect(missingText(100, 100)).toBe('100 % missing');
    expect(columnText(column({ kind: 'categorical', distinct: 3, missing: 25 }), 100)).toBe('categorical · 3 levels · 25 % missing');
  });

  it('write numbers with four digits', () => {
    expect([0.953333, 0, -12345.678, 1e-7, 1.5e9, NaN].map(numberText)).toEqual(['0.9533', '0', '-12,350', '1.000e-7', '1.500e+9', 'NaN']);
    expect(headline([{ name: 'rmse', value: 2 }, { name: 'r2', value: 0.5 }])).toBe('R² 0.5');
    expect(headline([])).toBe('not evaluated');
  });
});

describe('choices', () => {
  const column: ColumnProfile = { name: 'survived', kind: 'boolean', missing: 0, distinct: 2 };

  it('put the guess first and name the positive class', () => {
    const choices = taskChoices(column, { column: 'survived', task: 'classification', positive: 'yes', classes: ['no', 'yes'], reason: '' });
    expect(choices.map(choice => choice.positive)).toEqual(['yes', 'no']);
  });

  it('offer a number of few values both as classes and as a number', () => {
    const few: ColumnProfile = { ...column, kind: 'numeric', distinct: 3 };
    expect(taskChoices(few, { column: 'x', task: 'classification', classes: ['0', '1', '2'], reason: '' }).map(choice => choice.task)).toEqual(['classification', 'regression']);
    expect(taskChoices(few, { column: 'x', task: 'regression', reason: '' })[0]!.task).toBe('regression');
    expect(taskChoices({ ...few, distinct: 5000 }, undefined).map(choice => choice.task)).toEqual(['regression']);
  });

  it('have a model for every task', () => {
    const named = modelChoices.filter(choice => choice.model !== 'auto');
    expect(named.find(choice => choice.tasks.includes('regression'))!.model).toBe('linear');
    expect(named.find(choice => choice.tasks.includes('classification'))!.model).toBe('logistic');
  });
});

describe('a formula being typed', () => {
  const columns = ['y', 'a', 'petal width', '__proto__', 'größe'];
  const problem = (text: string) => formulaProblem(text, columns);

  it('is accepted as R and patsy write it', () => {
    for (const text of [
      'y ~ a', 'y ~ .', 'y~a*`petal width`', 'log(y) ~ poly(a, 2, raw = TRUE) + I(a^2)', 'y ~ 0 + C(a, Treatment("x")) + petal.width', 'y ~ a %in% größe',
      'y ~ __proto__ - 1', 'y ~ (a + größe)^2', 'y ~ C(a, contr.treatment)', 'y ~ 1',
    ]) expect(problem(text), text).toBeUndefined();
  });

  it('is refused with the reason when something is certainly missing', () => {
    const wrong = { '': '~', 'y': '~', '~ a': 'target', 'y ~': 'terms', 'y ~ a +': '+', 'y ~ (a': '(', 'y ~ a)': ')', 'y ~ `petal': '`', 'y ~ a ~ b': 'one' };
    for (const [text, part] of Object.entries(wrong)) expect(problem(text), text).toMatchObject({ isCertain: true, message: expect.stringContaining(part) });
  });

  it('may name what looks like no column', () => {
    expect(problem('y ~ a + b')).toEqual({ message: 'There seems to be no column “b”.', isCertain: false });
    expect(problem('y ~ `petal`')?.isCertain).toBe(false);
  });

  it('starts with the guessed target and usable features, quoted where needed', () => {
    const kinds = ['numeric', 'numeric', 'categorical', 'identifier', 'boolean'] as const;
    const profile = { file: '', bytes: 0, dialect: { format: 'csv' as const }, rows: 1, dropped: [], notes: [],
      columns: columns.map((name, index) => ({ name, kind: kinds[index]!, missing: 0, distinct: 2 })) };
    const text = startingFormula({ profile, targets: [{ column: 'y', task: 'regression', reason: '' }] });
    expect(text).toBe('y ~ a + `petal width` + größe');
    expect(formulaProblem(text, columns)).toBeUndefined();
  });
});

describe('a recipe as a request', () => {
  it('repeats the run', () => {
    const { recipe } = modelNamed('x');
    const { dropped: _dropped, ...same } = recipe;
    expect(requestFrom(recipe)).toEqual(same);
  });

  it('has no target beside a formula, and finds a relative file beside the model', () => {
    const request = requestFrom({ ...modelNamed('x').recipe, file: 'data.csv', formula: 'price ~ a' }, '/models/x.unveil.json');
    expect(request.target).toBeUndefined();
    expect(request.features).toBeUndefined();
    expect(request.file).toBe('/models/data.csv');
  });

  it('forgets for another target what belonged to the old one', () => {
    const request = requestForTarget({ ...requestFrom(modelNamed('x').recipe), conformal: 'none', detail: 'brief' }, { target: 'a' });
    expect(request).toMatchObject({ target: 'a', seed: 1, level: 0.95, conformal: 'none', detail: 'brief' });
    expect(request.features).toBeUndefined();
    expect(request.task).toBeUndefined();
  });
});

describe('errors', () => {
  const reasons = Object.keys({
    fileNotFound: true, fileUnreadable: true, fileChanged: true, notTabular: true, emptyFile: true, noRows: true, tooFewRows: true, malformed: true, unknownColumn: true, lacksColumns: true,
    badTarget: true, badFeatures: true, badOption: true, badFormula: true, badModelFile: true, cannotWrite: true, numerical: true, outOfMemory: true, engineStopped: true, internal: true,
  } satisfies Record<ErrorReason, true>) as ErrorReason[];

  it('offer one or two actions whatever the reason', () => {
    for (const reason of reasons) {
      for (const file of [undefined, '/a.csv']) {
        const actions = errorActions(new UserError(reason, 'Sentence.'), file);
        expect(actions.length, reason).toBeGreaterThanOrEqual(1);
        expect(actions.length, reason).toBeLessThanOrEqual(2);
      }
    }
  });

  it('offer the file where a model misses columns of it: another column to explain would not help', () => {
    const actions = errorActions(new UserError('lacksColumns', 'x', { file: '/a.csv' }));
    expect(actions.map(({ title }) => title)).toEqual(['Open File', 'Show Log']);
  });

  it('offer to restart an engine that stopped', () => {
    expect(errorActions(new UserError('engineStopped', 'x'))[0]).toMatchObject({ title: 'Restart Engine' });
  });
});

describe('the page of a webview', () => {
  it('allows only its own script and style, and escapes what it is given', () => {
    const html = webviewHtml({ title: '</title><script>1</script>', script: 'https://x/report.js', styles: ['https://x/math.css', 'https://x/report.css'], cspSource: 'https://x', nonce: 'abc' });
    expect(html).toContain('default-src &#39;none&#39;; script-src &#39;nonce-abc&#39;; style-src https://x;');
    expect(html).not.toContain('unsafe');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect([...html.matchAll(/<link rel="stylesheet" href="([^"]*)">/g)].map(([, href]) => href)).toEqual(['https://x/math.css', 'https://x/report.css']);
    expect(escapeHtml(`<"&'>`)).toBe('&#60;&#34;&#38;&#39;&#62;');
  });
});
