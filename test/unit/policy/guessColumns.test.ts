// The parts of columns are guessed from names and kinds.
import { describe, expect, it } from 'vitest';
import { guessColumns } from '../../../src/engine/policy/guessColumns';
import { read } from '../data/reading';

async function guess(header: string, ...rows: string[]): Promise<ReturnType<typeof guessColumns>> {
  const body = rows.length > 0 ? rows : Array.from({ length: 12 }, (_, i) => header.split(',').map((_, c, all) => (i * (c + 3)) % (c > all.length - 3 ? 2 : c + 2)).join(','));
  return guessColumns((await read(`${header}\n${body.join('\n')}\n`)).profile);
}

describe('columns of a log', () => {
  it.each([
    ['state,action,reward,next_state,done', ['state'], ['next_state']],
    ['s,a,r,s2,terminal', ['s'], ['s2']],
    ['x,y,move,reward,next_x,next_y,done', ['x', 'y'], ['next_x', 'next_y']],
    ["s,a,r,s',done", ['s'], ["s'"]],
    ['obs,action,reward,obs_next,terminated', ['obs'], ['obs_next']],
    ['row,column,action,reward,row_after,column_after,done', ['row', 'column'], ['row_after', 'column_after']],
    ['x,v,action,reward,x_next,v_next,done', ['x', 'v'], ['x_next', 'v_next']],
    ['currentState,action,reward,nextState,done', ['currentState'], ['nextState']],
    ['s1,a,r,s2,done', ['s1'], ['s2']],
  ])('%s: the state and the same after the action', async (header, states, next) => {
    const { roles } = await guess(header);
    expect(roles?.states).toEqual(states);
    expect(roles?.nextStates).toEqual(next);
    expect(roles?.done).toBe(header.split(',').at(-1));
  });

  it('does without columns of the next state, and says where it comes from', async () => {
    const { roles, guesses } = await guess('episode,step,x,y,action,reward', ...Array.from({ length: 12 }, (_, i) => `${i >> 2},${i % 4},${i % 3},${i % 2},${'ab'[i % 2]},${i / 2}`));
    expect(roles).toEqual({ states: ['x', 'y'], action: 'action', reward: 'reward', nextStates: [], episode: 'episode', order: 'step' });
    expect(guesses.find(g => g.role === 'nextStates')!.reason).toMatch(/next row of the same episode/);
  });

  it('takes a counter of steps for the order where no column names episodes, and a time that never comes again for nothing', async () => {
    const rows = (time: (i: number) => number): string[] => Array.from({ length: 12 }, (_, i) => `${time(i)},${i % 3},${'ab'[i % 2]},${i / 2}`);
    expect((await guess('step,x,action,reward', ...rows(i => i % 4))).roles).toMatchObject({ states: ['x'], order: 'step' });
    expect((await guess('step,x,action,reward', ...rows(i => i))).roles).not.toHaveProperty('order');
  });

  it('takes the velocity beside the position for a part of the state', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i >> 2},${i / 7},${i / 9},${i % 5},${'ab'[i % 2]},${i / 2}`);
    expect((await guess('episode,position,velocity,weight,action,reward', ...rows)).roles!.states).toEqual(['position', 'velocity']);
  });

  it('says that a reward of words is one, instead of that there is none', async () => {
    const { roles, guesses } = await guess('state,action,reward,next_state', ...Array.from({ length: 12 }, (_, i) => `${i % 3},${'ab'[i % 2]},${['good', 'bad', 'so so'][i % 3]},${i % 2}`));
    expect(roles).toBeUndefined();
    expect(guesses.find(g => g.role === 'reward')!.reason).toBe('"reward" is named as a reward but holds no numbers.');
  });

  it('gives every guess a reason, and no roles where there is no reward', async () => {
    const { roles, guesses } = await guess('height,colour,word', '1,red,a', '2,blue,b', '3,red,a');
    expect(roles).toBeUndefined();
    expect(guesses.find(g => g.role === 'reward')).toMatchObject({ columns: [], reason: 'No column is named as a reward.' });
    expect(guesses.every(g => g.reason.endsWith('.'))).toBe(true);
  });

  it('prefers done to truncated', async () => {
    expect((await guess('s,a,r,next_s,truncated,done')).roles?.done).toBe('done');
    // A cut-off is no end, and no part of the state either.
    const { roles, guesses } = await guess('s,a,r,next_s,truncated');
    expect([roles?.done, roles?.states]).toEqual([undefined, ['s']]);
    expect(guesses.find(({ role }) => role === 'done')!.reason).toContain('"truncated" says where episodes were cut off, which is no end');
  });

  it('does not take x2 for the next x where clearer names speak', async () => {
    expect((await guess('x,x2,action,reward,next_x,next_x2,done')).roles).toMatchObject({ states: ['x', 'x2'], nextStates: ['next_x', 'next_x2'] });
  });
});
