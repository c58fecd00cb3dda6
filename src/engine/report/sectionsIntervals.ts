/** Sections of the confidence intervals panel, and the summary of intervals that other programs read. */
import type { DensitiesSection } from '../../protocol/chartSections';
import type { Effect, Weight } from '../../protocol/effects';
import type { IntervalSummary } from '../../protocol/measures';
import type { FitSection } from '../../protocol/performanceSections';
import type { Section } from '../../protocol/report';
import type { PosteriorDensity } from '../models/model';
import { fittedRowsOf } from '../models/evenClasses/rows';
import { capitalised, columnName, countOf, formatLevel, formatNumber, formatPercent, formatRatio, intervalWords } from './format';
import { isUnmeasuredEnsemble, unmeasuredWords } from './ensembleWords';
import type { Facts } from './input';
import { weightName } from './sectionsWeights';

/** Strips drawn at most. */
const mostDensities = 30;

export function intervalSections(facts: Facts): Section[] {
  return [...kindSection(facts), ...posteriorSection(facts), ...estimateSection(facts), ...effectsSection(facts)];
}

/** The upper-level `intervals` field: prediction intervals where their coverage was measured, else those of the weights. */
export function intervalSummary(facts: Facts): IntervalSummary | undefined {
  const { coverage, level } = facts;
  if (coverage) {
    return {
      kind: 'prediction', level: coverage.level, coverage: coverage.coverage, meanWidth: coverage.meanWidth, rows: coverage.rows,
      method: `${capitalised(coverage.kind)}s of the fold models, checked on held-out rows`,
    };
  }
  if (!hasIntervals(facts)) return undefined;
  return { kind: isCredible(facts) ? 'credible' : 'confidence', level, method: facts.model.weightsInfo?.method ?? facts.model.title };
}

function isCredible(facts: Facts): boolean {
  return facts.model.weightsInfo?.intervalKind === 'credible';
}

/** What an interval of a weight means. */
function meaningWords(facts: Facts): string {
  const level = formatLevel(facts.level);
  return isCredible(facts)
    ? `The intervals of the weights are ${level} credible intervals: given the data, the model and its prior, the weight lies in its interval with probability ${level}.`
    : `The intervals of the weights are ${level} confidence intervals: made in this way from many samples, ${level} of them would hold the true weight, if the assumptions hold.`;
}

/** Posterior densities of the weights, the largest standardised ones first. */
function posteriorSection(facts: Facts): Section[] {
  const { model, level } = facts;
  const all = model.posterior?.(level) ?? [];
  if (all.length === 0) return [];
  const byName = new Map((facts.weights ?? []).map(w => [`${w.class ?? ''}\n${w.term}`, w]));
  const weightOf = (item: PosteriorDensity): Weight | undefined => byName.get(`${item.class ?? ''}\n${item.term}`);
  const size = (item: PosteriorDensity): number => Math.abs(weightOf(item)?.standardised ?? 0);
  const ranked = [...all].sort((a, b) => size(b) - size(a)).slice(0, mostDensities);
  // Strips of weights in different units cannot be compared on one axis.
  const scales = ranked.map(item => standardScale(weightOf(item)));
  const standard = scales.every(scale => scale !== undefined);
  const clear = all.filter(item => item.low > 0 || item.high < 0).length;
  const [first] = ranked;
  const name = (item: { readonly term: string; readonly class?: string }): string => (item.class === undefined ? item.term : `${item.term} (${item.class})`);
  const sampled = all.some(item => item.other);
  return [{
    kind: 'densities', id: 'posterior', panel: 'intervals', title: 'Posterior densities of the weights',
    xTitle: standard ? standardTitle(facts) : capitalised(model.weightsInfo?.unit ?? 'weight'), level,
    summary: `Each strip shows how plausible the values of a weight are, given the data. The weight of ${name(first)} is most likely ${formatNumber(first.estimate, 3)}${intervalWords(first, level)}${standard ? `, ${formatNumber(first.estimate * scales[0]!, 3)} as a standardised weight, as drawn` : ''}. ${clear} of ${countOf(all.length, 'weight')} have ${formatLevel(level)} of their probability on an interval without zero.${sampled ? ' Dashed: the same posterior by samples (NUTS).' : ''}`,
    method: `${model.weightsInfo?.method ?? model.title}; fitted on ${countOf(fittedRowsOf(facts.dataset), 'row')}${ranked.length < all.length ? `; the ${ranked.length} largest standardised weights` : ''}`,
    ...(model.weightsInfo ? { assumptions: model.weightsInfo.assumptions } : {}),
    items: ranked.map((item, i) => stripOf(item, name(item), standard ? scales[i]! : 1)),
  }];
}

/** Factor from a weight to its standardised value. */
function standardScale(weight: Weight | undefined): number | undefined {
  if (!weight || weight.standardised === undefined || weight.estimate === 0) return undefined;
  return weight.standardised / weight.estimate;
}

function standardTitle({ target }: Facts): string {
  return target.task === 'regression' ? `Standard deviations of ${target.name} per standard deviation of the term` : 'Log-odds per standard deviation of the term';
}

function stripOf(item: PosteriorDensity, name: string, scale: number): DensitiesSection['items'][number] {
  const times = (values: readonly number[], factor: number): number[] => values.map(v => Number((v * factor).toPrecision(5)));
  return {
    name, estimate: item.estimate * scale, low: item.low * scale, high: item.high * scale, x: times(item.x, scale), density: times(item.density, 1 / scale),
    ...(item.other && { other: { name: item.other.name, x: times(item.other.x, scale), density: times(item.other.density, 1 / scale) } }),
  };
}

function hasIntervals(facts: Facts): boolean {
  return (facts.weights ?? []).some(w => w.low !== undefined && w.high !== undefined);
}

/** What kinds of interval there are, what each means, and how often prediction intervals held the truth. */
function kindSection(facts: Facts): Section[] {
  const { coverage, level } = facts;
  const values: FitSection['values'][number][] = [];
  const words: string[] = [];
  if (hasIntervals(facts)) {
    words.push(meaningWords(facts));
    values.push({ label: 'Weights', value: `${formatLevel(level)} ${isCredible(facts) ? 'credible' : 'confidence'} intervals`, hint: facts.model.weightsInfo?.method ?? facts.model.title });
  } else if (facts.model.weightsInfo?.noIntervals) {
    words.push(facts.model.weightsInfo.noIntervals);
  }
  if (coverage) {
    words.push(`${formatPercent(coverage.coverage)} of ${countOf(coverage.rows, 'held-out row')} lie within their ${formatLevel(coverage.level)} prediction interval, whose mean width is ${formatNumber(coverage.meanWidth, 3)} (units of ${facts.target.name}). ${coverageVerdict(facts)}`);
    values.push(
      { label: 'Coverage of the prediction intervals', value: coverage.coverage, hint: `Promised: ${coverage.level}` },
      { label: 'Coverage, low', value: coverage.interval.low, hint: `Exact binomial interval (Clopper–Pearson) at ${formatLevel(coverage.level)}` },
      { label: 'Coverage, high', value: coverage.interval.high },
      { label: 'Mean width', value: coverage.meanWidth, hint: `Units of ${facts.target.name}` },
      { label: 'Held-out rows', value: coverage.rows },
    );
  }
  if (!coverage && facts.target.task === 'regression' && isUnmeasuredEnsemble(facts)) {
    words.push(`How often the prediction intervals hold the truth was not measured for the ensemble. ${unmeasuredWords(facts)}`);
    values.push({ label: 'Coverage of the prediction intervals', value: 'not measured for the ensemble' });
  }
  if (words.length === 0 || values.length === 0) return [];
  return [{
    kind: 'fit', id: 'intervals', panel: 'intervals', title: 'What the intervals mean',
    summary: words.join(' '),
    method: coverage
      ? `${capitalised(coverage.kind)}s at ${formatLevel(coverage.level)} of the fold models, on rows that they did not see`
      : facts.model.weightsInfo?.method ?? facts.model.title,
    ...(facts.model.weightsInfo ? { assumptions: facts.model.weightsInfo.assumptions } : {}),
    values,
  }];
}

/** Coverage whose exact interval is wider than this says little. */
const coarse = 0.15;

function coverageVerdict({ coverage }: Facts): string {
  if (!coverage) return '';
  const { interval, level } = coverage;
  if (interval.high < level) return 'That is fewer than promised: the intervals are too narrow for new rows.';
  if (interval.low > level) return 'That is more than promised: the intervals are wider than they need to be.';
  if (interval.high - interval.low > coarse) return `That agrees with the level, but so few rows tell little: any true coverage from ${formatPercent(interval.low)} to ${formatPercent(interval.high)} would do so too.`;
  return 'That agrees with the level, within what so many rows can show.';
}

function estimateSection(facts: Facts): Section[] {
  if (!hasIntervals(facts)) return [];
  const terms = (facts.weights ?? []).filter(w => w.feature !== undefined && w.low !== undefined && w.high !== undefined);
  if (terms.length === 0) return [];
  const odds = terms.some(w => w.oddsRatio !== undefined);
  const method = `${facts.model.weightsInfo?.method ?? facts.model.title}; fitted on ${countOf(fittedRowsOf(facts.dataset), 'row')}`;
  return [{
    kind: 'forest', id: odds ? 'oddsRatios' : 'estimates', panel: 'intervals',
    title: odds ? 'Odds ratios' : 'Weights with their intervals',
    scale: odds ? 'oddsRatio' : 'estimate', level: facts.level,
    xTitle: odds ? 'Odds ratio per unit of the term' : `Weight (${facts.model.weightsInfo?.unit ?? 'per unit of the term'})`,
    summary: clearestWords(terms, odds, facts),
    method: `${method}; ${formatLevel(facts.level)} ${isCredible(facts) ? 'credible' : 'confidence'} intervals, each by itself and not for all terms at once.`,
    ...(facts.model.weightsInfo ? { assumptions: facts.model.weightsInfo.assumptions } : {}),
  }];
}

/** The weight that stands furthest from zero in its standard errors, and how many cannot be told from none. */
function clearestWords(terms: readonly Weight[], odds: boolean, facts: Facts): string {
  const clear = terms.filter(w => (w.low ?? 0) > 0 || (w.high ?? 0) < 0);
  const unsure = terms.length - clear.length;
  const none = odds ? 'an odds ratio of 1, which is no effect' : 'zero, which is no effect';
  const rest = `For ${unsure} of ${countOf(terms.length, 'term')} the ${formatLevel(facts.level)} interval holds ${none}.`;
  const clearest = clear.reduce<Weight | undefined>((a, b) => (strength(b) > strength(a) ? b : a), undefined);
  if (!clearest) return rest;
  const value = odds && clearest.oddsRatio !== undefined
    ? `its odds ratio is ${formatRatio(clearest.oddsRatio)}${ratioInterval(clearest, facts.level)}`
    : `${formatNumber(clearest.estimate, 3)}${intervalWords(clearest, facts.level)}`;
  return `Clearest is ${weightName(clearest)}: ${value}. ${rest}`;
}

function ratioInterval({ oddsRatioLow: low, oddsRatioHigh: high }: Weight, level: number): string {
  return low === undefined || high === undefined ? '' : ` (${formatLevel(level)} interval ${formatRatio(low)} to ${formatRatio(high)})`;
}

function strength(weight: Weight | undefined): number {
  if (!weight) return -1;
  return weight.statistic !== undefined ? Math.abs(weight.statistic) : weight.standardError ? Math.abs(weight.estimate / weight.standardError) : 0;
}

function effectsSection(facts: Facts): Section[] {
  const { target, level } = facts;
  const effects = facts.effects?.filter(e => e.kind === 'adjusted') ?? [];
  if (effects.length === 0) return [];
  const regression = target.task === 'regression';
  const banded = effects.some(e => e.low && e.high);
  const widest = effects.reduce((a, b) => (range(b) > range(a) ? b : a));
  const what = regression ? target.name : `the probability of "${widest.class ?? target.classes[target.classes.length - 1]}"`;
  return [{
    kind: 'effects', id: 'effects', panel: 'intervals', title: 'Adjusted predictions',
    yTitle: regression ? `Predicted ${target.name}` : `Probability of "${target.classes[target.classes.length - 1]}"`,
    level, ...(banded && { band: bandWords(facts) }),
    summary: range(widest) > 0
      ? `Along ${columnName(widest.feature)} the prediction moves most: ${what} goes from ${formatNumber(Math.min(...widest.effect), 3)} to ${formatNumber(Math.max(...widest.effect), 3)}, all other features held at their typical value.`
      : 'The prediction is the same along every feature.',
    method: `Prediction along each feature with the others at their median or commonest level${banded ? `; bands: ${formatLevel(level)} ${bandWords(facts)}${regression && effects.some(e => e.predictionLow) ? ' and prediction interval of a new observation' : ''}` : ''}.`,
    assumptions: ['A row with typical values everywhere may not exist; where features go together, the ends of a curve are extrapolations.'],
  }];
}

function bandWords(facts: Facts): string {
  return facts.model.effectBand ?? `${isCredible(facts) ? 'credible' : 'confidence'} interval of the mean`;
}

function range(effect: Effect): number {
  return Math.max(...effect.effect) - Math.min(...effect.effect);
}
