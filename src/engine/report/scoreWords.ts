/** The interpretability scores as a report shows them: title, direction, method, share and a sentence with the numbers. */
import type { Estimate, Score } from '../../protocol/measures';
import { compactness, smoothness } from '../explain/scores/composite';
import type { ScoreName, ScoresResult } from '../explain/scores/interpretability';
import type { RefitKind } from '../explain/scores/refitIntervals';
import { mostComplexity } from '../explain/scores/segments';
import { shakeRadius } from '../explain/scores/sensitivity';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent, intervalWords, listWords } from './format';

/** What goes by itself; the sentence gets its number and interval by the functions of `Words`. */
interface Entry {
  readonly title: string;
  readonly group: Score['group'];
  readonly better: Score['better'];
  method(result: ScoresResult, words: Words): string;
  share?(value: number, result: ScoresResult): number;
  sentence(words: Words, result: ScoresResult): string;
}

/** A score's number with its interval: as it is, or as a percentage. */
interface Words extends Estimate { readonly number: string; readonly percent: string; readonly interval: string }

/**
 * All scores that were measured, in the order of groups. Scores of stability stand only beside one of faithfulness: an
 * explanation that never changes is perfectly stable and may say nothing (Yeh et al. 2019).
 */
export function reportScores(result: ScoresResult): Score[] {
  const scores = (Object.keys(entries) as ScoreName[]).flatMap((name): Score[] => {
    const estimate = result.values[name];
    if (!estimate || !Number.isFinite(estimate.value)) return [];
    const entry = entries[name];
    const words = wordsOf(name, estimate, result);
    return [{
      name, title: entry.title, ...estimate, better: entry.better, group: entry.group, method: entry.method(result, words),
      sentence: entry.sentence(words, result),
      ...(entry.share ? { share: Math.max(0, Math.min(1, entry.share(estimate.value, result))) } : {}),
    }];
  });
  return scores.some(s => s.group === 'faithfulness') ? scores : scores.filter(s => s.group !== 'stability');
}

function wordsOf(name: ScoreName, estimate: Estimate, { level, refits }: ScoresResult): Words {
  const { value, low, high } = estimate;
  const known = low !== undefined && high !== undefined;
  const same = known && low === high ? (refits ? ' (the same in every refit)' : '') : undefined;
  return {
    ...estimate, number: formatNumber(value, 3) + (same ?? intervalWords(estimate, level)), interval: same ?? intervalWords(estimate, level),
    percent: formatPercent(value) + (same ?? (known ? percentInterval(value, low, high, level, name !== 'maxSensitivity' && value >= 0 && value <= 1) : '')),
  };
}

/** Ends as percentages, each with its own sign where it is no plain number; those of a share end at 0 and 100 %. */
function percentInterval(value: number, low: number, high: number, level: number, share: boolean): string {
  const ends = [share ? Math.max(0, low) : low, share ? Math.min(1, high) : high].map(formatPercent);
  if (ends.every(end => end === formatPercent(value))) return ` (as are both ends of the ${formatLevel(level)} interval)`;
  const plain = ends.every(end => !end.includes('r'));
  return ` (${formatLevel(level)} interval ${plain ? ends[0].replace(' %', '') : ends[0]} to ${ends[1]})`;
}

const noInterval = 'no interval: too few refits';

/** Words for the models that intervals are made of; the interval may be missing though there are refits. */
function refitWords({ refits }: ScoresResult, { low }: Words): string {
  if (low === undefined || !refits) return noInterval;
  return refits.kind === 'folds'
    ? `interval: jackknife over ${formatCount(refits.count)}${refits.count < refits.of ? ` of ${formatCount(refits.of)}` : ''} fold models (each leaves out one group of rows, and is measured on the rows it was fitted on), by Student's t`
    : `interval: spread over ${countOf(refits.count, refitName(refits.kind))}, by Student's t`;
}

function rowAndRefitWords(result: ScoresResult, words: Words): string {
  if (words.low === undefined) return noInterval;
  return result.sizes.refitFaithfulness && result.refits ? `${refitWords(result, words)}, with the spread over the rows added` : 'interval: spread over the rows, by Student\'s t';
}

const molnar = 'Molnar, Casalicchio and Bischl 2019';

const entries: Readonly<Record<ScoreName, Entry>> = {
  featuresUsed: {
    title: 'Features used', group: 'complexity', better: 'lower',
    method: (r, w) => `${r.usedBy === 'weights' ? 'Features with a weight other than 0' : `Features whose exchange for another observed value changes a prediction by more than rounding (${molnar}), in the at most ${formatCount(Math.min(r.sizes.usedRows, r.effectRows))} rows sampled`}; axis: 7/(6 + their number), at most 1 (ours); ${refitWords(r, w)}`,
    share: value => compactness(value),
    sentence: (w, r) => `The model uses ${formatCount(w.value)} of ${countOf(r.features, 'feature')}${w.interval}${r.usedBy === 'rows' && w.value < r.features ? ', as far as the rows sampled show' : ''}.`,
  },
  interactionStrength: {
    title: 'Interaction strength', group: 'complexity', better: 'lower',
    method: (r, w) => `1 − R² of the sum of first-order accumulated local effects (${molnar}), on ${countOf(r.effectRows, 'row')}, of ${r.output}; ${refitWords(r, w)}`,
    sentence: (w, r) => (w.value < 1e-9
      ? `No interactions: every feature acts on ${r.output} by itself${w.interval}.`
      : w.value > 1
        ? `Effects of single features, added up, follow ${r.output} worse than its mean does (interaction strength ${w.number}, above 1): take all of its variance for interactions.`
        : `Effects of single features leave ${w.percent} of the variance of ${r.output} to interactions.`),
  },
  additivity: {
    title: 'Additivity', group: 'complexity', better: 'higher',
    method: (r, w) => `1 − interaction strength, at least 0; ${refitWords(r, w)}`,
    share: value => value,
    sentence: (w, r) => `Effects of single features, added up, hold ${w.percent} of the variance of ${r.output}.`,
  },
  mainEffectComplexity: {
    title: 'Main effect complexity', group: 'complexity', better: 'lower',
    method: (r, w) => `Straight pieces and slopes that each accumulated local effect needs for R² of 0.95 (groups of levels for a category), at most ${mostComplexity()}, weighted by the effects' variances (${molnar}); ${refitWords(r, w)}`,
    share: value => smoothness(value),
    sentence: w => `A curve of this model takes ${w.number} pieces and slopes on average; a straight line or a single step takes 1.`,
  },
  sparsityGini: {
    title: 'Sparsity of the importances', group: 'complexity', better: 'higher',
    method: (r, w) => `Gini coefficient of the permutation importances, rescaled by n/(n − 1) (Hurley and Rickard 2009; Chalasani et al. 2020); ${importanceInterval(r, w)}`,
    share: value => value,
    sentence: w => `On a scale from 0 (all features equally important) to 1 (one feature has everything) the importances stand at ${w.number}.`,
  },
  effectiveFeatures: {
    title: 'Effective number of features', group: 'complexity', better: 'lower',
    method: (r, w) => `e^H, H the entropy of the shares of the permutation importances (Bhatt, Weller and Moura 2020); ${importanceInterval(r, w)}`,
    sentence: (w, r) => `The importance is spread as it would be over ${w.number} equally important features, of ${formatCount(r.importances.length)}.`,
  },
  monotonicity: {
    title: 'Monotonicity', group: 'complexity', better: 'higher',
    method: (r, w) => `Ours: |Σ steps| / Σ |steps| along each numeric accumulated local effect, weighted by the effects' variances; ${refitWords(r, w)}`,
    share: value => value,
    sentence: (w, r) => monotoneSentence(w, r),
  },
  fidelityLinear: {
    title: 'Fidelity of a linear surrogate', group: 'fidelity', better: 'higher',
    method: (r, w) => `R² of a linear regression on the features to ${r.output}, fitted to ${countOf(r.effectRows, 'row')}, measured on ${formatCount(r.testRows)} others (Molnar 2022); ${refitWords(r, w)}`,
    share: value => value,
    sentence: (w, r) => `A linear model fitted to the predictions ${heldWords(w)} on rows it did not see${agreementWords(r.model.linear?.agreement)}.`,
  },
  fidelityTree: {
    title: 'Fidelity of a small tree', group: 'fidelity', better: 'higher',
    method: (r, w) => `R² of a regression tree at most 4 splits deep to ${r.output}, grown on ${countOf(r.effectRows, 'row')}, measured on ${formatCount(r.testRows)} others (Molnar 2022); ${refitWords(r, w)}`,
    share: value => value,
    sentence: (w, r) => `A tree of at most four questions fitted to the predictions ${heldWords(w)} on rows it did not see${agreementWords(r.model.tree?.fidelity?.agreement)}.`,
  },
  deletionGap: {
    title: 'Deletion against random order', group: 'faithfulness', better: 'higher',
    method: (r, w) => `Area under the deletion curve of random orders minus that of the order of the importances (after Petsiuk et al. 2018); ${curveWords(r)}; ${rowAndRefitWords(r, w)}`,
    sentence: (w, r) => `Taking features away by importance spoils the predictions ${gapWords(w)}: the area between the curves is ${w.number}${typicalWords(r)}.`,
  },
  insertionGap: {
    title: 'Insertion against random order', group: 'faithfulness', better: 'higher',
    method: (r, w) => `Area under the insertion curve of the order of the importances minus that of random orders (after Petsiuk et al. 2018); ${curveWords(r)}; ${rowAndRefitWords(r, w)}`,
    sentence: w => `Giving features back by importance restores the predictions ${gapWords(w)}: the area between the curves is ${w.number}.`,
  },
  infidelity: {
    title: 'Infidelity of the attributions', group: 'faithfulness', better: 'lower',
    method: (r, w) => `Infidelity of Shapley values (permutation sampling, ${countOf(r.sizes.draws, 'draw')}) under ${countOf(Math.min(r.sizes.sets, 2 ** r.features - 1), 'set')} of features replaced by other rows' values, normalised by the best scale of each row (Yeh et al. 2019) and divided by the mean squared change, on at most ${countOf(r.sizes.localRows, 'row')}; ${rowAndRefitWords(r, w)}`,
    share: value => 1 - value,
    sentence: w => (w.value < 1e-9
      ? `Adding up the Shapley values of single predictions foretells exactly what taking features away does${w.interval}.`
      : `Adding up the Shapley values of single predictions misses ${w.percent} of the squared change when features are taken away.`),
  },
  importanceStability: {
    title: 'Stability of the importances', group: 'stability', better: 'higher',
    method: (r, w) => `Mean Spearman correlation of the permutation importances over pairs of ${stabilityWords(r)}; ${w.low === undefined ? noInterval : 'interval: spread over refits of their agreement with the others, t'}`,
    share: value => value,
    sentence: (w, r) => `Fitted again, the model ranks the features ${w.value >= 0.8 ? 'alike' : w.value >= 0.5 ? 'roughly alike' : 'differently'}: rank correlation ${w.number} over ${countOf(r.agreement?.refits ?? 0, 'refit')}; of the ${formatCount(r.agreement?.top ?? 3)} strongest, pairs of refits share ${formatPercent(r.agreement?.jaccard ?? NaN)} (Jaccard).`,
  },
  maxSensitivity: {
    title: 'Sensitivity of the attributions', group: 'stability', better: 'lower',
    method: (r, w) => `Largest relative change ‖a(x + δ) − a(x)‖ / ‖a(x)‖ of the Shapley values over ${countOf(r.sizes.shakes, 'draw')} of ‖δ‖∞ ≤ ${shakeRadius} standard deviations of the numeric inputs (Yeh et al. 2019), median of ${countOf(r.sizes.shakenRows, 'row')}; ${rowAndRefitWords(r, w)}`,
    sentence: w => `Shaking the numeric inputs by up to a tenth of their spread changes the Shapley values of a prediction by up to ${w.percent} of their size.`,
  },
  localLipschitz: {
    title: 'Local Lipschitz estimate', group: 'stability', better: 'lower',
    method: (r, w) => `Largest ‖a(x) − a(z)‖ / ‖x − z‖ over the same draws (Alvarez-Melis and Jaakkola 2018), inputs and the model's output in standard deviations, median of ${countOf(r.sizes.shakenRows, 'row')}; ${rowAndRefitWords(r, w)}`,
    sentence: w => `Per standard deviation that the inputs move, the Shapley values move by up to ${w.number} standard deviations of the output.`,
  },
  composite: {
    title: 'Unveil index (ours)', group: 'composite', better: 'higher',
    method: (r, w) => `Ours, ad hoc: 100 × the plain mean of ${listWords(Object.keys(r.compositeParts ?? {}))}, given only where all five were measured; accuracy has no part in it; ${refitWords(r, w)}`,
    share: value => value / 100,
    sentence: (w, r) => `${w.number} of 100, the mean of ${listWords(Object.entries(r.compositeParts ?? {}).map(([name, v]) => `${name} ${formatNumber(100 * (v as number), 3)}`))}. An index of this program, not a standard.`,
  },
};

function importanceInterval({ importanceRefits }: ScoresResult, { low }: Words): string {
  return low === undefined || !importanceRefits ? noInterval : `interval: spread over the importances of ${countOf(importanceRefits.count, refitName(importanceRefits.kind))}, t`;
}

function monotoneSentence(w: Words, { model }: ScoresResult): string {
  const known = model.effects.features.filter(f => f.monotonicity !== undefined);
  const monotone = known.filter(f => f.monotonicity! >= 0.999);
  return `As its value grows, a feature that is monotone moves the prediction one way only, up or down: ${formatCount(monotone.length)} of ${countOf(known.length, 'numeric feature')} ${monotone.length === 1 ? 'does' : 'do'}. The mean index is ${w.number}, where 1 never turns and 0 comes back to where it began.`;
}

/** R² below 0 is no share. */
function heldWords(w: Words): string {
  return w.value < 0 ? `follows them worse than their mean does (R² ${w.number}, below 0)` : `holds ${w.percent} of their variance`;
}

function agreementWords(share: number | undefined): string {
  return share === undefined ? '' : `, and gives ${formatPercent(share)} of them the same class`;
}

function gapWords({ value, low }: Words): string {
  if (value <= 0) return 'no faster than in random order';
  return low !== undefined && low <= 0 ? 'faster than in random order, but not by more than chance' : 'faster than in random order';
}

function typicalWords({ model }: ScoresResult): string {
  const gap = model.deletion?.typicalGap;
  return gap === undefined ? '' : ` with values of other rows, ${formatNumber(gap, 3)} with means and commonest levels`;
}

function curveWords(r: ScoresResult): string {
  return `features replaced by values of other rows, mean of ${countOf(r.sizes.draws, 'draw')}, ${countOf(r.model.deletion?.random.orders ?? 0, 'random order')}, at most ${countOf(r.sizes.curveRows, 'row')}`;
}

function stabilityWords({ agreement }: ScoresResult): string {
  if (!agreement) return 'refits';
  return agreement.kind === 'folds'
    ? `the ${formatCount(agreement.refits)} fold models, which share most of their rows and so flatter it`
    : `${countOf(agreement.refits, refitName(agreement.kind))} on ${countOf(agreement.rows ?? 0, 'row')} each, measured on the rows not drawn`;
}

function refitName(kind: RefitKind['kind']): string {
  return kind === 'folds' ? 'fold model' : kind === 'bootstrap' ? 'bootstrap refit' : 'subsample refit';
}
