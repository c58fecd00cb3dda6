import { describe, expect, it } from 'vitest';
import { readFormula } from '../../../src/engine/data/formulaRequest';
import { prepareDataset } from '../../../src/engine/data/prepare';
import type { Dataset } from '../../../src/engine/data/dataset';
import { learnEncoding } from '../../../src/engine/data/encoding/learn';
import { planDesign } from '../../../src/engine/data/encoding/plan';
import type { Table } from '../../../src/engine/data/table';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { context, profileOf, readTable, recipeFor, referenceFile, relative } from './support';

/** As a run does it: only the columns that the formula still needs are loaded. */
function loaded(whole: Table, formula: string, missing: 'drop' | 'impute' = 'drop'): Dataset {
  const profile = profileOf(whole);
  const { features, responseColumns } = readFormula(formula, profile);
  const needed = new Set([...features, ...responseColumns]);
  const table = { rows: whole.rows, columns: whole.columns.filter(c => needed.has(c.name)) };
  return prepareDataset(table, profile, recipeFor(whole, { formula, missing })).dataset;
}

async function expectWeights(dataset: Dataset, expected: readonly (readonly [string, number, number])[]): Promise<void> {
  const weights = (await linearFamily.fit(dataset, context)).weights!(0.95);
  expect(weights.map(w => w.term)).toEqual(expected.map(e => e[0]));
  expected.forEach(([, estimate, error], i) => {
    expect(relative(weights[i].estimate, estimate)).toBeLessThan(1e-10);
    expect(relative(weights[i].standardError!, error)).toBeLessThan(1e-10);
  });
}

const cars = readTable(referenceFile('mtcars.csv'));
const air = readTable(referenceFile('airquality.csv'));

describe('a formula that takes terms out again, against lm of R 4.2.2', () => {
  it('mpg ~ . - disp - model', async () => {
    const dataset = loaded(cars, 'mpg ~ . - disp - model');
    expect(dataset.features).toEqual(['cyl', 'hp', 'drat', 'wt', 'qsec', 'vs', 'am', 'gear', 'carb']);
    expect(dataset.recipe.features).toEqual(dataset.features);
    await expectWeights(dataset, [
      ['(Intercept)', 12.550524010059878, 18.525852916986825], ['cyl', 0.096265143207502332, 0.99714975855798627], ['hp', -0.012949800466739972, 0.01834172379372228],
      ['drat', 0.92863866029619779, 1.6079408072718893], ['wt', -2.6269427787309487, 1.197999684393648], ['qsec', 0.66523396779771826, 0.69335219021489158],
      ['vs', 0.16035155250624769, 2.0727671696741861], ['am', 2.4788188240638451, 2.0351290340880168], ['gear', 0.74299607335231777, 1.4736049040141779],
      ['carb', -0.61685610993934159, 0.60566026950996077],
    ]);
  });

  it('mpg ~ wt*hp - wt:hp', async () => {
    await expectWeights(loaded(cars, 'mpg ~ wt*hp - wt:hp'), [
      ['(Intercept)', 37.227270116447194, 1.5987875379993939], ['wt', -3.8778307424046807, 0.63273349437739534], ['hp', -0.031772946982160988, 0.0090297096758557207],
    ]);
  });

  it('mpg ~ wt + hp - hp', async () => {
    const dataset = loaded(cars, 'mpg ~ wt + hp - hp');
    expect(dataset.features).toEqual(['wt']);
    await expectWeights(dataset, [['(Intercept)', 37.285126167342028, 1.8776273372558945], ['wt', -5.3444715727226777, 0.55910104509932335]]);
  });

  it('a column taken out again costs no row where it is missing', () => {
    expect(loaded(air, 'Wind ~ . - Ozone - Solar.R').table.rows).toBe(153);
  });
});

describe('poly() and scale() of incomplete data, against lm of R 4.2.2', () => {
  it('are learned before the rows without a target are left out', async () => {
    const dataset = loaded(air, 'Ozone ~ poly(Temp, 2)');
    expect(dataset.table.rows).toBe(116);
    await expectWeights(dataset, [
      ['(Intercept)', 42.144667223381603, 2.0860040070154087], ['poly(Temp, 2)1', 272.37361700629077, 25.942837696191862], ['poly(Temp, 2)2', 102.80055921490799, 27.46458882524427],
    ]);
  });

  it('are learned before the rows without another feature are left out', async () => {
    await expectWeights(loaded(air, 'Ozone ~ poly(Temp, 2) + Wind + Solar.R'), [
      ['(Intercept)', 60.750227155952572, 7.5450967101162911], ['poly(Temp, 2)1', 184.94193248045949, 27.909868694599034], ['poly(Temp, 2)2', 95.070504477915506, 24.646656549831103],
      ['Wind', -3.1137286506533157, 0.61832591642173362], ['Solar.R', 0.067047301257509642, 0.02189508543915995],
    ]);
    await expectWeights(loaded(air, 'Ozone ~ scale(Temp) + Solar.R'), [
      ['(Intercept)', 31.749203123384309, 5.2561752755650906], ['scale(Temp)', 21.566303190526256, 2.3284167955819166], ['Solar.R', 0.057109593633058148, 0.025718852027403354],
    ]);
  });

  it('leave their own missing values out of what they learn', async () => {
    // R's scale() does too; its poly() refuses missing values.
    await expectWeights(loaded(air, 'Wind ~ scale(Solar.R) + Ozone'), [
      ['(Intercept)', 12.854608975284668, 0.45176978798203182], ['scale(Solar.R)', 0.34473645803037151, 0.28329299209521447], ['Ozone', -0.069137938271953872, 0.0086168480013832996],
    ]);
  });

  it('are learned on the training rows alone inside cross-validation, and with missing values filled in', () => {
    const dataset = loaded(air, 'Ozone ~ poly(Temp, 2)');
    const rows = Int32Array.from({ length: 90 }, (_, i) => i);
    const bare: Dataset = { ...dataset, everyRow: undefined };
    expect(learnEncoding(planDesign(dataset), dataset.table, rows)).toEqual(learnEncoding(planDesign(bare), dataset.table, rows));
    expect(learnEncoding(planDesign(dataset), dataset.table).states).not.toEqual(learnEncoding(planDesign(bare), dataset.table).states);
    expect(loaded(air, 'Ozone ~ poly(Temp, 2)', 'impute').everyRow).toBeUndefined();
    expect(loaded(air, 'Ozone ~ Temp').everyRow).toBeUndefined();
  });
});
