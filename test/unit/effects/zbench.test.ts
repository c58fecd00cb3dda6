import { it } from 'vitest';
import { crossValidate } from '../../../src/engine/evaluate/crossValidate';
import { permutationImportance } from '../../../src/engine/explain/permutation';
import { effectCurves } from '../../../src/engine/explain/effectCurves';
import { meanContributions } from '../../../src/engine/explain/meanContributions';
import { explainEffects } from '../../../src/engine/explain/explainEffects';
import { Rng } from '../../../src/engine/math/random';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { logisticFamily } from '../../../src/engine/models/logistic/family';
import { classTarget, makeDataset, numberTarget, quiet } from '../evaluate/stub';
import { normals, numberColumn } from './support';
it('bench', async () => {
  const n = 10000;
  const columns = Array.from({ length: 10 }, (_, j) => numberColumn(`x${j}`, normals(n, j)));
  const y = normals(n, 99).map((e, i) => e + (columns[0] as { values: Float64Array }).values[i]);
  for (const [family, data] of [[linearFamily, makeDataset(columns, numberTarget(y))], [logisticFamily, makeDataset(columns, classTarget(y.map(v => v > 0 ? 1 : 0), ['a', 'b']))]] as const) {
    const model = await family.fit(data, quiet());
    const evaluation = await crossValidate(family, data, { scheme: 'kFold', folds: 5 }, quiet(), new Rng(1), model);
    const importance = await permutationImportance(data, evaluation!, quiet(), new Rng(1), model);
    for (let r = 0; r < 3; r++) {
      const t0 = performance.now();
      await effectCurves({ dataset: data, model, evaluation, ranked: data.features, context: quiet(), rng: new Rng(1) });
      const t1 = performance.now();
      await meanContributions(data, model, evaluation, quiet(), new Rng(1));
      const t2 = performance.now();
      const r2 = await explainEffects({ dataset: data, model, evaluation, importance, context: quiet(), rng: new Rng(1) });
      console.log(family.id, (t1 - t0).toFixed(0), (t2 - t1).toFixed(0), (performance.now() - t2).toFixed(0), JSON.stringify(r2.effects).length);
    }
  }
});
