/** What a formula's functions do not know is refused, never passed over. */
import { describe, expect, it } from 'vitest';

import { explainJson, fixtures, run } from '../cli/run';

const cars = `${fixtures}/reference/r/mtcars.csv`;

describe('arguments in a formula', () => {
  it.each([
    ['mpg ~ poly(hp, 2, rubbish=3)', /no argument "rubbish"/],
    ['mpg ~ C(cyl, base=6)', /no argument "base"/],
    ['mpg ~ I(hp, 3)', /I\(\) takes one argument/],
    ['mpg ~ hp | wt', /"\|"/],
  ])('%s is refused in one sentence', async (formula, message) => {
    const ran = await run(['explain', cars, '--formula', formula]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('ref= names the reference level, as relevel() does', async () => {
    const terms = async (formula: string): Promise<unknown> => (await explainJson([cars, '--formula', formula, '--holdout', '0'])).weights!.map(w => [w.level, w.reference, w.estimate]);
    expect(await terms('mpg ~ C(cyl, ref=6)')).toEqual(await terms('mpg ~ relevel(factor(cyl), ref="6")'));
  });
});
