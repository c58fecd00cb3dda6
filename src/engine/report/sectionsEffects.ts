/** Sections of the effects panel: partial dependence, accumulated local effects, interactions of pairs. */
import type { HeatmapSection } from '../../protocol/chartSections';
import type { Effect } from '../../protocol/effects';
import type { Section } from '../../protocol/report';
import type { EffectsResult } from '../explain/explainEffects';
import type { PairEffect } from '../explain/pairEffects';
import { columnName, countOf, formatCount, formatLevel, formatNumber, formatPercent, listWords } from './format';
import type { Facts } from './input';
import { contributionSections, gradientSections } from './sectionsContributions';

/** Everything that the run says about effects: panels 'effects' and 'importance' (gradients). */
export function effectSections(result: EffectsResult, facts: Facts): Section[] {
  return [
    ...dependenceSection(result, facts), ...aleSection(result, facts), ...contributionSections(result, facts),
    ...pairSections(result, facts), ...gradientSections(result, facts),
  ];
}

function dependenceSection(result: EffectsResult, facts: Facts): Section[] {
  const effects = result.effects.filter(e => e.kind === 'partialDependence');
  if (effects.length === 0) return [];
  const top = strongest(effects);
  const ice = effects.some(e => e.ice);
  return [{
    kind: 'effects', effectKind: 'partialDependence', id: 'partialDependence', panel: 'effects', title: 'Partial dependence',
    yTitle: predicted(facts), level: facts.level,
    summary: range(top) > 0
      ? `Set to each of its values in all rows, ${columnName(top.feature)} moves the mean prediction most: ${outcome(facts, top)} goes from ${formatNumber(smallest(top), 3)} to ${formatNumber(largest(top), 3)}.`
      : 'The mean prediction is the same along every feature.',
    method: `Partial dependence (Friedman 2001): mean prediction of ${rowsWords(result.curves.dependenceRows, facts)} with the feature set to each value in all of them.`
      + `${ice ? ' Thin lines: single rows (individual conditional expectation, Goldstein et al. 2015).' : ''}${bandWords(result, facts, facts.target.task === 'classification')}${shownWords(result, facts)}`,
    assumptions: ['Where features go together, the ends of a curve rest on rows that do not exist; accumulated local effects avoid that.'],
  }];
}

function aleSection(result: EffectsResult, facts: Facts): Section[] {
  const effects = result.effects.filter(e => e.kind === 'ale');
  if (effects.length === 0) return [];
  const top = strongest(effects);
  return [{
    kind: 'effects', effectKind: 'ale', id: 'accumulatedEffects', panel: 'effects', title: 'Accumulated local effects',
    yTitle: facts.target.task === 'regression' ? `Change of ${facts.target.name}` : 'Change of the probability', level: facts.level,
    summary: range(top) > 0
      ? `Moved a little at a time in the rows that are there, ${columnName(top.feature)} moves the prediction most: ${outcome(facts, top)} by ${formatNumber(range(top), 3)} from its lowest to its highest point.`
      : 'The prediction moves along no feature.',
    method: `Accumulated local effects (Apley & Zhu 2020): differences of the prediction over the bins between quantiles, averaged over the rows in each bin of ${rowsWords(result.curves.aleRows, facts)}, added up and centred on the mean over the rows. Levels are stepped through in the order of their likeness in the other features; their curve shows them by name.${bandWords(result, facts, false)}${shownWords(result, facts)}`,
    assumptions: ['What a feature does by itself; what it does together with another is left out here.'],
  }];
}

function pairSections(result: EffectsResult, facts: Facts): Section[] {
  const { pairs: found } = result;
  if (!found || found.pairs.length === 0) return [];
  const [first] = found.pairs;
  const section: HeatmapSection = {
    kind: 'heatmap', id: 'interactions', panel: 'effects', title: 'Pairs of features that act together',
    summary: `Strongest together are ${columnName(first.features[0])} and ${columnName(first.features[1])}: their interaction makes up ${shareWords(first.share)} of the variance of the prediction (${found.unit})`
      + `${found.pairs.length > 1 ? `; next ${listWords(found.pairs.slice(1, 3).map(p => `${p.features.map(columnName).join(' and ')} with ${shareWords(p.share)}`))}` : ''}.`,
    method: `Second-order accumulated local effects (Apley & Zhu 2020) in units of ${found.unit}: what the pair does beyond the effects of each, on ${rowsWords(found.rows, facts)}. `
      + `Of the ${countOf(found.tried, 'pair')} among the ${countOf(found.features.length, 'strongest feature')} those with at least ${formatPercent(0.001)} of the variance (found on coarse bins) are drawn, at most six.`,
    assumptions: ['Cells without rows take the interaction of the nearest cell that has some.'],
    matrices: found.pairs.map(matrixOf),
  };
  return [section];
}

/** Effects that cancel each other can each vary more than their sum. */
function shareWords(share: number): string {
  return share > 1 ? `over 100 %, which other effects cancel in part,` : formatPercent(share);
}

function matrixOf(pair: PairEffect): HeatmapSection['matrices'][number] {
  const [one, two] = pair.grids;
  const names = (grid: PairEffect['grids'][number]): string[] =>
    (grid.kind === 'level' ? [...grid.levels] : Array.from(grid.edges, v => (grid.column.kind === 'datetime' ? new Date(v).toISOString().slice(0, 10) : formatNumber(v, 4))));
  const wide = two.edges.length;
  return {
    name: `${pair.features[0]} and ${pair.features[1]} (${pair.share > 1 ? 'over 100 %' : formatPercent(pair.share)})`,
    yTitle: pair.features[0], xTitle: pair.features[1], rows: names(one), columns: names(two), diverging: true,
    values: Array.from(one.edges, (_, k) => Array.from(pair.effect.subarray(k * wide, (k + 1) * wide), v => Number(v.toPrecision(6)))),
  };
}

/** "all 344 rows", "a random sample of 1,000 of the 32,561 rows". */
export function rowsWords(used: number, facts: Facts): string {
  const all = facts.dataset.table.rows;
  return used < all ? `a random sample of ${formatCount(used)} of the ${countOf(all, 'row')}` : `all ${countOf(all, 'row')}`;
}

function bandWords({ curves, effects }: EffectsResult, facts: Facts, onLogOdds: boolean): string {
  if (curves.refits === 0 || !effects.some(e => e.low)) return '';
  return ` Bands: ${formatLevel(facts.level)} confidence intervals over refits, each point by itself: the grouped jackknife of the curves of ${curves.refits} fold models, t with ${countOf(curves.refits - 1, 'degree')} of freedom${onLogOdds ? ', made on the log-odds' : ''}.`;
}

function shownWords({ curves }: EffectsResult, { target }: Facts): string {
  const features = curves.features < curves.allFeatures ? ` Shown are the ${curves.features} most important of ${formatCount(curves.allFeatures)} features.` : '';
  const drawn = curves.classes.filter(name => name !== undefined);
  return target.task === 'classification' && target.classes.length > 2 && drawn.length < target.classes.length
    ? `${features} Of ${formatCount(target.classes.length)} classes the ${drawn.length} commonest have curves: ${listWords(drawn, drawn.length)}.` : features;
}

function predicted(facts: Facts): string {
  const { target } = facts;
  if (target.task === 'regression') return `Predicted ${target.name}`;
  return target.classes.length === 2 ? `Probability of "${target.classes[1]}"` : 'Probability of the class';
}

function outcome({ target }: Facts, effect: Effect): string {
  return target.task === 'regression' ? target.name : `the probability of "${effect.class ?? target.classes[target.classes.length - 1]}"`;
}

const smallest = ({ effect }: Effect): number => effect.reduce((a, b) => Math.min(a, b));
const largest = ({ effect }: Effect): number => effect.reduce((a, b) => Math.max(a, b));
const range = (effect: Effect): number => largest(effect) - smallest(effect);

function strongest(effects: readonly Effect[]): Effect {
  return effects.reduce((a, b) => (range(b) > range(a) ? b : a));
}
