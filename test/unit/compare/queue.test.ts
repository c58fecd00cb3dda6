/** The order of families that were put off. */
import { expect, it } from 'vitest';
import { Queue } from '../../../src/engine/compare/queue';
import { linearFamily } from '../../../src/engine/models/linear/family';

const queue = (...items: readonly (readonly [id: string, seconds: number, atLeast?: true])[]): Queue => {
  const made = new Queue();
  for (const [id, seconds, atLeast = false] of items) made.add({ family: { ...linearFamily, id }, estimate: { seconds, atLeast } });
  return made;
};
const drained = (from: Queue): string[] => {
  const ids: string[] = [];
  for (let item = from.takeCheapest(); item; item = from.takeCheapest()) ids.push(item.family.id);
  return ids;
};

it('takes the cheapest first, and those whose pilot was cut off last and as they came: a later one was cut off after a shorter time', () => {
  expect(drained(queue(['ebm', 26, true], ['neural', 30], ['attention', 14, true], ['other', 9]))).toEqual(['other', 'neural', 'ebm', 'attention']);
});

it('knows of a cheaper one only where its pilot was done', () => {
  expect(queue(['ebm', 5, true], ['neural', 12]).hasCheaper(10)).toBe(false);
  expect(queue(['ebm', 5, true], ['neural', 12]).hasCheaper(13)).toBe(true);
});
