/** What an output says where nothing draws the report. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { plainOutput } from '../../../src/engine/notebook/plainOutput';
import type { ModelFile } from '../../../src/protocol/modelFile';

it('names target, file, model, held-out metrics with intervals, and where the report is shown', () => {
  const model = JSON.parse(readFileSync(new URL('../../fixtures/reports/binary.json', import.meta.url), 'utf8')) as ModelFile;
  const lines = plainOutput(model, 'C:\\data\\some file.csv').split('\n');
  const { metrics } = model.report.performance!;
  expect(lines.slice(0, 2)).toEqual([`${model.recipe.target} · some file.csv`, model.report.model.title]);
  expect(lines).toHaveLength(metrics.length + 3);
  expect(lines[2]).toMatch(new RegExp(`^${metrics[0]!.name} [\\d.]+ \\([\\d.]+ to [\\d.]+\\)$`));
  expect(lines.at(-1)).toBe('The report is in this output: VS Code with Unveil shows it.');
});
