/** The upper-level field of a report on decisions, as other programs read it. */

export type LogRole = 'states' | 'action' | 'reward' | 'nextStates' | 'done' | 'episode' | 'order';

/** Which columns of a file could play a part in a log of decisions; none where nothing suits. */
export interface LogColumnGuess {
  readonly role: LogRole;
  readonly columns: readonly string[];
  /** A plain sentence. */
  readonly reason: string;
}

/** A value with the interval that it lies in, at the recipe's level. */
export interface WithInterval { readonly value: number; readonly low: number; readonly high: number }

/** An action in a state: what it is worth if the learned policy is followed afterwards. */
export interface DecidedAction {
  readonly action: string;
  /** Transitions of the log. */
  readonly visits: number;
  /** Exact for the frequencies and mean rewards of the log (certainty equivalence). */
  readonly q: number;
  /** Credible interval. */
  readonly low: number;
  readonly high: number;
  /** Probability that the action is the best one of its state. */
  readonly best: number;
  /** What Q-learning and double Q-learning made of it. */
  readonly qLearning: number;
  readonly doubleQ: number;
}

export interface DecidedState {
  /** A value a column of the state. */
  readonly state: readonly string[];
  readonly visits: number;
  readonly value: number;
  /** Absent where the log never leaves the state: an end. */
  readonly action?: string;
  /** Probability that no action is better. */
  readonly certainty?: number;
  /** Actions that are as good, the chosen one included; where there are several. */
  readonly alsoBest?: readonly string[];
  readonly uncertain: boolean;
  readonly unsupported: boolean;
  readonly actions: readonly DecidedAction[];
}

export interface LearnerFigures {
  /** Passes over the log and updates of a value. */
  readonly sweeps: number;
  readonly updates: number;
  /** To the exact values, over all pairs of a state and an action. */
  readonly largestDistance: number;
  readonly meanDistance: number;
  /** Share of the states in which the learned action is as good as the best one. */
  readonly agreement: number;
}

export interface ReportDecisions {
  /** What was found, in a sentence or two. */
  readonly sentence: string;
  readonly transitions: number;
  /** Absent where episodes cannot be told apart. */
  readonly episodes?: number;
  readonly states: number;
  readonly actions: readonly string[];
  readonly stateColumns: readonly string[];
  readonly discount: number;
  /** The states visited most, at most 5,000, fewer where there are many actions; in the order of their columns. */
  readonly policy: readonly DecidedState[];
  /** States whose best action is uncertain, or was tried only a few times. */
  readonly uncertain: number;
  readonly unsupported: number;
  readonly exact: { readonly sweeps: number; readonly error: number };
  readonly qLearning: LearnerFigures;
  readonly doubleQ: LearnerFigures;
  readonly posteriorDraws: number;
  /** Value of the policy estimated from rows it was not learned from, beside that of what was done. */
  readonly offPolicy?: {
    readonly unit: 'episodes' | 'transitions';
    readonly units: number;
    readonly estimator: string;
    readonly policy: WithInterval;
    readonly behaviour: WithInterval;
    readonly gain: WithInterval;
    readonly effectiveEpisodes?: number;
    /** Share of the logged actions that are the policy's own. */
    readonly agreement: number;
    readonly estimates: readonly (WithInterval & { readonly name: string })[];
  };
  readonly sensitivity: readonly {
    readonly vary: 'discount' | 'learningRate' | 'exploration';
    readonly setting: number | string;
    readonly chosen: boolean;
    /** Value from the first states on, in the process that the log shows, at the discount of the run. */
    readonly value?: number;
    readonly agreement: number;
  }[];
  /** What some Q-values rest on. */
  readonly restsOn: readonly {
    readonly state: string;
    readonly action: string;
    readonly why: string;
    readonly q: number;
    readonly standardError: number;
    readonly on: readonly { readonly state: string; readonly action: string; readonly share: number; readonly contribution: number; readonly visits: number; readonly rows: readonly number[] }[];
  }[];
  /** With the method 'fitted': values of states of numbers without bins. */
  readonly fitted?: {
    readonly neighbours: number;
    readonly transitions: number;
    /** Share of the rows (at most 600 of them) in which the binned table finds the same action best. */
    readonly agreement: number;
    /** Which of the two to trust, and why. */
    readonly sentence: string;
    /** Mean distance of the neighbours at those rows, in standard deviations; mean number of rows of a bin and action. */
    readonly distance: number;
    readonly rowsABin: number;
    /** Both learned on one half of the log and judged by the other; absent where there is too little of it, or values have no limit. */
    readonly trial?: {
      readonly trials: number;
      /** `better`, `worse`: trials in which the policy without bins was worth more, or less. */
      readonly judged: readonly { readonly by: 'neighbours' | 'bins'; readonly fitted: number; readonly binned: number; readonly better: number; readonly worse: number }[];
      readonly verdict: 'fitted' | 'binned' | 'even';
    };
    readonly states: readonly { readonly state: readonly string[]; readonly action: string; readonly value: number; readonly distance: number }[];
  };
}
