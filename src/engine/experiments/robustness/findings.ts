/** What a robustness study found, in sentences with numbers. */
import type { Measured } from '../../../protocol/experiments';
import { beyondChance, chanceWords, moves, nameOf, rangeWords, scoreWords, sizeWords, spokenSize } from './findingWords';
import { flipName } from './names';
import { countWords, percentWords, wordsOf } from './numberWords';
import type { RobustnessResult } from './result';
import { outlierWords, labelWords } from './spoiledFindings';

export type Found = Omit<RobustnessResult, 'findings'>;

export function robustnessFindings(found: Found): string[] {
  return [
    ...attackWords(found), ...breakWords(found), ...categoryWords(found), ...distanceWords(found), ...certifiedWords(found), ...featureWords(found), ...noiseWords(found), ...missingWords(found),
    ...outlierWords(found), ...labelWords(found), ...hardenedWords(found),
  ];
}

/** What a list says of the study in few words: the score under the attack that the findings speak of. */
export function robustnessHeadline(found: Found): string {
  const { attacks: [line], oneCategory, clean, open } = found;
  const name = found.score === 'accuracy' ? 'accuracy' : 'RMSE';
  if (line) {
    const k = spokenSize(line.x);
    return `${name} ${moves(found, line.scores[0].value, line.scores[k].value)} under attacks of ${sizeWords(line.x[k])}`;
  }
  if (oneCategory && open.categories.length > 0) return `${name} ${moves(found, clean.value, oneCategory.value)} when a category is changed`;
  return `nothing to attack; ${name} ${scoreWords(found, clean.value)}`;
}

/** "every number", "all 3 numbers that may change", "the number "x"". */
export function movedNumbers({ open: { numbers }, immutable }: Pick<Found, 'open' | 'immutable'>): string {
  if (numbers.length === 1) return `the number "${numbers[0]}"`;
  return immutable.length > 0 ? `all ${numbers.length} numbers that may change` : 'every number';
}

export const withoutModel = ({ score }: Pick<Found, 'score'>): string => (score === 'accuracy' ? 'always naming the commonest class' : 'always predicting the mean');

function attackWords(found: Found): string[] {
  const [line] = found.attacks;
  if (!line) return [`As they are, the attacked rows have a held-out ${nameOf(found)} of ${scoreWords(found, found.clean.value)}${rangeWords(found, found.clean)}, ${withoutModel(found)} one of ${scoreWords(found, found.baseline)}.`];
  const k = spokenSize(line.x);
  const sure = found.method === 'exact' ? 'no attack on numbers can do worse in that box' : 'a stronger attack may do worse';
  return [`With ${movedNumbers(found)} free to move ${sizeWords(line.x[k])}, the held-out ${nameOf(found)} ${moves(found, line.scores[0].value, line.scores[k].value)}${rangeWords(found, line.scores[k])}; ${sure}.`];
}

/** From where the model is worse than none, and up to where it is better, on the same rows. */
function breakWords({ beyond, ...found }: Found): string[] {
  const [line] = found.attacks;
  if (!line) return [];
  const sign = found.score === 'accuracy' ? 1 : -1;
  const side = (difference: Measured): number => (beyondChance(difference) ? sign * Math.sign(difference.value) : 0);
  const sides = beyond.map(side);
  const than = `${withoutModel(found)} (${scoreWords(found, found.baseline)} on the same rows)`;
  const worst = sides.findIndex(item => item < 0);
  const lead = (words: string): string => (found.method === 'exact' ? words : `Under the attacks that were found, ${words.charAt(0).toLowerCase()}${words.slice(1)}`);
  if (worst === 0) return [`Even without an attack it is worse than ${than}.`];
  const unsure = sides.findIndex(item => item <= 0);
  if (unsure < 0) return [lead(`Up to ${sizeWords(line.x[line.x.length - 1])} it stays better than ${than}, by more than chance.`)];
  const end = worst < 0 ? '.' : `; from ${sizeWords(line.x[worst])} on it is worse.`;
  if (unsure === 0) return [`Even without an attack it cannot be told from ${than}${end}`];
  if (unsure === 1) return [lead(`Only without an attack is it better than ${than}, by more than chance${end}`)];
  return [lead(`Up to ${sizeWords(line.x[unsure - 1])} it is better than ${than}, by more than chance${end}`)];
}

function categoryWords(found: Found): string[] {
  const { oneCategory, clean, open: { categories } } = found;
  if (!oneCategory) return [];
  const what = categories.length === 1 ? `the category "${categories[0]}"` : 'one category';
  return [`Changing ${what} of each row to its worst level, and nothing else, the ${nameOf(found)} ${moves(found, clean.value, oneCategory.value)}${rangeWords(found, oneCategory)}.`];
}

function distanceWords(found: Found): string[] {
  const [first] = found.distances;
  if (first && found.score === 'accuracy') {
    if (first.rows === 0) return [];
    const exact = first.name !== flipName;
    const most = Math.max(...found.epsilons);
    if (first.median === undefined) {
      const those = `of the ${countWords(first.rows, 'row that is', 'rows that are')} right`;
      return [`${first.found === 0 ? 'None' : first.found} ${those} ${exact ? 'can be flipped within the range of the training rows' : `${first.found === 1 ? 'was' : 'were'} flipped by attacks of up to ${sizeWords(most)}`}.`];
    }
    return [`Half of the rows that are right ${exact ? 'flip' : 'were flipped'} by a change of ${sizeWords(Number(first.median.toPrecision(3)))} or less of ${movedNumbers(found)}${exact ? ', exactly' : ', which is an upper bound'}.`];
  }
  if (found.growth === undefined) return [];
  return [`The prediction moves by up to ${scoreWords(found, found.growth)} for each standard deviation that ${movedNumbers(found)} may move, exactly, until a number comes to the end of its range.`];
}

function certifiedWords(found: Found): string[] {
  const { certified } = found;
  if (!certified) return [];
  const k = spokenSize(certified.x);
  const { value } = certified.scores[k];
  const at = `at ${sizeWords(certified.x[k])}`;
  if (!Number.isFinite(value) || (found.score === 'accuracy' && value === 0)) return [`Interval bounds prove nothing ${at}.`];
  return [found.score === 'accuracy'
    ? `Interval bounds prove that at least ${scoreWords(found, value)} of the attacked rows stay right ${at}, whatever the attack on numbers.`
    : `Interval bounds prove that the root mean squared error of the attacked rows stays below ${scoreWords(found, value)} ${at}, whatever the attack on numbers.`];
}

function featureWords(found: Found): string[] {
  const numbers = found.features.filter(({ kind, share }) => kind === 'number' && share > 0);
  if (numbers.length === 0) return [];
  if (found.open.numbers.length === 1) return [];
  const list = wordsOf(numbers.slice(0, 3).map(({ name, share }) => `"${name}" (${percentWords(share)})`));
  return [found.score === 'accuracy'
    ? `Flips of few columns within ${sizeWords(found.reach)} use most often ${list}.`
    : `Of the error that an attack of ${sizeWords(found.reach)} adds, most goes when ${list} ${numbers.length === 1 ? 'is put back' : 'are put back one at a time'}.`];
}

function noiseWords(found: Found): string[] {
  if (!found.noise) return [];
  const k = spokenSize(found.noise.x);
  return [`Normal noise of ${sizeWords(found.noise.x[k])} on the same numbers: the ${nameOf(found)} ${chanceMoves(found, found.noise, k)}.`];
}

function missingWords(found: Found): string[] {
  if (!found.missing) return [];
  const k = spokenSize(found.missing.x, 0.1);
  return [`With ${percentWords(found.missing.x[k])} of the attacked rows' cells missing at random, the ${nameOf(found)} ${chanceMoves(found, found.missing, k)}.`];
}

function chanceMoves(found: Found, { scores, changes }: { readonly scores: readonly Measured[]; readonly changes?: readonly Measured[] }, k: number): string {
  return `${moves(found, scores[0].value, scores[k].value)}${changes ? chanceWords(found, changes[k]) : ''}`;
}

function hardenedWords(found: Found): string[] {
  const { adversarial } = found;
  if (!adversarial) return [];
  const { plain, hardened, epsilon, at, gain, cost } = adversarial;
  const part = (k: number, change: Measured): string => {
    const [a, b] = [scoreWords(found, plain.scores[k].value), scoreWords(found, hardened.scores[k].value)];
    return `${b} in place of ${a}${chanceWords(found, change)}`;
  };
  return [
    `Trained on attacked rows (${sizeWords(epsilon)}), the network's ${nameOf(found)} under attack at ${sizeWords(plain.x[at])} is ${part(at, gain)}.`,
    `${costWords(found, cost)}: its ${nameOf(found)} on rows as they are is ${part(0, cost)}.`,
  ];
}

/** What training on attacked rows costs in clean score. */
function costWords(found: Found, cost: Measured): string {
  if (beyondChance(cost) !== true) return 'What that costs cannot be told from nothing';
  const loses = found.score === 'accuracy' ? cost.value < 0 : cost.value > 0;
  return loses ? 'That has its cost' : 'That costs nothing';
}

