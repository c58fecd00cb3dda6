/** The recommendation of a comparison, and what did not run, in words. */
import type { ComparedModel, Comparison, NotCompared } from '../../protocol/comparison';
import type { Note } from '../../protocol/profile';
import type { CompareInput } from './compareFamilies';
import { capitalised, countOf, formatNumber, intervalWords, listWords } from '../report/format';

/** "0.012", "< 1e-4". */
export function pValueWords(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p = ${formatNumber(p, 2)}`;
}

type Found = Pick<Comparison, 'metric' | 'level' | 'models' | 'best' | 'recommended' | 'notRun'> & {
  /** On models that are not ranked, and folds that do not count. */
  readonly remarks?: readonly string[];
};

/** Why the recommended model is the one, and how the best does beside it. */
export function recommendationWords(found: Found): string {
  const of = (family: string | undefined): ComparedModel | undefined => found.models.find(model => model.family === family);
  const recommended = of(found.recommended);
  const best = of(found.best);
  if (!recommended) return 'No model could be fitted.';
  if (!best) return `${capitalised(recommended.title)} is recommended as the simplest model: no loss could be measured on held-out rows.`;
  return [choice(found, recommended, best), against(recommended), ...(found.remarks ?? []), left(found)].filter(words => words !== '').join(' ');
}

function choice(found: Found, recommended: ComparedModel, best: ComparedModel): string {
  const metric = metricWords(found.metric);
  const measured = `${metric} ${formatNumber(lossOf(found, best) ?? NaN, 3)}`;
  if (found.models.length === 1) return `${capitalised(recommended.title)} is the only model that was measured: ${measured}.`;
  if (recommended !== best) {
    const { difference } = recommended;
    if (difference!.low === undefined) {
      return `${capitalised(recommended.title)} is recommended as the simplest model: too few rows were held out to tell whether ${withArticle(best)}, which has the lowest ${metric} (${formatNumber(lossOf(found, best) ?? NaN, 3)}), is better by more than chance.`;
    }
    return `${capitalised(recommended.title)} is recommended: it is the simplest model whose ${metric} is within one standard error of the best. ` +
      `The best is ${withArticle(best)} with ${measured}; ${withArticle(recommended)}'s is ${formatNumber(difference!.value, 3)} higher${inBrackets(difference!, found.level)}.`;
  }
  const simplest = found.models[0]!;
  if (recommended === simplest) return `${capitalised(recommended.title)} is recommended: it is the simplest model and has the lowest ${metric}, ${formatNumber(lossOf(found, best) ?? NaN, 3)}.`;
  const next = found.models.slice(0, found.models.indexOf(recommended)).reduce((a, b) => ((b.difference?.value ?? Infinity) < (a.difference?.value ?? Infinity) ? b : a));
  const closest = next.difference ? ` The closest of them, ${withArticle(next)}, has ${found.metric === 'rmse' ? 'an RMSE' : 'a log loss'} ${formatNumber(next.difference.value, 3)} higher${inBrackets(next.difference, found.level)}.` : '';
  return `${capitalised(recommended.title)} is recommended: it has the lowest ${metric}, ${formatNumber(lossOf(found, best) ?? NaN, 3)}, and no simpler model is within one standard error of it.${closest}`;
}

function inBrackets({ low, high, pValue }: NonNullable<ComparedModel['difference']>, level: number): string {
  const interval = intervalWords({ ...(low !== undefined && { low }), ...(high !== undefined && { high }) }, level);
  return pValue === undefined ? interval : interval === '' ? ` (${pValueWords(pValue)})` : `${interval.slice(0, -1)}, ${pValueWords(pValue)})`;
}

/** A recommendation among models that explain nothing must say so. */
function against({ metrics }: ComparedModel): string {
  const verdicts = metrics.filter(({ name }) => name === 'rmse' || name === 'logLoss' || name === 'accuracy').map(({ versusBaseline }) => versusBaseline?.verdict);
  if (verdicts.includes('better') || verdicts.every(verdict => verdict === undefined)) return '';
  return `Even so, it predicts ${verdicts.includes('not clearly better') ? 'not clearly better' : 'no better'} than the baseline.`;
}

function left({ notRun }: Found): string {
  const late = notRun.filter(({ reason }) => reason !== 'failed');
  if (late.length === 0) return '';
  return `${countOf(late.length, 'model')} did not run for want of time; ${late.length === 1 ? 'it' : 'one of them'} may be better.`;
}

function lossOf({ metric }: Pick<Found, 'metric'>, { metrics }: ComparedModel): number | undefined {
  return metrics.find(({ name }) => name === metric)?.value;
}

export function metricWords(metric: Comparison['metric']): string {
  return metric === 'rmse' ? 'RMSE' : 'log loss';
}

function withArticle({ title }: ComparedModel): string {
  const name = title.startsWith('Bayes') ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return `the ${name}${/regression$/i.test(title) ? ' model' : ''}`;
}

/** Seconds; less is as good as none. */
const worthNaming = 0.1;

/** Says that a family was left out for want of time. */
export function tooLate(family: string, title: string, estimate: { readonly seconds: number; readonly atLeast: boolean }, left: number): NotCompared {
  const needs = `${estimate.atLeast ? 'at least' : 'about'} ${secondsWords(estimate.seconds)}`;
  const why = left < worthNaming ? 'no time was left' : `it would take ${needs}, and ${secondsWords(left)} were left`;
  return { family, title, reason: 'time', estimatedSeconds: estimate.seconds, text: `${title} was not run: ${why}.` };
}

export function noTime(family: string, title: string): NotCompared {
  return { family, title, reason: 'time', text: `${title} was not run: no time was left.` };
}

export function stopped(family: string, title: string, spent: number): NotCompared {
  return { family, title, reason: 'stopped', text: `${title} was stopped after ${secondsWords(spent)}: the time was up.` };
}

export function failed(family: string, title: string, why: string): NotCompared {
  return { family, title, reason: 'failed', text: `${title} was not run: ${why}` };
}

export function secondsWords(seconds: number): string {
  return `${seconds >= 10 ? Math.round(seconds).toLocaleString('en-US') : formatNumber(seconds, 2)} s`;
}

/** Where the limit of time took part in the choice, the choice cannot be repeated by asking for it again; naming its result can. */
export function choiceNotes({ seconds, notRun, recommended }: Pick<Comparison, 'seconds' | 'notRun' | 'recommended'>): Note[] {
  const late = notRun.filter(({ reason }) => reason !== 'failed');
  if (seconds === undefined || recommended === undefined || late.length === 0) return [];
  return [{
    kind: 'evaluation',
    text: `The time limit of ${secondsWords(seconds)} took part in the choice of the model: ${listWords(late.map(({ title }) => title))} ${late.length === 1 ? 'was' : 'were'} not compared. ` +
      `The same command may choose another model; with --model ${recommended} it gives these numbers again, and the recipe names that model.`,
  }];
}

/** Where rows have weights and not all families take them. */
export function weightRemarks({ dataset: { recipe }, families }: Pick<CompareInput, 'dataset' | 'families'>): string[] {
  const { weights } = recipe.options;
  const able = families.filter(({ options }) => options.some(({ name }) => name === 'weights'));
  if (weights === undefined || weights === '' || able.length === 0 || able.length === families.length) return [];
  return [`The weights of the rows (${String(weights)}) count in the fit of ${able.map(({ title }) => title.toLowerCase()).join(', ')} alone; the losses compared count every row the same.`];
}
