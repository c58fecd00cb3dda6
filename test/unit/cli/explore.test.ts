/** `unveil cluster` and `unveil components` as a person runs them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetlessModelFile } from '../../../src/protocol/modelFile';
import type { TargetlessReport } from '../../../src/protocol/report';
import { examples, run } from './run';

const iris = join(examples, 'iris.csv');
let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-cluster-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cluster', () => {
  it('writes the file with its clusters, the report, the page and the model, and predicts with the model', async () => {
    const [out, json, html, save] = ['out.csv', 'r.json', 'r.html', 'm.unveil.json'].map(name => join(folder, name)) as [string, string, string, string];
    const ran = await run(['cluster', iris, '--k', '3', '--features', 'petal length (cm),petal width (cm)', '--out', out, '--json', json, '--html', html, '--save', save]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('k-means of iris.csv, 150 of 150 rows: 3 clusters');
    expect(ran.stdout).toContain(`150 rows with their clusters written to ${out}`);
    const report = JSON.parse(readFileSync(json, 'utf8')) as TargetlessReport;
    expect(report.recipe).toMatchObject({ task: 'clustering', model: 'kmeans', options: { k: 3 }, features: ['petal length (cm)', 'petal width (cm)'] });
    expect(readFileSync(html, 'utf8')).toContain('id="unveil-model"');
    const again = await run(['predict', save, iris, '--out', '-']);
    expect(again.stdout).toBe(readFileSync(out, 'utf8'));
    expect((await run(['predict', save, iris, '--out', join(folder, 'again.csv')])).stdout).toContain('150 rows written to');
    expect((await run(['predict', save, iris, '--out', '-', '--intervals', 'model'])).stderr).toContain('it has no intervals; leave them out');
    const exported = await run(['export', save, '--as', 'python']);
    expect(exported).toMatchObject({ status: 2, stdout: '' });
    expect(exported.stderr).toBe('unveil: Only models of a target can be written as code; m.unveil.json holds k-means, which has none.\n');
    expect((await run(['edit', save, '--undo'])).stderr).toContain('Only models of a target can be edited');
  });

  it('keeps rows in order and every cell as it was: quotes, line ends inside cells, a BOM, semicolons, decimal commas, rows left out; and says what it replaced', async () => {
    const note = (i: number): string => (i % 7 === 0 ? `"say ""hi"";\r\nline ${i}, and more"` : `plain ${i}`);
    const x = (i: number): string => (i % 13 === 5 ? '' : `${10 * (i % 2)},${10 + i}`);
    const rows = Array.from({ length: 40 }, (_, i) => [`id${99 - i}`, x(i), `${10 * (i % 2)},5${i}`, note(i)]);
    const [file, out] = [join(folder, 'semicolons.csv'), join(folder, 'semicolons-out.csv')];
    writeFileSync(file, `\ufeff"na me";x;y;note\r\n${rows.map(row => `${row.join(';')}\r\n`).join('')}`);
    const args = ['cluster', file, '--features', 'x,y', '--missing', 'drop', '--k', '2', '--out', out];
    expect((await run(args)).stdout).toMatch(/40 rows with their clusters written to .*semicolons-out\.csv\n$/);
    const quoted = (cell: string): string => (cell.startsWith('"') || !cell.includes(',') ? cell : `"${cell}"`);
    const [header, ...lines] = readFileSync(out, 'utf8').split(/(?<!\r)\n/);
    expect(header).toBe('na me,x,y,note,cluster,distance,silhouette,outside');
    rows.forEach((row, i) => {
      expect(lines[i]!.startsWith(`${row.map(quoted).join(',')},`)).toBe(true);
      expect(lines[i]!.endsWith(',,,,')).toBe(x(i) === '');
    });
    expect((await run(args)).stdout).toMatch(/semicolons-out\.csv, in place of the file that was there\n$/);
  });

  it('takes a wrong number, an output over the input and the same output twice for bad usage', async () => {
    const wrong = await run(['cluster', iris, '--k', 'three']);
    expect(wrong).toMatchObject({ status: 2, stdout: '', stderr: 'unveil: --k takes a whole number from 1 to 1000, not "three".\n' });
    expect((await run(['cluster', iris, '--out', iris])).status).toBe(2);
    const twice = join(folder, 'twice');
    expect((await run(['cluster', iris, '--out', twice, '--json', twice])).stderr).toContain('--out, --json, --html and --save need a place each');
    expect((await run(['cluster', iris, '--scaling', 'none'])).stderr).toContain('The option scaling takes standardised, centred, not "none".');
    expect(existsSync(twice)).toBe(false);
    expect(readFileSync(iris, 'utf8')).not.toContain('cluster');
  });
});

describe('components', () => {
  it('prints them, keeps as many as asked for, and puts the report on standard output', async () => {
    const save = join(folder, 'pca.unveil.json');
    const ran = await run(['components', iris, '--count', '2', '--save', save]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('Principal components of iris.csv');
    expect((JSON.parse(readFileSync(save, 'utf8')) as TargetlessModelFile).report.components!.count).toBe(2);
    const json = await run(['components', iris, '--scaling', 'centred', '--json', '-']);
    expect((JSON.parse(json.stdout) as TargetlessReport).components!.scaling).toBe('centred');
  });

  it('what was decided when the file was read is told once, also where it is written', async () => {
    const [file, out] = [join(folder, 'dates.csv'), join(folder, 'dates-out.csv')];
    writeFileSync(file, `when,a,b\n${Array.from({ length: 40 }, (_, i) => `${1 + (i % 28)}/${1 + (i % 12)}/2021,${(i * 7) % 11},${(i * i) % 13}`).join('\n')}\n`);
    const { stdout } = await run(['components', file, '--count', '2', '--out', out]);
    expect(stdout.match(/- when: Dates read as/g)).toHaveLength(1);
    expect(stdout).toContain('- The columns PC1 and PC2 hold the scores: each row’s place along the components.\n40 rows with their scores written to');
    expect((await run(['components', file, '--count', '1', '--out', out])).stdout).toContain('- The column PC1 holds the scores: each row’s place along the component.\n');
  });
});
