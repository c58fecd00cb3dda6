/** Runs the built program as a user would and gives back what it printed. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

import type { Report } from '../../../src/protocol/report';

export const root = resolve(__dirname, '../../..');
export const cli = join(root, 'dist', 'cli.js');
export const fixtures = join(root, 'test', 'fixtures');
export const examples = join(root, 'examples');

export interface Ran { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** `explain` without a model takes the simplest one at once, as most tests are about something else than the comparison of models. */
export function run(given: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const chosen = given[0] !== 'explain' || given.some(arg => arg === '--model' || arg === '--seconds');
  const args = chosen ? given : [...given, '--seconds', '0'];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: options.cwd ?? root, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', status => done({ status, stdout, stderr }));
  });
}

/** `explain … --json -`, which must succeed. */
export async function explainJson(args: readonly string[]): Promise<Report> {
  const ran = await run(['explain', ...args, '--json', '-']);
  if (ran.status !== 0) throw new Error(`exit ${ran.status}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as Report;
}
