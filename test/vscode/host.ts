/** What the extension-host tests share: the extension's API, the workspace, measuring, and data made on the spot. */
import assert from 'node:assert/strict';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { UnveilApi } from '../../src/api';
import type { CommandId, CommandTypes } from '../../src/contributions';
import type { ModelFile } from '../../src/protocol/modelFile';
import type { Report } from '../../src/protocol/report';

export const extensionId = 'unveil.unveil';

export function extension(): vscode.Extension<UnveilApi> {
  const found = vscode.extensions.getExtension<UnveilApi>(extensionId);
  assert.ok(found, `${extensionId} is not loaded`);
  return found;
}

export async function api(): Promise<UnveilApi> {
  return extension().activate();
}

export function run<Id extends CommandId>(id: Id, argument?: CommandTypes[Id]['argument']): Thenable<CommandTypes[Id]['result']> {
  return vscode.commands.executeCommand(id, argument);
}

export function workspacePath(...parts: string[]): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return join(folder.uri.fsPath, ...parts);
}

/** A file of the project's own folder (test/fixtures, package.json). */
export function projectPath(...parts: string[]): string {
  return join(extension().extensionUri.fsPath, ...parts);
}

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(projectPath('test', 'fixtures', 'reference', name), 'utf8')) as T;
}

/** A measured value, printed with the results. */
export function figure(text: string): void {
  (globalThis as unknown as { unveilFigure(text: string): void }).unveilFigure(text);
}

/** The stored model of an id that a command gave. */
export async function stored(id: string | undefined): Promise<ModelFile> {
  assert.ok(id, 'the command gave no id');
  const file = join((await api()).modelFolder, `${id}.unveil.json`);
  assert.ok(existsSync(file), `${file} does not exist`);
  return JSON.parse(readFileSync(file, 'utf8')) as ModelFile;
}

export async function explain(argument: CommandTypes['unveil.explainFile']['argument']): Promise<Report> {
  return (await stored(await run('unveil.explainFile', argument))).report;
}

/** Equal to a relative tolerance. */
export function close(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(actual !== undefined, `${what} is missing`);
  const error = Math.abs(actual - expected) / Math.max(Math.abs(expected), 1e-300);
  assert.ok(error <= tolerance, `${what} is ${actual}, the reference ${expected} (relative error ${error.toExponential(2)})`);
}

export function metric(report: Report, name: string): { value: number; baseline?: number; folds?: readonly number[] } {
  const found = report.performance?.metrics.find(item => item.name === name);
  assert.ok(found, `no metric ${name}`);
  return found;
}

/** Runs `body`; gives the notifications that the extension showed meanwhile. */
export async function notified(body: () => Thenable<unknown>): Promise<readonly { severity: string; message: string; actions: readonly string[] }[]> {
  const unveil = await api();
  // By identity: only the last 50 are kept, so that their number says nothing.
  const before = new Set(unveil.notifications());
  await body();
  return unveil.notifications().filter(shown => !before.has(shown));
}

/** Runs a command that must end in an error a person can read: one sentence, shown once, at most two actions. */
export async function assertRefused(argument: CommandTypes['unveil.explainFile']['argument'], pattern: RegExp): Promise<string> {
  let thrown: Error | undefined;
  const shown = await notified(async () => {
    try {
      await run('unveil.explainFile', argument);
    } catch (error) {
      thrown = error as Error;
    }
  });
  assert.ok(thrown, 'the command did not fail');
  assert.equal(shown.length, 1, `notifications: ${JSON.stringify(shown)}`);
  const [{ severity, message, actions }] = shown as [{ severity: string; message: string; actions: readonly string[] }];
  assert.equal(severity, 'error');
  assert.match(message, pattern);
  assert.doesNotMatch(message, /\n|\bat .+:\d+:\d+|undefined|\[object/, 'a message is one plain sentence');
  assert.ok(actions.length <= 2);
  assert.deepEqual((await api()).runs(), [], 'no run is left over');
  return message;
}

export async function eventually<T>(what: string, attempt: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let end = Date.now() + 600_000; ;) {
    const answer = await attempt();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: not seen in 600 s`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Ends what a test that failed left at work, so that the tests after it find neither its runs nor their notifications. */
export async function endRuns(): Promise<void> {
  const unveil = await api();
  for (const { id } of unveil.runs()) await run('unveil.cancelRun', id);
  await Promise.race([unveil.waitForIdle(), new Promise(resolve => setTimeout(resolve, 60_000))]);
}

/** A CSV with seven features and a class that depends on them; the same rows every time. */
export async function writeRows(file: string, rows: number): Promise<string> {
  const out = createWriteStream(file);
  out.write('a,b,c,d,colour,shape,flag,outcome\n');
  let state = 12345;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const colours = ['red', 'green', 'blue', 'grey'];
  const shapes = ['round', 'square'];
  for (let start = 0; start < rows; start += 5000) {
    let block = '';
    for (let row = start; row < Math.min(rows, start + 5000); row++) {
      const [a, b, c, d, e, f, g] = Array.from({ length: 7 }, uniform) as [number, number, number, number, number, number, number];
      const odds = Math.exp(2 * a - b + (e < 0.25 ? 0.8 : 0) - 0.3);
      block += `${a.toFixed(6)},${(b * 100).toFixed(4)},${c.toFixed(6)},${(d * 10).toFixed(5)},${colours[Math.floor(e * 4)]},${shapes[Math.floor(f * 2)]},${g < 0.5},${uniform() < odds / (1 + odds) ? 'yes' : 'no'}\n`;
    }
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return file;
}
