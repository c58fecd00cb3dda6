/** Sections of a robustness study: what was found, scores under attack and under chance, distances, features an attacker uses, one row, spoiled training. */
import type { Section } from '../../protocol/report';
import type { RobustnessResult } from '../experiments/robustness/result';
import { differenceWords, sizeWords } from '../experiments/robustness/findingWords';
import { movedNumbers } from '../experiments/robustness/findings';
import { flipName } from '../experiments/robustness/names';
import { capitalised, countOf, formatCount, formatLevel, formatNumber, formatPercent } from './format';
import { baselineLine, curveOf, readable, scoreText, scoreTitle } from './robustnessLines';
import { spoiledSections } from './sectionsSpoiledTraining';

export function robustnessSections(result: RobustnessResult, model: string): Section[] {
  return [
    foundSection(result, model), ...attackSections(result), ...chanceSection(result), ...distancesSection(result), ...featuresSection(result), ...exampleSection(result),
    ...spoiledSections(result), ...hardenedSection(result),
  ];
}

const methods: Readonly<Record<RobustnessResult['method'], string>> = {
  exact: 'exact worst case, each feature\'s part by itself at its worst place in the box',
  additive: 'each feature\'s part by itself at the worst of 64 places and the ends of the box',
  gradient: 'projected gradient ascent (Madry and others 2018), 20 steps of 2.5 ε / 20 from the row, the worst so far and 3 random places of the box; fast gradient sign (Goodfellow and others 2015)',
  search: 'search without gradients, one number after the other over the ends of the box and places between, from the worst so far and 2 random corners, then smaller moves',
};

const boxWords = (result: RobustnessResult): string =>
  `Box: ${movedNumbers(result)} may move ε standard deviations (of the training rows) either way, within the range of the training rows; a row outside of that range may not go further out.`;

function rowsWords({ rows: { attacked, heldOut }, folds, scheme }: RobustnessResult): string {
  return `${countOf(attacked, 'held-out row')}${attacked < heldOut ? ` of ${formatCount(heldOut)}` : ''}, ${folds.done < folds.planned ? `${folds.done} of ${countOf(folds.planned, 'fold')}` : countOf(folds.done, 'fold')} (${scheme})`;
}

function foundSection(result: RobustnessResult, model: string): Section {
  const { open: { numbers, categories }, immutable } = result;
  const how = numbers.length > 0 ? methods[result.method] : categories.length > 0 ? 'every other level of every category, one at a time' : 'nothing can be changed';
  return {
    kind: 'table', id: 'found', panel: 'overview', title: 'What was found', summary: result.findings[0] ?? 'Nothing could be measured.',
    method: `${model}, trained anew in each fold and attacked on ${rowsWords(result)}: ${how}`,
    assumptions: [
      ...(numbers.length > 0 ? [boxWords(result), 'Whole numbers may become fractions; missing cells stay missing.'] : []),
      ...(numbers.length + categories.length > 0 ? ['An attack is not told which values could occur together.'] : []),
      ...(immutable.length > 0 ? [`Kept as they are: ${immutable.map(name => `"${name}"`).join(', ')}.`] : []),
    ],
    header: [{ title: 'Finding', wrap: true }], rows: result.findings.map(text => [text]),
  };
}

function attackSections(result: RobustnessResult): Section[] {
  const { attacks, certified, epsilons, level } = result;
  if (attacks.length === 0) return categorySection(result);
  const exact = result.method === 'exact';
  return [{
    kind: 'curve', id: 'attack', panel: 'robustness', title: `${result.score === 'accuracy' ? 'Accuracy' : 'Error'} under attack`,
    summary: `${result.findings[0]}${certified && exact === false ? ' The truth lies between the line of attacks and what interval bounds prove.' : ''}`,
    method: `${capitalised(methods[result.method])}; ${rowsWords(result)}. ${result.score === 'accuracy' ? 'A row counts as wrong only where predicting the changed row confirms it' : 'Errors are those of predicting the changed rows'}${certified ? '. Proved: interval bound propagation (Gowal and others 2018)' : ''}`,
    assumptions: [
      boxWords(result), exact ? 'Of numbers nothing in the box is worse.' : `What an attack finds is a bound from one side: the worst in the box may be ${result.score === 'accuracy' ? 'lower' : 'higher'}.`,
      'Harm found in a smaller box is kept in a larger one.', ...(certified && result.score === 'RMSE' ? [provedWords] : []), ...(attacks.some(({ name }) => name === 'Numbers and one category') ? ['One category of each row may change to any level that the training rows have.'] : []),
    ],
    xTitle: result.open.numbers.length === 1 ? 'ε: standard deviations that the number may move' : 'ε: standard deviations that every number may move', yTitle: scoreTitle(result), bandName: bandWords(result, level),
    lines: [...readable(result.score, [...attacks, ...(certified ? [certified] : [])]), baselineLine(result.score, result.baseline, epsilons)],
  }];
}

/** Where there is no number to move. */
function categorySection(result: RobustnessResult): Section[] {
  const { clean, oneCategory, level } = result;
  if (!oneCategory) return [];
  const line = (what: string, { value, low, high }: typeof clean): (string | number)[] => [what, ...[value, low, high].map(item => (item === undefined ? '' : scoreText(result, item)))];
  return [{
    kind: 'table', id: 'attack', panel: 'robustness', title: 'One category changed',
    summary: `${scoreTitle(result)}: ${scoreText(result, clean.value)} on the rows as they are, ${scoreText(result, oneCategory.value)} with one category of each row at its worst level.`,
    method: `Every other level of every category that the training rows have, one at a time, each confirmed by predicting the changed row; ${rowsWords(result)}`,
    header: [{ title: 'Rows' }, { title: scoreTitle(result), numeric: true }, { title: `${formatLevel(level)} from`, numeric: true }, { title: 'to', numeric: true }],
    rows: [line('As they are', clean), line('One category at its worst level', oneCategory)],
  }];
}

const provedWords = 'What is proved of the error is drawn as long as it is at most twice the largest error of the other lines.';

function bandWords({ score }: RobustnessResult, level: number): string {
  return `${formatLevel(level)} intervals over the rows (${score === 'accuracy' ? 'Wilson, or bootstrap' : 'bootstrap'})`;
}

function chanceSection(result: RobustnessResult): Section[] {
  const { noise, missing, attacks, epsilons, level } = result;
  const sections: Section[] = [];
  if (noise) {
    sections.push({
      kind: 'curve', id: 'noise', panel: 'robustness', title: 'Random noise beside the attack',
      summary: `${scoreTitle(result)} with noise of ${sizeWords(epsilons[epsilons.length - 1])}: ${scoreText(result, noise.scores[noise.scores.length - 1].value)}, under attack ${scoreText(result, attacks[0]?.scores.at(-1)?.value ?? NaN)}.`,
      method: `Normal noise on ${movedNumbers(result)} of the held-out rows, mean over 10 draws; ${rowsWords(result)}`,
      assumptions: ['Noise may leave the range of the training rows and is independent between columns.'],
      xTitle: 'Standard deviations of the noise, or of the attack', yTitle: scoreTitle(result), bandName: bandWords(result, level),
      lines: [...readable(result.score, [noise, ...attacks.slice(0, 1)]), baselineLine(result.score, result.baseline, epsilons)],
    });
  }
  if (missing) {
    sections.push({
      kind: 'curve', id: 'missingCells', panel: 'robustness', title: 'Missing cells',
      summary: `${scoreTitle(result)} with ${formatPercent(missing.x[missing.x.length - 1])} of the cells missing: ${scoreText(result, missing.scores[missing.scores.length - 1].value)}, with all there ${scoreText(result, missing.scores[0].value)}.`,
      method: `Cells of held-out rows taken away at random, mean over 10 draws; ${rowsWords(result)}`,
      assumptions: ['Cells of all columns go missing whatever they hold; the model treats them as at its fit.'],
      xTitle: 'Share of the cells that are missing', yTitle: scoreTitle(result), bandName: bandWords(result, level), lines: [curveOf(missing), baselineLine(result.score, result.baseline, missing.x)],
    });
  }
  return sections;
}

function distancesSection({ distances, score, certified, epsilons }: RobustnessResult): Section[] {
  if (distances.length === 0 || score !== 'accuracy' || distances[0].rows === 0) return [];
  const [first] = distances;
  const found = first.name === flipName;
  const last = `attacks of up to ${sizeWords(epsilons[epsilons.length - 1])}`;
  return [{
    kind: 'table', id: 'distances', panel: 'robustness', title: 'How far rows are from another answer',
    summary: first.median === undefined ? `${countOf(first.found, 'row')} of the ${formatCount(first.rows)} that are right ${found ? `${first.found === 1 ? 'was' : 'were'} flipped by ${last}` : 'can be flipped within the range of the training rows'}.` : `Half of the ${countOf(first.rows, 'row that is', 'rows that are')} right are within ${sizeWords(Number(first.median.toPrecision(3)))} of another answer.`,
    method: found
      ? `Of rows that are right as they are: the nearest confirmed flip on the way to the attack${certified ? ', and the largest box that interval bounds prove' : ''}`
      : 'Of rows that are right as they are, in closed form: margin / Σ|w| (l∞) and margin / ‖w‖ (l2) in standard deviations',
    assumptions: ['Numbers move, categories stay.', ...(certified ? ['A proved size is a lower bound, a found flip an upper bound of the distance.'] : []), ...(found ? [`Found flips come from ${last}.`] : [])],
    header: [{ title: 'Distance' }, { title: 'Median, standard deviations', numeric: true }, { title: 'Rows with one', numeric: true }, { title: 'Rows that are right', numeric: true }],
    rows: distances.map(({ name, median, found: count, rows }) => [name, median ?? 'half or more never', count, rows]),
  }];
}

function featuresSection(result: RobustnessResult): Section[] {
  const { features, score, reach } = result;
  // One column alone has nothing to be set against.
  if (features.length < 2 || !features.some(({ share }) => share > 0)) return [];
  const classes = score === 'accuracy';
  const groups = (['number', 'category'] as const).map(kind => ({ kind, items: features.filter(item => item.kind === kind) })).filter(({ items }) => items.length > 0);
  return [{
    kind: 'estimates', id: 'attacked', panel: 'robustness', title: 'What an attacker would change',
    summary: leaders(result),
    method: classes ? `Flips within ${sizeWords(reach)}, ${rowsWords(result)}; of each, changes that it does not need were put back, the least helpful first, and the rest drawn back as far as the flip holds` : `Attacks of ${sizeWords(reach)} on ${rowsWords(result)}; each number put back by itself`,
    assumptions: classes
      ? ['Numbers: share of the flips that change the column; several sets of columns may do, of which one is found.', 'Categories: share of the right rows which another level of the column alone makes wrong.']
      : ['Share of the error added by the attack that goes when the column alone is put back.'],
    xTitle: 'Share', estimateName: 'Share', intervalName: '', chooser: 'Columns',
    ...(classes ? { details: [{ title: 'Flips that end without it', numeric: true }, { title: 'Mean change, standard deviations', numeric: true }] } : { details: [{ title: 'Mean change, standard deviations', numeric: true }] }),
    groups: groups.map(({ kind, items }) => ({
      name: kind === 'number' ? 'Numbers' : 'Categories',
      items: items.map(({ name, share, needed, change }) => ({ name, estimate: share, details: [...(classes ? [needed ?? ''] : []), change ?? ''] })),
    })),
  }];
}

/** Shares of numbers and of categories are of different things: each has its first. */
function leaders({ features, score }: RobustnessResult): string {
  const first = (kind: 'number' | 'category'): RobustnessResult['features'][number] | undefined => features.find(item => item.kind === kind && item.share > 0);
  const [number, category] = [first('number'), first('category')];
  const words = [
    ...(number ? [score === 'accuracy' ? `"${number.name}" is changed in ${formatPercent(number.share)} of the flips that were found` : `"${number.name}" carries the largest part of the added error, ${formatPercent(number.share)}`] : []),
    ...(category ? [`another "${category.name}" alone makes ${formatPercent(category.share)} of the right rows wrong`] : []),
  ];
  return `${capitalised(words.join('; '))}.`;
}

function exampleSection(result: RobustnessResult): Section[] {
  const { example, score, target } = result;
  if (!example) return [];
  const { row, epsilon, truth, before, after, changes } = example;
  return [{
    kind: 'table', id: 'example', panel: 'robustness', title: 'One row before and after',
    summary: `Row ${formatCount(row)} (${target} ${truth}) is predicted ${before} as it is, and ${after} with ${changes.length === 1 ? 'this change' : `these ${formatCount(changes.length)} changes`} within ${sizeWords(epsilon)}.`,
    method: score === 'accuracy' ? 'Of the flips with the fewest changes, the row whose prediction was surest; changes that it does not need are put back, the rest drawn back as far as the flip holds' : 'The row whose error the attack raises most',
    header: [{ title: 'Column' }, { title: 'Before' }, { title: 'After' }, { title: 'Standard deviations', numeric: true }],
    rows: changes.map(change => [change.name, change.before, change.after, change.deviations ?? '']),
  }];
}

function hardenedSection(result: RobustnessResult): Section[] {
  const { adversarial, level, epsilons, score } = result;
  if (!adversarial) return [];
  const { plain, hardened, certified, cost, gain, at, epsilon, seconds, plainSeconds } = adversarial;
  const name = score === 'accuracy' ? 'accuracy' : 'root mean squared error';
  return [{
    kind: 'curve', id: 'hardened', panel: 'robustness', title: 'Trained on attacked rows',
    summary: `Training on attacked rows changes the ${name} on rows as they are by ${differenceWords(result, cost)}, under attack at ${sizeWords(plain.x[at])} by ${differenceWords(result, gain)}; it takes ${formatNumber(seconds, 2)} s in place of ${formatNumber(plainSeconds, 2)} s.`,
    method: `Before each step the batch is replaced by projected gradient ascent of 7 steps within ${sizeWords(epsilon)} (Madry and others 2018), validation rows too; the rest as for the plain network. Both under the same attack on ${rowsWords(result)}`,
    assumptions: ['One network each a fold: intervals are over the rows and hold for these networks; another start would give somewhat other numbers.', ...(certified && score === 'RMSE' ? [provedWords] : [])],
    xTitle: 'ε: standard deviations that every number may move', yTitle: scoreTitle(result), bandName: bandWords(result, level),
    lines: [...readable(result.score, [plain, hardened, ...(certified ? [certified] : [])]), baselineLine(result.score, result.baseline, epsilons)],
  }];
}
