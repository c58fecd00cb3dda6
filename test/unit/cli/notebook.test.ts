/** The code of a notebook's cell, run by Python, gives the numbers of the run that the notebook is of. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { notebookOf } from '../../../src/engine/notebook/notebook';
import type { AnyModelFile } from '../../../src/protocol/modelFile';
import { reportMime, type CodeCell } from '../../../src/protocol/notebook';
import type { AnyReport } from '../../../src/protocol/report';
import { cli, examples, fixtures, run } from './run';

const folder = mkdtempSync(join(tmpdir(), 'unveil notebook '));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the cell as a notebook's kernel does, which has `display`; answers what it was given. */
async function runCell({ source }: CodeCell): Promise<Record<string, unknown>> {
  const script = at('cell.py');
  writeFileSync(script, `def display(data, raw):\n    import sys, json\n    json.dump([data, raw], sys.stdout)\n\n${source.join('')}\n`);
  const { stdout } = await promisify(execFile)('python3', ['-W', 'error', script], { encoding: 'utf8', maxBuffer: 1 << 28, cwd: folder });
  const [data, raw] = JSON.parse(stdout) as [Record<string, unknown>, boolean];
  expect(raw).toBe(true);
  return data;
}

/** All but the time that it took, and why columns were left out: the recipe names those that are used, the program chose them the first time. */
function numbersOf({ timings: _timings, notes: _notes, recipe: { dropped: _dropped, ...recipe }, data, sections, ...rest }: AnyReport): unknown {
  const columns = data.columns.map(({ note, ...column }) => (column.role === 'dropped' ? column : { ...column, note }));
  return JSON.parse(JSON.stringify({ ...rest, recipe, data: { ...data, columns }, sections: sections.filter(({ id }) => id !== 'droppedColumns') }));
}

/** The run by flags, and the report that the cell of its notebook gives. */
async function twice(args: readonly string[]): Promise<{ readonly first: AnyReport; readonly again: AnyReport }> {
  const saved = at('model.unveil.json');
  const ran = await run([...args, '--save', saved, '--quiet']);
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  const model = JSON.parse(readFileSync(saved, 'utf8')) as AnyModelFile;
  const cell = notebookOf({ model, file: model.recipe.file, program: cli, node: process.execPath }).cells.find(one => one.cell_type === 'code') as CodeCell;
  return { first: model.report, again: (await runCell(cell))[reportMime] as AnyReport };
}

describe('the cell of a notebook', () => {
  it('repeats a run whose names are full of what shells, lists and Python read as marks', async () => {
    const names = ['a, "b"', 'it\'s $HOME `x`', 'naïve Δ 数据 📊', 'back\\slash\t{}', '"""', 'no'];
    const quoted = names.map(name => `"${name.replaceAll('"', '""')}"`);
    const rows = Array.from({ length: 60 }, (_, i) => [i % 7, (i * 37) % 11, i % 3 === 0 ? 'true' : 'it\'s', `"x,${i % 2}"`, (i * 13) % 17, 3 * (i % 7) + ((i * 29) % 5) > 10 ? '1, yes' : '0'].map(cell => (/^"/.test(String(cell)) || !/,/.test(String(cell)) ? cell : `"${cell}"`)).join(','));
    const file = at('odd \'name\', "数据".csv');
    writeFileSync(file, `${quoted.join(',')}\n${rows.join('\n')}\n`);
    const { first, again } = await twice(['explain', file, '--target', 'no', '--positive', '1, yes', '--model', 'logistic', '--categorical', quoted[1]!, '--features', quoted.slice(0, 5).join(','), '--seed', '7', '--folds', '4', '--set', 'lambda=0.5', '--row', '3', '--row', '5', '--brief']);
    expect(first.recipe.features).toEqual(names.slice(0, 5));
    expect(numbersOf(again)).toEqual(numbersOf(first));
  });

  it('repeats a run with a formula', async () => {
    const { first, again } = await twice(['explain', join(examples, 'diabetes.csv'), '--formula', 'target ~ bmi * s5 + I(age^2)', '--holdout', '0.25', '--conformal', 'split', '--level', '0.9', '--brief', '--model', 'linear']);
    expect(numbersOf(again)).toEqual(numbersOf(first));
  });

  it.each([
    ['clusters', ['cluster', join(examples, 'iris.csv'), '--k', '3', '--drop', 'target', '--set', 'restarts=3', '--seed', '5']],
    ['components', ['components', join(examples, 'wine.csv'), '--count', '4', '--scaling', 'standardised']],
    ['a policy without a column that ends episodes', ['policy', join(examples, 'gridworld.csv'), '--done', 'none', '--gamma', '0.9', '--set', 'draws=50', '--set', 'replicates=50', '--set', 'sweeps=10']],
  ])('repeats %s', async (_what, args) => {
    const { first, again } = await twice(args);
    expect(numbersOf(again)).toEqual(numbersOf(first));
  });

  it('repeats an experiment, but for the time of its runs', async () => {
    const { first, again } = await twice(['experiment', join(examples, 'diabetes.csv'), '--target', 'target', '--model', 'linear', '--vary', 'l2=0:0.1:10', '--folds', '3', '--repeats', '1']);
    const timeless = ({ experiment, recipe }: AnyReport): unknown => JSON.parse(JSON.stringify({ experiment, recipe: { ...recipe, dropped: [] } }, (name, value: unknown) => (name === 'seconds' ? undefined : value)));
    expect(timeless(again)).toEqual(timeless(first));
    expect(again.sections.map(({ id }) => id).filter(id => id !== 'droppedColumns')).toEqual(first.sections.map(({ id }) => id).filter(id => id !== 'droppedColumns'));
  });

  it('ends in the program’s own sentence where the file is gone', async () => {
    const model = JSON.parse(readFileSync(join(fixtures, 'reports', 'regression.json'), 'utf8')) as AnyModelFile;
    const cell = notebookOf({ model, file: at('gone.csv'), program: cli, node: process.execPath }).cells[1] as CodeCell;
    await expect(runCell(cell)).rejects.toThrow(/RuntimeError: unveil: .*gone\.csv/);
  });
});

describe('unveil notebook', () => {
  it('writes the notebook of a model file, and not over the files that it reads', async () => {
    const saved = at('fixture.unveil.json');
    const made = JSON.parse(readFileSync(join(fixtures, 'reports', 'regression.json'), 'utf8')) as AnyModelFile;
    const data = at('data.csv');
    writeFileSync(data, 'a,b\n1,2\n');
    const model = { ...made, recipe: { ...made.recipe, file: data } } as AnyModelFile;
    writeFileSync(saved, JSON.stringify(model));
    const written = await run(['notebook', saved]);
    expect([written.status, written.stderr]).toEqual([0, '']);
    expect(JSON.parse(written.stdout)).toEqual(notebookOf({ model, file: model.recipe.file, program: cli, node: process.execPath }));
    for (const out of [saved, model.recipe.file]) expect(await run(['notebook', saved, '--out', out])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^unveil: [^\n]+\n$/) as string });
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toEqual(model);
  });
});

describe('--recipe of the commands without a target', () => {
  it('takes a report, lets flags change it, and refuses a recipe of another task in one sentence', async () => {
    const iris = join(examples, 'iris.csv');
    expect((await run(['cluster', iris, '--k', '2', '--drop', 'target', '--seed', '9', '--json', at('two.json'), '--quiet'])).status).toBe(0);
    const changed = await run(['cluster', iris, '--recipe', at('two.json'), '--seed', '11', '--json', '-']);
    const { recipe, clusters } = JSON.parse(changed.stdout) as AnyReport;
    expect([recipe.seed, recipe.options['k'], clusters?.k, recipe.features.includes('target')]).toEqual([11, 2, 2, false]);
    const refused = await run(['components', iris, '--recipe', at('two.json')]);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/^unveil: [^\n]*recipe of another task \(clustering\)[^\n]*\n$/)]);
  });
});
