/** Sections of the interpretability panel. */
import type { CurveLine } from '../../protocol/chartSections';
import type { MetricName } from '../../protocol/measures';
import type { ScatterSection } from '../../protocol/performanceSections';
import type { Section } from '../../protocol/report';
import { isBetterHigher } from '../evaluate/intervals';
import { scaleNote, scaleOf } from '../explain/linkOutputs';
import type { ScoresResult } from '../explain/scores/interpretability';
import { normalFactor } from '../math/distributions';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, listWords } from './format';
import type { Facts } from './input';
import { reportScores } from './scoreWords';
import { leafRows } from './treeWords';

/** Features in the table at most. */
const mostRows = 200;

/** The sections that draw a result: scores, features, surrogate tree, deletion and insertion, accuracy against interpretability. */
export function scoreSections(result: ScoresResult, facts: Facts): Section[] {
  return [
    ...scoresSection(result, facts), ...scatterSection(result, facts), ...featureSection(result),
    ...treeSection(result, facts), ...deletionSection(result, 'deletion'), ...deletionSection(result, 'insertion'),
  ];
}

function scoresSection(result: ScoresResult, facts: Facts): Section[] {
  const scores = reportScores(result);
  if (scores.length === 0) return [];
  const sentences = ['featuresUsed', 'additivity', 'deletionGap', 'composite'].flatMap(name => scores.filter(s => s.name === name).map(s => (name === 'composite' ? `Unveil index: ${s.sentence}` : s.sentence)));
  const missing = result.values.mainEffectComplexity === undefined && result.model.effects.interactionStrength !== undefined
    ? ' Main effect complexity does not apply: the effects of single features hold less than 5 % of the variance, so their curves are noise.' : '';
  const indexless = result.values.composite ? '' : ' There is no Unveil index: one of its five parts could not be measured, and an index of fewer would not compare.';
  return [{
    kind: 'scores', id: 'scores', panel: 'interpretability', title: 'Interpretability scores', level: result.level,
    summary: sentences.join(' ') + missing + indexless,
    method: `Each score by its own method, of ${result.output}, on rows that the model was fitted on (${formatCount(result.effectRows)} for effects and to fit surrogates, ${formatCount(result.testRows)} others to test these): scores describe the model, not how well it does on new rows.${scaleNote(scaleOf(facts.target))} Axes of the radar: scores that run from 0 to 1, 1 the easiest to interpret.`,
    assumptions: [
      'There is no agreed single measure of interpretability; each score is one view, and they can disagree.',
      'Replacing values of one feature by others breaks its ties to the rest, so predictions at rows that may not exist are counted.',
      `Intervals are ${formatLevel(result.level)} t intervals of what another sample of the same size would change; with few refits they are rough.`,
    ],
  }];
}

/** This model's place: accuracy upwards, the index (or features used) across. The panel adds other stored models. */
function scatterSection(result: ScoresResult, facts: Facts): ScatterSection[] {
  const name: MetricName = facts.target.task === 'regression' ? 'rmse' : 'accuracy';
  const metric = facts.measured?.metrics.find(m => m.name === name);
  const score = result.values.composite ? 'composite' : 'featuresUsed';
  const x = result.values[score];
  if (!metric || !x) return [];
  const xTitle = score === 'composite' ? 'Unveil index (ours), 0 to 100' : 'Features used';
  const metricTitle = name === 'rmse' ? `RMSE (units of ${facts.target.name})` : 'Accuracy';
  return [{
    kind: 'scatter', id: 'accuracyAgainstInterpretability', panel: 'interpretability', title: 'Accuracy against interpretability',
    summary: `This model: ${name === 'rmse' ? metricTitle : 'accuracy'} ${formatNumber(metric.value, 3)} at ${score === 'composite' ? `an index of ${formatNumber(x.value, 3)}` : countOf(x.value, 'feature')}. Models on the front are not beaten by another in both.`,
    method: `${metricTitle} on held-out rows, and ${score === 'composite' ? 'the Unveil index' : 'the features used'}, each with its ${formatLevel(result.level)} interval; other models of the same target and file are added where they are stored.`,
    assumptions: ['Only models of the same target, measured on the same rows, can be compared.'],
    xTitle, yTitle: metricTitle, xBetter: score === 'composite' ? 'higher' : 'lower', yBetter: isBetterHigher(name) ? 'higher' : 'lower', metric: name, score,
    points: [{
      name: facts.model.title, x: x.value, xLow: x.low, xHigh: x.high, y: metric.value, yLow: metric.low, yHigh: metric.high, own: true,
    }],
  }];
}

function featureSection({ model, output, effectRows, sizes, usedBy }: ScoresResult): Section[] {
  const { features, interactionStrength } = model.effects;
  if (interactionStrength === undefined) return [];
  const total = features.reduce((sum, f) => sum + f.variance, 0);
  const sorted = [...features].sort((a, b) => b.variance - a.variance);
  const unused = features.filter(f => !f.used).map(f => f.feature);
  const [first] = sorted;
  const share = (variance: number): number => (total > 0 ? variance / total : 0);
  return [{
    kind: 'table', id: 'featureComplexity', panel: 'interpretability', title: 'Features one by one',
    summary: `${first.feature} alone makes up ${formatPercent(share(first.variance))} of what single features move ${output}.` +
      (unused.length > 0 ? ` ${usedBy === 'weights' ? 'Not used at all' : `Not used in the ${countOf(Math.min(sizes.usedRows, effectRows), 'row')} sampled`}: ${listWords(unused, 5)}.` : ' All features are used.'),
    method: `First-order accumulated local effects on ${countOf(effectRows, 'row')}. Complexity: straight pieces and slopes (groups of levels − 1 for a category). Monotonicity (ours): 1 only rises or only falls, 0 comes back. n/a: a category, or an effect lost in the noise of interactions.`,
    header: [{ title: 'Feature' }, { title: 'Used' }, { title: 'Complexity', numeric: true }, { title: 'Monotonicity', numeric: true }, { title: 'Share of main effects', numeric: true }],
    rows: sorted.slice(0, mostRows).map(f => [f.feature, f.used ? 'yes' : 'no', f.complexity ?? 'n/a', f.monotonicity ?? 'n/a', share(f.variance)]),
  }];
}

function treeSection(result: ScoresResult, facts: Facts): Section[] {
  const { tree } = result.model;
  if (!tree?.fidelity || tree.trees.every(t => t.split === undefined)) return [];
  const { target } = facts;
  const binary = target.task === 'classification' && tree.trees.length === 1;
  const many = tree.trees.length > 1;
  const classes = facts.model.classes ?? [];
  const rows = tree.trees.flatMap((t, k) => leafRows(t, facts.dataset.table).map(leaf => [
    ...(many ? [classes[k]] : []), leaf.rule, leaf.share, leaf.mean, ...(binary ? [1 / (1 + Math.exp(-leaf.mean))] : []),
  ]));
  const score = reportScores(result).find(s => s.name === 'fidelityTree');
  return [{
    kind: 'table', id: 'surrogateTree', panel: 'interpretability', title: 'The model as a small tree',
    summary: `${score?.sentence ?? ''} ${tree.fidelity.r2 < 0.8 ? 'That is a rough picture: do not decide by it.' : 'Each row of the table is one path from the root to a leaf.'}`.trim(),
    method: `Regression tree (CART) at most 4 splits deep, grown on the model's own predictions (${result.output}) of ${countOf(result.effectRows, 'row')}; leaves hold at least 1 % of them.`,
    assumptions: ['The tree imitates the model and not the data: where it is wrong, the model may be right.'],
    header: [
      ...(many ? [{ title: 'Class' }] : []), { title: 'Rule' }, { title: 'Share of rows', numeric: true },
      { title: target.task === 'regression' ? `Mean prediction of ${target.name}` : many ? 'Mean score before softmax' : `Mean log-odds of ${classes[classes.length - 1]}`, numeric: true },
      ...(binary ? [{ title: 'As a probability', numeric: true }] : []),
    ],
    rows,
  }];
}

function deletionSection(result: ScoresResult, side: 'deletion' | 'insertion'): Section[] {
  const { deletion } = result.model;
  if (!deletion) return [];
  const score = reportScores(result).find(s => s.name === `${side}Gap`);
  const curve = deletion[side];
  const z = normalFactor(result.level);
  // Giving back k features in random order is taking away the others: the same curves read from the end.
  const turned = (values: readonly number[]): readonly number[] => (side === 'deletion' ? values : [...values].reverse());
  const mean = turned(deletion.random.mean);
  const half = turned(deletion.random.deviation).map(d => z * d);
  const lines: CurveLine[] = [
    { name: 'By permutation importance', x: curve.share, y: curve.value },
    { name: `Random order, mean of ${formatCount(deletion.random.orders)}`, x: curve.share, y: mean, low: mean.map((m, k) => m - half[k]), high: mean.map((m, k) => m + half[k]), reference: true },
  ];
  return [{
    kind: 'curve', id: side, panel: 'interpretability', title: side === 'deletion' ? 'Taking features away' : 'Giving features back',
    summary: score?.sentence ?? '',
    method: `${score?.method ?? ''}. Band: mean ± ${formatNumber(z, 3)} standard deviations over the random orders, which holds ${formatLevel(result.level)} of such orders if they spread normally.`,
    assumptions: ['1: the predictions of the whole rows; 0: as far from them as with every feature replaced.'],
    xTitle: side === 'deletion' ? 'Share of features taken away' : 'Share of features given back', yTitle: 'Agreement with the predictions of the whole rows',
    lines,
  }];
}
