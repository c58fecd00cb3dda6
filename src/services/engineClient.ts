/**
 * The engine process as the extension host sees it: started at first need, spoken to over JSON-RPC, replaced when
 * it dies. A cancelled request that does not end soon costs the process its life; requests of others that were
 * under way are then sent again to the next process.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { totalmem } from 'node:os';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { progressMethod, type EngineMethods, type ProgressEvent, type ProgressNotification } from '../protocol/engine';
import { CancelledError, UserError, userErrorCode, type ErrorData } from '../protocol/errors';
import { Emitter, type Subscription } from './emitter';
import { removeTempFolders } from './engineTemp';
import { t } from './l10n';
import { errorDetail, type Log } from './log';

/** vscode.CancellationToken and its namesake in vscode-jsonrpc both fit. */
export interface CancelToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: (event: unknown) => void): Subscription;
}

/** A request that the engine is working on. */
export interface RunningRequest {
  /** Asks for the best so far instead of the end of the training. Gives whether the engine took the wish. */
  finish(): Promise<boolean>;
}

export interface RequestOptions {
  readonly token?: CancelToken;
  readonly onProgress?: (progress: ProgressEvent) => void;
  /** Called when the request is sent; again when it is sent to the next process. */
  readonly onStart?: (running: RunningRequest) => void;
}

export interface EngineOptions {
  /** Path of the engine's program. */
  readonly program: string;
  /** Most heap for JavaScript in MB; 0 chooses by the memory of the machine. */
  readonly memoryMB: () => number;
  readonly log: Log;
  /** Further variables of the engine's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds that a cancelled request may take to end; default 750. */
  readonly cancelGrace?: number;
  /** Milliseconds without requests after which the process is ended; default 15 minutes. */
  readonly idleTime?: number;
}

/** Why we ended the process ourselves. */
type StopCause = 'cancelled' | 'restart' | 'idle' | 'disposed';

interface Exit {
  readonly cause?: StopCause;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly tail: string;
}

/** The request met a process that was ended for someone else's sake. */
class ReplacedError extends Error {}

export class EngineClient {
  private current: Promise<EngineProcess> | undefined;
  private lastProgressId = 0;
  private readonly progress = new Map<number, (progress: ProgressEvent) => void>();
  private underWay = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private disposed = false;
  private readonly didEnd = new Emitter<UserError>();
  private readonly didBecomeIdle = new Emitter<void>();

  /** Fires when a process ended that nobody asked to end, also when no request was under way. */
  readonly onDidCrash = this.didEnd.event;
  /** Fires when the last request under way has ended. */
  readonly onDidBecomeIdle = this.didBecomeIdle.event;

  constructor(private readonly options: EngineOptions) {}

  /** Requests under way. */
  get pending(): number {
    return this.underWay;
  }

  /** Process id of the running engine. */
  async pid(): Promise<number | undefined> {
    return (await this.current?.catch(() => undefined))?.child.pid;
  }

  /** Starts the process if there is none, so that the next request finds it ready. Never throws. */
  warm(): void {
    if (this.current === undefined && !this.disposed) this.request('ping', {}).catch(() => undefined);
  }

  /** Asks the engine. Throws UserError, or CancelledError once the token is cancelled. */
  async request<Method extends keyof EngineMethods>(
    method: Method,
    params: EngineMethods[Method][0],
    options: RequestOptions = {},
  ): Promise<EngineMethods[Method][1]> {
    this.underWay++;
    clearTimeout(this.idleTimer);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.requestOnce(method, params, options);
        } catch (error) {
          if (!(error instanceof ReplacedError)) throw error;
          if (attempt === 5) throw new UserError('engineStopped', t('The engine was stopped too often to finish this.'));
        }
      }
    } finally {
      this.underWay--;
      if (this.underWay === 0) {
        this.didBecomeIdle.fire();
        this.startIdleTimer();
      }
    }
  }

  /** Ends the process (runs under way fail with one sentence) and starts a new one. Gives its process id. */
  async restart(): Promise<number | undefined> {
    await this.stop('restart');
    await this.request('ping', {});
    return this.pid();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.idleTimer);
    void this.stop('disposed');
    this.didEnd.dispose();
    this.didBecomeIdle.dispose();
  }

  private async requestOnce<Method extends keyof EngineMethods>(
    method: Method,
    params: EngineMethods[Method][0],
    { token, onProgress, onStart }: RequestOptions,
  ): Promise<EngineMethods[Method][1]> {
    if (token?.isCancellationRequested || this.disposed) throw new CancelledError();
    const engine = await this.running();
    const progressId = ++this.lastProgressId;
    if (onProgress) this.progress.set(progressId, onProgress);
    let killTimer: NodeJS.Timeout | undefined;
    const subscription = token?.onCancellationRequested(() => {
      killTimer = setTimeout(() => engine.stop('cancelled'), this.options.cancelGrace ?? 750);
    });
    try {
      const body = { ...params, progressId };
      const sent = token
        ? engine.connection.sendRequest<EngineMethods[Method][1]>(method, body, token)
        : engine.connection.sendRequest<EngineMethods[Method][1]>(method, body);
      onStart?.({ finish: () => this.finish(engine, progressId) });
      return await Promise.race([sent, engine.ended.then(exit => { throw exitError(exit); })]);
    } catch (error) {
      if (token?.isCancellationRequested) throw new CancelledError();
      throw await this.asOurError(error, engine);
    } finally {
      clearTimeout(killTimer);
      subscription?.dispose();
      this.progress.delete(progressId);
    }
  }

  /** The wish names the request that it is about, so that it carries no id of its own. */
  private async finish({ connection }: EngineProcess, progressId: number): Promise<boolean> {
    try {
      const { asked } = await connection.sendRequest<EngineMethods['finish'][1]>('finish', { progressId } satisfies EngineMethods['finish'][0]);
      return asked;
    } catch (error) {
      this.options.log.warn(`The training could not be asked to finish. ${errorDetail(error)}`);
      return false;
    }
  }

  private async asOurError(error: unknown, engine: EngineProcess): Promise<Error> {
    if (error instanceof UserError || error instanceof CancelledError || error instanceof ReplacedError) return error;
    const { code, data } = error as { code?: unknown; data?: unknown };
    if (code === userErrorCode && isErrorData(data)) return UserError.fromData(data);
    if (code === requestCancelled) return new CancelledError();
    // A write into a closed channel: the exit, which says more, follows.
    if (!engine.child.connected) return exitError(await engine.ended);
    const detail = isErrorData(data) ? data.detail : error instanceof Error ? error.stack : String(error);
    this.options.log.error(`Engine: ${detail ?? String(error)}`);
    return new UserError('internal', t('Something went wrong inside Unveil; the log has the details.'), { detail });
  }

  private running(): Promise<EngineProcess> {
    if (this.current) return this.current;
    const starting: Promise<EngineProcess> = this.start().catch((error: unknown) => {
      // The next request tries again.
      if (this.current === starting) this.current = undefined;
      this.options.log.error(`The engine could not be started. ${errorDetail(error)}`);
      throw new UserError('engineStopped', t('The engine could not be started.'), { detail: errorDetail(error) });
    });
    this.current = starting;
    return starting;
  }

  private async start(): Promise<EngineProcess> {
    const engine = await EngineProcess.start(this.options);
    engine.connection.onNotification(progressMethod, ({ progressId, progress }: ProgressNotification) => {
      this.progress.get(progressId)?.(progress);
    });
    void engine.ended.then(exit => {
      this.current = undefined;
      void removeTempFolders(engine.child);
      if (exit.cause !== undefined) return;
      const error = exitError(exit);
      this.options.log.error(`The engine ended: code ${exit.code}, signal ${exit.signal}.`);
      if (error instanceof UserError) this.didEnd.fire(error);
    });
    return engine;
  }

  private async stop(cause: StopCause): Promise<void> {
    const engine = await this.current?.catch(() => undefined);
    engine?.stop(cause);
    await engine?.ended;
  }

  private startIdleTimer(): void {
    if (this.disposed) return;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => void this.stop('idle'), this.options.idleTime ?? 15 * 60_000);
    this.idleTimer.unref();
  }
}

/** One process with its connection. */
class EngineProcess {
  private cause: StopCause | undefined;

  private constructor(
    readonly child: ChildProcess,
    readonly connection: MessageConnection,
    readonly ended: Promise<Exit>,
  ) {}

  static async start(options: EngineOptions): Promise<EngineProcess> {
    // Loaded here: activation must not wait for it.
    const rpc = await import('vscode-jsonrpc/node');
    const { log } = options;
    const child = fork(options.program, [], {
      execArgv: [`--max-old-space-size=${options.memoryMB() || automaticMemory()}`],
      env: { ...engineEnvironment(), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    log.info(`The engine started, process ${child.pid}.`);
    let tail = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => log.info(`Engine: ${text.trimEnd()}`));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-8192);
      log.warn(`Engine: ${text.trimEnd()}`);
    });
    const connection = rpc.createMessageConnection(new rpc.IPCMessageReader(child), new rpc.IPCMessageWriter(child), {
      error: message => log.warn(`Engine connection: ${message}`),
      warn: message => log.warn(`Engine connection: ${message}`),
      info: message => log.debug(`Engine connection: ${message}`),
      log: message => log.debug(`Engine connection: ${message}`),
    });
    connection.onError(([error]) => log.warn(`Engine connection: ${error.message}`));
    const box: { engine?: EngineProcess } = {};
    const ended = new Promise<Exit>(resolve => {
      const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
        resolve({ cause: box.engine?.cause, code, signal, tail });
        setImmediate(() => connection.dispose());
      };
      child.once('error', error => {
        tail += String(error);
        finish(null, null);
      });
      // 'close' comes when the last words on stderr are in; a grandchild that holds the pipe must not delay us.
      child.once('close', finish);
      child.once('exit', (code, signal) => setTimeout(() => finish(code, signal), 200).unref());
    });
    connection.listen();
    box.engine = new EngineProcess(child, connection, ended);
    return box.engine;
  }

  stop(cause: StopCause): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.cause ??= cause;
    this.child.kill('SIGKILL');
  }
}

/** JSON-RPC's code for a request that ended because it was cancelled. */
const requestCancelled = -32800;

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === 'object' && data !== null && typeof (data as ErrorData).message === 'string'
    && typeof (data as ErrorData).reason === 'string';
}

/** What the end of the process means to the requests that were under way. */
export function exitError(exit: Exit): Error {
  if (exit.cause === 'cancelled' || exit.cause === 'idle') return new ReplacedError();
  if (exit.cause === 'disposed') return new CancelledError();
  const detail = exit.tail || undefined;
  if (exit.cause === 'restart') return new UserError('engineStopped', t('The engine was restarted, which stopped the run.'));
  if (/heap out of memory|bad_alloc|Allocation failed|Array buffer allocation failed/i.test(exit.tail)) {
    return new UserError('outOfMemory', t('The engine ran out of memory; saved models are unharmed.'), { detail });
  }
  if (exit.signal === 'SIGKILL') {
    return new UserError(
      'engineStopped', t('The engine was stopped from outside, perhaps for want of memory; saved models are unharmed.'), { detail });
  }
  const how = exit.signal ? t('signal {0}', exit.signal) : t('exit code {0}', String(exit.code));
  return new UserError('engineStopped', t('The engine stopped unexpectedly ({0}); saved models are unharmed.', how), { detail });
}

/** Half of the machine's memory, 1 to 4 GB: more is of no use to a heap with compressed pointers. */
function automaticMemory(): number {
  return Math.round(Math.min(4096, Math.max(1024, totalmem() / 2 ** 21)));
}

/** Inside VS Code the executable is Electron; debuggers add NODE_OPTIONS that must not reach the engine. */
function engineEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, VSCODE_INSPECTOR_OPTIONS: _inspector, ...rest } = process.env;
  return { ...rest, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
}
