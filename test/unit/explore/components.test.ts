/** Principal components from a file to the report, the model file and the scores of another file. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { componentsText } from '../../../src/cli/componentsText';
import { CancellableContext } from '../../../src/engine/context';
import { parseModelFile } from '../../../src/engine/modelFile';
import { predictFile } from '../../../src/engine/predict';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import { example, exploring, Folder, noise, sectionOf } from './support';

const folder = new Folder();
afterAll(() => folder.remove());

const iris = exploring({ file: example('iris.csv'), task: 'components' });

describe('components of the irises', () => {
  it('have the shares of the variance of scikit-learn 1.2.1 on standardised columns', async () => {
    const { report } = await iris;
    // PCA().fit(StandardScaler().fit_transform(X)).explained_variance_ratio_
    const reference = [0.7296244541329987, 0.22850761786701768, 0.03668921889282887, 0.005178709107154802];
    report.components!.shares.forEach((share, c) => expect(share).toBeCloseTo(reference[c]!, 9));
    expect(report.components).toMatchObject({ scaling: 'standardised', count: 4 });
    expect(report.components!.keep).toBeGreaterThan(0);
    expect(report.model.headline).toMatch(/^1 component, 73 % of the variance$/);
  });

  it('leave categories out with the reason, unless levels are asked for as numbers', async () => {
    const { recipe, report } = await iris;
    expect(recipe.features).toHaveLength(4);
    expect(recipe.dropped).toEqual([{ column: 'target', reason: 'a category: components are made of numbers' }]);
    expect(report.notes.some(note => note.text.includes('target (a category'))).toBe(true);
    const levels = await exploring({ file: example('iris.csv'), task: 'components', options: { categories: 'oneHot' } });
    expect(levels.report.components!.components[0]!.loadings.map(({ term }) => term)).toContain('target = setosa');
  });

  it('are explained: scree with its limit, loadings with intervals, biplot', async () => {
    const model = await iris;
    assertFiniteReport(model.report);
    expect([...new Set(model.report.sections.map(section => section.panel))]).toEqual(['overview', 'loadings', 'map', 'data']);
    const scree = sectionOf(model, 'curve', 'scree');
    expect(scree.lines[0]!.y).toEqual(model.report.components!.variances);
    expect(scree.lines[1]!.y).toEqual(model.report.components!.thresholds);
    const [first] = sectionOf(model, 'estimates', 'loadings').groups;
    for (const { estimate, low, high } of first!.items) expect(low! <= estimate! && estimate! <= high!).toBe(true);
    expect(first!.items[0]!.name).toBe('petal length (cm)');
    const biplot = sectionOf(model, 'map', 'biplot');
    expect(biplot.groups).toHaveLength(1);
    expect(biplot.groups[0]!.cells.reduce((sum, cell) => sum + cell.count, 0)).toBe(150);
  });

  it('give scores to other rows, with the variances that the report names', async () => {
    const model = await iris;
    expect(await parseModelFile(JSON.stringify(model), 'm.unveil.json')).toEqual(JSON.parse(JSON.stringify(model)));
    const out = folder.file('scores.csv');
    await predictFile({ model, file: example('iris.csv'), out }, new CancellableContext());
    const [header, ...lines] = readFileSync(out, 'utf8').trim().split('\n').map(line => line.split(','));
    expect(header!.slice(-4)).toEqual(['PC1', 'PC2', 'PC3', 'PC4']);
    for (let c = 0; c < 4; c++) {
      const scores = lines.map(line => Number(line[header!.length - 4 + c]));
      const mean = scores.reduce((sum, v) => sum + v, 0) / 150;
      expect(mean).toBeCloseTo(0, 9);
      expect(scores.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 149).toBeCloseTo(model.report.components!.variances[c]!, 9);
    }
  });

  it('are told in the terminal', async () => {
    const { report } = await iris;
    const text = componentsText(report);
    expect(text).toContain('Principal components of iris.csv, 150 of 150 rows: 1 component');
    expect(text).toContain(report.components!.sentence);
    expect(text).toMatch(/Component 1: loadings \(correlations\)\ncolumn +loading +95 % interval\npetal length/);
  });
});

it('as many components as asked for are kept and written', async () => {
  const model = await exploring({ file: example('wine.csv'), task: 'components', drop: ['target'], options: { count: 2 } });
  expect(model.report.components!.count).toBe(2);
  expect(model.report.components!.variances).toHaveLength(13);
  const out = folder.file('two.csv');
  await predictFile({ model, file: example('wine.csv'), out }, new CancellableContext());
  expect(readFileSync(out, 'utf8').split('\n')[0]).toMatch(/,PC1,PC2$/);
});

it('noise has no component worth keeping, which is said', async () => {
  const model = await exploring({ file: folder.write('noise.csv', noise(120, 4)), task: 'components' });
  expect(model.report.components!.keep).toBe(0);
  expect(model.report.model.headline).toBe('No components');
  expect(sectionOf(model, 'curve', 'scree').title).toBe('No component worth keeping');
});

it('a file of categories alone has no components, in one sentence', async () => {
  const file = folder.write('levels.csv', `a,b\n${Array.from({ length: 30 }, (_, i) => `${'pq'[i % 2]},${'rst'[i % 3]}`).join('\n')}\n`);
  await expect(exploring({ file, task: 'components' })).rejects.toThrow(/has no column to find components in: components are made of numbers/);
});
