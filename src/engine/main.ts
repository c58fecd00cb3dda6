/** Entry of the engine process: serves protocol/engine.ts over JSON-RPC on the IPC channel of child_process.fork. */
import { join } from 'node:path';
import {
  createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError,
  type CancellationToken, type MessageConnection,
} from 'vscode-jsonrpc/node';

import type { EngineMethods, LiveCurve, ProgressNotification, WithProgress } from '../protocol/engine';
import { progressMethod } from '../protocol/engine';
import { CancelledError, UserError, userErrorCode } from '../protocol/errors';
import type { Comparison } from '../protocol/comparison';
import { logTo } from './compute/log';
import { forgetNative, probeNative } from './compute/native';
import { useWorkers } from './compute/pool';
import { check } from './check';
import { CancellableContext, type WorkContext } from './context';
import { editModel } from './editModel';
import { experiment } from './experiment';
import { explore } from './explore';
import { explainRow } from './explainRow';
import { exportCard } from './exportCard';
import { exportCode } from './exportCode';
import { toUserError } from './faults';
import { parseModelFile } from './modelFile';
import { notebookOf } from './notebook/notebook';
import { comparisonSection } from './report/sectionsComparison';
import { compareReports } from './sideBySide/besideSections';
import { historyOf } from './sideBySide/history';
import { requirePredictable } from './predict';
import { compareModels, explain, exportHtml, predict, profile } from './run';
import { whatIf } from './whatIf';
import { forgetSessions } from './whatIf/sessions';

/** `finish` speaks of another request and is no work of its own. */
type Method = Exclude<keyof EngineMethods, 'finish'>;
type Handlers = {
  readonly [M in Method]: (params: EngineMethods[M][0], context: WorkContext) => Promise<EngineMethods[M][1]> | EngineMethods[M][1];
};

const handlers: Handlers = {
  profile,
  compare: compareModels,
  check,
  explain: async (params, context) => ({ model: await explain(params, context) }),
  explore: async (params, context) => ({ model: await explore(params, context) }),
  experiment: async (params, context) => ({ model: await experiment(params, context) }),
  requirePredictable,
  predict,
  explainRow,
  whatIf,
  forgetWhatIf: ({ keys }) => ({ forgotten: forgetSessions(keys) }),
  editModel,
  exportHtml,
  exportCode,
  exportCard,
  notebook: notebookOf,
  compareReports: ({ models }) => compareReports(models),
  history: ({ entries }) => historyOf(entries),
  openModel: ({ text, file }) => parseModelFile(text, file),
  probeTensorflow: async ({ folder }) => {
    forgetNative();
    const native = await probeNative(folder);
    return native.state === 'works' ? { works: true, why: '' } : { works: false, why: native.why };
  },
  ping: () => ({ pid: process.pid }),
};

/** Requests that are being answered, by the id of their progress: a run can be asked to finish early. */
const underWay = new Map<number, CancellableContext>();

/** JSON-RPC's own code for a request that was cancelled. */
const requestCancelled = -32800;
/** At most this many progress messages a second reach the host. */
const progressEvery = 50;

function serve(connection: MessageConnection): void {
  for (const method of Object.keys(handlers) as Method[]) {
    connection.onRequest(method, (params: WithProgress<object>, token: CancellationToken) =>
      answer(connection, method, params, token),
    );
  }
  const finish: keyof EngineMethods = 'finish';
  connection.onRequest(finish, ({ progressId }: EngineMethods['finish'][0]): EngineMethods['finish'][1] => {
    const context = underWay.get(progressId);
    context?.finish();
    return { asked: context !== undefined };
  });
  connection.onClose(() => process.exit(0));
  connection.listen();
}

async function answer(
  connection: MessageConnection,
  method: Method,
  params: WithProgress<object>,
  token: CancellationToken,
): Promise<unknown> {
  const { progressId, ...rest } = params;
  const context = new CancellableContext(progressSender(connection, progressId));
  if (progressId !== undefined) underWay.set(progressId, context);
  const subscription = token.onCancellationRequested(() => context.cancel());
  try {
    const handler = handlers[method] as (params: object, context: WorkContext) => unknown;
    return await handler(rest, context);
  } catch (error) {
    throw toResponseError(error);
  } finally {
    subscription.dispose();
    if (progressId !== undefined) underWay.delete(progressId);
  }
}

function progressSender(connection: MessageConnection, progressId: number | undefined) {
  let last = 0;
  let lastStage = '';
  return (stage: string, fraction?: number, live?: LiveCurve, comparison?: Comparison): void => {
    const now = performance.now();
    if (progressId === undefined || (comparison === undefined && stage === lastStage && now - last < progressEvery)) return;
    last = now;
    lastStage = stage;
    const notification: ProgressNotification = { progressId, progress: { stage, fraction, live, ...(comparison && { comparison: { comparison, section: comparisonSection(comparison) } }) } };
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

useWorkers(join(__dirname, 'worker.js'));
// The host writes what comes on standard output to its log.
logTo(line => process.stdout.write(`${line}\n`));
serve(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
