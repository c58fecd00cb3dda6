/** A translation has every number, name and quotation of its sentence, or the sentence stays English. */
import { describe, expect, it } from 'vitest';
import { proseOf } from '../../../src/protocol/prose';
import { isFaithful } from '../../../src/protocol/proseAtoms';

describe('a translation', () => {
  it.each([
    ['12 rows of 5 folds', '5 折的 12 行'], ['\ue000 of "\ue001"', '“\ue001”的\ue000'], ['no number', '没有数字'], ['3 of 3', '3 中的 3'],
    ['an interval of 3 to 7', '区间为 3 至 7'], ['\ue000 % to \ue001 %', '\ue000 % 到 \ue001 %'], ['from 3 to 7', '从 3 变为 7'], ['-3 to -1', '-3 至 -1'],
  ])('of "%s" may be "%s"', (text, translation) => expect(isFaithful(text, translation)).toBe(true));

  it.each([
    ['12 rows of 5 folds', '12 行'], ['12 rows', '5 折的 12 行'], ['12 rows', '13 行'], ['3 of 3', '3 行'], ['3 rows', '3 中的 3'], ['12 rows', '1 2 行'],
    ['\ue000 of "\ue001"', '“\ue001”'], ['\ue000 of "\ue001"', '“\ue000”的\ue000'], ['\ue000', '\ue000\ue001'],
    ['an interval of 3 to 7', '区间为 7 至 3'], ['\ue000 to \ue001', '\ue001 至 \ue000'], ['3 to 7 of 7 to 3', '3 至 7，3 至 7'], ['95 % interval 1 to 2', '2 %区间 1 至 95'],
  ])('of "%s" is not "%s"', (text, translation) => expect(isFaithful(text, translation)).toBe(false));
});

describe('a sentence whose template is translated wrongly stays English', () => {
  const wrong = proseOf({
    '{0} of {1} rows were left out.': '略去了 {0} 行。', '{0} rows are in {1} folds.': '{0} 行在 {0} 折中。', 'The {0} of {1} rises.': '{0}上升。', 'log loss': '对数损失',
    'The column "{0}" is like "{1}".': '列“{0}”与此相似。', 'The interval is {0} to {1}.': '区间为 {1} 至 {0}。', 'A note.': '说明。',
  });
  it.each([
    ['a number is lost', '3 of 12 rows were left out.'], ['a number is there twice', '3 rows are in 12 folds.'], ['a number with a point is lost', '3 of 1,200 rows were left out.'],
    ['a name is lost', 'The log loss of bmi rises.'], ['a quotation is lost', 'The column "age" is like "years".'],
    ['the ends of a range are changed over', 'The interval is 3 to 7.'], ['the ends of a range with points are', 'The interval is 0.25 to 0.75.'],
  ])('where %s', (_, text) => {
    expect(wrong(text, new Set(['bmi']))).toBe(text);
    expect(wrong(`A note. ${text}`, new Set(['bmi']))).toBe(`说明。${text}`);
  });

  it('and is translated where the same template loses nothing', () => {
    expect(wrong('3 rows are in 3 folds.')).toBe('3 行在 3 折中。');
    expect(wrong('The interval is 3 to 3.')).toBe('区间为 3 至 3。');
  });
});
