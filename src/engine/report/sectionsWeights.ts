/** Sections of the weights panel: the largest standardised weights, the table, the penalty path, terms left out. */
import type { Weight } from '../../protocol/effects';
import type { Section } from '../../protocol/report';
import { countOf, formatCount, formatLevel, formatNumber, intervalWords, listWords } from './format';
import { withoutNonFinite } from './finite';
import type { Facts } from './input';
import { fittedRowsOf } from '../models/evenClasses/rows';

export function weightsSections(facts: Facts): Section[] {
  return [...standardisedSection(facts), ...tableSection(facts), ...pathSection(facts), ...aliasedSection(facts)];
}

/** Name of a weight for sentences, with the class where there are several. */
export function weightName(weight: Weight): string {
  return weight.class === undefined ? weight.term : `${weight.term} (class "${weight.class}")`;
}

/** What a weight changes: `log-odds of "yes"`, `log-odds of "b" against "a"`, `score of class "b" before softmax`. */
function outcomeWords(weight: Weight, { target, model }: Facts): string {
  const name = weight.class ?? (target.task === 'classification' && target.classes.length === 2 ? target.classes[1] : undefined);
  const outcome = model.weightsInfo?.outcome;
  if (name === undefined) return 'log-odds';
  if (outcome === 'score') return `the score of class "${name}" before softmax`;
  return `log-odds of "${name}"${outcome ? ` against "${outcome.reference}"` : ''}`;
}

const differences = "Differences between two classes' scores are log-odds of one against the other; a score by itself is not, so it has no odds ratio.";

/** What a weight of a class is, where there are more than two. */
function severalWords({ model: { weightsInfo } }: Facts): string | undefined {
  const outcome = weightsInfo?.outcome;
  if (outcome === undefined) return undefined;
  return outcome === 'score' ? `A weight changes the score of its class before softmax. ${differences}` : `A weight changes the log-odds of its class against "${outcome.reference}".`;
}

function fitWords(facts: Facts): string {
  const method = facts.model.weightsInfo?.method ?? facts.model.title;
  return `${method}; fitted on ${countOf(fittedRowsOf(facts.dataset), 'row')}`;
}

function opposite(end: number | undefined): number | undefined {
  return end === undefined ? undefined : -end;
}

function standardisedSection(facts: Facts): Section[] {
  const ranked = (facts.weights ?? [])
    .filter(w => w.feature !== undefined && w.standardised !== undefined)
    .sort((a, b) => Math.abs(b.standardised ?? 0) - Math.abs(a.standardised ?? 0));
  const [first, ...others] = ranked;
  if (!first) return [];
  const regression = facts.target.task === 'regression';
  const outcome = regression ? facts.target.name : outcomeWords(first, facts);
  const scores = facts.model.weightsInfo?.outcome === 'score';
  const unit = regression ? ' of its standard deviations' : '';
  const value = first.standardised ?? 0;
  // "lower by 4.6" needs the interval of what it is lower by.
  const bounds = value < 0 ? { low: opposite(first.standardisedHigh), high: opposite(first.standardisedLow) } : { low: first.standardisedLow, high: first.standardisedHigh };
  const interval = intervalWords(bounds, facts.level);
  const next = others.slice(0, 2).map(w => `${weightName(w)} (${formatNumber(w.standardised ?? 0, 3)})`);
  return [{
    kind: 'forest', id: 'weightsStandardised', panel: 'weights', title: 'Standardised weights',
    scale: 'standardised', level: facts.level,
    xTitle: regression ? `Standard deviations of ${facts.target.name} per standard deviation of the term` : `${scores ? 'Score of the class before softmax' : 'Log-odds'} per standard deviation of the term`,
    summary: value === 0
      ? 'All standardised weights are zero: the model predicts the same for every row.'
      : `The largest standardised weight is ${weightName(first)}: one standard deviation more of it goes with ${outcome} ${value < 0 ? 'lower' : 'higher'} by ${formatNumber(Math.abs(value), 3)}${unit}${interval}, the other terms held equal.${scores ? ` ${differences}` : ''}` +
        (next.length > 0 ? ` Next: ${listWords(next)}.` : '') + (interval === '' && facts.model.weightsInfo?.noIntervals ? ` ${facts.model.weightsInfo.noIntervals}` : ''),
    method: `${fitWords(facts)}; weight × standard deviation of the term's column${regression ? ' ÷ standard deviation of the target' : ''}.`,
    assumptions: [
      'Standardised weights compare terms by their spread in these rows; where terms go together, their weights share one effect.',
      ...(facts.model.weightsInfo?.assumptions ?? []),
    ],
  }];
}

function tableSection(facts: Facts): Section[] {
  const { weights, model } = facts;
  if (!weights) return [];
  const info = model.weightsInfo;
  const terms = weights.filter(w => w.feature !== undefined);
  const classWords = severalWords(facts);
  return [{
    kind: 'weights', id: 'weights', panel: 'weights', title: 'Weights',
    level: facts.level, unit: info?.unit ?? `per unit of the term`,
    ...(classWords !== undefined && { classWords }),
    ...(info?.statisticName ? { statisticName: info.statisticName } : {}),
    summary: `${countOf(weights.length, 'weight')} (${info?.unit ?? 'on the scale of the data'}). ${info?.outcome === 'score' ? `${differences} ` : ''}${zeroWords(terms, facts)}${collinearityWords(terms)}`.trim(),
    method: `${fitWords(facts)}.${info?.noIntervals ? '' : ` Intervals at ${formatLevel(facts.level)}.`}`,
    ...(info ? { assumptions: info.assumptions } : {}),
  }];
}

/** How many weights can be told from zero; for penalised fits how many are exactly zero. */
function zeroWords(terms: readonly Weight[], facts: Facts): string {
  const withInterval = terms.filter(w => w.low !== undefined && w.high !== undefined);
  if (withInterval.length > 0) {
    const clear = withInterval.filter(w => (w.low ?? 0) > 0 || (w.high ?? 0) < 0).length;
    return `The ${formatLevel(facts.level)} interval leaves out zero for ${formatCount(clear)} of the ${countOf(withInterval.length, 'term')} beside the intercept.`;
  }
  const zero = terms.filter(w => w.estimate === 0).length;
  const why = facts.model.weightsInfo?.noIntervals ?? 'This model gives no intervals of its weights.';
  return zero > 0 ? `${formatCount(zero)} of ${countOf(terms.length, 'term')} are exactly zero. ${why}` : why;
}

function collinearityWords(terms: readonly Weight[]): string {
  const worst = terms.reduce<Weight | undefined>((a, b) => ((b.vif ?? 0) > (a?.vif ?? 0) ? b : a), undefined);
  if (!worst?.vif || worst.vif < 10) return '';
  return ` The variance inflation factor of ${worst.term} is ${formatNumber(worst.vif, 3)}: it is nearly a combination of other terms, so its weight is uncertain.`;
}

function pathSection(facts: Facts): Section[] {
  const { path } = facts.model;
  if (!path) return [];
  const { rule, ...drawn } = withoutNonFinite(path);
  const terms = (facts.weights ?? []).filter(w => w.feature !== undefined);
  const kept = terms.filter(w => w.estimate !== 0).length;
  const keptWords = terms.length > 0 ? ` ${formatCount(kept)} of ${countOf(terms.length, 'term')} have a weight other than zero there.` : '';
  return [{
    ...drawn, kind: 'path', id: 'path', panel: 'weights', title: 'Penalty path',
    summary: `Of ${formatCount(path.lambdas.length)} strengths of the ${path.penalty} penalty λ = ${formatNumber(path.chosen)} was chosen: ${rule}.${keptWords}`,
    method: `${path.lossName} by cross-validation along the path; standardised coefficients${path.coefficients.length >= 30 ? ' of the 30 largest terms' : ''}. The rows of the choice are rows of the fit; the performance in the overview chooses anew within each fold.`,
  }];
}

function aliasedSection(facts: Facts): Section[] {
  const aliased = facts.model.aliased;
  if (!aliased || aliased.length === 0) return [];
  return [{
    kind: 'table', id: 'aliased', panel: 'weights', title: 'Terms without a weight of their own',
    summary: `${countOf(aliased.length, 'term is', 'terms are')} an exact linear combination of earlier terms and therefore without a weight: ${listWords(aliased.map(a => a.term))}.`,
    method: 'Rank-revealing decomposition of the design; the first of dependent terms keeps its weight.',
    header: [{ title: 'Term' }, { title: 'Reason' }],
    rows: aliased.map(a => [a.term, a.reason]),
  }];
}
