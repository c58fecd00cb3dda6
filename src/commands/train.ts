/** One training run of a model of a target, from request to stored model. */
import type { RunRequest } from '../protocol/recipe';
import { explainsTarget, type ModelFile } from '../protocol/modelFile';
import { withComparisonOf } from '../services/comparisons';
import { t } from '../services/l10n';
import { modelName } from '../services/plainText';
import { compareInPanel } from './compareInPanel';
import { engineWork } from './engineWork';
import type { Host } from './host';
import { runInPanel, type RunOptions, type RunTools } from './runInPanel';

export interface TrainOptions extends RunOptions {
  /** The model whose comparison led to this one: the report takes it over, as it does that of a model that it replaces. */
  readonly comparedIn?: ModelFile;
  /** Edits by hand of the model that is trained anew: made again where the new one has such terms, and its report says which could not be. */
  readonly edits?: ModelFile['edits'];
}

/** Gives the id of the stored model, undefined when the run was cancelled. Throws UserError; what went wrong is shown already. */
export async function train(host: Host, request: RunRequest, options: TrainOptions = {}): Promise<string | undefined> {
  const { compare, ...complete } = host.settings.complete(request);
  return runInPanel<ModelFile>(host, {
    request, options,
    provisional: modelName(request.target ?? request.formula?.split('~', 1)[0]?.trim() ?? t('Target'), request.file),
    work: async tools => {
      const { model } = await engineWork(host, t('Explaining {0}', tools.name), 'explain', complete, tools);
      const replaced = tools.replaced && explainsTarget(tools.replaced) ? tools.replaced : undefined;
      const compared = compare ? model : withComparisonOf(model, options.comparedIn ?? replaced);
      return options.edits?.length ? editAgain(host, compared, options.edits, tools) : compared;
    },
    // A target that the engine guessed is known by name only now.
    betterName: ({ recipe }) => (recipe.target === request.target ? undefined : modelName(recipe.target, recipe.file)),
    ...(compare && {
      afterwards: ({ id, model, view }) => compareInPanel(host, { id, name: model.name, request: { ...complete, ...guessed(model, complete), compare }, view }),
    }),
  });
}

async function editAgain(host: Host, model: ModelFile, again: NonNullable<ModelFile['edits']>, { cancellation: { token }, onProgress }: RunTools): Promise<ModelFile> {
  const detail = model.recipe.detail === 'brief' ? {} : { detail: 'full' as const };
  return (await host.engine.request('editModel', { model, again, ...detail }, { token, onProgress })).model;
}

/** What the engine guessed holds for the other models too. A formula names its target itself. */
function guessed({ recipe: { target, task } }: ModelFile, { formula }: RunRequest): Partial<RunRequest> {
  return formula === undefined ? { target, task } : {};
}
