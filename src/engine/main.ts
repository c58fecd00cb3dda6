/** Entry of the engine process: serves protocol/engine.ts over JSON-RPC on the IPC channel of child_process.fork. */
import {
  createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError,
  type CancellationToken, type MessageConnection,
} from 'vscode-jsonrpc/node';

import type { EngineMethods, ProgressNotification, WithProgress } from '../protocol/engine';
import { progressMethod } from '../protocol/engine';
import { CancelledError, UserError, userErrorCode } from '../protocol/errors';
import { CancellableContext, type WorkContext } from './context';
import { toUserError } from './faults';
import { parseModelFile } from './modelFile';
import { explain, exportHtml, predict, profile } from './run';

type Handlers = {
  readonly [M in keyof EngineMethods]: (params: EngineMethods[M][0], context: WorkContext) => Promise<EngineMethods[M][1]> | EngineMethods[M][1];
};

const handlers: Handlers = {
  profile,
  explain: async (params, context) => ({ model: await explain(params, context) }),
  predict,
  exportHtml,
  openModel: ({ text, file }) => parseModelFile(text, file),
  ping: () => ({ pid: process.pid }),
};

/** JSON-RPC's own code for a request that was cancelled. */
const requestCancelled = -32800;
/** At most this many progress messages a second reach the host. */
const progressEvery = 50;

function serve(connection: MessageConnection): void {
  for (const method of Object.keys(handlers) as (keyof EngineMethods)[]) {
    connection.onRequest(method, (params: WithProgress<object>, token: CancellationToken) =>
      answer(connection, method, params, token),
    );
  }
  connection.onClose(() => process.exit(0));
  connection.listen();
}

async function answer(
  connection: MessageConnection,
  method: keyof EngineMethods,
  params: WithProgress<object>,
  token: CancellationToken,
): Promise<unknown> {
  const { progressId, ...rest } = params;
  const context = new CancellableContext(progressSender(connection, progressId));
  const subscription = token.onCancellationRequested(() => context.cancel());
  try {
    const handler = handlers[method] as (params: object, context: WorkContext) => unknown;
    return await handler(rest, context);
  } catch (error) {
    throw toResponseError(error);
  } finally {
    subscription.dispose();
  }
}

function progressSender(connection: MessageConnection, progressId: number | undefined) {
  let last = 0;
  let lastStage = '';
  return (stage: string, fraction?: number): void => {
    const now = performance.now();
    if (progressId === undefined || (stage === lastStage && now - last < progressEvery)) return;
    last = now;
    lastStage = stage;
    const notification: ProgressNotification = { progressId, progress: { stage, fraction } };
    void connection.sendNotification(progressMethod, notification);
  };
}

function toResponseError(error: unknown): ResponseError<unknown> {
  if (error instanceof CancelledError) return new ResponseError(requestCancelled, 'cancelled');
  const fault = toUserError(error);
  return new ResponseError(userErrorCode, fault.message, fault.toData());
}

process.on('disconnect', () => process.exit(0));
process.on('unhandledRejection', reason => {
  const fault = UserError.is(reason) ? reason.message : String(reason instanceof Error ? reason.stack : reason);
  process.stderr.write(`${fault}\n`);
});

serve(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
