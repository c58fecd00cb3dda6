/** Explains what has no target, from a request to a model file: used by the engine process and by the command line alike. */
import { basename } from 'node:path';
import { modelFormat, modelVersion, type TargetlessModelFile } from '../protocol/modelFile';
import type { TargetlessRequest, TargetlessTask } from '../protocol/recipe';
import { derivedContext, type WorkContext } from './context';
import { openSource } from './data/source';
import { explorerFor } from './explorers/explorers';
import { checkTargetless } from './explorers/plan';
import { assembleFound } from './report/found';
import { Stopwatch } from './stopwatch';

/** What a model of the task is called after, before the name of the file. */
export const taskTitles: Readonly<Record<TargetlessTask, string>> = { clustering: 'Clusters', components: 'Components', decisions: 'Decisions' };

/** Throws UserError for whatever a person can mend, and CancelledError. */
export async function explore(request: TargetlessRequest, context: WorkContext): Promise<TargetlessModelFile> {
  const explorer = explorerFor(request.task);
  checkTargetless(request, explorer);
  const clock = new Stopwatch(performance.now());
  context.progress('Opening');
  const source = await openSource(request.file, { categorical: request.categorical, numeric: request.numeric }, context);
  try {
    context.progress('Reading', 0);
    const profile = await source.profile();
    const plan = explorer.plan(request, profile);
    const { recipe } = plan;
    context.progress('Reading the columns', 0.05);
    const loaded = await source.load({ columns: plan.columns, maxRows: recipe.maxRows, seed: recipe.seed });
    clock.lap('read');
    context.progress(explorer.doing, 0.1);
    const shared = share(context, 0.1, 0.95);
    const explored = await explorer.explore({ recipe, profile, loaded }, shared);
    clock.lap('explain');
    context.progress('Assembling the report', 0.95);
    const report = assembleFound({ recipe, profile, loaded, explored, notes: [...plan.notes, ...loaded.notes], timings: clock.seconds() });
    return {
      format: modelFormat, version: modelVersion, created: new Date().toISOString(), name: `${taskTitles[recipe.task]} · ${basename(request.file)}`,
      recipe, parameters: explored.parameters, report,
    };
  } finally {
    await source.close();
  }
}

/** The explorer's own progress as a part of the whole. */
function share(context: WorkContext, from: number, to: number): WorkContext {
  return derivedContext(context, (stage, fraction, live) => context.progress(stage, fraction === undefined ? undefined : from + (to - from) * fraction, live));
}
