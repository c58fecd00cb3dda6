/**
 * How long to boost, decided for all bags together. On few rows the best look of a single bag is largely chance, and what it
 * seems to gain by stopping there is not real; the mean course over the bags hardly is.
 */
import type { BagScores } from './runBags';

/** Rounds between the first looks. */
export const roundsALook = 10;

/** Rows up to which bags stop together. */
export const togetherUpTo = 10_000;

export interface Together {
  readonly bags: readonly BagScores[];
  /** Mean share of the loss that the stage took off at the common look, and its standard error over the bags. */
  readonly fall: number;
  /** Rounds at that look. */
  readonly rounds: number;
  readonly error: number;
}

/** `added`: terms that the stage boosted in some bag: the last of its pairs, or (0) the main effects. Bags without snapshots stay as they are. */
export function stopTogether(bags: readonly BagScores[], added: number): Together {
  // Beyond where half of the bags have stopped, the few that go on would decide. One that has stopped stays where it was.
  const looks = bags.map(({ course }) => course.length).sort((a, b) => a - b)[bags.length >> 1]!;
  const lossAt = ({ course }: BagScores, look: number): number => course[Math.min(look, course.length - 1)]!;
  if (bags.some(({ snapshots }) => !snapshots)) return { bags, rounds: Math.max(...bags.map(bag => bag.rounds)), ...fallOf(bags.map(({ course }) => [course[0]!, Math.min(...course)])) };
  let best = 0;
  let least = Infinity;
  for (let look = 0; look < looks; look++) {
    const mean = bags.reduce((sum, bag) => sum + lossAt(bag, look), 0) / bags.length;
    if (mean < least) { least = mean; best = look; }
  }
  return { bags: bags.map(bag => at(bag, best, added)), rounds: longest(bags).looks[best]!, ...fallOf(bags.map(bag => [bag.course[0]!, lossAt(bag, best)])) };
}

function at({ snapshots, ...bag }: BagScores, look: number, added: number): BagScores {
  const scores = snapshots![Math.min(look, snapshots!.length - 1)]!.map(values => Float64Array.from(values));
  const rounds = bag.looks[Math.min(look, bag.looks.length - 1)]!;
  return added === 0 ? { ...bag, rounds, mains: scores } : { ...bag, rounds, pairs: [...bag.pairs.slice(0, bag.pairs.length - scores.length), ...scores] };
}

function fallOf(losses: readonly (readonly [number, number])[]): { fall: number; error: number } {
  const falls = losses.map(([before, after]) => (before - after) / Math.abs(before));
  const fall = falls.reduce((a, b) => a + b, 0) / falls.length;
  return { fall, error: Math.sqrt(falls.reduce((sum, value) => sum + (value - fall) ** 2, 0) / Math.max(1, falls.length - 1) / falls.length) };
}

/** The bag with the most looks: all that are looked at together are among its own. */
function longest(bags: readonly BagScores[]): BagScores {
  return bags.reduce((most, bag) => (bag.course.length > most.course.length ? bag : most));
}
