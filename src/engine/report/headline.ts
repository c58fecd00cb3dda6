/** The sentence that matters most: is the model better than guessing, by more than chance? */
import type { Metric, MetricName, Performance } from '../../protocol/measures';
import { classCounts } from '../evaluate/splits';
import { judged, overallVerdict, type Gain } from '../evaluate/versusBaseline';
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
  const noise = `the differences between ${facts.measured?.comparedBy ?? 'folds'}`;
  if (facts.target.task === 'regression') {
    return singleVerdict(gains.find(g => g.name === 'rmse'), noise, 'the mean');
  }
  const loss = gains.find(g => g.name === 'logLoss');
  const accuracy = gains.find(g => g.name === 'accuracy');
  if (isSureGain(loss) && isSureGain(accuracy)) {
    return `The model is better than its baseline by more than ${noise} explain, in accuracy and in log loss.`;
  }
  if (isSureGain(loss)) {
    return `The model's probabilities are better than the plain class shares by more than ${noise} explain, but its accuracy is ${accuracy ? judged(accuracy).verdict : 'not known to be better'} than ${baselineWords(facts)}.`;
  }
  if (isSureGain(accuracy)) {
    return `The model is right more often than ${baselineWords(facts)}, by more than ${noise} explain, but its probabilities (log loss) are ${loss ? judged(loss).verdict : 'not known to be better'} than the plain class shares.`;
  }
  return singleVerdict(loss ?? accuracy, noise, 'the class shares');
}

function singleVerdict(gain: Gain | undefined, noise: string, baseline: string): string {
  if (!gain || gain.low === undefined || gain.high === undefined) {
    return 'Whether the model is better than its baseline by more than chance could not be measured.';
  }
  switch (judged(gain).verdict) {
    case 'better': return `The model is better than its baseline, ${baseline}, by more than ${noise} explain.`;
    case 'not clearly better': return `The model is not clearly better than its baseline, ${baseline}: ${noise} may explain what it gains.`;
    case 'no better': return `The model is no better than its baseline, ${baseline}${gain.high < 0 ? `, but worse by more than ${noise} explain` : ''}.`;
  }
}

/** The verdict on the model as a whole, with a sentence for every panel where it is not better than its baseline. */
export function versusBaseline(facts: Facts): Performance['versusBaseline'] {
  const overall = overallVerdict(facts.target.task, facts.measured?.gains ?? []);
  if (overall === undefined) return undefined;
  const little = overall === 'no better' ? 'explains little' : 'may explain little';
  return { verdict: overall, sentence: verdict(facts), ...(overall !== 'better' && { caution: `This model predicts ${overall} than ${baselineWords(facts)}; what it attends to ${little}.` }) };
}

function isSureGain(gain: Gain | undefined): boolean {
  return gain !== undefined && judged(gain).verdict === 'better';
}

const shortTitles: Partial<Record<MetricName, string>> = { accuracy: 'Accuracy', rmse: 'RMSE', auc: 'ROC AUC', r2: 'R²' };

function shortTitle(name: MetricName): string {
  return shortTitles[name] ?? name;
}
