/** What a prediction shall become: checked for what the model can answer, and how far a prediction is from it. */
import { UserError } from '../../protocol/errors';
import type { Goal } from '../../protocol/whatIf';
import type { Model, Prediction } from '../models/model';
import { formatNumber } from '../report/format';
import { likeliest } from './predictRow';

export interface Aim {
  /** 0 or more where the i-th prediction is as wanted, the more the surer; −Infinity where there is none. */
  score(prediction: Prediction, i: number): number;
  /** "is predicted to be “b”". */
  readonly words: string;
}

/** `now`: the prediction of the row as it is (its only row). Throws UserError for a goal that the model has no answer to. */
export function aimOf(goal: Goal, { classes, task }: Pick<Model, 'classes' | 'task'>, target: string, now: Prediction): Aim {
  if ((goal.kind === 'class') !== (task === 'classification')) {
    throw new UserError('badOption', task === 'classification' ? 'This model predicts classes: name the class that is wanted.' : 'This model predicts numbers: name the range that is wanted, such as ">5".');
  }
  return goal.kind === 'class' ? classAim(goal.class, classes ?? [], now) : rangeAim(goal.from, goal.to, target);
}

function classAim(wanted: string | undefined, classes: readonly string[], now: Prediction): Aim {
  const own = wanted === undefined ? -1 : classes.indexOf(wanted);
  if (wanted !== undefined && own < 0) throw new UserError('badOption', `The model knows no class "${wanted}"; it knows ${classes.map(name => `"${name}"`).join(', ')}.`);
  const current = likeliest(now.probabilities!);
  const isWanted = (k: number): boolean => (own < 0 ? k !== current : k === own);
  return {
    words: own < 0 ? `is predicted to be another class than "${classes[current]}"` : `is predicted to be "${wanted}"`,
    score: ({ probabilities: p }, i) => {
      let [best, other] = [-Infinity, -Infinity];
      let first = -1;
      for (let k = 0, at = i * classes.length; k < classes.length; k++, at++) {
        if (!(p![at] >= 0)) return -Infinity;
        if (first < 0 || p![at] > p![i * classes.length + first]) first = k;
        if (isWanted(k)) best = Math.max(best, p![at]);
        else other = Math.max(other, p![at]);
      }
      // Of equally likely classes the first is what is predicted.
      // As log-odds: they still tell how far it is where a probability is 1 but for rounding.
      const score = Math.log(Math.max(best, Number.MIN_VALUE)) - Math.log(Math.max(other, Number.MIN_VALUE));
      return isWanted(first) ? Math.max(0, score) : Math.min(-Number.MIN_VALUE, score);
    },
  };
}

function rangeAim(from = -Infinity, to = Infinity, target: string): Aim {
  if (!(from <= to) || (from === -Infinity && to === Infinity)) throw new UserError('badOption', 'A range needs a lower or an upper end, and the lower one may not be above the upper one.');
  const words = to === Infinity ? `${formatNumber(from)} or more` : from === -Infinity ? `${formatNumber(to)} or less` : `${formatNumber(from)} to ${formatNumber(to)}`;
  return {
    words: `is predicted to have ${target} of ${words}`,
    score: ({ mean }, i) => (Number.isFinite(mean![i]) ? Math.min(mean![i] - from, to - mean![i]) : -Infinity),
  };
}
