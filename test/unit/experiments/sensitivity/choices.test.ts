/** What the editor offers to vary is there in each family, with values of its own. */
import { describe, expect, it } from 'vitest';
import { readVaried } from '../../../../src/engine/experiments/sensitivity/axes';
import { families } from '../../../../src/engine/models/families';
import { choicesToVary } from '../../../../src/protocol/experiments';
import { regressionData } from '../../evaluate/stub';

describe('the choices offered', () => {
  it.each(families.map(family => [family.id, family] as const))('of the family %s all have usual values', (id, family) => {
    const offered = choicesToVary[id]!;
    expect(offered.length).toBeGreaterThan(0);
    for (const name of offered) expect(readVaried([name], family, regressionData())[0]!.values.length, name).toBeGreaterThan(1);
  });
});
