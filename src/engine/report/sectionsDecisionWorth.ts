/** What the learned policy would be worth, estimated from rows it was not learned from, beside what was done. */
import type { Section } from '../../protocol/report';
import { estimatorTitles, worthSentence, type Decided } from './decisionWords';
import { countOf, formatLevel, formatNumber, formatPercent } from './format';

export function worthSections({ experience, result, solution }: Decided): Section[] {
  const { offPolicy } = result;
  if (!offPolicy) return [];
  const { headline, behaviour, gain, estimates, unit, units, level, effectiveEpisodes, overlapStep, agreement } = offPolicy;
  // No reward but 0 in the log: an interval without width would look like knowledge.
  const barren = experience.reward.every(reward => reward === 0) ? ' The log never shows a reward, so it cannot show how much could be earned: the interval without width is no certainty.' : '';
  const followed = `${formatPercent(agreement)} of the logged actions are the policy’s own`;
  const same = headline.name === 'logged';
  const followers = effectiveEpisodes === undefined || effectiveEpisodes < 0.05 ? 'practically none' : formatNumber(effectiveEpisodes, 2);
  const overlap = effectiveEpisodes === undefined || same ? '' : `; up to step ${overlapStep} this counts as if ${followers} of the ${formatNumber(units)} episodes had followed it`;
  const logged = unit === 'episodes' ? 'returns of the log' : 'estimated process';
  const item = (name: string, value: { value: number; low: number; high: number }, details: string): { name: string; estimate: number; low: number; high: number; details: string[] } =>
    ({ name, estimate: value.value, low: value.low, high: value.high, details: [details] });
  return [{
    kind: 'estimates', id: 'offPolicy', panel: 'overview', title: same ? 'What is the policy worth?' : 'Is the policy better than what was done?',
    summary: `${worthSentence(offPolicy, solution.discount)} ${followed}${overlap}.${barren}`,
    method: same ? `${logged}; ${formatLevel(level)} interval by bootstrap (${countOf(offPolicy.replicates, 'sample')})` : `Off-policy evaluation, ${estimatorTitles[headline.name]}: learned on one half of ${countOf(units, unit === 'episodes' ? 'episode' : 'transition')}, measured on the other, both ways; ${formatLevel(level)} intervals ${headline.name === 'marginalDoublyRobust' ? 'by draws of what else the process may be, and bootstrap' : 'by bootstrap'} (${countOf(offPolicy.replicates, 'sample')})`,
    assumptions: [
      ...experience.assumed.slice(1),
      'What made people choose an action is in the columns of the state; nothing hidden drives both the action and what follows.',
      ...(unit === 'transitions' ? ['Episodes are not told apart, so rows count as independent.'] : []),
    ],
    xTitle: unit === 'episodes' ? 'Discounted rewards of an episode' : 'Discounted rewards from a state of the log on', estimateName: 'Estimated value', intervalName: `${formatLevel(level)} interval`, chooser: 'Show',
    details: [{ title: 'What it is' }],
    groups: [
      { name: same ? 'Policy, which does all that was done' : 'Policy and what was done', items: same ? [item('Learned policy, as what was done', headline, logged)] : [item('Learned policy', headline, estimatorTitles[headline.name]), item('What was done', behaviour, logged), item('Difference', gain, 'resampled together')] },
      ...(estimates.length === 1 ? [] : [{ name: 'Other estimates of the policy', items: estimates.map(estimate => item(estimatorTitles[estimate.name], estimate, estimate.name === headline.name ? 'the one shown first' : 'for comparison')) }]),
    ],
  }];
}
