/** What a conformal interval is and promises, in words. */
import type { ConformalPredictor, ConformalState } from '../uncertainty/conformalPredictor';
import { formatLevel, formatPercent } from './format';

/** Name of the method as literature has it. */
export function conformalName(method: ConformalState['method'], sets: boolean): string {
  if (sets) return method === 'split' ? 'adaptive prediction sets, split' : `adaptive prediction sets, ${method === 'cv+' ? 'CV+' : method}`;
  switch (method) {
    case 'split': return 'split conformal';
    case 'cv+': return 'CV+';
    case 'jackknife+': return 'jackknife+';
    case 'cqr': return 'conformalised quantile residuals';
  }
}

/** One sentence or two on the intervals or sets that a predictor gives at the level. */
export function conformalNote(predictor: ConformalPredictor, level: number): string {
  const sets = predictor.state.classes !== undefined;
  const what = `The ${sets ? 'sets' : 'intervals'} are conformal (${conformalName(predictor.state.method, sets)}) at ${formatLevel(level)}`;
  const infinite = predictor.infinite(level);
  if (infinite !== undefined) return `${what}; they ${sets ? 'hold every class' : 'are infinite'}: ${infinite}`;
  const guarantee = predictor.guarantee(level);
  if (guarantee === undefined) return `${what}; they have no guarantee, because the models of the folds were too large to be kept and the model of all rows stands in for them.`;
  if (guarantee === 0) return `${what}; so few rows in each fold allow no guarantee.`;
  return `${what}; they hold at least ${formatPercent(guarantee)} of new rows that come from the same source as the training rows.`;
}
