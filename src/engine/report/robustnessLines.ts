/** Lines and numbers that the sections of a robustness study share. */
import type { CurveLine } from '../../protocol/chartSections';
import type { RobustnessResult, ScoreLine } from '../experiments/robustness/result';
import { formatNumber, formatPercent } from './format';

export const scoreTitle = ({ score, target }: RobustnessResult): string => (score === 'accuracy' ? 'Accuracy' : `Root mean squared error of ${target}`);

/** "97.4 %", "53.2". */
export const scoreText = ({ score }: RobustnessResult, value: number): string => (score === 'accuracy' ? formatPercent(value) : formatNumber(value, 3));

export function curveOf({ name, x, scores }: ScoreLine): CurveLine {
  const known = scores.map((score, k) => ({ x: x[k], ...score })).filter(({ value }) => Number.isFinite(value));
  const bands = known.length > 0 && known.every(({ low, high }) => low !== undefined && high !== undefined);
  return { name, x: known.map(item => item.x), y: known.map(({ value }) => value), ...(bands && { low: known.map(({ low }) => low!), high: known.map(({ high }) => high!) }) };
}

/**
 * Lines of one chart. What is proved of an error may be so much larger than what was found that all other lines would lie on the floor: of it only
 * the points up to twice the largest of the others are drawn.
 */
export function readable(score: RobustnessResult['score'], lines: readonly ScoreLine[]): CurveLine[] {
  const drawn = lines.map(curveOf);
  const proved = (name: string): boolean => name.startsWith('Proved');
  const most = 2 * Math.max(...drawn.filter(({ name }) => !proved(name)).flatMap(({ y }) => y));
  return drawn.map(line => (proved(line.name) && score === 'RMSE' ? cutAt(line, most) : line)).filter(({ x }) => x.length > 0);
}

function cutAt({ low, high, ...line }: CurveLine, most: number): CurveLine {
  const end = line.y.findIndex(value => value > most);
  const part = <T>(values: readonly T[]): readonly T[] => (end < 0 ? values : values.slice(0, end));
  return { ...line, x: part(line.x), y: part(line.y), ...(low && high && { low: part(low), high: part(high) }) };
}

/** The score without a model on the same rows, to read against. */
export function baselineLine(score: RobustnessResult['score'], baseline: number, x: readonly number[]): CurveLine {
  return { name: score === 'accuracy' ? 'Always the commonest class' : 'Always the mean', x: [x[0], x[x.length - 1]], y: [baseline, baseline], reference: true };
}
