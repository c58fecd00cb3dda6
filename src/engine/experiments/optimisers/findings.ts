/** What a comparison of optimisers found, in sentences with numbers. */
import { lowest } from './summary';
import type { OptimiserMeasured, OptimiserStudy } from './result';
import { arrivalsOf, counted, fallWords, list, range, short, shortestTime, standing, standingWords } from './wording';

type Found = Omit<OptimiserStudy, 'findings'>;

export function optimiserFindings(study: Found): string[] {
  const best = lowest(study.optimisers, item => item.trainLoss?.value);
  if (!best) return ['No optimiser had a learning rate at which training diverged on no fold.', ...divergedWords(study)];
  return [
    trainWords(study, best), heldOutWords(study), ...partialWords(study), ...speedWords(study), ...robustWords(study), ...optimumWords(study), ...stabilityWords(study),
    ...divergedWords(study), ...unusableWords(study), ...edgeWords(study),
  ];
}

/** Of one rate that was run there is no best. */
const rateWords = ({ rate, rates }: OptimiserMeasured): string =>
  (rate === undefined ? '' : rates.length > 1 ? ` at its best learning rate, ${short(rate)},` : ` at the learning rate ${short(rate)}`);

function trainWords({ optimisers, passes, level, startLoss }: Found, best: OptimiserMeasured): string {
  const rest = standingWords(standing(optimisers, item => item.trainDifference, startLoss), 'ends higher', 'end higher');
  return `After ${counted(passes, 'pass', 'passes')} over the training rows ${best.title}${rateWords(best)} has the lowest training loss: ${short(best.trainLoss!.value)}${range(best.trainLoss!, level)}, from ${short(startLoss)} at the start.${rest}`;
}

function heldOutWords({ optimisers, level, folds, startLoss }: Found): string {
  const best = lowest(optimisers, item => item.heldOutLoss?.value)!;
  const rest = standingWords(standing(optimisers, item => item.heldOutDifference, startLoss), 'is worse', 'are worse');
  const rates = folds < 2 ? 'each at the rate with the lowest training loss' : 'each at the rate that did best on the other folds';
  return `On held-out rows, ${rates}, ${best.title} ends lowest: ${short(best.heldOutLoss!.value)}${range(best.heldOutLoss!, level)}.${rest}`;
}

/** What the comparison rests on where the time was over on the first fold. */
function partialWords({ partial, optimisers, rates }: Found): string[] {
  if (!partial) return [];
  const run = optimisers.filter(item => item.id !== 'lbfgs').map(item => item.rates.length);
  const [fewest, most] = [Math.min(...run), Math.max(...run)];
  return [`All this is on the first fold, which was cut short, with ${fewest === most ? fewest : `${fewest} to ${most}`} of the ${counted(rates.length, 'learning rate')} for each optimiser, the usual ones: another rate may do better.`];
}

function speedWords(study: Found): string[] {
  const { everywhere, somewhere, nowhere } = arrivalsOf(study);
  const folds = study.folds === 1 ? 'the fold' : `all ${study.folds} folds`;
  const some = somewhere.map(({ title, toTarget }) => `${title} on ${toTarget!.folds} of ${study.folds}`);
  const late = [...(some.length > 0 ? [`Only on some folds: ${list(some)}.`] : []), ...(nowhere.length > 0 ? [`Nowhere: ${list(nowhere.map(({ title }) => title))}.`] : [])];
  if (everywhere.length === 0) return [`No optimiser made ${fallWords(study)} on ${folds}.`];
  const passes = everywhere[0]!.toTarget!.passes;
  const first = everywhere.filter(item => item.toTarget!.passes === passes).map(({ title }) => title);
  const many = first.length > 1;
  const second = everywhere.find(item => item.toTarget!.passes > passes)?.toTarget!.passes;
  const next = everywhere.filter(item => item.toTarget!.passes === second).map(({ title }) => title);
  const after = second === undefined ? '' : `; next ${list(next)}, ${short(second)}`;
  const mean = study.folds > 1 ? ' on average' : '';
  const words = everywhere.length === 1 ? `Only ${first[0]!} made ${fallWords(study)} on ${folds}, in ${short(passes)} passes${mean}.`
    : `Of those that made ${fallWords(study)} on ${folds}, ${list(first)} ${many ? 'need' : 'needs'} the fewest passes, ${short(passes)}${mean}${after}.${clockWords(everywhere)}`;
  return [[words, ...late].join(' ')];
}

/** Who is first by the clock, where that is long enough to tell. */
export function clockWords(arrived: readonly OptimiserMeasured[]): string {
  const sorted = [...arrived].sort((a, b) => a.toTarget!.seconds - b.toTarget!.seconds);
  const [first, second] = sorted;
  if (!first) return '';
  if (first.toTarget!.seconds < shortestTime) return ' In time the first are too quick to rank, with less than 5 ms.';
  return ` In time ${first.title} is first, after ${short(first.toTarget!.seconds)} s${second ? `; next ${second.title}, ${short(second.toTarget!.seconds)} s` : ''}.`;
}

function robustWords({ optimisers, rates, gridFolds }: Found): string[] {
  const sorted = optimisers.filter(item => item.area).sort((a, b) => a.area!.value - b.area!.value);
  if (sorted.length < 2 || rates.length < 2) return [];
  const [least, most] = [sorted[0]!, sorted[sorted.length - 1]!];
  const { alike, equal } = standing(sorted, item => item.areaDifference, 1);
  const same = [...equal, ...alike];
  const chance = gridFolds < 2 ? ' (on one fold, so that chance cannot be told)' : '';
  return [`Least sensitive to the learning rate between ${short(rates[0]!)} and ${short(rates[rates.length - 1]!)}${chance} is ${least.title} (area ${short(least.area!.value)}), most sensitive ${most.title} (${short(most.area!.value)}); 0 would be as good as the best at every rate, 1 no better than the start at any.${same.length > 0 ? ` Not told apart from the least: ${list(same)}.` : ''}`];
}

function optimumWords({ optimisers, optimum, startLoss }: Found): string[] {
  if (optimum === undefined) return [];
  const close = 1e-4 * (startLoss - optimum);
  const reached = optimisers.filter(item => item.aboveOptimum && item.aboveOptimum.value <= close).map(({ title }) => title);
  const value = optimum < 1e-12 * startLoss ? 'The training loss can come as near to 0 as one likes, or reach it' : `The exact optimum has a training loss of ${short(optimum)}`;
  return [`${value}; ${reached.length > 0 ? `within a ten-thousandth of the way from the start to it, on average: ${list(reached)}` : 'on average no optimiser came within a ten-thousandth of the way from the start to it'}.`];
}

/** Gradient descent on least squares against the bound of its learning rates. */
function stabilityWords({ theory, optimisers, passes, folds }: Found): string[] {
  const gd = optimisers.find(item => item.id === 'gd');
  if (!theory || !gd || gd.rates.length === 0) return [];
  const risen = gd.rates.filter(({ ends }) => ends.diverged + ends.above > 0).map(({ rate }) => rate);
  const fallen = gd.rates.map(({ rate }) => rate).filter(rate => rate < Math.min(Infinity, ...risen));
  const beyond = gd.rates.some(({ rate }) => rate > theory.largestRate);
  const last = fallen.length > 0 ? `the loss fell at every rate up to ${short(fallen[fallen.length - 1]!)}` : 'it fell at no rate';
  const seen = risen.length > 0 ? `${last}, and ended above the start${folds > 1 ? ' on some fold' : ''} at ${short(risen[0]!)}`
    : beyond ? `${last}; ${counted(passes, 'pass', 'passes')} were too few to see it rise` : 'no rate that was run is beyond it';
  return [`Gradient descent on least squares diverges beyond the learning rate 2/λmax, on the first fold ${short(theory.largestRate)} (condition number ${short(theory.condition)}): ${seen}.`];
}

function divergedWords({ optimisers, folds }: Found): string[] {
  const words = optimisers.flatMap(({ title, rates }) => {
    const hit = rates.filter(({ ends }) => ends.diverged > 0).map(({ rate }) => rate);
    if (hit.length === 0) return [];
    // From a rate on only where each larger one diverged too.
    const from = hit.length > 1 && rates.slice(-hit.length).every(({ ends }) => ends.diverged > 0);
    return [from ? `${title} from ${short(hit[0]!)} on` : `${title} at ${list(hit.map(short))}`];
  });
  return words.length === 0 ? [] : [`Training diverged${folds > 1 ? ', on one fold at least,' : ''} with ${list(words)}.`];
}

function unusableWords({ optimisers }: Found): string[] {
  const none = optimisers.filter(item => item.folds === 0 && item.rates.length > 0).map(({ title }) => title);
  return none.length === 0 ? [] : [`No learning rate of ${list(none)} was free of divergence, so that ${none.length === 1 ? 'it is' : 'they are'} not compared.`];
}

function edgeWords({ optimisers, partial }: Found): string[] {
  if (partial) return [];
  const hit = optimisers.filter(({ atEdge, rates }) => atEdge && rates.length > 1).map(({ title }) => title);
  if (hit.length === 0) return [];
  return [hit.length === 1 ? `The best rate of ${hit[0]!} lies at the end of those that were run; one beyond it may do better.`
    : `The best rates of ${list(hit)} lie at the ends of those that were run; ones beyond may do better.`];
}
