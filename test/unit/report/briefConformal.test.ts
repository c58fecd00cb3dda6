/** A brief run leaves conformal intervals out, but not those that were asked for by name. */
import { expect, it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { Rng } from '../../../src/engine/math/random';
import { measureModel } from '../../../src/engine/measure';
import { assembleReport } from '../../../src/engine/report/assemble';
import type { ReportInput } from '../../../src/engine/report/input';
import type { ConformalChoice } from '../../../src/protocol/recipe';
import { quiet, regressionData, stubFamily } from '../evaluate/stub';

async function brief(conformal: ConformalChoice | undefined) {
  const dataset = regressionData(120, 1, { detail: 'brief', ...(conformal && { conformal }) });
  const model = await stubFamily.fit(dataset, quiet());
  const evaluation = await crossValidate(stubFamily, dataset, dataset.recipe.split, quiet(), new Rng(1));
  const measurements = await measureModel({ recipe: dataset.recipe, dataset, family: stubFamily, model, evaluation }, quiet(), new Rng(2));
  return { dataset, model, evaluation, measurements };
}

it('a brief run has conformal intervals exactly where a method was named', async () => {
  expect((await brief('cqr')).measurements.conformal?.method).toBe('cqr');
  expect((await brief('split')).measurements.conformal?.method).toBe('split');
  for (const none of [undefined, 'auto', 'none'] as const) expect((await brief(none)).measurements.conformal).toBeUndefined();
  expect((await brief('cqr')).measurements.scores).toBeUndefined();
});

it('an underflown p-value of the fit reads "< 1e-300", not 0', async () => {
  const { dataset, model, evaluation, measurements } = await brief(undefined);
  const report = assembleReport({
    recipe: dataset.recipe, dataset, evaluation, measurements, notes: [], timings: {}, load: { rowsInFile: 120, sampled: false, dropped: [] },
    profile: { file: 'd.csv', bytes: 1, dialect: { format: 'csv' }, rows: 120, dropped: [], notes: [], columns: [] },
    model: { ...model, fitStatistics: () => [{ label: 'p-value of F', value: 0 }, { label: 'Aliased', value: 0 }] },
  } satisfies ReportInput);
  const fit = report.sections.find(section => section.id === 'fit');
  expect(fit?.kind === 'fit' && fit.values).toEqual([{ label: 'p-value of F', value: '< 1e-300' }, { label: 'Aliased', value: 0 }]);
});
