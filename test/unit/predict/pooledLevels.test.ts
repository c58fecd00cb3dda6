/** Levels to predict that were not seen at the training, told from the rare ones that were pooled there. */
import { describe, expect, it } from 'vitest';
import { markLevels, pooledBefore } from '../../../src/engine/data/encoding/levelMarks';
import { Rng } from '../../../src/engine/math/random';
import type { ModelFile } from '../../../src/protocol/modelFile';
import { predicted, put, train } from './support';

/** 60 frequent levels, and 40 that a single row has each. */
function manyLevels(): string {
  const rng = new Rng(3);
  const level = (i: number): string => (i < 1200 ? `often${i % 60}` : `rare${i - 1200}`);
  return `city,x,y\n${Array.from({ length: 1240 }, (_, i) => `${level(i)},${rng.uniform().toFixed(3)},${(i % 60) / 10 + rng.normal()}`).join('\n')}\n`;
}

const fresh = put('city,x\nnowhere,0.1\nrare3,0.2\noften5,0.3\nnowhere,0.4\nelsewhere,0.5\nrare39,0.6\n');

async function notesOf(model: ModelFile): Promise<string> {
  return (await predicted({ model, file: fresh }, 2)).notes.join('\n');
}

/** The same model as older versions wrote it. */
function without(model: ModelFile): ModelFile {
  return JSON.parse(JSON.stringify(model, (key, value: unknown) => (key === 'pooled' ? undefined : value))) as ModelFile;
}

describe('levels of a column whose rare ones were pooled', () => {
  const file = put(manyLevels());

  it('are named by a linear model where it has not seen them', async () => {
    const model = await train({ file, model: 'linear', target: 'y', features: ['city', 'x'] });
    const notes = await notesOf(model);
    expect(notes).toContain('Levels that the training data did not have were predicted as another level: city "nowhere" (2 rows, as "(other)"); city "elsewhere" (1 row, as "(other)").');
    expect(notes).not.toContain('rare');
    const old = await notesOf(without(model));
    expect(old).toContain('Levels that the training data did not have, or seldom, were predicted as the pooled level: city "nowhere" (2 rows, as "(other)"); city "rare3" (1 row, as "(other)"); city "elsewhere"');
    expect(old).not.toContain('did not have were');
  });

  it('are named by a boosting machine where it has not seen them', async () => {
    const model = await train({ file, model: 'ebm', target: 'y', features: ['city', 'x'], options: { bags: 2, rounds: 30 } });
    expect(await notesOf(model)).toContain('Levels that the training data did not have were predicted as one group: city ("nowhere" 2, "elsewhere" 1, 3 rows).');
    expect(await notesOf(without(model))).toContain('Levels that the training data did not have, or seldom, were predicted as one group: city ("nowhere" 2, "rare3" 1, "elsewhere" 1, "rare39" 1, 5 rows).');
  });
});

describe('marks of levels', () => {
  it('know what was pooled, in any spelling of a number, and nothing else', () => {
    const levels = Array.from({ length: 4000 }, (_, i) => (i % 2 ? `place ${i}` : String(i)));
    const pooled = pooledBefore(markLevels(levels))!;
    expect(levels.every(pooled)).toBe(true);
    expect(pooled('10.0')).toBe(true);
    expect(Array.from({ length: 4000 }, (_, i) => `other ${i}`).filter(pooled)).toEqual([]);
    expect(pooledBefore(markLevels([]))!('a')).toBe(false);
  });

  it('are not kept of more than 4,000 levels, and damaged ones are none', () => {
    expect(markLevels(Array.from({ length: 4001 }, (_, i) => `l${i}`))).toBeUndefined();
    for (const damaged of [undefined, 7, 'AAA', ['AAAA']]) expect(pooledBefore(damaged)).toBeUndefined();
  });
});
