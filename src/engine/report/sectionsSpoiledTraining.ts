/** Sections of models trained on spoiled rows: outliers of a number, and wrong labels. */
import type { Section } from '../../protocol/report';
import type { RobustnessResult, TrainedLine } from '../experiments/robustness/result';
import { countOf, formatLevel, formatPercent } from './format';
import { baselineLine, curveOf, scoreText, scoreTitle } from './robustnessLines';

export function spoiledSections(result: RobustnessResult): Section[] {
  return [...outliersSections(result), ...labelsSection(result)];
}

function lastWords(result: RobustnessResult, { name, x, scores }: TrainedLine): string {
  return `${name}: ${scoreText(result, scores[0].value)} with none, ${scoreText(result, scores[scores.length - 1].value)} with ${formatPercent(x[x.length - 1])}`;
}

const foldsWords = ({ folds }: TrainedLine): string => (folds === 1 ? 'on the one fold that was run' : `mean over ${countOf(folds, 'fold')}`);

/** Why the first point is not the score that stands at the start of the lines under attack. */
const cleanWords = 'Scores, and that without a model, are means over folds of those of all held-out rows; those under attack are of the attacked rows taken together, so that the two may differ without any fault put in.';

const intervalsWords = ({ folds }: TrainedLine): string => (folds === 1 ? 'One fold has no interval.' : 'Intervals over folds are by the corrected resampled t (Nadeau and Bengio 2003).');

function drawn(result: RobustnessResult, lines: readonly TrainedLine[]): Pick<Extract<Section, { kind: 'curve' }>, 'yTitle' | 'bandName' | 'lines'> {
  return {
    yTitle: scoreTitle(result), bandName: `${formatLevel(result.level)} intervals over the folds`,
    lines: [...lines.map(curveOf), baselineLine(result.score, lines[0].baseline, lines[0].x)],
  };
}

/** Lines that rest on the same folds stand in one chart. */
function outliersSections(result: RobustnessResult): Section[] {
  const counts = [...new Set(result.outliers.map(({ folds }) => folds))];
  return counts.map((count, k): Section => {
    const lines = result.outliers.filter(({ folds }) => folds === count);
    const linear = lines.some(({ name }) => name === 'Huber');
    return {
      kind: 'curve', id: k === 0 ? 'outliers' : 'outliersOwn', panel: 'robustness', title: `Outliers in the training rows${counts.length > 1 && !linear ? `: ${lines[0].name}` : ''}`,
      summary: `${scoreTitle(result)}: ${lines.map(line => lastWords(result, line)).join('; ')} of the training rows.`,
      method: `A share of the training rows has its ${result.target} moved up by 10 standard deviations; held-out rows as they are, ${foldsWords(lines[0])}`,
      assumptions: [...(linear ? ['Least squares and Huber: the linear model without a penalty, on the same features.'] : []), cleanWords, intervalsWords(lines[0])],
      xTitle: 'Share of the training rows with an outlier', ...drawn(result, lines),
    };
  });
}

function labelsSection(result: RobustnessResult): Section[] {
  const { labels, score } = result;
  if (labels.length === 0) return [];
  const classes = score === 'accuracy';
  return [{
    kind: 'curve', id: 'labels', panel: 'robustness', title: classes ? 'Wrong labels in the training rows' : 'Shuffled numbers in the training rows',
    summary: `${scoreTitle(result)}: ${labels.map(line => lastWords(result, line)).join('; ')} of the training rows.`,
    method: `${classes ? 'A share of the training rows gets another class at random' : 'A share of the training rows changes its numbers to learn with each other'}; held-out rows as they are, ${foldsWords(labels[0])}`,
    assumptions: [cleanWords, intervalsWords(labels[0])],
    xTitle: `Share of the training rows with ${classes ? 'a wrong label' : 'another row\'s number'}`, ...drawn(result, labels),
  }];
}
