/** What the program reads and writes: recipes repeat runs, results never replace their sources, cells stay as they were. */
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Report } from '../../../src/protocol/report';
import { examples, explainJson, fixtures, run } from './run';

let folder: string;
const at = (name: string): string => join(folder, name);
const put = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-cli-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weightsOf = (report: Report): unknown => report.weights?.map(weight => [weight.term, weight.estimate]);

describe('a recipe', () => {
  it('repeats the run of a formula to the last digit', async () => {
    const first = await explainJson([join(examples, 'penguins.csv'), '--formula', 'body_mass_g ~ flipper_length_mm * sex', '--seed', '7']);
    const recipe = put('formula.json', JSON.stringify(first));
    const again = await explainJson([join(examples, 'penguins.csv'), '--recipe', recipe]);
    expect(weightsOf(again)).toEqual(weightsOf(first));
    expect(again.performance).toEqual(first.performance);
  });

  it('keeps a column out that was left out by request, for another target too', async () => {
    const first = await explainJson([join(examples, 'penguins.csv'), '--target', 'body_mass_g', '--drop', 'year', '--holdout', '0']);
    const recipe = put('drop.json', JSON.stringify(first.recipe));
    const other = await explainJson([join(examples, 'penguins.csv'), '--recipe', recipe, '--target', 'species', '--holdout', '0']);
    expect(other.recipe.features).not.toContain('year');
    expect(other.recipe.task).toBe('classification');
  });

  it.each(['null', '{"target":"y","features":"a"}', '{"target":"y","split":{"scheme":"foo"}}', '[]', '{"options":{}}', 'not json'])(
    'that is wrong (%s) ends in one sentence', async text => {
      const ran = await run(['explain', join(examples, 'iris.csv'), '--recipe', put('wrong.json', text)]);
      expect(ran.status).toBe(2);
      expect(ran.stderr).toMatch(/^unveil: [^\n]*(recipe)[^\n]*\n$/);
    });
});

describe('settings that contradict each other', () => {
  it.each([
    [['--target', 'body_mass_g', '--positive', 'yes'], /positive class/],
    [['--target', 'species', '--drop', 'species'], /target and be left out/],
    [['--target', 'species', '--folds', '5', '--holdout', '0.2'], /exclude each other/],
  ])('%j end in one sentence', async (flags, message) => {
    const ran = await run(['explain', join(examples, 'penguins.csv'), ...flags]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(message);
  });
});

describe('a result', () => {
  it.each([['--json'], ['--html'], ['--save']])('of %s does not replace the data it is made from', async flag => {
    const data = at('data.csv');
    copyFileSync(join(examples, 'iris.csv'), data);
    const ran = await run(['explain', data, flag, join(folder, '.', 'data.csv')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/made from/);
    expect(readFileSync(data)).toEqual(readFileSync(join(examples, 'iris.csv')));
  });

  it('goes to one place only', async () => {
    const ran = await run(['explain', join(examples, 'iris.csv'), '--json', '-', '--save', '-']);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
  });

  it('can be the HTML page on standard output', async () => {
    const ran = await run(['explain', join(examples, 'iris.csv'), '--holdout', '0', '--html', '-']);
    expect(ran.stdout).toMatch(/^<!DOCTYPE html>/);
    expect(readdirSync(process.cwd())).not.toContain('-');
  });

  it('in HTML tells neither the folder of the data nor parameters', async () => {
    const ran = await run(['explain', join(examples, 'iris.csv'), '--holdout', '0', '--html', '-']);
    expect(ran.stdout).not.toContain(examples);
    expect(ran.stdout).not.toContain('"parameters"');
  });

  it('that cannot be written says so, and leaves nothing', async () => {
    const ran = await run(['explain', join(examples, 'iris.csv'), '--json', join(folder, 'missing', 'r.json')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/missing/);
  });
});

describe('a report', () => {
  it('holds no cells of identifiers and free text', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `person${i}@example.org,"I liked part ${i} of it a good deal, and the rest too",${i % 7},${(i * 37) % 11}`);
    const file = put('people.csv', `email,comment,x,y\n${rows.join('\n')}\n`);
    const text = JSON.stringify(await explainJson([file, '--target', 'y', '--task', 'regression']));
    expect(text).not.toContain('person7@');
    expect(text).not.toContain('liked part');
  });

  it('gives no interval of zero width where all folds agree', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i < 20 ? 'low' : 'high'}`);
    const report = await explainJson([put('step.csv', `x,class\n${rows.join('\n')}\n`), '--target', 'class']);
    for (const metric of report.performance!.metrics) {
      if (metric.low !== undefined) expect(metric.high! - metric.low).toBeGreaterThan(0);
    }
  });
});

describe('predictions', () => {
  it('stand beside the cells as the file has them', async () => {
    const model = at('m.unveil.json');
    const csv = 'day,x,group,y\n' + Array.from({ length: 30 }, (_, i) => `${String(1 + (i % 28)).padStart(2, '0')}.01.2020,${i}.50,g${i % 3},${2 * i + (i % 3)}`).join('\n') + '\n';
    expect((await run(['explain', put('train.csv', csv), '--target', 'y', '--features', 'x,group', '--save', model, '--quiet'])).status).toBe(0);
    const fresh = put('fresh.csv', 'group,note,x\ng1,=1+1,7.50\ng9,b,abc\n');
    const ran = await run(['predict', model, fresh, '--out', at('out.csv')]);
    expect(ran.status).toBe(0);
    const lines = readFileSync(at('out.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('group,note,x,prediction,low,high,top1_feature,top1_contribution,top2_feature,top2_contribution');
    expect(lines[1]).toMatch(/^g1,'=1\+1,7\.50,\d/);
    expect(lines[2]).toMatch(/^g9,b,abc,/);
    expect(ran.stdout).toMatch(/g9/);
  });

  it('do not replace the data, and a damaged model is named as that', async () => {
    const model = at('d.unveil.json');
    const data = at('penguins.csv');
    copyFileSync(join(examples, 'penguins.csv'), data);
    await run(['explain', data, '--target', 'body_mass_g', '--save', model, '--quiet']);
    expect((await run(['predict', model, data, '--out', data])).status).toBe(2);
    const broken = JSON.parse(readFileSync(model, 'utf8')) as { parameters: Record<string, unknown> };
    broken.parameters = { state: 1 };
    const ran = await run(['predict', put('broken.unveil.json', JSON.stringify(broken)), data, '--out', at('o.csv')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/damaged/);
  });

  it('need the columns of the model, whatever their order', async () => {
    const model = at('p.unveil.json');
    await run(['explain', join(fixtures, 'reference', 'r', 'mtcars.csv'), '--target', 'mpg', '--features', 'wt,hp', '--save', model, '--quiet']);
    const ran = await run(['predict', model, put('short.csv', 'hp\n100\n'), '--out', at('s.csv')]);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/lacks the column "wt"/);
    expect(readdirSync(folder)).not.toContain('s.csv');
  });
});

describe('a file with lines before its header', () => {
  it.each([
    ['comments', '# exported 2024, by hand\n#second\na,b,y\n'],
    ['a title', 'Sales of the year\n\na,b,y\n'],
    ['a title in a wide row', 'Sales of the year,,\na,b,y\n'],
  ])('(%s) is read from the header on, and that is said', async (_, top) => {
    const rows = Array.from({ length: 20 }, (_unused, i) => `${i},${(i * 7) % 5},${3 * i - ((i * 7) % 5)}`).join('\n');
    const report = await explainJson([put('top.csv', `${top}${rows}\n`), '--holdout', '0']);
    expect(report.recipe).toMatchObject({ target: 'y', features: ['a', 'b'] });
    expect(report.data.rows).toBe(20);
    expect(report.weights![1]!.estimate).toBeCloseTo(3, 9);
    expect(report.notes.map(note => note.text).join()).toMatch(/before the header/);
  });

  it('keeps a header that begins with #', async () => {
    const rows = Array.from({ length: 20 }, (_unused, i) => `${i * i},${(i * 7) % 5},${3 * i}`).join('\n');
    const report = await explainJson([put('hash.csv', `#n,b,y\n${rows}\n`), '--holdout', '0']);
    expect(report.data.columns.map(column => column.name)).toEqual(['#n', 'b', 'y']);
  });
});

describe('dates of a new file', () => {
  it('are read as dates although one cell is none, which is named', async () => {
    const model = at('t.unveil.json');
    const train = 'day,y\n' + Array.from({ length: 28 }, (_, i) => `2024-02-${String(i + 1).padStart(2, '0')},${2 * i + 1}`).join('\n');
    await run(['explain', put('tt.csv', `${train}\n`), '--target', 'y', '--save', model, '--quiet']);
    const ran = await run(['predict', model, put('tn.csv', 'day\n2024-02-03\nnotadate\n2024-02-10\n'), '--out', at('to.csv')]);
    const values = readFileSync(at('to.csv'), 'utf8').trim().split('\n').slice(1).map(line => Math.round(Number(line.split(',')[1])));
    expect([values[0], values[2]]).toEqual([5, 19]);
    expect(ran.stdout).toMatch(/1 cell of day is no date, such as "notadate" in row 2/);
  });
});

describe('booleans of a new file', () => {
  it('mean the same in any spelling', async () => {
    const model = at('b.unveil.json');
    const train = 'smoker,x,y\n' + Array.from({ length: 30 }, (_, i) => `${i % 3 === 0 ? 'TRUE' : 'FALSE'},${(i * 7) % 11},${(i % 3 === 0 ? 5 : 0) + ((i * 7) % 11)}`).join('\n');
    await run(['explain', put('bt.csv', `${train}\n`), '--target', 'y', '--save', model, '--quiet']);
    const predicted = async (cells: readonly string[]): Promise<number[]> => {
      await run(['predict', model, put('bn.csv', `smoker,x\n${cells.map((cell, i) => `${cell},${i % 2}`).join('\n')}\n`), '--out', at('bo.csv')]);
      return readFileSync(at('bo.csv'), 'utf8').trim().split('\n').slice(1).map(line => Math.round(Number(line.split(',')[2]) * 1e6) / 1e6);
    };
    const expected = await predicted(['TRUE', 'FALSE', 'TRUE']);
    expect(expected).toEqual([5, 1, 5]);
    for (const cells of [['true', 'false', 'true'], ['yes', 'no', 'yes'], ['1', '0', '1'], ['T', 'F', 'T']]) expect(await predicted(cells)).toEqual(expected);
  });
});
