/** What a fix of the data checks did to the score, in one sentence, when the model has been trained with it. */
import type { CheckFix } from '../protocol/checks';
import type { MetricName } from '../protocol/measures';
import type { Report } from '../protocol/report';
import { known, t } from '../services/l10n';
import { plainText } from '../services/plainText';
import { metricTitles } from '../views/columnText';

/** Undefined where either report has no such score. Runs of other folds or columns are not compared beyond chance: the history does that. */
export function fixEffect(fix: CheckFix, before: Report, after: Report): string | undefined {
  const name: MetricName = before.recipe.task === 'regression' ? 'rmse' : 'logLoss';
  const [was, is] = [before, after].map(report => report.performance?.metrics.find(metric => metric.name === name)?.value);
  if (was === undefined || is === undefined || before === after) return undefined;
  const words = t('{0}: the held-out {1} was {2} and is now {3}.', plainText(known(fix.title), 80), metricTitles[name], digits(was), digits(is));
  return fix.change.split ? `${words} ${t('Other rows are held out than before.')}` : words;
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));
