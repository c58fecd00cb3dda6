/** Data sets made on the spot, and the checks of them. */
import type { CheckFinding, CheckId } from '../../../src/protocol/checks';
import type { Recipe } from '../../../src/protocol/recipe';
import { CancellableContext } from '../../../src/engine/context';
import { checkData } from '../../../src/engine/checks/checkData';
import { withEffects } from '../../../src/engine/checks/effects';
import type { CheckInput } from '../../../src/engine/checks/input';
import type { Dataset, Target } from '../../../src/engine/data/dataset';
import type { Column } from '../../../src/engine/data/table';
import { makeFolds } from '../../../src/engine/evaluate/splits';
import { Rng } from '../../../src/engine/math/random';
import { familyFor } from '../../../src/engine/models/families';

export const numbers = (name: string, values: Float64Array | readonly number[]): Column => ({ name, kind: 'numeric', storage: 'number', values: Float64Array.from(values) });

export function texts(name: string, values: readonly string[]): Column {
  const levels = [...new Set(values)].sort();
  return { name, kind: 'categorical', storage: 'code', codes: Int32Array.from(values, value => levels.indexOf(value)), levels };
}

/** The target is the column `y`: numbers, or texts as classes. */
export function dataset(columns: readonly Column[], y: readonly number[] | readonly string[] | Float64Array, recipe: Partial<Recipe> = {}): Dataset {
  const target: Target = typeof y[0] === 'string'
    ? (() => { const { codes, levels } = texts('y', y as readonly string[]) as Extract<Column, { storage: 'code' }>; return { task: 'classification' as const, name: 'y', codes, classes: levels }; })()
    : { task: 'regression', name: 'y', values: Float64Array.from(y as readonly number[]) };
  const features = columns.map(({ name }) => name);
  return {
    table: { rows: y.length, columns }, target, features,
    recipe: {
      file: 'made.csv', target: 'y', task: target.task, features, dropped: [], missing: 'impute', model: target.task === 'regression' ? 'linear' : 'logistic', options: {},
      split: { scheme: 'kFold', folds: 5 }, level: 0.95, seed: 1, maxRows: 1_000_000, ...recipe,
    },
  };
}

export function inputOf(made: Dataset): CheckInput {
  const { folds } = makeFolds(made, made.recipe.split, new Rng(made.recipe.seed).fork('evaluate').fork('folds'));
  return { dataset: made, folds, family: familyFor(made.target.task) };
}

export const checked = (made: Dataset) => checkData(inputOf(made), new CancellableContext());

export async function found(made: Dataset, id: CheckId): Promise<readonly CheckFinding[]> {
  return (await checked(made)).findings.filter(finding => finding.id === id);
}

export async function effectOf(made: Dataset, id: CheckId): Promise<CheckFinding> {
  const result = await withEffects(await checked(made), made, familyFor(made.target.task), new CancellableContext());
  return result.findings.find(finding => finding.id === id)!;
}

export const normals = (rng: Rng, n: number): Float64Array => Float64Array.from({ length: n }, () => rng.normal());

/** Three informative numbers, a category and noise: nothing is wrong with it. */
export function clean(seed: number, n: number, classes: boolean): Dataset {
  const rng = new Rng(seed);
  const [a, b, c] = [normals(rng, n), normals(rng, n), normals(rng, n)];
  const group = Array.from({ length: n }, () => ['north', 'south', 'west'][rng.integer(3)]!);
  const score = a.map((v, i) => v - 0.5 * b[i]! + (group[i] === 'south' ? 1 : 0) + rng.normal());
  const columns = [numbers('a', a), numbers('b', b), numbers('c', c), texts('group', group)];
  return dataset(columns, classes ? Array.from(score, v => (v > 0.3 ? 'yes' : 'no')) : score);
}
