/** `unveil mcp`, spoken to by the SDK's own client over standard input and output of the built program. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tools } from '../../../src/tools/definitions';
import { cli, examples, root, run } from '../cli/run';

const penguins = join(examples, 'penguins.csv');
/** Slow machines are no fault: the client gives up later than any test would. */
const patient = { timeout: 3_600_000 };

let folder: string;
let client: Client;
let faults: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unveil-mcp-test-'));
  faults = '';
  const transport = new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp'], stderr: 'pipe' });
  transport.stderr!.on('data', (text: Buffer) => { faults += text.toString(); });
  client = new Client({ name: 'test', version: '1' });
  client.onerror = error => { faults += error.message; };
  await client.connect(transport, patient);
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Reply { readonly text: string; readonly isError: boolean; readonly answer: Record<string, unknown> }

async function call(name: string, input: object, options: { signal?: AbortSignal; onprogress?: (progress: Progress) => void } = {}): Promise<Reply> {
  const result = await client.callTool({ name, arguments: { ...input } }, undefined, { ...patient, ...options });
  const [{ text }] = result.content as [{ type: 'text'; text: string }];
  const isError = result.isError === true;
  return { text, isError, answer: isError ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** A model that is there at once. */
const quick = { file: penguins, target: 'body_mass_g', model: 'linear' };

describe('the MCP server', () => {
  it('lists the tools with their schemas, and which of them only read', async () => {
    const listed = (await client.listTools({}, patient)).tools;
    expect(listed.map(({ name, title, description, inputSchema }) => ({ name, title, description, inputSchema }))).toEqual(tools.map(({ name, title, description, input }) => ({ name, title, description, inputSchema: input })));
    expect(listed.filter(tool => tool.annotations?.readOnlyHint === false).map(tool => tool.name)).toEqual(['unveil_train_model']);
    expect(client.getInstructions()).toMatch(/absolute/);
  });

  it('profiles a file', async () => {
    const { answer } = await call('unveil_profile_dataset', { file: penguins });
    expect(answer).toMatchObject({ rows: 344, columnCount: 8 });
    expect(answer['columns']).toContainEqual({ name: 'sex', kind: 'categorical', missing: 11, distinct: 2, levels: [['male', 168], ['female', 165]] });
  });

  it('trains a model, tells how far it is, and explains it by its id with the numbers of the command line', async () => {
    const seen: Progress[] = [];
    const save = join(folder, 'mass.unveil.json');
    const { answer } = await call('unveil_train_model', { ...quick, save }, { onprogress: progress => seen.push(progress) });
    const ran = await run(['explain', penguins, '--target', 'body_mass_g', '--model', 'linear', '--json', join(folder, 'report.json'), '--quiet']);
    expect(ran.status).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as { performance: { metrics: { name: string; value: number }[] }; weights: { term: string; estimate: number }[] };
    const { metrics } = answer['heldOut'] as { metrics: { name: string; value: number }[] };
    expect(metrics.map(metric => metric.name)).toEqual(report.performance.metrics.map(metric => metric.name));
    for (const [i, { value }] of metrics.entries()) expect(value / report.performance.metrics[i]!.value).toBeCloseTo(1, 3);
    expect(answer).toMatchObject({ target: 'body_mass_g', family: 'linear', rows: 344, saved: save });
    expect(seen.length).toBeGreaterThan(0);
    for (const [i, { progress, total }] of seen.entries()) {
      expect(progress).toBeGreaterThan(seen[i - 1]?.progress ?? 0);
      expect(progress).toBeLessThanOrEqual(total!);
    }
    for (const model of [answer['model'], save]) {
      const weights = (await call('unveil_explain_model', { model, part: 'weights' })).answer['weights'] as { term: string; estimate: number }[];
      const bill = report.weights.find(weight => weight.term === 'bill_length_mm')!;
      expect(weights.find(weight => weight.term === 'bill_length_mm')!.estimate).toBeCloseTo(bill.estimate, 1);
    }
  });

  it('explains a row of the file and a row of values', async () => {
    const { answer: { model } } = await call('unveil_train_model', quick);
    const row = (await call('unveil_explain_prediction', { model, row: 1 })).answer as unknown as { base: number; output: number; contributions: { feature: string; contribution: number }[]; prediction: { label: string; value: number }[] };
    expect(row.prediction).toContainEqual(expect.objectContaining({ label: 'Actual body_mass_g', value: 3750 }));
    expect(row.base + row.contributions.reduce((sum, item) => sum + item.contribution, 0)).toBeCloseTo(row.output, -1);
    // The same row typed: a row of no file has no actual value.
    const values = { species: 'Adelie', island: 'Torgersen', bill_length_mm: 39.1, bill_depth_mm: 18.7, flipper_length_mm: 181, sex: 'male', year: 2007 };
    const typed = (await call('unveil_explain_prediction', { model, values })).answer as unknown as typeof row;
    expect(typed.output).toBeCloseTo(row.output, 6);
    expect(typed.contributions).toEqual(row.contributions);
    expect(typed.prediction.some(item => item.label.startsWith('Actual'))).toBe(false);
    expect(Object.keys(typed)).not.toContain('file');
  });

  it('compares families on the same folds, and trained models side by side', async () => {
    const found = (await call('unveil_compare_models', { file: penguins, target: 'body_mass_g', families: ['linear', 'bayes'] })).answer as { recommended: string; models: { family: string }[] };
    expect(found.models.map(model => model.family).sort()).toEqual(['bayes', 'linear']);
    expect(['linear', 'bayes']).toContain(found.recommended);
    const first = (await call('unveil_train_model', quick)).answer['model'];
    const second = (await call('unveil_train_model', { ...quick, features: ['sex', 'species'] })).answer['model'];
    expect((await call('unveil_compare_models', { models: [first, second] })).answer).toMatchObject({ comparable: true, models: [{ model: first, features: 7 }, { model: second, features: 2 }] });
  });

  it('answers mistakes with the next step, and goes on', async () => {
    expect(await call('unveil_train_model', { file: penguins, target: 'body_mass' })).toMatchObject({ isError: true, text: expect.stringMatching(/"body_mass".*Columns are: body_mass_g, .*Call again with one of these\.$/) });
    expect(await call('unveil_profile_dataset', { file: 'examples/penguins.csv' })).toMatchObject({ isError: true, text: expect.stringMatching(/absolute path.*Call again/) });
    expect(await call('unveil_profile_dataset', { file: folder })).toMatchObject({ isError: true, text: expect.stringMatching(/[Cc]all again/) });
    expect(await call('unveil_explain_model', { model: 'no-such-model' })).toMatchObject({ isError: true, text: expect.stringMatching(/no model "no-such-model"/) });
    const damaged = join(folder, 'damaged.unveil.json');
    writeFileSync(damaged, '{"format": "unveil-model"');
    expect(await call('unveil_explain_model', { model: damaged })).toMatchObject({ isError: true, text: expect.stringMatching(/unveil_train_model/) });
    await expect(client.callTool({ name: 'unveil_delete_everything', arguments: {} }, undefined, patient)).rejects.toThrow(/no tool/);
    expect((await call('unveil_profile_dataset', { file: penguins })).isError).toBe(false);
  });

  it('goes on after a training that the client cancels', async () => {
    const cancel = new AbortController();
    const training = call('unveil_train_model', { file: penguins, target: 'species', model: 'neural' }, { signal: cancel.signal, onprogress: () => cancel.abort('enough') });
    await expect(training).rejects.toThrow(/enough/);
    expect((await call('unveil_train_model', { ...quick, features: ['sex'] })).answer).toMatchObject({ family: 'linear' });
  });

  it('has printed nothing that is not the protocol, and nothing to standard error', () => {
    expect(faults).toBe('');
  });

  it('ends well when its input ends, also in the middle of a training', async () => {
    const child = spawn(process.execPath, [cli, 'mcp'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    const say = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      // The first sign of the training.
      if (text.includes('notifications/progress')) child.stdin.end();
    });
    say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } } });
    say({ method: 'notifications/initialized' });
    say({ id: 2, method: 'tools/call', params: { name: 'unveil_train_model', arguments: { file: penguins, target: 'species', model: 'neural' }, _meta: { progressToken: 7 } } });
    const status = await new Promise(resolve => child.once('close', resolve));
    expect(status).toBe(0);
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    expect(out).not.toContain('"id":2');
  });

  it('is a bundle of its own, which no other command loads and which opens no connection', () => {
    const bundle = readFileSync(join(root, 'dist', 'mcp.js'), 'utf8');
    expect(bundle).not.toMatch(/require\("(node:)?(http|https|http2|net|tls|dgram|undici)"\)/);
    expect(readFileSync(cli, 'utf8')).not.toContain('StdioServerTransport');
  });
});
