/** How `unveil what-if` writes cells: years as years, large numbers in groups. */
import { expect, it, vi } from 'vitest';
import { whatIfCommand } from '../../../src/cli/whatIfCommand';
import { CancellableContext } from '../../../src/engine/context';
import type { CellValue, WhatIfAnswer, WhatIfAsk, WhatIfFeature } from '../../../src/protocol/whatIf';

const said = vi.hoisted(() => ({ answers: (_ask: unknown): unknown => undefined, text: '' }));
vi.mock('../../../src/engine/run', () => ({ readTargetModel: () => Promise.resolve({ recipe: { file: 'rows.csv' } }) }));
vi.mock('../../../src/engine/whatIf', () => ({ whatIfOnce: () => Promise.resolve((...asks: unknown[]) => Promise.resolve(asks.map(said.answers))) }));
vi.mock('../../../src/cli/output', async original => ({ ...await original<object>(), print: (text: string) => { said.text += text; return Promise.resolve(); } }));

/** The cell as it is written in "x from … to …", "In the data it is …" and the table of nearest rows. */
async function written(cell: CellValue, kind: WhatIfFeature['kind'] = 'number'): Promise<readonly (string | undefined)[]> {
  said.text = '';
  const values = { x: 1 };
  said.answers = ask => ({
    model: { kind: 'model', name: 'm', target: 'y', task: 'regression', level: 0.9, rows: 3, takesMissing: true, features: [{ name: 'x', kind, typical: 1 }] },
    row: { kind: 'row', row: 1, values, actual: cell },
    prediction: { kind: 'prediction', value: 1, intervals: [], notes: [] },
    changes: { kind: 'changes', method: 'm', items: [{ changes: [{ feature: 'x', from: cell, to: cell }], values, value: 2, distance: 1, toTraining: 1, usual: 1 }] },
    nearest: { kind: 'nearest', method: 'm', rows: [{ row: 1, distance: 0, target: cell, values: { x: cell } }] },
  } as unknown as Record<WhatIfAsk['kind'], WhatIfAnswer>)[(ask as WhatIfAsk).kind];
  await whatIfCommand('m.unveil.json', { row: '1', target: '>1', nearest: '1' }, new CancellableContext());
  const [, from, to] = /x from (\S+) to (\S+): y = 2/.exec(said.text) ?? [];
  const [, actual] = /In the data it is (\S+)\.\n/.exec(said.text) ?? [];
  const [, target, near] = /\n *1 +0 +(\S+) +(\S+) \*\n/.exec(said.text) ?? [];
  // What is in the data is told where it is known; a date's kind is that of its column.
  return [...new Set([from, to, near, ...(typeof cell === 'number' && kind === 'number' ? [actual, target] : [])])];
}

it.each<[number, string]>([[2024, '2024'], [-1999, '-1999'], [9999, '9999'], [0, '0'], [1234.5, '1234.5'], [0.123456789, '0.123457']])('a number below ten thousand has no groups: %d', async (value, text) => {
  expect(await written(value)).toEqual([text]);
});

it.each<[number, string]>([[10_000, '10,000'], [-10_000, '-10,000'], [20_240_101, '20,240,101']])('a larger one has: %d', async (value, text) => {
  expect(await written(value)).toEqual([text]);
});

it('a date, a text and a missing cell are written as such', async () => {
  expect(await written(Date.UTC(2024, 1, 29), 'date')).toEqual(['2024-02-29']);
  expect(await written('2024', 'choice')).toEqual(['2024']);
  expect(await written(null)).toEqual(['(missing)']);
});
