/** What the names of columns say about their part in a log of decisions. */

export type NamedRole = 'action' | 'reward' | 'done' | 'truncated' | 'episode' | 'order';

const names: Readonly<Record<NamedRole, readonly string[]>> = {
  action: ['action', 'actions', 'a', 'act', 'action_taken', 'chosen_action', 'move', 'decision', 'treatment', 'choice', 'arm', 'control', 'command', 'offer'],
  reward: ['reward', 'rewards', 'r', 'rew', 'payoff', 'pay_off', 'gain', 'profit', 'return', 'utility', 'cost', 'outcome', 'score'],
  done: ['done', 'terminal', 'terminated', 'is_done', 'is_terminal', 'dones', 'terminals', 'end', 'ended', 'episode_end', 'end_of_episode', 'finished', 'absorbing', 'final', 'is_last', 'last'],
  truncated: ['truncated', 'truncation', 'timeout', 'timed_out', 'is_truncated'],
  episode: ['episode', 'episode_id', 'ep', 'ep_id', 'episodes', 'episode_number', 'trajectory', 'trajectory_id', 'traj', 'traj_id', 'trial', 'rollout', 'run', 'run_id', 'session', 'session_id',
    'game', 'game_id', 'patient', 'patient_id', 'subject', 'subject_id', 'customer', 'customer_id', 'user', 'user_id', 'id'],
  order: ['step', 'steps', 't', 'time', 'timestep', 'time_step', 'turn', 'stage', 'tick', 'timestamp', 'period', 'visit'],
};

/** 'nextX', 'next X' and 'Next_x' are all next_x; a prime becomes the word "prime". */
export function normalised(name: string): string {
  return name.replace(/['’′]/g, '_prime').replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '');
}

/** 0: no such name; the higher the surer. */
export function nameScore(name: string, role: NamedRole): number {
  const place = names[role].indexOf(normalised(name));
  return place < 0 ? 0 : 100 - place;
}

/** Whether the name is one of the usual names of a state or an observation. */
export function isStateName(name: string): boolean {
  return /^(?:s|state|states|obs|observation|observations|position|pos|cell|location|x|y|row|col|column)(?:_?\d+)?$/.test(normalised(name)) || /(?:^|_)(?:state|obs|observation|position|velocity|vel|speed|angle|theta)(?:_|$)/.test(normalised(name));
}

/**
 * The normalised names that a column after the action could have as its partner before it, likeliest first:
 * next_x, x_next, new_x, x_new, x', x_after, to_x, x_t1; with `numbered` x2 alone. Empty where the name does not speak of afterwards.
 */
export function basesOf(name: string, numbered: boolean): string[] {
  const plain = normalised(name);
  const found: string[] = [];
  const forms = numbered ? [/^(.+?)_?2$/] : [
    /^(?:next|new|after|to|following|resulting|post)_?(.+)$/, /^(.+?)_?(?:next|new|after|prime|post|following)$/, /^(.+?)_(?:t_?1|t_plus_1|t1)$/, /^(s|state|obs|observation|x|y)p$/,
  ];
  for (const form of forms) {
    const base = form.exec(plain)?.[1];
    if (base !== undefined) found.push(base.replace(/^_+|_+$/g, ''));
  }
  return found.filter(base => base !== '');
}

/** The name without the words that say "before the action": current_x, x_before, x_t and from_x are x. */
export function withoutBefore(name: string): string {
  return normalised(name).replace(/^(?:current|cur|old|prev|previous|before|from|pre|this)_/, '').replace(/_(?:before|current|old|pre|t|now)$/, '').replace(/^(s|state|obs|observation|x|y)_?1$/, '$1');
}
