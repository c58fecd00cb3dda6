/** Answers what a panel asks of its model: the engine keeps the model after the first question, so that those of a moving slider are small. */
import { createHash } from 'node:crypto';
import { CancelledError } from '../protocol/errors';
import { explainsTarget, type AnyModelFile } from '../protocol/modelFile';
import type { AnyReport } from '../protocol/report';
import type { WhatIfAnswer, WhatIfAsk, WhatIfFailure, WhatIfQuestion } from '../protocol/whatIf';
import type { CancelToken, EngineClient } from '../services/engineClient';
import { modelMark } from '../services/comparisons';
import { t } from '../services/l10n';
import { errorDetail, type Log } from '../services/log';
import { asUserError, isCancellation } from '../services/notifications';
import { dataFileOf } from '../services/recipeRequest';
import { referenceKey, type ModelReference, type ModelView } from './modelView';

/** Throws UserError when the model is gone or damaged. */
type LoadModel = (reference: ModelReference) => Promise<AnyModelFile>;
type View = Pick<ModelView, 'reference' | 'snapshot'> & { readonly panel: { onDidDispose(listener: () => void): unknown } };

/** What an open view has asked. */
interface Asker {
  readonly keys: Set<string>;
  /** Ends the search for changes that is under way. */
  search?: AbortController | undefined;
}

export class WhatIfAnswers {
  private readonly keys = new WeakMap<AnyReport, string>();
  private readonly askers = new Map<View, Asker>();

  constructor(private readonly engine: Pick<EngineClient, 'request' | 'pid'>, private readonly load: LoadModel, private readonly log: Log) {}

  /** Never throws: what went wrong is shown where it was asked. */
  async ask(view: View, ask: WhatIfQuestion): Promise<WhatIfAnswer | WhatIfFailure> {
    const { report } = view.snapshot;
    if (!report) return { kind: 'failed', message: t('There is no model yet.') };
    const asker = this.askerOf(view);
    if (ask.kind === 'stop') {
      asker.search?.abort();
      return superseded();
    }
    const search = ask.kind === 'changes' ? new AbortController() : undefined;
    if (search) {
      // The page was loaded anew, or asks again: one search at a time.
      asker.search?.abort();
      asker.search = search;
    }
    try {
      const key = this.keyOf(report, view.reference);
      asker.keys.add(key);
      return await this.answer(view.reference, key, ask, search && tokenOf(search.signal));
    } catch (error) {
      if (isCancellation(error)) return superseded();
      this.log.warn(errorDetail(error));
      return { kind: 'failed', message: asUserError(error).message };
    } finally {
      if (search && asker.search === search) asker.search = undefined;
    }
  }

  /** Throws UserError, CancelledError. */
  async answer(reference: ModelReference, key: string, ask: WhatIfAsk, token?: CancelToken): Promise<WhatIfAnswer> {
    const options = token ? { token } : {};
    const first = await this.engine.request('whatIf', { key, ask }, options);
    if ('answer' in first) return first.answer;
    const model = await this.load(reference);
    if (!explainsTarget(model)) throw new CancelledError();
    const file = dataFileOf(model.recipe, reference.source === 'file' ? reference.uri.fsPath : undefined);
    const second = await this.engine.request('whatIf', { key, ask, model, file }, options);
    if ('answer' in second) return second.answer;
    throw new Error('the engine wants a model that it was given');
  }

  private askerOf(view: View): Asker {
    let asker = this.askers.get(view);
    if (!asker) {
      asker = { keys: new Set() };
      this.askers.set(view, asker);
      view.panel.onDidDispose(() => void this.closed(view).catch((error: unknown) => this.log.warn(errorDetail(error))));
    }
    return asker;
  }

  /** The engine forgets the models that no other view asks; an engine that is not there is not started for it. */
  private async closed(view: View): Promise<void> {
    const asker = this.askers.get(view);
    this.askers.delete(view);
    asker?.search?.abort();
    const keys = [...(asker?.keys ?? [])].filter(key => ![...this.askers.values()].some(other => other.keys.has(key)));
    if (keys.length > 0 && await this.engine.pid() !== undefined) await this.engine.request('forgetWhatIf', { keys });
  }

  /** A model that was trained anew or edited has another report; one that got rows of a comparison is the same model. */
  private keyOf(report: AnyReport, reference: ModelReference): string {
    let key = this.keys.get(report);
    if (key === undefined) {
      key = `${referenceKey(reference)}#${createHash('sha256').update(modelMark(report)).digest('hex')}`;
      this.keys.set(report, key);
    }
    return key;
  }
}

const superseded = (): WhatIfFailure => ({ kind: 'failed', message: t('Something else was asked meanwhile.'), superseded: true });

function tokenOf(signal: AbortSignal): CancelToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested: listener => {
      const heard = (): void => listener(undefined);
      signal.addEventListener('abort', heard);
      return { dispose: () => signal.removeEventListener('abort', heard) };
    },
  };
}
