/** What a sensitivity study found, in sentences with numbers. */
import type { Measured, MeasuredSetting, Varied } from '../../../protocol/experiments';
import { countOf, percent, short } from '../../models/neural/words';
import type { Shares } from './anova';
import { rowsChoice } from './axes';
import type { Outcomes } from './measure';
import { measured, pairedLosses } from './summary';
import { usualWords, type UsualValues } from './usual';
import { comparisonOf, differBeyondChance, type Comparison } from './compare';
import { intervalWords, levelWords, listWords, settingWords, valueWords } from './words';

export interface FindingsInput {
  readonly varied: readonly Varied[];
  readonly usual: UsualValues;
  /** The usual setting first. */
  readonly settings: readonly MeasuredSetting[];
  readonly outcomes: Outcomes;
  readonly shares: Shares;
  readonly testToTrain: number;
  readonly level: number;
  /** "RMSE", "log loss". */
  readonly lossName: string;
}

/** `headline`: what a list says of the study in few words. */
export function findingsOf(input: FindingsInput): { readonly findings: string[]; readonly headline: string } {
  const found = comparisonOf(input);
  if (!found) return { findings: ['No setting gave a model whose predictions could be scored.', ...endings(input)], headline: 'no usable setting' };
  return {
    findings: [bestWords(input, found), ...againstUsual(input, found), ...othersWords(input, found), ...rowsWords(input), ...shareWords(input, found), ...endings(input)],
    headline: headlineOf(input, found),
  };
}

function headlineOf({ settings }: FindingsInput, found: Comparison): string {
  const { best, usual, worse, compared, intervals } = found;
  if (usual === 'lower') return `lower loss than usual with ${settingWords(settings[best]!.setting)}`;
  if (compared === 0) return 'the usual setting alone could be scored';
  if (!intervals) return 'one fold cannot tell the settings apart';
  if (worse.length === 0) return `the folds cannot tell ${judgedWords(found)} apart`;
  return best === 0 ? 'no setting with a lower mean loss than the usual one' : 'no setting lower than the usual one beyond chance';
}

/** Settings that the folds could have told apart: the lowest, and those that share at least two folds with it. */
function judgedWords({ best, usual, worse, unclear, unjudged, apart }: Comparison): string {
  const judged = 1 + worse.length + unclear.length + unjudged.length + Number(best > 0 && usual !== 'unknown');
  return apart === 0 ? 'the settings' : judged < 2 ? 'any two settings' : `the ${judged} settings scored on the same folds`;
}

/** "the usual setting (learningRate 0.005)", or "learningRate 0.01". */
function nameOf({ settings, usual }: FindingsInput, i: number): string {
  return i === 0 ? usualWords(usual) : settingWords(settings[i]!.setting);
}

function bestWords(input: FindingsInput, { best }: Comparison): string {
  const { settings, lossName, level } = input;
  const { loss, folds } = settings[best]!;
  return `The lowest mean held-out ${lossName} is ${short(loss!.value)}${intervalWords(loss!, level)}, ${folds === 1 ? 'on 1 fold' : `over ${folds} folds`}, with ${nameOf(input, best)}.`;
}

const rangeOf = ({ low, high }: Measured): string => `${short(low!)} to ${short(high!)}`;

function againstUsual(input: FindingsInput, { best, usual, compared }: Comparison): string[] {
  const { settings, level, usual: values } = input;
  if (best === 0) return [];
  const { difference } = settings[best]!;
  if (!difference) return [`It cannot be compared with ${usualWords(values)}, which gave no loss on these folds.`];
  if (usual === 'unknown') return [`One fold cannot tell whether that differs from ${usualWords(values)}.`];
  const range = `${short(difference.value)}, ${levelWords(level)} interval ${rangeOf(difference)}`;
  if (usual === 'lower') return [`That is lower than with ${usualWords(values)} beyond chance${compared === 1 ? '' : `, also when ${compared} comparisons are allowed for (Bonferroni)`}: the difference is ${range}${compared === 1 ? '' : `; as the lowest of ${compared + 1} means it is likely somewhat flattered`}.`];
  if (usual === 'lowerAlone') return [`The difference from ${usualWords(values)} is ${range}; when ${compared} comparisons are allowed for (Bonferroni) it is within chance.`];
  return [`It cannot be told from ${usualWords(values)}: the difference is ${range}.`];
}

/** How the others compare with the lowest. */
function othersWords(input: FindingsInput, found: Comparison): string[] {
  const { varied, level } = input;
  const { worse, unclear, unjudged, visible, best, compared, intervals } = found;
  const others = worse.length + unclear.length + unjudged.length;
  if (!intervals) return compared > 0 && best === 0 ? ['One fold cannot tell the settings apart.'] : [];
  if (others === 0) return found.apart > 0 && best === 0 ? ['No other setting was scored on two of the same folds, so that none can be compared with it.'] : [];
  const scored = found.apart > 0 ? ' that was scored on the same folds' : '';
  const fewer = found.onFewer === 0 ? '' : ` ${countOf(found.onFewer, 'setting that was', 'settings that were')} left behind ${found.onFewer === 1 ? 'is' : 'are'} compared on the folds that ${found.onFewer === 1 ? 'it' : 'they'} had.`;
  const unseen = visible === undefined ? '' : `, and one below about ${short(visible)} would not be seen`;
  if (!differBeyondChance(found)) {
    const wild = unjudged.length === 0 ? '' : ` With ${listOf(input, unjudged)} the loss varies too much from fold to fold to be judged at all.`;
    return [`These folds cannot tell ${judgedWords(found)} apart: no difference from the lowest is beyond chance${unseen}.${fewer}${wild}`];
  }
  if (worse.length === others) return [`Every other ${varied.length === 1 ? `value of ${varied[0]!.name}` : 'setting'}${scored} is worse than the lowest beyond chance, each by itself at ${levelWords(level)}.${fewer}`];
  if (varied.length > 1) return [`Of the ${countOf(others, 'other setting')}${scored.replace('was', 'were')}, ${worse.length} ${worse.length === 1 ? 'is' : 'are'} worse than the lowest beyond chance, each by itself at ${levelWords(level)}; ${others - worse.length} cannot be told from it.${fewer}`];
  return [[
    ...(worse.length > 0 ? [`Worse than the lowest beyond chance, each by itself at ${levelWords(level)}: ${listOf(input, worse)}.`] : []),
    ...(unclear.length > 0 ? [`Not told from the lowest: ${listOf(input, unclear)}${visible === undefined ? '' : `; a difference below about ${short(visible)} would not be seen`}.`] : []),
    ...(unjudged.length > 0 ? [`Too much variation from fold to fold to be judged: ${listOf(input, unjudged)}.`] : []),
    ...(fewer ? [fewer.trim()] : []),
  ].join(' ')];
}

/** "learningRate 0.01, 0.1 and 1" of one choice; whole settings of several. */
function listOf({ varied, settings }: FindingsInput, which: readonly number[]): string {
  if (varied.length > 1) return listWords(which.map(i => settingWords(settings[i]!.setting)), 4);
  const { name } = varied[0]!;
  const values = listWords(which.map(i => valueWords(name, settings[i]!.setting[name]!)), which.length);
  return name === rowsChoice ? `${values} of the training rows` : `${name} ${values}`;
}

/** Of a learning curve: whether the last step still helped. */
function rowsWords({ varied, settings, outcomes, testToTrain, level, lossName }: FindingsInput): string[] {
  if (varied.length !== 1 || varied[0]!.name !== rowsChoice || settings.length < 3) return [];
  const last = settings.length - 1;
  const step = measured(pairedLosses(outcomes[last]!, outcomes[last - 1]!), testToTrain, level);
  if (!step || step.low === undefined) return [];
  const [from, to] = [last - 1, last].map(i => valueWords(rowsChoice, settings[i]!.setting[rowsChoice]!));
  const range = `${short(step.value)}, ${levelWords(level)} interval ${rangeOf(step)}`;
  const more = settings[last]!.setting[rowsChoice] === 1 ? ' More rows of the same kind would likely lower it further.' : '';
  return [step.high! < 0
    ? `From ${from} to ${to} of the training rows the mean ${lossName} still falls beyond chance: by ${range}.${more}`
    : `From ${from} to ${to} of the training rows no change of the ${lossName} is beyond chance: ${range}.`];
}

/** The largest shares of the variance, with their intervals. */
const sharesTold = 3;

/** Where the settings cannot be told apart, no share is given, and that was said already. */
function shareWords({ shares: { shares, settings, folds, why }, varied, level }: FindingsInput, found: Comparison): string[] {
  if (varied.length < 2 || !found.intervals || !differBeyondChance(found)) return [];
  if (why === 'few') return ['Too few settings were measured on the same folds to tell what each choice does to the loss from what the others do: no share of its variance is given to a choice.'];
  if (why === 'chance') return ['The mean losses of the settings taken together vary no more than chance between folds makes them, so that no share of their variance is given to a choice.'];
  const interval = (low: number | undefined, high: number | undefined): string => (low === undefined || high === undefined ? '' : ` (${percent(low)} to ${percent(high)})`);
  const shown = shares.slice(0, sharesTold);
  const words = shown.map(({ choices, share, low, high }) => `${choices.join(' with ')} ${percent(share)}${interval(low, high)}`);
  const most = shares.length > sharesTold ? `The largest ${sharesTold} of ${shares.length} shares of` : 'Shares of';
  const intervals = shown.some(({ low }) => low !== undefined) ? `, with ${levelWords(level)} intervals` : '';
  return [`${most} the variance of the loss between ${settings} settings on ${countOf(folds, 'fold')}${intervals}: ${listWords(words)}.`];
}

/** Runs that ended otherwise than with a score. */
function endings(input: FindingsInput): string[] {
  const { settings } = input;
  const list = (pick: (item: MeasuredSetting) => number): string => {
    const hit = [...settings.keys()].filter(i => pick(settings[i]!) > 0);
    const told = hit.length > 5 ? 4 : 5;
    const shown = hit.slice(0, told).map(i => `${nameOf(input, i)} in ${pick(settings[i]!)} of ${countOf(settings[i]!.folds, 'fold')}`).join('; ');
    return hit.length <= told ? shown : `${shown}; and ${hit.length - told} more settings`;
  };
  const diverged = list(item => item.diverged);
  const constant = list(item => item.constant);
  const failed = list(item => item.failed);
  const why = settings.find(item => item.failed > 0)?.why;
  return [
    ...(diverged ? [`Training diverged with ${diverged}.`] : []),
    ...(constant ? [`The model predicted the same for every row with ${constant}.`] : []),
    ...(failed ? [`No model could be fitted with ${failed}${why ? `: ${why}` : '.'}`] : []),
  ];
}
