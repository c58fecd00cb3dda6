/** A stand-in for the engine process: misbehaves as its request says. */
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } = require('vscode-jsonrpc/node');
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));

/** Requests that wait for a finish, by their progress id. */
const finishable = new Map();
connection.onRequest('finish', ({ progressId }) => {
  const finish = finishable.get(progressId);
  finish?.();
  return { asked: finish !== undefined };
});
connection.onRequest('ping', () => ({ pid: process.pid }));
connection.onRequest('profile', async ({ file, progressId }, token) => {
  switch (file) {
    case 'progress':
      await connection.sendNotification('progress', { progressId, progress: { stage: 'Reading', fraction: 0.5 } });
      return { profile: { file, pid: process.pid }, targets: [] };
    case 'finishable':
      await connection.sendNotification('progress', { progressId, progress: {
        stage: 'Training', live: { title: 'Loss', xTitle: 'Epoch', yTitle: 'Loss', lines: [{ name: 'Training', x: [1], y: [0.5] }], canFinish: true },
      } });
      return new Promise(resolve => finishable.set(progressId, () => {
        finishable.delete(progressId);
        resolve({ profile: { file, pid: process.pid }, targets: [] });
      }));
    case 'userError':
      throw new ResponseError(1, 'No rows.', { reason: 'noRows', message: 'No rows.', file: '/data/a.csv', line: 3 });
    case 'fault':
      throw new Error('a fault of ours');
    case 'cancellable':
      return new Promise((_resolve, reject) => {
        token.onCancellationRequested(() => reject(new ResponseError(-32800, 'cancelled')));
      });
    case 'stuck':
      for (;;);
    case 'temporary':
      mkdtempSync(join(tmpdir(), `unveil-${process.pid}-`));
      for (;;);
    case 'exit':
      return process.exit(3);
    case 'heap':
      process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n');
      return process.abort();
    case 'slow':
      await new Promise(resolve => setTimeout(resolve, 300));
      return { profile: { file, pid: process.pid }, targets: [] };
    case 'never':
      return new Promise(() => undefined);
    default:
      return { profile: { file, pid: process.pid }, targets: [] };
  }
});
process.on('disconnect', () => process.exit(0));
connection.listen();
