/** What becomes of a call that its client cancels: on its way to the tools, and in the engine. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HeldModels, toolCaller } from '../../../src/mcp/engineHost';
import { mcpServer, type ToolCall } from '../../../src/mcp/server';
import { tools } from '../../../src/tools/definitions';
import { examples } from '../cli/run';

it('reaches the call as its signal', async () => {
  const calls: ToolCall[] = [];
  const server = mcpServer({
    version: '1', tools,
    call: call => {
      calls.push(call);
      return call.name === 'unveil_train_model' ? new Promise(() => undefined) : Promise.resolve({ text: '{}', isError: false });
    },
  });
  const client = new Client({ name: 'test', version: '1' });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(there), client.connect(here)]);
  const cancel = new AbortController();
  const training = client.callTool({ name: 'unveil_train_model', arguments: {} }, undefined, { signal: cancel.signal }).catch((error: unknown) => error);
  await client.callTool({ name: 'unveil_profile_dataset', arguments: {} });
  expect(calls[0]!.signal.aborted).toBe(false);
  cancel.abort('enough');
  expect(String(await training)).toMatch(/enough/);
  // Messages arrive in their order: the cancellation came before this call.
  await client.callTool({ name: 'unveil_profile_dataset', arguments: {} });
  expect(calls.map(call => call.signal.aborted)).toEqual([true, false, false]);
  await client.close();
});

it('ends the work of the engine, which keeps nothing of it', async () => {
  const models = new HeldModels();
  const call = toolCaller(models);
  const cancel = new AbortController();
  const stages: string[] = [];
  const input = { file: join(examples, 'penguins.csv'), target: 'body_mass_g', model: 'linear' };
  const progress = (stage: string): void => {
    stages.push(stage);
    if (stage.startsWith('Fitting')) cancel.abort();
  };
  expect(await call({ name: 'unveil_train_model', input, signal: cancel.signal, progress })).toEqual({ text: 'The call was cancelled.', isError: true });
  expect(stages.some(stage => stage.startsWith('Fitting'))).toBe(true);
  expect(stages).not.toContain('Assembling the report');
  expect(models.ids).toEqual([]);
  expect(await call({ name: 'unveil_profile_dataset', input: { file: input.file }, signal: AbortSignal.abort() })).toMatchObject({ isError: true, text: 'The call was cancelled.' });
});

it('leaves a server with the newest twenty models', () => {
  const models = new HeldModels();
  const model = { recipe: { target: 'Größe (cm)', model: 'linear' } } as never;
  const ids = Array.from({ length: 22 }, () => models.add(model));
  expect(ids[0]).toBe('gro-e-cm-linear-1');
  expect(models.get(ids[1]!)).toBeUndefined();
  expect(models.ids).toEqual(ids.slice(2).reverse());
});
