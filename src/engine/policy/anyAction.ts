/** States in which it makes no difference which action of the log is taken, and how that is written. */
import type { LearnedState } from './learnPolicy';

const mostNamed = 8;

/** "any of left, right": of the names of actions that are all worth the same. */
export function anyOf(names: readonly string[]): string {
  return names.length > mostNamed ? `any of the ${names.length} actions tried` : `any of ${names.join(', ')}`;
}

/** Whether all actions that the log shows in the state are worth the same, in every draw. */
export function anyWillDo({ greedy, ties, actions, uncertain }: Pick<LearnedState, 'greedy' | 'ties' | 'actions' | 'uncertain'>): boolean {
  return greedy !== undefined && actions.length > 1 && ties === actions.length && !uncertain;
}
