/** Clusters from a file to the report, the model file and the columns of another file. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { clusterText } from '../../../src/cli/clusterText';
import { CancellableContext } from '../../../src/engine/context';
import { parseModelFile } from '../../../src/engine/modelFile';
import { predictFile } from '../../../src/engine/predict';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import { reportHtml } from '../../../src/engine/report/html';
import type { TargetlessModelFile } from '../../../src/protocol/modelFile';
import { example, exploring, Folder, noise, sectionOf } from './support';

const folder = new Folder();
afterAll(() => folder.remove());

const iris = exploring({ file: example('iris.csv'), task: 'clustering', drop: ['target'], options: { k: 3 } });
const penguins = exploring({ file: example('penguins.csv'), task: 'clustering' });

describe('clusters of the irises', () => {
  it('have the least sum of squares that scikit-learn 1.2.1 finds in 100 restarts on standardised columns', async () => {
    const { report } = await iris;
    // KMeans(3, n_init=100, random_state=0).fit(StandardScaler().fit_transform(X)).inertia_
    expect(report.clusters!.inertia).toBeCloseTo(139.82049635974982, 6);
    expect(report.clusters!.sizes.reduce((sum, size) => sum + size, 0)).toBe(150);
    expect(report.clusters!.chosenBy).toBe('given');
    expect(report.clusters!.curves).toBeUndefined();
    expect(report.model).toMatchObject({ family: 'kmeans', task: 'clustering', headline: '3 clusters' });
    expect(report.data).toMatchObject({ rows: 150, rowsUsed: 150 });
    expect(report.data.columns.find(column => column.name === 'target')).toMatchObject({ role: 'dropped', note: 'left out by request' });
  });

  it('have centres in the columns’ own units: the means of their rows', async () => {
    const model = await iris;
    const out = folder.file('iris.csv');
    await predictFile({ model, file: example('iris.csv'), out }, new CancellableContext());
    const [header, ...lines] = readFileSync(out, 'utf8').trim().split('\n').map(line => line.split(',').map(cell => cell.replace(/^"(.*)"$/, '$1')));
    expect(header!.slice(-4)).toEqual(['cluster', 'distance', 'silhouette', 'outside']);
    const place = header!.indexOf('petal length (cm)');
    model.report.clusters!.centres.forEach((centre, c) => {
      const inside = lines.filter(line => line.at(-4) === String(c + 1)).map(line => Number(line[place]));
      expect(inside.length).toBe(model.report.clusters!.sizes[c]);
      const cell = centre.find(each => each.feature === 'petal length (cm)');
      if (!cell || !('value' in cell)) throw new Error('a number is expected');
      expect(cell.value).toBeCloseTo(inside.reduce((sum, value) => sum + value, 0) / inside.length, 9);
    });
  });

  it('are in a model file that is read back as it was', async () => {
    const model = await iris;
    expect(await parseModelFile(JSON.stringify(model), 'm.unveil.json')).toEqual(JSON.parse(JSON.stringify(model)));
    const { maxRows: _without, ...recipe } = model.recipe;
    await expect(parseModelFile(JSON.stringify({ ...model, recipe }), 'm.unveil.json')).rejects.toThrow(/maxRows/);
    await expect(parseModelFile(JSON.stringify({ ...model, recipe: { ...model.recipe, task: 'regression' } }), 'm.unveil.json')).rejects.toThrow(/target/);
  });
});

describe('clusters of the penguins, with categories and missing cells', () => {
  it('say how many there are and why, each curve with its choice marked', async () => {
    const { report } = await penguins;
    const { clusters } = report;
    expect(clusters!.chosenBy).toBe('curves');
    expect(clusters!.sentence).toMatch(/^\d+ clusters: chosen by /);
    expect(clusters!.curves!.gap.k[0]).toBe(1);
    expect(clusters!.curves!.silhouette.k[0]).toBe(2);
    expect(report.notes.some(note => note.kind === 'imputed' && note.text.includes('11 of "sex"'))).toBe(true);
    for (const [id, curve] of [['gap', clusters!.curves!.gap], ['silhouetteCurve', clusters!.curves!.silhouette], ['calinskiHarabasz', clusters!.curves!.calinskiHarabasz]] as const) {
      const [line, mark] = sectionOf({ report }, 'curve', id).lines;
      expect(line!.y).toEqual(curve.values);
      expect(mark).toMatchObject({ reference: true, x: [curve.choice, curve.choice] });
    }
  });

  it('are explained on every panel, in numbers that JSON can say', async () => {
    const model = await penguins;
    const { report } = model;
    assertFiniteReport(report);
    expect(new Set(report.sections.map(section => section.id)).size).toBe(report.sections.length);
    expect([...new Set(report.sections.map(section => section.panel))]).toEqual(['overview', 'profiles', 'rules', 'map', 'stability', 'data']);
    const numbers = sectionOf(model, 'estimates', 'profileNumbers');
    expect(numbers.assumptions!.join(' ')).toContain('are no tests');
    for (const { items } of numbers.groups) for (const item of items) expect(item.low! <= item.estimate! && item.estimate! <= item.high!).toBe(true);
    const levels = sectionOf(model, 'estimates', 'profileLevels').groups.flatMap(({ items }) => items.map(({ name }) => name));
    expect(levels).toContain('species = Gentoo');
    const map = sectionOf(model, 'map', 'clusterMap');
    expect(map.groups.reduce((sum, group) => sum + group.cells.reduce((all, cell) => all + cell.count, 0), 0)).toBe(344);
    expect(map.groups.map(group => group.rows)).toEqual(report.clusters!.sizes);
    expect(sectionOf(model, 'table', 'clusterRules').summary).toMatch(/of rows that the rules were not made from/);
    expect(sectionOf(model, 'table', 'clusterStability').rows).toHaveLength(report.clusters!.k);
  });

  it('are given to other rows; a name that the file has already gets an underscore, and strange rows are told', async () => {
    const model = await penguins;
    const file = folder.write('more.csv', 'species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year,cluster\nGentoo,Biscoe,47,15,217,5000,male,2008,=mine\nEmperor,Biscoe,90,15,217,5000,,2008,b\n');
    const out = folder.file('more-out.csv');
    const { rows, notes } = await predictFile({ model, file, out }, new CancellableContext());
    const [header, first, second] = readFileSync(out, 'utf8').trim().split('\n');
    expect(rows).toBe(2);
    expect(header).toMatch(/,cluster,_cluster,distance,silhouette,outside$/);
    // What a spreadsheet would run as a formula gets an apostrophe, here as in predictions.
    expect(first).toMatch(/,'=mine,\d,[\d.]+,0\.\d+,false$/);
    expect(second).toMatch(/,true$/);
    const said = notes.map(note => note.text).join(' ');
    expect(said).toContain('1 row is unlike those that the clusters were made from');
    expect(said).toContain('Missing cells of 1 row were filled');
    expect(said).toContain('"cluster" is written as "_cluster"');
    const lacking = folder.write('lacking.csv', 'species,sex\nGentoo,male\n');
    await expect(predictFile({ model, file: lacking, out }, new CancellableContext())).rejects.toThrow(/lacks the columns "island", "bill_length_mm"/);
  });

  it('are told in the terminal: how many, what sets them apart, rules and centres', async () => {
    const { report } = await penguins;
    const text = clusterText(report);
    expect(text).toContain(`k-means of penguins.csv, 344 of 344 rows: ${report.model.headline}`);
    expect(text).toContain(report.clusters!.sentence);
    for (const part of ['What sets each cluster apart', 'Rules (right for', 'Centres', 'How many clusters (* the choice of each)', 'adjusted Rand']) expect(text).toContain(part);
    expect(text.match(/\d \*/g)).toHaveLength(3);
  });

  it('make an HTML report without the name of a folder or a target', async () => {
    const page = reportHtml(await penguins, { script: 'run();', css: '' });
    expect(page).toContain('<title>Clusters · penguins.csv – k-means</title>');
    expect(page).not.toContain(example(''));
  });
});

describe('rows without clusters', () => {
  it('are one cluster, which the title, the notes and the summary say plainly', async () => {
    const model = await exploring({ file: folder.write('noise.csv', noise(80, 3)), task: 'clustering', options: { most: 4 } });
    const { report } = model;
    expect(report.model.headline).toBe('No clusters');
    expect(report.notes.some(note => note.kind === 'warning' && note.text.startsWith('There is no cluster structure here'))).toBe(true);
    expect(sectionOf(model, 'table', 'clusters').title).toBe('No cluster structure');
    expect(sectionOf(model, 'curve', 'gap').lines[1]).toMatchObject({ x: [1, 1] });
    expect(report.sections.map(section => section.panel)).not.toContain('map');
    expect(report.clusters!.profiles).toBeUndefined();
    expect(clusterText(report)).toContain('There is no cluster structure here');
  });
});

it('dates are told as dates, in the centres, the profiles and the terminal', async () => {
  const day = (days: number): string => new Date(Date.UTC(2020, 0, 1 + days)).toISOString().slice(0, 10);
  const rows = Array.from({ length: 60 }, (_, i) => `${day((i % 2) * 700 + (i % 7))},${(i % 2) * 9 + (i % 5) / 10}`);
  const model = await exploring({ file: folder.write('dates.csv', `when,x\n${rows.join('\n')}\n`), task: 'clustering', options: { k: 2 } });
  const [cell] = model.report.clusters!.centres[0]!;
  expect(cell).toMatchObject({ feature: 'when', date: expect.stringMatching(/^20\d\d-\d\d-\d\d/) });
  const text = clusterText(model.report);
  expect(text).toMatch(/\n +1 +when +20\d\d-\d\d-\d\d +20\d\d-\d\d-\d\d |\n +when +20\d\d-\d\d-\d\d +20\d\d-\d\d-\d\d /);
  expect(sectionOf(model, 'table', 'centres').rows[0]!.slice(1).every(value => /^20\d\d-\d\d-\d\d$/.test(String(value)))).toBe(true);
  expect(sectionOf(model, 'table', 'clusterRules').rows[0]![1]).toMatch(/when|x/);
});

it('rows with a missing cell can be left out, and get no cluster', async () => {
  const model: TargetlessModelFile = await exploring({ file: example('penguins.csv'), task: 'clustering', missing: 'drop', options: { k: 2 } });
  expect(model.report.data).toMatchObject({ rowsUsed: 333, dropped: [{ reason: 'a cell is missing', rows: 11 }] });
  const out = folder.file('dropped.csv');
  const { notes } = await predictFile({ model, file: example('penguins.csv'), out }, new CancellableContext());
  expect(notes.map(note => note.text).join(' ')).toContain('11 rows have a missing cell and get no cluster');
  expect(readFileSync(out, 'utf8').trim().split('\n').filter(line => line.endsWith(',,,,'))).toHaveLength(11);
});

it('a wrong request ends in one sentence', async () => {
  const file = example('iris.csv');
  await expect(exploring({ file, task: 'clustering', options: { k: 0 } })).rejects.toThrow(/The option k takes a number from 1 to 1000/);
  await expect(exploring({ file, task: 'clustering', options: { n: 3 } })).rejects.toThrow('The kmeans model has no option "n"; it has k, most, restarts, scaling.');
  await expect(exploring({ file, task: 'clustering', features: ['petal'] })).rejects.toThrow(/has no column "petal"/);
  await expect(exploring({ file, task: 'clustering', level: 2 })).rejects.toThrow(/level must lie between 0 and 1/);
  await expect(exploring({ file, task: 'regression' as 'clustering' })).rejects.toThrow(/Without a target there are the tasks/);
});
