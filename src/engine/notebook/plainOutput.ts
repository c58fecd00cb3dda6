/** What stands in an output where nothing draws the report, as in Jupyter: the same as the repeating code writes. */
import { posix, win32 } from 'node:path';
import type { AnyModelFile } from '../../protocol/modelFile';
import { hasTarget } from '../../protocol/recipe';

export const whereShown = 'The report is in this output: VS Code with Unveil shows it.';

/** Target and file, model, held-out metrics with their intervals, and where the report can be seen. */
export function plainOutput({ recipe, report }: AnyModelFile, file: string): string {
  const { title, headline } = report.model;
  const what = hasTarget(recipe) ? recipe.target : headline ?? '';
  const name = (file.includes('\\') ? win32 : posix).basename(file);
  const metrics = (report.performance?.metrics ?? []).map(metric => {
    const interval = metric.low === undefined || metric.high === undefined ? '' : ` (${digits(metric.low)} to ${digits(metric.high)})`;
    return `${metric.name} ${digits(metric.value)}${interval}`;
  });
  return [`${what} · ${name}`, title, ...metrics, whereShown].join('\n');
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));
