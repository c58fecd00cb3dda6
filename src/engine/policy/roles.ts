/** Which columns of a log of decisions play which part, and how the log is to be read. */
import type { ExperienceColumns } from '../../protocol/recipe';

export interface ReadOptions {
  /** How many bins a state column with many different numbers is cut into; absent: by the number of rows; 'none': every number is a value of its own. */
  readonly bins?: number | 'none';
  /** Equally many cells a bin, or equally wide bins. */
  readonly binning?: 'quantile' | 'width';
}

/** All columns of the roles, each once. */
export function roleColumns(roles: ExperienceColumns): string[] {
  const { states, action, reward, nextStates, done, episode, order } = roles;
  return [...new Set([...states, action, reward, ...nextStates, done, episode, order].filter(name => name !== undefined))];
}
