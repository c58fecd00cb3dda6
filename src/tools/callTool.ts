/** What each tool does, once for all hosts: check the input, ask the host, answer in compact JSON. */
import { CancelledError, UserError } from '../protocol/errors';
import type { CompareRequest, RunRequest, Task } from '../protocol/recipe';
import { asBeside, comparisonAnswer, modelsAnswer } from './compareAnswer';
import { toolNamed, type ModelPart, type ToolDefinition } from './definitions';
import { findModel } from './findModel';
import { modelAnswer } from './modelAnswer';
import { withNextStep } from './nextStep';
import { partAnswer } from './partAnswer';
import { absolutePath, savePath } from './paths';
import { profileAnswer } from './profileAnswer';
import { rowAnswer } from './rowAnswer';
import { checkInput } from './schema';
import type { ToolHost } from './toolHost';

/** Inputs as `checkInput` lets them through. */
interface Input {
  readonly file?: string; readonly columns?: readonly string[]; readonly target?: string; readonly model?: string; readonly models?: readonly string[];
  readonly task?: Task; readonly positive?: string; readonly features?: readonly string[]; readonly drop?: readonly string[]; readonly families?: readonly string[];
  readonly seconds?: number; readonly save?: string; readonly part?: ModelPart; readonly row?: number; readonly values?: Readonly<Record<string, unknown>>;
}

/** The answer as JSON. Throws UserError whose message names the next step, CancelledError when the call was cancelled. */
export async function callTool(name: string, given: unknown, host: ToolHost): Promise<string> {
  const tool = toolNamed(name);
  if (!tool) throw new UserError('badOption', `There is no tool "${name}".`);
  let file: string | undefined;
  try {
    const input = checkInput(tool.input, given) as Input;
    if (input.file !== undefined) file = absolutePath('file', input.file);
    return await answer(tool, { ...input, ...(file !== undefined && { file }) }, host);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw await withNextStep(error, host, file, tool.name);
  }
}

async function answer({ name }: ToolDefinition, input: Input, host: ToolHost): Promise<string> {
  switch (name) {
    case 'unveil_profile_dataset': return profileAnswer(await host.profile(input.file!), input.columns);
    case 'unveil_train_model': return train(input, host);
    case 'unveil_explain_model': return partAnswer(input.model!, await findModel(host, input.model!), input.part ?? 'overview', input.features);
    case 'unveil_explain_prediction': return rowAnswer(host, await findModel(host, input.model!), { named: input.model!, row: input.row, file: input.file, values: input.values });
    case 'unveil_compare_models': return compare(input, host);
  }
}

async function train(input: Input, host: ToolHost): Promise<string> {
  // Before the work, not after it.
  const save = input.save === undefined ? undefined : await savePath(input.save);
  const { id, model } = await host.train(trainRequest(input, host.usualSeconds.train));
  if (save !== undefined) await host.writeModel(model, save).catch(error => { throw keptAs(id, error); });
  return modelAnswer(id, model, save === undefined ? {} : { saved: save });
}

/** What took minutes is not lost with a file that could not be written. */
function keptAs(id: string, error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(error.reason, `${error.message.replace(/ Call again with another path\.$/, '')} The model is trained and kept as "${id}", without a file: ask for it by this id, or call again with another path.`, error.place);
}

function trainRequest(input: Input, usual: number): RunRequest {
  const { model = 'auto', seconds } = input;
  const request = { ...requestOf(input), target: input.target };
  if (model === 'formula') return { ...request, model, ...(seconds !== undefined && { options: { seconds } }) };
  if (model !== 'auto') return { ...request, model };
  const limit = seconds ?? usual;
  return limit > 0 ? { ...request, compare: { seconds: limit } } : { ...request, model };
}

function requestOf({ file, task, positive, features, drop }: Input): RunRequest {
  return {
    file: file!, ...(task && { task }), ...(positive !== undefined && { positive }), ...(features && { features }), ...(drop && { drop }),
  };
}

async function compare(input: Input, host: ToolHost): Promise<string> {
  const { models, file, target, families, seconds = host.usualSeconds.compare } = input;
  if (models) {
    if (file !== undefined || target !== undefined) throw new UserError('badOption', 'Either trained models are compared or families on a file: call again with "models" alone, or with "file" and "target" alone.');
    const named = [...new Set(models)];
    if (named.length < 2) throw new UserError('badOption', '"models" names one model only: call again with two or more.');
    const found = await Promise.all(named.map(async name => ({ named: name, model: await findModel(host, name, 'models') })));
    return modelsAnswer(found, await host.sideBySide(found.map(asBeside)));
  }
  if (file === undefined || target === undefined) throw new UserError('badOption', 'Call again with "file" and "target", or with "models".');
  const asked: CompareRequest = { ...(families && { models: families }), ...(seconds > 0 && { seconds }) };
  const { comparison } = await host.compare({ ...requestOf(input), target, compare: asked });
  return comparisonAnswer(file, target, comparison);
}
