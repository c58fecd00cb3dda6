/** Sentences about models side by side: which differences are beyond chance, and where nothing can be said. */
import type { ModelFacts } from '../../protocol/modelFacts';
import type { MetricDifference, ModelPair } from '../../protocol/sideBySide';
import { metricTitle } from '../evaluate/metrics';
import { capitalised, formatLevel, formatNumber, intervalWords, listWords } from '../report/format';
import { lossDifference, lossName } from './pairs';

/** Names that tell the models apart: the family's title or the time is added where two are called the same. */
export function namesOf(models: readonly ModelFacts[]): string[] {
  const plain = models.map(({ name }) => name);
  const titled = models.map(({ name, model }) => (count(plain, name) > 1 ? `${name} (${model.title})` : name));
  return models.map(({ created }, i) => (count(titled, titled[i]!) > 1 ? `${titled[i]}, ${timeText(created)}` : titled[i]!))
    .map((name, i, all) => (count(all, name) > 1 ? `${name} [${i + 1}]` : name));
}

function count(names: readonly string[], name: string): number {
  return names.filter(other => other === name).length;
}

/** "2026-01-02 03:04" in UTC. */
export function timeText(created: string): string {
  return created.slice(0, 16).replace('T', ' ');
}

/** "lower by 12.3 (95 % interval 5 to 20)", of the second model against the first. */
export function changeWords({ change, low, high, verdict }: MetricDifference, level: number): string {
  if (verdict === 'same') return 'equal in every fold';
  const higher = change > 0;
  const bounds = low === undefined || high === undefined ? {} : higher ? { low, high } : { low: -high, high: -low };
  const size = change === 0 ? 'the same' : `${higher ? 'higher' : 'lower'} by ${formatNumber(Math.abs(change), 3)}`;
  return `${size}${intervalWords(bounds, level)}${suffixes[verdict]}`;
}

/** On other rows, or without an interval, nothing is said of better and worse. */
const suffixes: Readonly<Record<MetricDifference['verdict'], string>> = {
  better: ', which is better', worse: ', which is worse', 'no clear difference': ', which can be chance', same: '', unknown: '',
};

/** What can be said of all models: what is beyond chance, what is not, and which cannot be compared. */
export function verdictSentences(models: readonly ModelFacts[], pairs: readonly ModelPair[], names: readonly string[], level: number): string[] {
  const measured = pairs.filter(pair => pair.sameFolds);
  return [...measuredSentences(models, measured, names, level), ...apartSentences(pairs.filter(pair => !pair.sameFolds), names)];
}

function measuredSentences(models: readonly ModelFacts[], pairs: readonly ModelPair[], names: readonly string[], level: number): string[] {
  const judged = pairs.filter(pair => pair.beyondChance !== undefined);
  const sure = judged.filter(pair => pair.beyondChance).map(pair => sureSentence(pair, models, names, level));
  const unsure = judged.filter(pair => !pair.beyondChance);
  const same = pairs.filter(pair => lossDifference(pair, models)?.verdict === 'same');
  const silent = pairs.filter(pair => pair.beyondChance === undefined && !same.includes(pair));
  const several = judged.length > 1 ? `, judged together with the other ${judged.length === 2 ? 'pair' : `${judged.length - 1} pairs`} (Holm 1979)` : '';
  return [
    ...sure.map(sentence => `${sentence}: beyond chance${several}.`),
    ...unsure.map(pair => `${unsureWords(pair, models, names, level)}: it can be chance.`),
    ...same.map(pair => `${names[pair.first]} and ${names[pair.second]} have the same ${metricTitle(lossName(models[pair.first]!))} in every fold.`),
    ...silent.map(pair => `${names[pair.first]} and ${names[pair.second]} were measured on the same held-out rows, but without folds to judge by nothing is said of chance.`),
  ];
}

function sureSentence(pair: ModelPair, models: readonly ModelFacts[], names: readonly string[], level: number): string {
  const found = lossDifference(pair, models)!;
  const better = found.change < 0 ? pair.second : pair.first;
  const other = better === pair.first ? pair.second : pair.first;
  return `${names[better]} is better than ${names[other]}: its ${metricTitle(found.name)} is lower by ${sizeWords(found, level)}`;
}

function unsureWords(pair: ModelPair, models: readonly ModelFacts[], names: readonly string[], level: number): string {
  const found = lossDifference(pair, models)!;
  return `The ${metricTitle(found.name)} of ${names[pair.first]} and ${names[pair.second]} differ by ${sizeWords(found, level)} on the same folds`;
}

function sizeWords({ change, low, high }: MetricDifference, level: number): string {
  const bounds = low === undefined || high === undefined ? {} : change > 0 ? { low, high } : { low: -high, high: -low };
  return `${formatNumber(Math.abs(change), 3)}${intervalWords(bounds, level)}`;
}

/** One sentence a reason. */
function apartSentences(pairs: readonly ModelPair[], names: readonly string[]): string[] {
  const reasons = [...new Set(pairs.map(pair => pair.why!))];
  return reasons.map(why => {
    const those = pairs.filter(pair => pair.why === why).map(pair => `${names[pair.first]} and ${names[pair.second]}`);
    return capitalised(`Nothing is said of which is better of ${listWords(those, 4)}: ${why}.`);
  });
}

/** How differences are judged, for the part that says how things were measured. */
export function methodWords(level: number, test: string): string {
  return `${capitalised(test)}, at ${formatLevel(level)}. Only models measured on the same folds of the same rows are compared.`;
}
