/** What the dynamics of a network's training show, in sentences. */
import { count, countOf, percent, short } from '../../models/neural/words';
import type { NetworkDynamicsResult } from './networkDynamics';

export function networkFindings(result: Omit<NetworkDynamicsResult, 'findings'>): string[] {
  const { ended, steps, plannedSteps, learningRate } = result;
  const findings: string[] = [];
  if (ended === 'diverged') findings.push(`Training diverged after ${countOf(steps, 'step')} with the learning rate ${short(learningRate)}.`);
  if (ended === 'still') findings.push(`The loss did not change in ${countOf(steps, 'step')}: no gradient reaches the weights.`);
  if (ended === 'stopped') findings.push(`Training was followed for ${count(steps)} of ${countOf(plannedSteps, 'step')}, as it was asked to finish: what is said of its end is said of there.`);
  findings.push(...sharpnessWords(result), ...pathWords(result), ...surfaceWords(result), ...(result.flow?.findings ?? []));
  return findings;
}

function sharpnessWords({ sharpness, stabilityBound, edge, momentum, rising, ended }: Omit<NetworkDynamicsResult, 'findings'>): string[] {
  const { values } = sharpness;
  if (values.length === 0) return [];
  const bound = `${momentum > 0 ? '2(1 + β)/η' : '2/η'} = ${short(stabilityBound)}`;
  const way = `The sharpness (largest eigenvalue of the Hessian) went from ${short(values[0])} to ${short(values[values.length - 1])}`;
  const most = Math.max(...values);
  if (ended === 'diverged') return [`${values.length > 1 ? way : `The sharpness (largest eigenvalue of the Hessian) was ${short(values[0])}`}; the learning rate is stable up to ${bound}.`];
  if (edge) {
    const rises = rising > 0 ? `, and ${percent(rising)} of the recorded losses are larger than the one before` : '';
    return [`${way}: training is at the edge of stability. From step ${count(edge.step)} on the sharpness hovers about ${bound}, above which steps of this size overshoot; its median is ${percent(edge.level)} of that${rises}.`];
  }
  const looks = values.length === 1 ? 'the one step at which it was measured' : `all ${count(values.length)} steps at which it was measured`;
  if (most < 0.95 * stabilityBound) return [`${way}; at ${looks} it was below ${bound}, above which steps of this size overshoot, so training was not at the edge of stability.`];
  if (values[0] > stabilityBound) return [`${way}: it started above ${bound}, so the first steps were unstable and threw the weights to where the loss is flatter.`];
  // Of a training that was cut nothing is known of staying.
  return [`${way}; it came to ${bound} (its largest value is ${short(most)})${ended === 'stopped' ? '' : ' but did not stay there'}.`];
}

function pathWords({ path: { shares } }: Omit<NetworkDynamicsResult, 'findings'>): string[] {
  if (shares.length === 0) return [];
  const together = shares.reduce((a, b) => a + b, 0);
  return [`${shares.length === 1 ? 'One direction holds' : 'Two directions hold'} ${together > 0.9995 && together < 1 - 1e-9 ? 'over 99.9 %' : percent(together)} of the variance of the path that the weights took${shares.length > 1 ? ', so that a picture of the two shows that much of it' : ''}.`];
}

function surfaceWords({ randomSurface, loss, ended }: Omit<NetworkDynamicsResult, 'findings'>): string[] {
  if (!randomSurface) return [];
  const finite = randomSurface.loss.filter(value => value !== null);
  const end = loss.values[loss.values.length - 1];
  const lower = Math.min(...finite);
  return [
    `Around the end, along two random directions as long as the weights themselves, the loss is between ${short(lower)} and ${short(Math.max(...finite))}; at the end ${ended === 'stopped' ? 'of what was followed ' : ''}it is ${short(end)}.`,
  ];
}
