/** Data that break naive arithmetic: every result is finite, or an error in one sentence. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { sgdDiffusion } from '../../../../src/engine/experiments/dynamics/sgdDiffusion';
import { standardised } from '../../../../src/engine/experiments/dynamics/standardised';
import { UserError } from '../../../../src/protocol/errors';
import { context, datasetFor, readTable } from '../../families/support';
import { linearFlow, momentumDynamics, networkDynamics } from './support';

const files = ['56_scale_1e-300.csv', '58_big_offset.csv', '78_n_equals_p.csv', '90_outlier_1e12.csv', '50_collinear_exact.csv', '80_two_distinct_points.csv'];

describe('dynamics on hostile data', () => {
  for (const file of files) {
    it(`are plain numbers, or say what is wrong: ${file}`, async () => {
      const table = readTable(join(__dirname, '../../../fixtures/bad', file));
      const target = table.columns.findLast(column => column.storage === 'number')!.name;
      const dataset = datasetFor(table, { target });
      const flow = await result(() => linearFlow(dataset, {}, context));
      expect(flow!.closedForm.largestDifference).toBeLessThan(1e-8);
      expect(Math.abs(flow!.onset!.learningRate / flow!.stabilityBound - 1)).toBeLessThan(0.01);
      await result(() => momentumDynamics(dataset, {}, context));
      await result(() => sgdDiffusion(dataset, { steps: 5000 }, context));
      await result(() => networkDynamics(dataset, { steps: 50, hidden: [3], grid: 3, measurements: 5 }, context));
    });
  }

  it('standardise columns of any unit and offset', () => {
    for (const [scale, offset] of [[1e-300, 0], [1e300, 0], [1, 1e12], [1, 0]]) {
      const z = standardised(Float64Array.from([1, 2, 3, 4], value => offset + scale * value))!;
      [-3, -1, 1, 3].forEach((value, i) => expect(z[i]).toBeCloseTo(value / Math.sqrt(5), 9));
    }
    expect(standardised(Float64Array.of(0.1, 0.1, 0.1))).toBeUndefined();
    expect(standardised(Float64Array.of(1, NaN, 2))).toBeUndefined();
  });
});

/** Undefined for a fault in the data; every number and sentence otherwise must be one. */
async function result<T extends { readonly findings: readonly string[] }>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    const made = await work();
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(made.findings.length).toBeGreaterThan(0);
    for (const finding of made.findings) expect(finding).not.toMatch(/NaN|Infinity|undefined|null/);
    return made;
  } catch (error) {
    if (!UserError.is(error)) throw error;
    return undefined;
  }
}
