/** What training on spoiled rows did, in sentences with numbers. */
import { chanceWords, moves, nameOf, spokenSize } from './findingWords';
import { countWords, percentWords } from './numberWords';
import type { RobustnessResult, TrainedLine } from './result';

type Found = Omit<RobustnessResult, 'findings'>;

const foldsWords = ({ folds }: TrainedLine): string => (folds === 1 ? 'in the one fold that was run' : `mean over ${countWords(folds, 'fold')}`);

function lineWords(found: Found, line: TrainedLine, k: number): string {
  return `${moves(found, line.scores[0].value, line.scores[k].value)}${chanceWords(found, line.changes[k])}`;
}

/** Least squares and Huber are on the same folds. */
export function outlierWords(found: Found): string[] {
  const of = (name: string): TrainedLine | undefined => found.outliers.find(line => line.name === name);
  const [squares, huber] = [of('Least squares'), of('Huber')];
  if (!squares || !huber) return [];
  const k = spokenSize(squares.x, 0.1);
  return [`With outliers in ${percentWords(squares.x[k])} of the training rows (${foldsWords(squares)}), the error of least squares ${lineWords(found, squares, k)}; that of Huber regression ${lineWords(found, huber, k)}.`];
}

export function labelWords(found: Found): string[] {
  const [line] = found.labels;
  if (!line) return [];
  const k = spokenSize(line.x, 0.2);
  const what = found.score === 'accuracy' ? 'wrong labels' : 'another row\'s number to learn';
  return [`With ${what} in ${percentWords(line.x[k])} of the training rows (${foldsWords(line)}), the ${nameOf(found)} on all held-out rows ${lineWords(found, line, k)}.`];
}
