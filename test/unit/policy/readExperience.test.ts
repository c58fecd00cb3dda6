// Logs become whole numbers: states, bins, next states, ends and episodes.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/protocol/errors';
import { stateLabel } from '../../../src/engine/policy/experience';
import { readExperience } from '../../../src/engine/policy/readExperience';
import type { ExperienceColumns } from '../../../src/protocol/recipe';
import { numberTuples } from '../../../src/engine/policy/tuples';
import { tableOf } from './logs';

const roles: ExperienceColumns = { states: ['s'], action: 'a', reward: 'r', nextStates: ['n'], done: 'd' };
const log = { s: ['A', 'B', 'A'], a: ['x', 'y', 'y'], r: [0, 1, 2], n: ['B', 'C', 'C'], d: [0, 1, 1] };
const labels = (e: ReturnType<typeof readExperience>, ids: Int32Array): string[] => [...ids].map(id => (id < 0 ? '-' : stateLabel(e.states, id)));
const fault = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    if (UserError.is(error)) return error;
    throw error;
  }
  throw new Error('no fault');
};

describe('reading a log', () => {
  it('numbers states, actions and ends', () => {
    const e = readExperience(tableOf(log), roles);
    expect(labels(e, e.state)).toEqual(['A', 'B', 'A']);
    expect(labels(e, e.next)).toEqual(['B', 'C', 'C']);
    expect([...e.action].map(a => e.actions[a])).toEqual(['x', 'y', 'y']);
    expect([...e.done]).toEqual([0, 1, 1]);
  });

  it('takes a number and the text that spells it for the same state', () => {
    const e = readExperience(tableOf({ ...log, s: [1, 2, 1], n: ['2', 'end', 'end'] }), roles);
    expect(e.state[1]).toBe(e.next[0]);
    expect(e.states.count).toBe(3);
  });

  it.each([[['true', 'FALSE', 'True'], [1, 0, 1]], [['yes', 'no', 'no'], [1, 0, 0]], [['1', '0', '1.0'], [1, 0, 1]], [['done', null, null], [1, 0, 0]], [[1, null, null], [1, 0, 0]]])('understands %j as ends', (d, expected) => {
    expect([...readExperience(tableOf({ ...log, d }), roles).done]).toEqual(expected);
  });

  it('leaves out rows with missing cells, and counts them, but needs no next state at an end', () => {
    const e = readExperience(tableOf({ s: ['A', null, 'B', 'A', 'B'], a: ['x', 'x', null, 'x', 'x'], r: [1, 1, 1, null, 1], n: ['B', 'B', 'B', 'B', null], d: [0, 0, 0, 0, 1] }), roles);
    expect([...e.sourceRow]).toEqual([0, 4]);
    expect(labels(e, e.next)).toEqual(['B', '-']);
    expect(e.dropped.map(d => d.rows)).toEqual([1, 1, 1]);
    expect(e.notes.filter(n => n.kind === 'dropped')).toHaveLength(3);
  });

  it('takes the next state from the next row of the same episode, in its order', () => {
    const table = tableOf({ e: [2, 1, 1, 2, 1], t: [1, 2, 1, 2, 3], s: ['P', 'B', 'A', 'Q', 'C'], a: ['x', 'x', 'x', 'x', 'x'], r: [0, 0, 0, 5, 9] });
    const e = readExperience(table, { states: ['s'], action: 'a', reward: 'r', nextStates: [], episode: 'e', order: 't' });
    expect(labels(e, e.next)).toEqual(['Q', 'C', 'B', '-', '-']);
    expect([...e.done]).toEqual([0, 0, 0, 1, 1]);
    expect(e.episodes!.count).toBe(2);
    expect([...e.episodes!.order]).toEqual([2, 1, 4, 0, 3]);
    expect(e.notes.map(n => n.text).join(' ')).toMatch(/taken from the state of the next row with the same "e", by "t".*last row of each "e" was taken for its end/);
    expect(e.assumed).toHaveLength(2);
    expect(e.notes.filter(n => n.kind === 'warning').map(n => n.text)).toEqual([e.assumed[1]]);
  });

  describe('without columns of next states and ends', () => {
    const sequence: ExperienceColumns = { states: ['s'], action: 'a', reward: 'r', nextStates: [], episode: 'e' };
    /** Episodes of the given lengths; `stateOf`: the state at a step. */
    const episodes = (lengths: readonly number[], stateOf: (step: number, episode: number) => number): Parameters<typeof tableOf>[0] => {
      const rows = lengths.flatMap((length, e) => Array.from({ length }, (_, t) => ({ e, t, s: stateOf(t, e), a: 'go', r: 1 })));
      return { e: rows.map(row => row.e), t: rows.map(row => row.t), s: rows.map(row => row.s), a: rows.map(row => row.a), r: rows.map(row => row.r) };
    };

    it('takes episodes that all stop at one length, in states from which others go on, for cut off: no ends, and last rows left out', () => {
      const e = readExperience(tableOf(episodes([6, 6, 6, 4], (t, n) => (t + n) % 3)), sequence);
      // The shorter one has ended; the three longest have not.
      expect([e.size, e.done.reduce((sum, flag) => sum + flag, 0)]).toEqual([19, 1]);
      expect(e.episodes).toMatchObject({ count: 4, cutOff: 3 });
      expect(e.assumed[1]).toMatch(/3 of 4 episodes stop after exactly 6 rows, .*look cut off.*last row of each shorter episode was taken for its end/);
    });

    it('takes a pile of episodes at the largest length for cut off even where most are shorter', () => {
      const e = readExperience(tableOf(episodes([9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8], (t, n) => (t + n) % 3)), sequence);
      expect(e.done.reduce((sum, flag) => sum + flag, 0)).toBe(8);
    });

    it('keeps the ends of a task of a fixed number of stages, and those of lengths that vary', () => {
      const stages = readExperience(tableOf(episodes([4, 4, 4, 4], t => t)), sequence);
      expect([stages.size, stages.done.reduce((sum, flag) => sum + flag, 0)]).toEqual([16, 4]);
      const varied = readExperience(tableOf(episodes([3, 5, 2, 6, 4], (t, n) => (t + n) % 3)), sequence);
      expect([varied.size, varied.done.reduce((sum, flag) => sum + flag, 0)]).toEqual([20, 5]);
    });

    it('tells episodes apart by an order column that begins anew', () => {
      const e = readExperience(tableOf(episodes([3, 5, 2], t => t)), { states: ['s'], action: 'a', reward: 'r', nextStates: [], order: 't' });
      expect(e.episodes).toMatchObject({ count: 3, cutOff: 0 });
      expect([...e.done]).toEqual([0, 0, 1, 0, 0, 0, 0, 1, 0, 1]);
      expect(e.assumed.join(' ')).toMatch(/next row of the same run of rising "t".*last row of each run of rising "t"/);
      const { s, a, r } = episodes([8], t => t);
      // Numbers that never come again order the whole file.
      const once = readExperience(tableOf({ s: s!, a: a!, r: r!, t: [5, 1, 2, 3, 4, 7, 6, 0] }), { states: ['s'], action: 'a', reward: 'r', nextStates: [], order: 't' });
      expect(once.episodes).toBeUndefined();
      expect(labels(once, once.next)[0]).toBe('6');
    });

    const moved = /"t" falls in 1 place, but not back to one start as steps of episodes would, so the rows were sorted by it/;

    it('does not take a late row for the end of an episode, nor stamps of several rows for starts', () => {
      const stamps = Array.from({ length: 400 }, (_, i) => Math.floor(i / 2));
      stamps[300] = 57;
      const e = readExperience(tableOf({ s: stamps.map((_, i) => i % 3), a: stamps.map(() => 'go'), r: stamps.map(() => 1), t: stamps }), { states: ['s'], action: 'a', reward: 'r', nextStates: [], order: 't' });
      expect([e.episodes, e.size, e.done.includes(1)]).toEqual([undefined, 399, false]);
      // Rows 114 and 115 have the stamp too, and stay before the late one.
      expect([e.next[115], e.next[300]]).toEqual([e.state[300], e.state[116]]);
      expect(e.notes.map(n => n.text).join(' ')).toMatch(moved);
      expect(e.assumed[0]).toMatch(/following row by "t"\.$/);
    });

    it('takes two episodes that both count from the same start for two, and a last row that goes back for a late one', () => {
      const of = (t: (number | null)[]): ReturnType<typeof readExperience> =>
        readExperience(tableOf({ s: t.map((_, i) => i), a: t.map(() => 'go'), r: t.map(() => 1), t }), { states: ['s'], action: 'a', reward: 'r', nextStates: [], order: 't' });
      expect(of([0, 1, 2, 0, 1]).episodes!.count).toBe(2);
      expect(of([3, 4, 5, 6, 3]).episodes).toBeUndefined();
    });

    it('keeps an episode together where a cell of the order is missing', () => {
      const t = [0, 1, null, 3, 0, 1, 2, null, 0, 1];
      const table = tableOf({ e: [1, 1, 1, 1, 2, 2, 2, 2, 3, 3], s: t.map((_, i) => i), a: t.map(() => 'go'), r: t.map(() => 1), t });
      for (const episode of ['e', undefined]) {
        const e = readExperience(table, { states: ['s'], action: 'a', reward: 'r', nextStates: [], order: 't', ...(episode && { episode }) });
        expect(e.episodes).toMatchObject({ count: 3 });
        expect([...e.episodes!.order]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect([...e.done]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 1]);
      }
    });

    it('says that a file without episodes was read as one sequence', () => {
      const e = readExperience(tableOf(episodes([5], t => t % 2)), { states: ['s'], action: 'a', reward: 'r', nextStates: [] });
      expect(e.size).toBe(4);
      expect(e.dropped).toEqual([{ reason: 'it is the last of the log, so the next state is not known', rows: 1 }]);
      expect(e.notes.find(n => n.kind === 'warning')!.text).toMatch(/read as one sequence without an end, and its last row.*If it holds several episodes/);
    });
  });

  it('sees boundaries of episodes by the numbers themselves, not by their bins', () => {
    // Drifts by 0.01 and is cut off every 10 steps, to begin a little further on: in the same bin.
    const x = Array.from({ length: 300 }, (_, i) => (i % 10) * 0.01 + Math.floor(i / 10) * 0.003);
    const after = x.map(value => Math.fround(value + 0.01));
    const table = tableOf({ s: x, a: x.map(() => 'go'), r: x.map(() => 1), n: after, d: x.map((_, i) => (i === 299 ? 1 : 0)) });
    const e = readExperience(table, roles, { bins: 2 });
    expect(e.episodes).toMatchObject({ count: 30, cutOff: 29 });
    const { done, ...without } = roles;
    expect(done).toBe('d');
    expect(readExperience(table, without, { bins: 2 }).episodes).toMatchObject({ count: 30, cutOff: 30 });
    // Measured apart, numbers never agree; then bins have to do, which is said.
    const noisy = readExperience(tableOf({ s: x, a: x.map(() => 'go'), r: x.map(() => 1), n: after.map((value, i) => value + 0.001 * ((i % 3) - 1)), d: x.map((_, i) => (i % 100 === 99 ? 1 : 0)) }), roles, { bins: 2 });
    expect(noisy.episodes!.from).toBe('done');
    expect(noisy.notes.map(n => n.text).join(' ')).toMatch(/differ a little from those of the next row/);
  });

  it.each([['single precision far from 0', 1000, Math.fround], ['rounding near 0', 0, (value: number) => value + 1e-8]])('takes numbers for the same that differ by %s', (_, shift, logged) => {
    const x = Array.from({ length: 300 }, (__, i) => shift + (i % 10) * 0.01 + Math.floor(i / 10) * 0.003);
    const table = tableOf({ s: x, a: x.map(() => 'go'), r: x.map(() => 1), n: x.map(value => logged(value + 0.01)), d: x.map((__, i) => (i === 299 ? 1 : 0)) });
    const e = readExperience(table, roles, { bins: 2 });
    expect(e.episodes).toMatchObject({ count: 30, cutOff: 29 });
    expect(e.notes.map(n => n.text).join(' ')).not.toMatch(/differ a little/);
  });

  it('leaves out the last row of an episode that has not ended where the next state is not known', () => {
    const e = readExperience(tableOf({ s: [1, 2, 1, 2], a: ['x', 'x', 'x', 'x'], r: [0, 1, 0, 1], d: [0, 1, 0, 0] }), { states: ['s'], action: 'a', reward: 'r', nextStates: [], done: 'd' });
    expect([...e.sourceRow]).toEqual([0, 1, 2]);
    expect(e.dropped[0]!.reason).toMatch(/last of its episode/);
  });

  it('tells episodes apart by ends and by states that do not follow', () => {
    const e = readExperience(tableOf({ s: [1, 2, 1, 3, 1], a: ['x', 'x', 'x', 'x', 'x'], r: [0, 1, 0, 1, 1], n: [2, 9, 3, 9, 9], d: [0, 1, 0, 1, 1] }), roles);
    expect(e.episodes).toMatchObject({ count: 3, from: 'done', cutOff: 0 });
  });

  it('cuts many numbers into bins and the next state at the same numbers', () => {
    const x = Array.from({ length: 400 }, (_, i) => i / 7);
    const e = readExperience(tableOf({ s: x, a: x.map(() => 'go'), r: x.map(() => 1), n: x.map(v => v + 20), d: x.map(() => 0) }), roles, { bins: 4 });
    expect(e.states.fields[0]!.edges).toHaveLength(3);
    expect(e.states.count).toBe(4);
    const [edge] = e.states.fields[0]!.edges!;
    x.forEach((v, i) => expect(e.state[i] === 0).toBe(v < edge!));
    expect(e.next[399]).toBe(3);
    expect(e.notes[0]!.text).toMatch(/cut into 4 bins of about equally many rows/);
    expect(readExperience(tableOf({ s: x, a: x.map(() => 'go'), r: x.map(() => 1), n: x, d: x.map(() => 0) }), roles, { bins: 'none' }).states.count).toBe(400);
  });

  it('keeps whole numbers that stand in many rows each', () => {
    const s = Array.from({ length: 3000 }, (_, i) => i % 200);
    expect(readExperience(tableOf({ s, a: s.map(() => 'go'), r: s, n: s, d: s.map(() => 0) }), roles).states.count).toBe(200);
  });

  it.each<[string, Record<string, (string | number | null)[]>, ExperienceColumns, RegExp]>([
    ['a reward of words', { ...log, r: ['good', 'bad', 'good'] }, roles, /reward "r" holds text such as "bad"; a reward has to be a number\./],
    ['an end that is no boolean', { ...log, d: [0, 1, 7] }, roles, /"d", which should say where episodes end, holds "7"/],
    ['an unknown column', log, { ...roles, action: 'act' }, /no column "act"; did you mean "a"\?/],
    ['too few next states', log, { ...roles, states: ['s', 'a'] }, /2 columns but the next state has 1/],
    ['a column with two parts', log, { ...roles, action: 's' }, /"s" was given two parts/],
    ['no usable row', { ...log, s: [null, null, null] }, roles, /^No row of the log can be used \(left out because a cell of the state is missing: 3\)\.$/],
    ['an empty log', { s: [], a: [], r: [], n: [], d: [] }, roles, /^The log has no rows\.$/],
  ])('says in one sentence what is wrong: %s', (_, columns, given, sentence) => {
    expect(fault(() => readExperience(tableOf(columns), given)).message).toMatch(sentence);
  });

  it('refuses a sample of rows where the next state has to come from the next row', () => {
    expect(fault(() => readExperience(tableOf(log), { ...roles, nextStates: [] }, {}, Int32Array.of(0, 5, 9))).reason).toBe('badOption');
  });
});

describe('numbers of tuples', () => {
  it('equal tuples, and only they, have the same number, and numbers rise with tuples', () => {
    for (const sizes of [[5, 7], [2000, 3000, 5000], [2 ** 30, 2 ** 30, 2 ** 30]]) {
      const codes = sizes.map((size, f) => Int32Array.from({ length: 500 }, (_, i) => Math.floor((((i * 37 + f * 11) % 61) / 61) * size)));
      codes[0]![3] = -1;
      const { ids, count, example } = numberTuples(codes, sizes);
      expect(ids[3]).toBe(-1);
      const texts = Array.from(ids, (_, i) => codes.map(c => String(c[i]).padStart(12, '0')).join());
      const expected = [...new Set(texts.filter((_, i) => i !== 3))].sort();
      expect(count).toBe(expected.length);
      ids.forEach((id, i) => { if (id >= 0) expect(texts[i]).toBe(expected[id]); });
      example.forEach((place, id) => expect(ids[place]).toBe(id));
    }
  });
});
