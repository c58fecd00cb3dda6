/** What a study of generalisation found, in sentences with numbers. */
import type { Measured } from '../../../protocol/experiments';
import type { Dataset } from '../../data/dataset';
import { psiWords } from './drift';
import type { Domains } from './domains';
import type { DomainMeasured, FeatureDrift, GeneralisationStudy, Measures, Shift, TransferMeasured, WeightedEstimate } from './result';
import { overlaps } from './weighting';
import { above, below, count, groupedBy, interval, named, range, short } from './words';

type Found = Omit<GeneralisationStudy, 'findings' | 'notes'>;
type Scored = DomainMeasured & Required<Pick<DomainMeasured, 'loss' | 'within' | 'drop' | 'gain'>>;

/** `classes`: sentences about classes that one group has alone, by the group's name. */
export function generalisationFindings(study: Found, classes: ReadonlyMap<string, string> = new Map()): string[] {
  const words = [...(study.transfer ? mismatchWords(study.transfer) : []), ...domainFindings(study, classes), ...(study.transfer ? transferFindings(study, study.transfer) : [])];
  return words.length > 0 ? words : ['No model could be scored on rows unlike those that it was fitted on.'];
}

/** What a list says of the study in few words: what the loss did. */
export function generalisationHeadline({ domains, transfer, loss }: Found): string {
  const scored = domains.filter((item): item is Scored => item.drop !== undefined);
  const worse = scored.filter(({ drop }) => above(drop)).length;
  const told = scored.some(({ drop }) => drop.low !== undefined);
  const left = domains.length === 0 ? [] : scored.length === 0 ? ['no group could be scored']
    : [worse === 0 ? `${told ? `no rise of the ${loss} beyond chance` : `no rise of the ${loss} that can be told from chance`} in ${count(scored.length, 'group')} left out` : `${loss} rises beyond chance in ${worse} of ${count(scored.length, 'group')} left out`];
  return [...left, ...(transfer ? [transferHeadline(transfer, loss)] : [])].join('; ');
}

function transferHeadline({ name, loss: there, drop }: TransferMeasured, loss: string): string {
  if (!there || !drop) return `not scored on ${name}`;
  if (above(drop) || below(drop)) return `${loss} ${above(drop) ? 'higher' : 'lower'} beyond chance on ${name}`;
  return drop.low === undefined ? `${loss} measured on ${name}` : `no difference of the ${loss} beyond chance on ${name}`;
}

const article = (loss: string): string => (loss === 'RMSE' ? 'an' : 'a');

function domainFindings(study: Found, classes: ReadonlyMap<string, string>): string[] {
  const { domains, groupColumn } = study;
  const scored = domains.filter((item): item is Scored => item.drop !== undefined);
  if (scored.length === 0) return domains.length === 0 ? [] : [`No group of "${groupColumn!}" could be left out and scored.`, ...failures(domains)];
  return [
    ...riseWords(study, scored), ...classes.values(), ...meanWords(study, scored.length), ...uselessWords(scored), ...shiftOfDomains(domains), ...weightedOfDomains(scored, study, classes),
    ...refitOfDomains(scored, study.loss), ...failures(domains),
  ];
}

function meanWords({ groupColumn, meanDrop, loss, level }: Found, groups: number): string[] {
  if (!meanDrop || groups < 2) return [];
  const change = `The mean change of the ${loss} over ${groups} groups of "${groupColumn!}" that are left out is ${range(meanDrop, level)}`;
  if (above(meanDrop)) return [`${change}: for other groups like these a rise is to be expected.`];
  return [`${change}: ${below(meanDrop) ? 'for other groups like these no rise is to be expected' : 'whether it rises in other groups like these cannot be told'}.`];
}

/** Fitted on less than this share of what cross-validation fits on, a model is worse for that alone. */
const muchFewer = 0.75;

function riseWords({ loss, level, rows, groupColumn }: Found, scored: readonly Scored[]): string[] {
  const worse = scored.filter(({ drop }) => above(drop)).sort((a, b) => b.drop.value - a.drop.value);
  const [worst] = worse;
  if (!worst) {
    const largest = scored.reduce((a, b) => (b.drop.value > a.drop.value ? b : a));
    const most = largest.drop.value > 0 ? ` The largest rise is ${range(largest.drop, level)}, in "${largest.name}".` : '';
    return [`${scored.length === 1 ? `The ${loss} of "${largest.name}" does not rise` : `In none of ${count(scored.length, 'group')} of "${groupColumn!}" does the ${loss} rise`} beyond chance when the group is left out.${most}`];
  }
  const share = worse.length === scored.length ? `all ${count(worse.length, 'group')} of "${groupColumn!}" when they are` : `${worse.length} of ${count(scored.length, 'group')} of "${groupColumn!}" when ${worse.length === 1 ? 'it is' : 'they are'}`;
  const where = scored.length === 1 ? `when "${worst.name}" is left out` : `in ${share} left out, ${worse.length === 1 ? 'namely' : 'most'} in "${worst.name}"`;
  const fewer = worst.fittedRows < muchFewer * 0.8 * rows ? ` That model was fitted on ${worst.fittedRows} of ${rows} rows only, which may account for a part of it.` : '';
  const alone = 1 - (1 - (1 - level) / 2) ** scored.length;
  const lucky = worse.length === 1 && scored.length > 1 && alone > 0.05 ? ` By chance alone one such group or more among ${scored.length} would turn up with a probability of ${short(100 * alone)} %.` : '';
  return [`The ${loss} rises beyond chance ${where}: from ${short(worst.within.value)} to ${short(worst.loss.value)}, by ${range(worst.drop, level)}.${fewer}${lucky}`];
}

function uselessWords(scored: readonly Scored[]): string[] {
  const hit = scored.filter(({ gain }) => !below(gain)).map(({ name }) => name);
  return hit.length === 0 ? [] : [`In ${named(hit)} the model that has not seen the group is not better beyond chance than predicting every row alike, as the other groups are on the whole.`];
}

type Told = Shift & { readonly auc: Measured };
const isTold = (shift: Shift | undefined): shift is Told => shift?.auc !== undefined;
const beyondChance = ({ auc }: Told): boolean => auc.low !== undefined && auc.low > 0.5;

function shiftOfDomains(domains: readonly DomainMeasured[]): string[] {
  const told = domains.flatMap(({ name, shift }) => (isTold(shift) ? [{ name, shift }] : [])).sort((a, b) => b.shift.auc.value - a.shift.auc.value);
  const clear = told.filter(({ shift }) => beyondChance(shift));
  const [first] = clear.length > 0 ? clear : told;
  if (!first) return [];
  const auc = short(first.shift.auc.value);
  if (clear.length === 0) return [`By the features no group is told from the rest beyond chance: the largest AUC is ${auc}, of "${first.name}".`];
  const groups = `${told.length} groups${told.length < domains.length ? ' that were looked at' : ''}`;
  const all = told.length === 1 ? '' : clear.length === told.length ? ` All ${groups} are told from the rest beyond chance.` : ` ${clear.length} of ${groups} ${clear.length === 1 ? 'is' : 'are'} told from the rest beyond chance.`;
  return [`By the features "${first.name}" is told from the rest${told.length > 1 ? ' best' : ''}, with an AUC of ${auc}${largest(first.shift)}.${all}`];
}

function largest({ features }: Shift): string {
  const [first] = features;
  return first ? `; "${first.name}" differs most: ${driftWords(first)}` : '';
}

export function driftWords({ kind, psi, distance }: FeatureDrift): string {
  const far = distance === undefined ? '' : kind === 'number' ? `, ${short(distance)} standard deviations apart` : `, total variation ${short(distance)}`;
  return `PSI ${short(psi)}, ${psiWords(psi)}${far}`;
}

/** Two values with intervals of their own, from different rows: their difference beside the root of the sum of the squared half-widths. */
function agrees(a: Measured, b: Measured): boolean | undefined {
  if (a.low === undefined || b.low === undefined) return undefined;
  const [above, below] = a.value > b.value ? [a, b] : [b, a];
  return above.value - below.value <= Math.hypot(above.value - above.low!, below.high! - below.value);
}

/** Whether the loss was foretold; only said of groups that the others overlap. */
function weightedOfDomains(scored: readonly Scored[], { loss, level }: Found, classes: ReadonlyMap<string, string>): string[] {
  const both = scored.flatMap(item => (item.weighted && overlaps(item.weighted) ? [{ ...item, weighted: item.weighted }] : []));
  const alone = scored.filter(({ shift }) => shift && !overlaps(shift.overlap)).map(({ name }) => name);
  const without = alone.length === 0 ? [] : [`The ${loss} in ${named(alone)} cannot be foretold by weighting, as hardly any other rows resemble the rows there.`];
  const judged = both.filter(item => agrees(item.loss, item.weighted.estimate) !== undefined);
  if (judged.length === 0) return without;
  const right = judged.filter(item => agrees(item.loss, item.weighted.estimate)).length;
  const before = judged.filter(item => agrees(item.loss, item.weighted.unweighted)).length;
  const words = judged.length === 1 ? `The ${loss} measured in "${judged[0]!.name}" is ${right === 1 ? '' : 'not '}within chance what the others' held-out rows, weighted to resemble its rows, foretell; unweighted they ${before === right ? `${before === 1 ? 'foretell it too' : 'do not either'}` : before === 1 ? 'do' : 'do not'}.`
    : `The ${loss} that the other groups' held-out rows foretell, weighted to resemble the group's, agrees within chance with the one measured in ${right} of ${judged.length} groups; unweighted it agrees in ${before}.`;
  return [words, ...meaningWords(judged.filter(({ name }) => !classes.has(name)), loss, level), ...without];
}

/** With more of its values than this not to be found among the others, a feature says nothing there, whatever it means. */
const manyUnseen = 0.05;
/** The feature of which most values are not found among the source's rows; undefined where hardly any are. */
const mostUnseen = (shift: Shift | undefined): FeatureDrift | undefined => [...(shift?.features ?? [])].sort((a, b) => b.unseen - a.unseen).find(({ unseen }) => unseen > manyUnseen);

/** Of fewer effective rows the normal interval of a mean loss, which often hangs on a few rows, is not to be trusted with a claim. */
const enoughRows = 30;

/** The loss rises where the rows are unknown, and is more than their features foretell. */
function isUnforetold({ drop, loss, weighted }: Pick<Measures, 'drop' | 'loss' | 'weighted'>): boolean {
  return drop !== undefined && weighted !== undefined && weighted.effectiveRows >= enoughRows && above(drop) && loss!.value > weighted.estimate.value && agrees(loss!, weighted.estimate) === false;
}

type Weighed = Scored & { readonly weighted: WeightedEstimate };

function meaningWords(judged: readonly Weighed[], loss: string, level: number): string[] {
  const hit = judged.filter(isUnforetold).sort((a, b) => b.loss.value - b.weighted.estimate.value - (a.loss.value - a.weighted.estimate.value));
  const [told, untold] = [hit.filter(({ shift }) => !mostUnseen(shift)), hit.filter(({ shift }) => mostUnseen(shift))];
  const many = (items: readonly Weighed[]): string => `${named(items.map(({ name }) => name))} the ${loss} rises beyond chance, and by more than other shares of the same values of the features account for`;
  const most = (items: readonly Weighed[]): string => `${items.length > 1 ? `, most in "${items[0]!.name}"` : ''}: measured ${range(items[0]!.loss, level)}, foretold ${range(items[0]!.weighted.estimate, level)}`;
  return [
    ...(told.length > 0 ? [`In ${many(told)}${most(told)}. What the features mean, or something that is not among them, seems to differ there.`] : []),
    ...(untold.length > 0 ? [`In ${many(untold)}${most(untold)}. But there ${untold.map(unseenWords).slice(0, 3).join(', ')}${untold.length > 3 ? ' and so on' : ''}, so that whether the features mean something else cannot be told.`] : []),
  ];
}

function unseenWords({ name, shift }: Weighed): string {
  const feature = mostUnseen(shift)!;
  return `${short(100 * feature.unseen)} % of "${feature.name}" in "${name}" are ${feature.kind === 'number' ? 'beyond the range of the other groups' : 'levels that the other groups do not have'}`;
}

function refitOfDomains(scored: readonly Scored[], loss: string): string[] {
  const refits = scored.flatMap(({ name, refit }) => (refit ? [{ name, ...refit }] : []));
  if (refits.length === 0) return [];
  const [better, worse] = [refits.filter(({ change }) => below(change)), refits.filter(({ change }) => above(change))];
  const of = refits.length === 1 ? `in "${refits[0]!.name}"` : `in the ${refits.length} groups that the others overlap`;
  if (better.length + worse.length === 0) return [`A refit with the weights does not change the ${loss} beyond chance ${of}.`];
  const parts = [...(better.length > 0 ? [`lower beyond chance in ${named(better.map(({ name }) => name))}`] : []), ...(worse.length > 0 ? [`higher beyond chance in ${named(worse.map(({ name }) => name))}`] : [])];
  const rest = refits.length - better.length - worse.length;
  return [`After a refit with the weights the ${loss} is ${parts.join(', ')}${rest > 0 ? `; in ${rest} of ${count(refits.length, 'group')} there is no difference beyond chance` : ''}.`];
}

function failures(domains: readonly DomainMeasured[]): string[] {
  const hit = domains.filter(item => item.why !== undefined);
  const failed = groupedBy(hit, item => item.why!.replace(/\.$/, '')).map(([why, items]) => `${named(items.map(({ name }) => name))} (${why})`);
  const rows = domains.reduce((sum, { unpredicted }) => sum + unpredicted, 0);
  return [...(failed.length === 0 ? [] : [`Not scored: ${failed.slice(0, 5).join('; ')}.`]), ...(rows > 0 ? [`${count(rows, 'row')} without a prediction ${rows === 1 ? 'is' : 'are'} left out of the losses.`] : [])];
}

/** Classes that occur in one domain alone: a model that has not seen it cannot know them, whatever the features say. By the domain's name. */
export function unknownClasses({ target }: Dataset, found: Domains | undefined): Map<string, string> {
  if (target.task !== 'classification' || !found) return new Map();
  const home = target.classes.map(() => new Set<string>());
  for (const { name, rows } of found.domains) for (const row of rows) home[target.codes[row]!]!.add(name);
  // Rows that are never left out are known to every model.
  for (const row of found.kept?.rows ?? []) home[target.codes[row]!]!.add('').add(' ');
  const alone = target.classes.flatMap((name, code) => (home[code]!.size === 1 ? [{ name, group: [...home[code]!][0]! }] : []));
  return new Map(groupedBy(alone, ({ group }) => group).map(([group, items]) => {
    const [noun, verb, them] = items.length === 1 ? ['class', 'occurs', 'it'] : ['classes', 'occur', 'them'];
    return [group, `The ${noun} ${named(items.map(({ name }) => name))} ${verb} in "${group}" alone: a model that has not seen that group cannot know ${them}, and its loss there says so.`];
  }));
}

/** What of the second file cannot be used as it is: said first. */
export function mismatchWords({ name, rows, differences, mismatch: { lacking, of, unknown, gone, untold } }: TransferMeasured): string[] {
  const lost = unknown.reduce((sum, item) => sum + item.rows, 0);
  const all = rows + lost + untold;
  const column = differences.some(({ difference }) => difference === 'only in the second') ? ` If ${lacking.length === 1 ? 'it has' : 'they have'} another name there, rename ${lacking.length === 1 ? 'it' : 'them'}.` : '';
  const rename = unknown.length > 0 && gone.length > 0 ? ' If a class has another name there, rename it.' : '';
  return [
    ...(lacking.length > 0 ? [`${name} has no column ${named(lacking)}: for the test on it the model is fitted without ${lacking.length === 1 ? 'that feature' : 'those features'}, on ${of - lacking.length} of ${of}.${column}`] : []),
    ...(unknown.length > 0 ? [`${count(lost, 'row')} of ${all} of ${name} ${lost === 1 ? 'is' : 'are'} left out, as the first file does not have the ${unknown.length === 1 ? 'class' : 'classes'} ${named(unknown.map(item => item.name))}.${rename}`] : []),
    ...(gone.length > 0 ? [`No row of ${name} has the ${gone.length === 1 ? 'class' : 'classes'} ${named(gone)} of the first file.`] : []),
    ...(untold > 0 ? [`${count(untold, 'row')} of ${all} of ${name} ${untold === 1 ? 'is' : 'are'} left out, as the target is missing there.`] : []),
  ];
}

function transferFindings({ loss, level }: Found, transfer: TransferMeasured): string[] {
  const { name, rows, drop, within, gain, baseline, shift, weighted, refit, why, differences, unpredicted } = transfer;
  if (!transfer.loss || !drop) return [`The model could not be scored on ${name}: ${(why ?? 'it gave no number for any row').replace(/\.$/, '')}.`];
  const verdict = above(drop) ? `worse beyond chance, by ${range(drop, level)}` : below(drop) ? `better beyond chance, by ${range({ value: -drop.value, low: -drop.high!, high: -drop.low! }, level)}`
    : drop.low === undefined ? 'whether that is chance cannot be told' : `no different beyond chance; difference ${short(drop.value)}, ${interval(drop, level)}`;
  return [
    `On ${count(rows - unpredicted, 'row')} of ${name} the ${loss} is ${range(transfer.loss, level)}, against ${range(within!, level)} on held-out rows of the first file: ${verdict}.`,
    ...(gain && !below(gain) ? [`There the model is not better beyond chance than predicting every row alike, as the first file's rows are on the whole: that has ${article(loss)} ${loss} of ${short(baseline!)}.`] : []),
    ...(unpredicted > 0 ? [`${count(unpredicted, 'row')} of ${name} without a prediction ${unpredicted === 1 ? 'is' : 'are'} left out.`] : []),
    ...(differences.length > 0 ? [`The columns of the files differ in ${differences.length === 1 ? 'one way that is listed' : `${differences.length} ways that are listed`}.`] : []),
    ...(shift ? shiftWords(shift) : []), ...(weighted ? weightedWords(weighted, transfer, loss, level) : []),
    ...(refit ? [refitWords(refit, name, loss, level)] : []),
  ];
}

function refitWords({ loss: own, change }: NonNullable<Measures['refit']>, name: string, loss: string, level: number): string {
  const verdict = below(change) ? 'lower beyond chance' : above(change) ? 'higher beyond chance' : 'no different beyond chance';
  return `Fitted anew with the weights, the model has ${article(loss)} ${loss} of ${short(own.value)} on ${name}: ${verdict}, a change of ${range(change, level)}.`;
}

function shiftWords(shift: Shift): string[] {
  if (!isTold(shift)) return [];
  const { auc } = shift;
  const clear = beyondChance(shift) ? `the rows of the files are told apart by their features${largest(shift)}` : 'the rows of the files cannot be told apart by their features beyond chance';
  return [`A ${shift.classifier} reaches an AUC of ${short(auc.value)}${auc.low === undefined ? '' : ` (${short(auc.low)} to ${short(auc.high!)})`}: ${clear}.`];
}

function weightedWords(weighted: WeightedEstimate, { loss: seen, name, drop, shift }: TransferMeasured, loss: string, level: number): string[] {
  const { estimate, unweighted, effectiveRows, rows } = weighted;
  if (!overlaps(weighted)) return [`The ${loss} on ${name} cannot be foretold by weighting, as hardly any rows of the first file resemble it: ${count(rows, 'row')} ${rows === 1 ? 'counts' : 'count'} as ${short(effectiveRows)}.`];
  // Where the loss itself is as at home, and weighting changes nothing, the sharper comparison of two intervals is not made to say otherwise.
  const athome = !above(drop!) && !below(drop!) && estimate.low! <= unweighted.value && unweighted.value <= estimate.high!;
  const [right, before] = athome ? [true, true] : [agrees(seen!, estimate), agrees(seen!, unweighted)];
  const verdict = right === undefined ? '' : `, which ${right ? 'agrees' : 'does not agree'} within chance with the ${short(seen!.value)} measured there${right === before ? '' : right ? ', while the unweighted one does not' : ', while the unweighted one does'}`;
  const unseen = mostUnseen(shift);
  const meaning = !isUnforetold({ drop, loss: seen, weighted }) ? [] : [unseen
    ? `Other shares of the same values of the features do not account for the rise on ${name}; but ${short(100 * unseen.unseen)} % of "${unseen.name}" there are values that the first file does not have, so that whether the features mean something else cannot be told.`
    : `Other shares of the same values of the features do not account for the rise on ${name}: what they mean, or something that is not among them, seems to differ there.`];
  return [`Weighted to resemble ${name}, the first file's held-out rows foretell ${article(loss)} ${loss} of ${range(estimate, level)}${verdict}; unweighted it is ${short(unweighted.value)}, and ${rows} rows count as ${short(effectiveRows)}.`, ...meaning];
}
