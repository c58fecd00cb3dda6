/** The engine's English sentences, found again by their templates and said in another language. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/engine/run';
import { quiet } from '../evaluate/stub';
import { proseOf } from '../../../src/protocol/prose';
import { inLanguage } from '../../../src/protocol/reportProse';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const say = proseOf({
  '{0} row': '{0} 行', '{0} rows': '{0} 行', '{0} fold': '{0} 折', '{0} folds': '{0} 折', '{0} was left out.': '略去了{0}。', '{0} were left out: {1}.': '略去了{0}：{1}。', 'the target is missing': '目标缺失',
  'mean over {0}': '对{0}取均值', '{0} of "{1}" {2} missing': '“{1}”有{0}{2}缺失', is: '是', are: '是', '{0} of {1}': '{1}中的{0}', 'A note.': '说明。', 'Two sentences. In one text.': '一段两句。',
  'The {0} of {1} rises.': '{1}的{0}上升。', 'log loss': '对数损失', 'on held-out rows': '在留出行上', ', on {0}': '，于 {0}', weights: '权重',
});

describe('a sentence of the engine', () => {
  it('is found by its template, and its fragments by theirs', () => {
    expect(say('12 rows were left out: the target is missing.')).toBe('略去了12 行：目标缺失。');
    expect(say('The log loss of bmi rises.', new Set(['bmi']))).toBe('bmi的对数损失上升。');
    expect(say('Mean over 5 folds')).toBe('对5 折取均值');
  });

  it('is found among others, with or without a text of two sentences beside it', () => {
    expect(say('A note. 1 row was left out. Two sentences. In one text. A note.')).toBe('说明。略去了1 行。一段两句。说明。');
  });

  it('stays as it is where a part of it has no template: half a translation is none', () => {
    const text = '12 rows were left out: somebody of the office had painted them green.';
    expect(say(text)).toBe(text);
    expect(say(`A note. ${text}`)).toBe(`说明。${text}`);
    expect(say('')).toBe('');
    expect(say('0.25 (0.1 to 3)')).toBe('0.25 (0.1 to 3)');
  });

  it('keeps the words of the data: names, and what stands in quotes', () => {
    expect(say('3 rows of "weights" are missing')).toBe('“weights”有3 行是缺失');
    expect(say('mean over weights', new Set(['weights']))).toBe('对weights取均值');
    expect(say('mean over weights')).toBe('对权重取均值');
    expect(say('weights', new Set(['weights']))).toBe('weights');
  });

  it('keeps the blanks at its ends, and finds lists and brackets', () => {
    expect(say(' on held-out rows ')).toBe(' 在留出行上 ');
    expect(say('log loss (on held-out rows)')).toBe('对数损失（在留出行上）');
    expect(say('mean over log loss, weights and 3 rows')).toBe('对对数损失、权重和3 行取均值');
    expect(say('3 rows, on 5 folds')).toBe('3 行，于 5 折');
  });

  it('keeps every number and range where it belongs, or stays English', () => {
    expect(say('The log loss of 0.0588. 12 rows were left out: the target is missing.')).toContain('0.0588');
    const wrong = proseOf({ '{0} to {1} on {2}': '在{2}上从 {0} 至 {1}', '{0} on {1}': '在{1}上的{0}', '{0} rises.': '{0}上升。', 'from {0}.{1}': '从 {0}。{1}' });
    expect(wrong('from 0.0588')).toBe('from 0.0588');
    expect(wrong('x (95 % interval 0.947 to 1) on 344 rows; guessing gets 0.442.')).toBe('x (95 % interval 0.947 to 1) on 344 rows; guessing gets 0.442.');
  });

  it('ends where a number or a name is masked', () => {
    const made = proseOf({ '{0} gets {1}.': '{0}得 {1}。', 'guessing': '猜测', '{0} is best.': '{0} 最佳。' });
    expect(made('guessing gets 77.2. bmi is best.', new Set(['bmi']))).toBe('猜测得 77.2。bmi 最佳。');
  });

  it('keeps numbers and quotations that are words of its template', () => {
    const made = proseOf({ 'Below 1e-15 counts as 1e-15.': '低于 1e-15 按 1e-15 计。', 'A level of its own, "(missing)": {0}.': '自成水平“(missing)”：{0}。' });
    expect(made('Below 1e-15 counts as 1e-15.')).toBe('低于 1e-15 按 1e-15 计。');
    expect(made('A level of its own, "(missing)": sex.', new Set(['sex', '(missing)']))).toBe('自成水平“(missing)”：sex。');
  });

  it('keeps a name that is a word of the engine where it fills a place, though the word is the engine’s elsewhere in it', () => {
    const made = proseOf({ 'Of the target the model explains much, in units of {0}; {1} matter most.': '模型对目标解释很多，以 {0} 为单位；{1}最重要。', target: '目标', mean: '均值' });
    expect(made('Of the target the model explains much, in units of target; bmi and mean matter most.', new Set(['target', 'mean', 'bmi'])))
      .toBe('模型对目标解释很多，以 target 为单位；bmi和mean最重要。');
  });

  it('keeps files with their folders', () => {
    const made = proseOf({ '{0} lacks the column "{1}" that the model needs.': '{0} 缺少模型所需的列“{1}”。' });
    for (const path of ['/home/me/new data.csv', 'C:\\Users\\me\\new data.tsv', 'data.csv.gz']) {
      expect(made(`${path} lacks the column "age" that the model needs.`)).toBe(`${path} 缺少模型所需的列“age”。`);
    }
  });

  it('has a full stop where the sentence ends, and nowhere in it', () => {
    const made = proseOf({ 'calibrated on {0}': '在{0}上校准', '{0} held-out rows': '{0} 个留出行', '{0} These are of training rows.': '{0} 这些是训练行的。', 'The fit is good.': '拟合良好。' });
    expect(made('calibrated on 12 held-out rows. The fit is good.')).toBe('在12 个留出行上校准。拟合良好。');
    expect(made('The fit is good. These are of training rows.')).toBe('拟合良好。 这些是训练行的。');
  });

  it('has a number before things, and nothing else', () => {
    const made = proseOf({ '{0} models': '{0} 个模型', 'linear models': '线性模型', '{0} are best': '{0}最佳' });
    expect(made('3 models')).toBe('3 个模型');
    expect(made('Ridge models')).toBe('Ridge models');
    expect(made('Linear models')).toBe('线性模型');
  });

  it('ends a list at its last "and"', () => {
    const made = proseOf({ 'largest are {0} and {1} more': '最大的是 {0} 及另外 {1} 个', '{0} and {1} more': '{0} 及另外 {1} 个' });
    expect(made('a, b and c and 8 more', new Set(['a', 'b', 'c']))).toBe('a、b和c 及另外 8 个');
  });

  it('is the engine’s where the names that a report holds are words of the engine in a long sentence', () => {
    const made = proseOf({ 'In {0} rows the class of the model is the most probable one; {1} is {2}.': '{0} 行中模型的类别概率最大；{1} 为 {2}。', 'the class': '该类别', high: '高' });
    expect(made('In 12 rows the class of the model is the most probable one; bmi is high.', new Set(['the class', 'bmi']))).toBe('12 行中模型的类别概率最大；bmi 为 高。');
  });

  it('has names that are words of the engine: they stay, too', () => {
    const made = proseOf({ '{0} high': '{0}上限', high: '上限', 'class: {0}': '类别：{0}', '{0} is {1}': '{0}为{1}' });
    expect(made('class: high', new Set(['class: high', 'high']))).toBe('class: high');
    expect(made('row is yes', new Set(['row', 'yes']))).toBe('row为yes');
  });

  it('comes to an end for texts that fit in very many ways', () => {
    expect(say(`${'of of is are '.repeat(200)}end`)).toContain('end');
    expect(proseOf({})('1 row was left out.')).toBe('1 row was left out.');
  });
});

describe('a report in another language', () => {
  it('has its sentences in it, and its names, kinds and numbers as they were', () => {
    const report = {
      data: { columns: [{ name: 'weights', role: 'feature', kind: 'numeric', note: 'A note.' }] },
      sections: [{ id: 'A note.', kind: 'weights', title: 'weights', summary: '2 rows were left out: the target is missing.', rows: [['weights', 'log loss', 0.5]], values: [1, 2] }],
      model: { title: 'log loss', family: 'is' },
    };
    expect(inLanguage(report, say)).toEqual({
      data: { columns: [{ name: 'weights', role: 'feature', kind: 'numeric', note: '说明。' }] },
      sections: [{ id: 'A note.', kind: 'weights', title: 'weights', summary: '略去了2 行：目标缺失。', rows: [['weights', '对数损失', 0.5]], values: [1, 2] }],
      model: { title: '对数损失', family: 'is' },
    });
    // A column may be called as a property of the reports is.
    const answer = { kind: 'row', values: { label: 'weights', stage: 'log loss', note: 'A note.' }, actual: 'log loss', note: 'A note.' };
    expect(inLanguage(answer, say)).toEqual({ ...answer, note: '说明。' });
    const plain = { sections: [{ title: 'x' }] };
    expect(inLanguage(plain, say)).toBe(plain);
  });

  it('has its sentences in Chinese, for a model of numbers and one of classes', async () => {
    const chinese = proseOf(JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Record<string, string>);
    for (const request of [{ file: 'diabetes.csv', target: 'target', model: 'linear' }, { file: 'penguins.csv', target: 'species', model: 'logistic' }]) {
      const { report } = await explain({ ...request, file: join(root, 'examples', request.file) } as never, quiet());
      const english: string[] = [];
      let all = 0;
      inLanguage(report, (text, names) => {
        const said = chinese(text, names);
        const facts = (of: string): string => (of.match(/\d+(?:[.,]\d+)*(?:e[-+]?\d+)?/g) ?? []).sort().join(' ');
        expect(facts(said), text).toBe(facts(text));
        const quoted = (of: string): string => (of.match(/["“][^"“”]+["”]/g) ?? []).map(one => one.slice(1, -1)).sort().join('|');
        expect(quoted(said), text).toBe(quoted(text));
        if (/^[A-Z].* [a-z]+ [a-z]+ .*\.$/.test(text)) {
          all++;
          if (!/\p{Script=Han}/u.test(said)) english.push(text);
        }
        return said;
      });
      expect(all).toBeGreaterThan(50);
      // What is put together in rare ways stays English as a whole sentence.
      expect(english.length, english.join('\n')).toBeLessThanOrEqual(0.1 * all);
    }
  });
});
