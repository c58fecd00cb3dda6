/** Kinds that were decided from some rows, where other rows have other texts. */
import { describe, expect, it } from 'vitest';
import { decideKind } from '../../../src/engine/data/kinds';
import type { RawTexts } from '../../../src/engine/data/rawColumn';
import { decidedFromSome } from '../../../src/engine/data/sampledKind';

const column = (texts: readonly string[]): RawTexts => ({ storage: 'text', levels: texts, codes: Int32Array.from(texts, (_, i) => i) });
const options = { name: 'v', index: 1, decimal: '.' } as const;
const decide = (few: RawTexts, hint?: 'numeric' | 'datetime') => decideKind(few, { ...options, ...(hint && { hint }) });

describe('what was decided from some rows', () => {
  it('of a column that looked empty is decided by the texts that there are', async () => {
    const empty = column(['NA', '']);
    const date = await decidedFromSome(decide(empty, 'datetime'), empty, () => Promise.resolve(['2024-02-03', '2024-02-05']), few => decide(few, 'datetime'));
    expect([date.kind, date.number!('2024-02-04')]).toEqual(['datetime', Date.UTC(2024, 1, 4)]);
    const number = await decidedFromSome(decide(empty, 'numeric'), empty, () => Promise.resolve(['1,5', '2,25']), few => decide(few, 'numeric'));
    expect(number.number!('2,5')).toBe(2.5);
    expect((await decidedFromSome(decide(empty), empty, () => Promise.resolve([]), few => decide(few))).kind).toBe('empty');
  });

  it('of two words leaves a third a level of its own, and missing cells missing', async () => {
    const some = column(['yes', 'no', 'yes']);
    const { label } = await decidedFromSome(decide(some), some, () => Promise.reject(new Error('not asked')), few => decide(few));
    expect(['Yes', 'NO', 'perhaps', 'NA', ''].map(text => label!(text))).toEqual(['yes', 'no', 'perhaps', undefined, undefined]);
  });

  it('of anything else stays', async () => {
    const some = column(['a', 'b', 'c', 'a']);
    const decision = decide(some);
    expect(await decidedFromSome(decision, some, () => Promise.resolve([]), few => decide(few))).toBe(decision);
  });
});
