/** The curve of score against weights kept, and what it says. */
import type { CurveSection } from '../../../../protocol/chartSections';
import { count, countOf, percent, rounded, short } from '../words';
import type { PruningResult, PrunedStep } from './prune';

/** `deviation`: of the target, for the root mean squared error in its unit; undefined for classes (log loss). */
export function pruningSection({ steps, smallest, trainRows, testRows }: PruningResult, deviation: number | undefined, target: string): CurveSection {
  const score = (loss: number): number => (deviation === undefined ? loss : deviation * Math.sqrt(Math.max(0, loss)));
  const name = deviation === undefined ? 'log loss' : 'root mean squared error';
  const unit = deviation === undefined ? '' : ` (units of ${target})`;
  const found = steps[smallest];
  const lowest = steps.reduce((best, step) => (step.loss < best.loss ? step : best));
  const answer = smallest === 0
    ? `No: the network needs its weights. Already with ${percent(steps[1]?.share ?? 1)} of them the ${name} on rows that it never saw is more than one standard error above the lowest.`
    : `Yes: ${countOf(found.weights, 'weight')} of ${count(steps[0].weights)} (${percent(found.weights / steps[0].weights)}) are enough. That is the smallest network whose ${name} on rows that it never saw, ${short(score(found.loss))}, is within one standard error of the lowest, ${short(score(lowest.loss))} with ${countOf(lowest.weights, 'weight')}; with all weights it is ${short(score(steps[0].loss))}.`;
  const at = (make: (step: PrunedStep) => number): number[] => steps.map(step => rounded(make(step)));
  return {
    kind: 'curve', id: 'pruning', panel: 'weights', title: 'Are there unnecessary weights?',
    xTitle: 'Weights kept', xScale: 'log', yTitle: `${name.charAt(0).toUpperCase()}${name.slice(1)} on unseen rows${unit}`,
    lines: [{
      name: 'Pruned network', x: steps.map(step => step.weights), y: at(step => score(step.loss)),
      low: at(step => score(step.loss - step.error)), high: at(step => score(step.loss + step.error)),
    }],
    summary: `Has such a network unnecessary weights? ${answer}`,
    method: `A network of its own, shaped and trained as those of the model on ${countOf(trainRows, 'row')}; then the smallest weights are removed in steps, the rest trained on after each; scored on ${countOf(testRows, 'row')} that neither trained nor stopped any of them. Band: one standard error (Han et al. 2015).`,
    assumptions: [
      'Weights are removed by size alone; another choice might need fewer.',
      ...(testRows < 100 ? ['With so few rows to score on, the band is wide and the answer rough.'] : []),
    ],
  };
}
