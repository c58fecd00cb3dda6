/** Says which of the bags is being boosted. */
import type { WorkContext } from '../../context';
import type { BagProgress } from './runBags';

export function reporter(context: WorkContext, words: string, count: number): BagProgress {
  let done = 0;
  return {
    started: (index: number): void => context.progress(`${words} ${index + 1} of ${count}`, done / count),
    looked: (): void => undefined,
    done: (index: number): void => {
      done++;
      context.progress(`${words} ${index + 1} of ${count}`, done / count);
    },
  };
}
