/** What the texts of clusters, components, decisions and experiments begin and end with. */
import { basename } from 'node:path';
import { formatCount, formatNumber } from '../engine/report/format';
import type { ExperimentReport, TargetlessReport } from '../protocol/report';

/** Heading and notes, then the parts that there are, then the time. */
export function foundText(report: TargetlessReport | ExperimentReport, parts: readonly string[]): string {
  const { model, data, recipe } = report;
  const heading = `${model.title} of ${basename(recipe.file)}, ${formatCount(data.rowsUsed)} of ${formatCount(data.rows)} rows: ${model.headline ?? ''}\n`;
  const notes = report.notes.map(note => `- ${note.text}\n`).join('');
  return [heading, notes, ...parts, `Total ${formatNumber(report.timings['total'] ?? 0)} s.\n`].filter(part => part !== '').join('\n');
}
