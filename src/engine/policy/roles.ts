/** Which columns of a log of decisions play which part, and how the log is to be read. */

export interface ExperienceRoles {
  /** One or more columns that together say which state a decision was taken in. */
  readonly states: readonly string[];
  readonly action: string;
  readonly reward: string;
  /** The same columns after the action, in the order of `states`; empty: the state of the next row of the same episode. */
  readonly nextStates: readonly string[];
  readonly done?: string;
  readonly episode?: string;
  /** Orders the rows of an episode; without it they stand in the order of the file. */
  readonly order?: string;
}

export interface ReadOptions {
  /** How many bins a state column with many different numbers is cut into; absent: by the number of rows; 'none': every number is a value of its own. */
  readonly bins?: number | 'none';
  /** Equally many cells a bin, or equally wide bins. */
  readonly binning?: 'quantile' | 'width';
}

/** All columns of the roles, each once. */
export function roleColumns(roles: ExperienceRoles): string[] {
  const { states, action, reward, nextStates, done, episode, order } = roles;
  return [...new Set([...states, action, reward, ...nextStates, done, episode, order].filter(name => name !== undefined))];
}
