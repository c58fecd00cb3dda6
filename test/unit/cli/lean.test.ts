/** What a run of a linear model loads: nothing of TensorFlow.js, of worker threads or of networks' kernels is read for it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examples, run } from './run';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-lean-test-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is not TensorFlow.js and starts no worker', async () => {
  const list = join(folder, 'loaded.json');
  const spy = join(folder, 'spy.cjs');
  writeFileSync(spy, `const loaded = [];
    const threads = require('node:worker_threads');
    threads.Worker = class { constructor(script) { loaded.push('worker ' + script); throw new Error('no workers'); } };
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify([...loaded, ...Object.keys(require.cache)])));`);
  const ran = await run(['explain', join(examples, 'penguins.csv'), '--target', 'body_mass_g', '--model', 'linear', '--quiet'], { env: { NODE_OPTIONS: `--require ${spy}` } });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  const loaded = JSON.parse(readFileSync(list, 'utf8')) as string[];
  expect(loaded.some(name => name.endsWith('cli.js'))).toBe(true);
  expect(loaded.filter(name => /tensorflow|worker/i.test(name))).toEqual([]);
});
