/** What the tools ask for, from the engine itself: models stay in the memory of the server under their ids. */
import { CancellableContext, type WorkContext } from '../engine/context';
import { explainRow } from '../engine/explainRow';
import { toUserError } from '../engine/faults';
import { compareModels, explain, profile, readModelFile } from '../engine/run';
import { sideBySide } from '../engine/sideBySide/beside';
import { writeError } from '../engine/writeWhole';
import { CancelledError } from '../protocol/errors';
import { jsonText } from '../protocol/jsonText';
import type { ModelFile } from '../protocol/modelFile';
import { callTool } from '../tools/callTool';
import type { ToolHost } from '../tools/toolHost';
import { writeNew } from '../tools/writeNew';
import type { ToolCall, ToolReply } from './server';

/** Models that a server keeps; the oldest goes when there are more. */
const mostModels = 20;
/** Seconds that a comparison takes at most unless the call says otherwise: clients wait a minute as a rule. */
const usualSeconds = { train: 20, compare: 30 };

/** The models of one server. */
export class HeldModels {
  private readonly models = new Map<string, ModelFile>();
  private trained = 0;

  add(model: ModelFile): string {
    const slug = model.recipe.target.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).toLowerCase();
    const id = `${slug || 'model'}-${model.recipe.model}-${++this.trained}`;
    this.models.set(id, model);
    for (const oldest of this.models.keys()) {
      if (this.models.size <= mostModels) break;
      this.models.delete(oldest);
    }
    return id;
  }

  get(id: string): ModelFile | undefined {
    return this.models.get(id);
  }

  /** Newest first. */
  get ids(): string[] {
    return [...this.models.keys()].reverse();
  }
}

/** Answers calls of tools; each has a context of its own, which its signal cancels. */
export function toolCaller(models = new HeldModels()): (call: ToolCall) => Promise<ToolReply> {
  return async ({ name, input, signal, progress }) => {
    const context = new CancellableContext((stage, fraction) => progress?.(stage, fraction));
    const cancel = (): void => context.cancel();
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return { text: await callTool(name, input, engineHost(context, models)), isError: false };
    } catch (error) {
      return { text: error instanceof CancelledError ? 'The call was cancelled.' : toUserError(error).message, isError: true };
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

function engineHost(context: WorkContext, models: HeldModels): ToolHost {
  return {
    usualSeconds,
    profile: file => known(profile({ file }, context)),
    train: async request => {
      const model = await known(explain(request, context));
      return { id: models.add(model), model };
    },
    held: id => Promise.resolve(models.get(id)),
    heldIds: () => Promise.resolve(models.ids),
    readModel: path => known(readModelFile(path)),
    writeModel: (model, path) => known(writeNew(path, jsonText(model, 2)).catch((error: unknown) => { throw writeError(error, path); })),
    explainRow: params => known(explainRow(params, context)),
    compare: request => known(compareModels(request, context)),
    sideBySide: models => known(Promise.resolve(models).then(sideBySide)),
  };
}

/** Errors of the file system become sentences. */
async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof CancelledError ? error : toUserError(error);
  }
}
