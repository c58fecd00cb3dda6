/** Classes that few rows have: accuracy says little there, and little is learned of them. */
import { classCounts } from '../evaluate/splits';
import { keptOfEach } from '../models/evenClasses/rows';
import { hasOption, quoted, type Check, type CheckInput, type CheckResult } from './input';
import { count, percent } from './words';

/** A class is small with less than this share of its even part of the rows. */
const smallPart = 0.2;
/** Fewer rows of a class than this are hardly enough to learn from or to measure by. */
const fewRows = 30;
/** Rows of all classes together that are left after evening out, at least. */
const fewestLeft = 100;
/** Rows of a class for each of the smallest: as many, where that leaves enough rows. */
const ratios = [1, 2, 5, 10];

export const imbalance: Check = {
  id: 'imbalance', wantsAllRows: true,
  run(input) {
    const { target } = input.dataset;
    if (target.task === 'regression') return { notRun: 'the target is a number' };
    const counts = Array.from(classCounts(target.codes, target.classes.length));
    const small = counts.filter(n => n > 0 && n * counts.length < smallPart * target.codes.length);
    return small.length === 0 ? [] : [findingOf(input, target.classes, counts, small.length)];
  },
};

function findingOf(input: CheckInput, classes: readonly string[], counts: readonly number[], small: number): CheckResult {
  const rows = counts.reduce((a, b) => a + b, 0);
  const smallest = counts.indexOf(Math.min(...counts.filter(n => n > 0)));
  const largest = counts.indexOf(Math.max(...counts));
  const least = counts[smallest]!;
  const baseline = counts[largest]! / rows;
  const more = small > 1 ? `; ${small} of ${counts.length} classes have less than a fifth of an even share` : '';
  const ratio = ratioFor(input, counts);
  const hint = least < fewRows ? `; ${count(least, 'row')} can hardly be learned from or measured by` : '; judge the model by log loss, AUC and recall rather than by accuracy';
  const none = ratio === undefined && !isEvened(input) ? `; fewer than ${fewestLeft} rows would be left of evened classes, so that is not offered` : '';
  return {
    id: 'imbalance', columns: [input.dataset.target.name], severity: least < fewRows || least / rows < 0.05 ? 'warning' : 'information',
    sentence: `The class ${quoted(classes[smallest]!)} has ${count(least, 'row')} of ${rows.toLocaleString('en-US')} (${percent(least / rows)})${more}; always answering ${quoted(classes[largest]!)} is right in ${percent(baseline)}${hint}${none}.`,
    evidence: { smallestClass: classes[smallest]!, rowsOfSmallest: least, shareOfSmallest: least / rows, largestClass: classes[largest]!, baselineAccuracy: baseline, smallClasses: small },
    ...(ratio !== undefined && evenFix(ratio)),
  };
}

const isEvened = ({ dataset: { recipe } }: CheckInput): boolean => Number(recipe.options['classRatio'] ?? 0) > 0;

/** Undefined where too few rows would be left, or the run evens classes out already. */
function ratioFor(input: CheckInput, counts: readonly number[]): number | undefined {
  if (!hasOption(input.family, 'classRatio') || isEvened(input)) return undefined;
  const rows = counts.reduce((a, b) => a + b, 0);
  return ratios.find(ratio => {
    const left = keptOfEach(counts, ratio).reduce((a, b) => a + b, 0);
    return left >= fewestLeft && left < rows;
  });
}

function evenFix(ratio: number): Pick<CheckResult, 'fix'> {
  const title = ratio === 1 ? 'Train on as many rows of each class' : `Train on at most ${ratio} times as many rows of a class as of the smallest`;
  return { fix: { title, change: { options: { classRatio: ratio } }, flags: `--set classRatio=${ratio}` } };
}
