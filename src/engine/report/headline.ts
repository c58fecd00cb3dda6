/** The sentence that matters most: is the model better than guessing, by more than chance? */
import type { Metric, MetricName } from '../../protocol/report';
import { classCounts } from '../evaluate/splits';
import type { Gain } from '../evaluate/versusBaseline';
import { countOf, formatNumber, intervalWords } from './format';
import type { Facts } from './input';

/** Words for what the baseline does: `always guessing "no"`, `always predicting the mean`. */
export function baselineWords(facts: Facts): string {
  const { target } = facts;
  if (target.task === 'regression') return 'always predicting the mean';
  const counts = classCounts(target.codes, target.classes.length);
  let majority = 0;
  counts.forEach((count, k) => { if (count > counts[majority]) majority = k; });
  return `always guessing "${target.classes[majority]}"`;
}

/** Headline and main metric, e.g. "Accuracy 0.83 (95 % interval 0.81 to 0.85) on 1,309 held-out rows; always …". */
export function performanceSummary(facts: Facts): string {
  const { measured } = facts;
  if (!measured) return '';
  const main = facts.target.task === 'regression' ? 'rmse' : 'accuracy';
  const metric = measured.metrics.find(m => m.name === main) ?? measured.metrics[0];
  const others = measured.metrics.filter(m => m !== metric && (m.name === 'auc' || m.name === 'r2'));
  const more = others.map(m => ` ${sentence(m, facts)}.`).join('');
  const baseline = metric.baseline === undefined ? '' : `; ${baselineWords(facts)} gets ${formatNumber(metric.baseline, 3)}`;
  return `${sentence(metric, facts)} on ${countOf(measured.rows, 'held-out row')}${baseline}.${more} ${verdict(facts)}`;
}

function sentence(metric: Metric, facts: Facts): string {
  const unit = metric.name === 'rmse' || metric.name === 'mae' ? ` in units of ${facts.target.name}` : '';
  return `${shortTitle(metric.name)} ${formatNumber(metric.value, 3)}${unit}${intervalWords(metric, facts.level)}`;
}

/** Plain judgement from the paired gains over the baseline. */
export function verdict(facts: Facts): string {
  const gains = facts.measured?.gains ?? [];
  const noise = (facts.measured?.folds.length ?? 0) > 1 ? 'the differences between folds' : 'the differences between rows';
  if (facts.target.task === 'regression') {
    return singleVerdict(gains.find(g => g.name === 'rmse'), noise, 'the mean');
  }
  const loss = gains.find(g => g.name === 'logLoss');
  const accuracy = gains.find(g => g.name === 'accuracy');
  if (isSureGain(loss) && isSureGain(accuracy)) {
    return `The model is better than its baseline by more than ${noise} explain, in accuracy and in log loss.`;
  }
  if (isSureGain(loss)) {
    return `The model's probabilities are better than the plain class shares by more than ${noise} explain, but its accuracy is not better than ${baselineWords(facts)}.`;
  }
  if (isSureGain(accuracy)) {
    return `The model is right more often than ${baselineWords(facts)}, by more than ${noise} explain, but its probabilities (log loss) are not better than the plain class shares.`;
  }
  return singleVerdict(loss ?? accuracy, noise, 'the class shares');
}

function singleVerdict(gain: Gain | undefined, noise: string, baseline: string): string {
  if (!gain || gain.low === undefined || gain.high === undefined) {
    return 'Whether the model is better than its baseline by more than chance could not be measured.';
  }
  if (gain.low > 0) return `The model is better than its baseline, ${baseline}, by more than ${noise} explain.`;
  if (gain.high < 0) return `The model is worse than its baseline, ${baseline}, by more than ${noise} explain.`;
  return `The model is not better than its baseline, ${baseline}, by more than ${noise} explain.`;
}

function isSureGain(gain: Gain | undefined): boolean {
  return gain?.low !== undefined && gain.low > 0;
}

const shortTitles: Partial<Record<MetricName, string>> = { accuracy: 'Accuracy', rmse: 'RMSE', auc: 'ROC AUC', r2: 'R²' };

function shortTitle(name: MetricName): string {
  return shortTitles[name] ?? name;
}
