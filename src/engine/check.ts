/** The data checks by themselves, before any training: from a request to what was found. */
import type { CheckParams, CheckResult } from '../protocol/engine';
import { checkData } from './checks/checkData';
import { withEffects } from './checks/effects';
import type { WorkContext } from './context';
import { openSource } from './data/source';
import { targetCandidates } from './data/target';
import { makeFolds } from './evaluate/splits';
import { Rng } from './math/random';
import { checkOptions, checkRequest, resolveFamily } from './resolve';
import { Stopwatch } from './stopwatch';
import { readRun } from './train';

/** Throws UserError for whatever a person can mend. Effects are of the simple family unless the request names one. */
export async function check({ effects, ...given }: CheckParams, context: WorkContext): Promise<CheckResult> {
  const { compare: _compare, ...request } = given;
  checkRequest(request);
  context.progress('Opening');
  const source = await openSource(request.file, { categorical: request.categorical, numeric: request.numeric }, context);
  try {
    const started = performance.now();
    const profile = await source.profile();
    const { plan, prepared, loaded } = await readRun({ request, source, profile, candidates: targetCandidates(profile), started }, context, new Stopwatch(started));
    const { dataset } = prepared;
    const family = resolveFamily(request.model, dataset.target.task);
    checkOptions(family, request.options);
    const { folds } = makeFolds(dataset, dataset.recipe.split, new Rng(dataset.recipe.seed).fork('evaluate').fork('folds'));
    context.progress('Checking the data', 0.3);
    const found = await checkData({ dataset, family, folds }, context);
    const checks = effects ? await withEffects(found, dataset, family, context) : found;
    return { recipe: dataset.recipe, checks, notes: [...plan.notes, ...loaded.notes, ...prepared.notes] };
  } finally {
    await source.close();
  }
}
