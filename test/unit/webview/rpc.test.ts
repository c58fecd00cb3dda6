import { expect, test } from 'vitest';
import { connectToHost } from '../../../webview/rpc';

type Listener = (event: { readonly data: unknown }) => void;

/** A window and a host: what the webview posts is answered by `answer`, as VS Code would post it back. */
function pair(answer: (message: { id: number; method: string; params: unknown }) => unknown) {
  const listeners = new Set<Listener>();
  const deliver = (data: unknown): void => { for (const listener of listeners) listener({ data }); };
  const connection = connectToHost(
    { postMessage: message => queueMicrotask(() => deliver(answer(message as { id: number; method: string; params: unknown }))) },
    { addEventListener: (_, listener) => { listeners.add(listener); }, removeEventListener: (_, listener) => { listeners.delete(listener); } },
  );
  connection.listen();
  return { connection, deliver, listeners };
}

test('a request travels as an object and its answer comes back', async () => {
  const { connection } = pair(({ id, method, params }) => ({ jsonrpc: '2.0', id, result: { method, params } }));
  expect(await connection.sendRequest('ready', {})).toEqual({ method: 'ready', params: {} });
});

test('an error of the host rejects the request with its message', async () => {
  const { connection } = pair(({ id }) => ({ jsonrpc: '2.0', id, error: { code: 1, message: 'The model is gone.' } }));
  await expect(connection.sendRequest('ready', {})).rejects.toThrow('The model is gone.');
});

test('notifications arrive, and messages that are not JSON-RPC are passed over', async () => {
  const { connection, deliver, listeners } = pair(() => undefined);
  const first = new Promise(resolve => { connection.onNotification('show', resolve); });
  for (const noise of [null, 'text', { type: 'x' }, { jsonrpc: '1.0' }]) deliver(noise);
  deliver({ jsonrpc: '2.0', method: 'show', params: { panel: 'data' } });
  expect(await first).toEqual({ panel: 'data' });
  expect(listeners.size).toBe(1);
});
