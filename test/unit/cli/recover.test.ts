/** `unveil recover`: the whole way from a file to the printed formula, the report's field and the model file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { recoverRequest } from '../../../src/cli/recoverCommand';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { assertFiniteReport } from '../../../src/engine/report/finite';
import { explain } from '../../../src/engine/run';
import type { Report } from '../../../src/protocol/report';
import { run } from './run';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-recover-'));
  file = join(folder, 'law.csv');
  const rng = new Rng(1);
  const rows = Array.from({ length: 150 }, () => { const [m, v] = [1 + rng.uniform(), 1 + 2 * rng.uniform()]; return `${m.toFixed(5)},${v.toFixed(5)},${(0.5 * m * v * v).toFixed(9)}`; });
  writeFileSync(file, `mass,speed (m/s),energy\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('recover', () => {
  it('prints the formula, and the report has the promised field', async () => {
    const json = join(folder, 'r.json');
    const ran = await run(['recover', file, '--target', 'energy', '--seconds', '4', '--brief', '--json', json]);
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('energy = 0.5*mass*`speed (m/s)`^2');
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.recipe.split).toEqual({ scheme: 'holdout', share: 0.2 });
    const { formula } = report;
    expect(formula!.text).toBe('0.5*mass*`speed (m/s)`^2');
    expect(formula!.r2).toBeCloseTo(1, 9);
    expect(formula!.verdict).toBe('compact');
    expect(formula!.front.length).toBeGreaterThan(0);
    for (const each of formula!.front) expect(Object.keys(each).sort()).toEqual(['complexity', 'loss', 'r2', 'text']);
    expect(() => assertFiniteReport(report)).not.toThrow();
  });

  it('fits a known formula from its starts, the same numbers each time', async () => {
    const request = await recoverRequest(file, { set: [], target: 'energy', known: 'energy = a*mass^b*`speed (m/s)`^c', start: 'a=1,b=1,c=1', brief: true });
    const [one, two] = [await explain(request, new CancellableContext()), await explain(request, new CancellableContext())];
    const section = one.report.sections.find(item => item.kind === 'formula');
    const estimates = section?.kind === 'formula' ? section.candidates[0]!.numbers.map(({ estimate }) => estimate) : [];
    [0.5, 1, 2].forEach((value, k) => expect(estimates[k]).toBeCloseTo(value, 5));
    expect(two.parameters).toEqual(one.parameters);
  });

  it('tells the shares of a known formula and of the rest, and how rules about slopes are kept', async () => {
    const request = await recoverRequest(file, { set: [], target: 'energy', known: 'energy = a*mass', rest: 'ebm', shape: 'mass=increasing', brief: true });
    const { report } = await explain(request, new CancellableContext());
    const { parts, rules } = report.formula!;
    expect(parts!.map(({ name, model }) => [name, model])).toEqual([['known', 'formula'], ['rest', 'ebm'], ['noise', undefined]]);
    expect(parts!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(rules).toMatchObject([{ column: 'mass', rule: 'increasing', text: '∂energy/∂mass ≥ 0', violated: 0 }]);
    expect(() => assertFiniteReport(report)).not.toThrow();
    expect(report.sections.map(({ id }) => id)).toEqual(expect.arrayContaining(['restShapes', 'restTerms']));
  });

  it.each([
    [['--known', 'energy = a*mss'], 0, ''], [['--known', 'energy = a*('], 2, 'unveil:'], [['--start', 'a=1'], 2, '--start goes with --known'],
    [['--from', 'trees'], 2, 'data, neural, ebm or the path'], [['--from', 'nothing.unveil.json'], 2, 'cannot be read'], [['--seconds', '0'], 2, '--seconds'],
    [['--rest', 'ebm'], 2, '--rest goes with --known'], [['--known', 'energy = a*mass', '--rest', 'trees'], 2, 'takes none, ebm, neural'], [['--shape', 'mass=up'], 2, 'such as x=increasing'],
    [['--largest', '0'], 2, '--largest'], [['--formula', 'energy ~ mass'], 2, '--known'], [['--task', 'classification'], 2, 'regression'],
  ] as const)('%j ends with status %d', async (flags, status, words) => {
    const target = flags[0] === '--formula' ? [] : ['--target', 'energy'];
    const ran = await run(['recover', file, ...target, '--seconds', '0.5', '--brief', ...flags]);
    expect(ran.stderr).toContain(words);
    expect(ran.status).toBe(status);
    if (status === 2) expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
