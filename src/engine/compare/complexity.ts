/** Which of two families is the simpler one: the order that the recommendation goes by, and the order in which they run. */
import type { Task } from '../../protocol/recipe';
import { families } from '../models/families';
import type { Family } from '../models/model';

/**
 * Simplest first: a weight a term; a short formula; the same with a posterior; a curve a term and pairs of features; hidden units; hidden units and
 * attention between features. It is the order of what a reader has to take in, and roughly that of the cost.
 */
const order: readonly string[] = ['linear', 'logistic', 'formula', 'bayes', 'ebm', 'neural', 'attention'];

/** Place in the order; a family that is not named comes last. */
export function complexityOf(family: string): number {
  const place = order.indexOf(family);
  return place < 0 ? order.length : place;
}

/** Families that are compared only where they are named: a search for a formula takes all the time that it is given. */
const onlyNamed: ReadonlySet<string> = new Set(['formula']);

/** The families that do the task, simplest first; `only`: those of these ids. */
export function comparedFamilies(task: Task, only?: readonly string[]): Family[] {
  return families
    .filter(({ id, tasks }) => tasks.includes(task) && (only === undefined ? !onlyNamed.has(id) : only.includes(id)))
    .sort((a, b) => complexityOf(a.id) - complexityOf(b.id));
}
