/** `unveil policy`: which action is best in which state, learned from a log of decisions. */
import type { WorkContext } from '../engine/context';
import type { ExperienceColumns } from '../protocol/recipe';
import { columnList, numberOf, oneOf } from './arguments';
import { exploreRequest, exploreTo, type ExploreFlags } from './exploreCommand';
import { policyText } from './policyText';

export interface PolicyFlags extends ExploreFlags {
  state?: string; action?: string; reward?: string; next?: string; done?: string; episode?: string; order?: string;
  gamma?: string; rate?: string; exploration?: string; bins?: string; method?: string;
}

export async function policyCommand(file: string, flags: PolicyFlags, context: WorkContext): Promise<void> {
  const whole = (name: string, value: string | undefined): number | undefined => (value === 'auto' ? undefined : numberOf(name, value, 2, 1000, true));
  const request = exploreRequest(file, 'decisions', flags, {
    discount: numberOf('--gamma', flags.gamma, 0, 1, false), rate: flags.rate === 'auto' ? undefined : numberOf('--rate', flags.rate, 1e-6, 1, false),
    exploration: numberOf('--exploration', flags.exploration, 0, 1, false), bins: whole('--bins', flags.bins), method: oneOf('--method', flags.method, ['tabular', 'fitted'] as const),
  });
  await exploreTo({ ...request, roles: rolesOf(flags) }, flags, context, { writes: 'the best action', text: policyText });
}

/** "none" says that there is no such column. */
function rolesOf({ state, action, reward, next, done, episode, order }: PolicyFlags): Partial<ExperienceColumns> {
  const one = (name: string | undefined): string | undefined => (name === 'none' ? '' : name);
  const named: { readonly [Role in keyof ExperienceColumns]: ExperienceColumns[Role] | undefined } = {
    states: columnList(state), action, reward, nextStates: next === 'none' ? [] : columnList(next), done: one(done), episode: one(episode), order: one(order),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
