/** The report as a notebook keeps it: whole where it is not too long, else without what takes most of the room, and with a note of that. */
import type { AnyReport, Section } from '../../protocol/report';
import { formatNumber, listWords } from '../report/format';

/** Bytes of JSON that an output may have. Jupyter writes every number on a line of its own: the file is two and a half times as long. */
export const mostBytes = 2_000_000;

export interface SavedReport {
  readonly report: AnyReport;
  /** What was left out, in one sentence. */
  readonly note?: string;
}

/** Fields for other programs, whose numbers stand in sections too. */
const beside = ['decisions', 'experiment', 'clusters', 'components'] as const;

export function savedReport(report: AnyReport, most = mostBytes): SavedReport {
  if (bytesOf(report) <= most) return { report };
  const { kept, fields } = withoutFields(report);
  const sections = fitting(kept, most);
  const titles = kept.sections.filter(section => !sections.includes(section)).map(({ title }) => `“${title}”`);
  const gone = [...(fields.length > 0 ? [`the fields ${listWords(fields, 10)}`] : []), ...(titles.length > 0 ? [`the sections ${listWords(titles, 10)}`] : [])];
  const note = `The report is longer than the ${formatNumber(most / 1e6)} MB that a notebook keeps: ${gone.join(' and ')} are left out of the saved output. Running the cell shows all of it.`;
  return { report: { ...kept, sections, notes: [{ kind: 'warning', text: note }, ...kept.notes] }, note };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function withoutFields(report: AnyReport): { readonly kept: AnyReport; readonly fields: readonly string[] } {
  const kept: Record<string, unknown> = { ...report };
  const shapes = report.effects?.filter(({ kind }) => kind === 'shape') ?? [];
  const fields = beside.filter(name => kept[name] !== undefined).map(String);
  for (const name of fields) delete kept[name];
  if (shapes.length > 0) kept['effects'] = report.effects!.filter(({ kind }) => kind !== 'shape');
  return { kept: kept as unknown as AnyReport, fields: shapes.length > 0 ? [...fields, 'effects (of the kind shape)'] : fields };
}

/** The sections without the longest ones, as many as have to go. A little room is left for the note. */
function fitting(report: AnyReport, most: number): readonly Section[] {
  let over = bytesOf(report) - (most - 2000);
  const bySize = report.sections.map(section => ({ section, bytes: bytesOf(section) + 1 })).sort((a, b) => b.bytes - a.bytes);
  const gone = new Set<Section>();
  for (const { section, bytes } of bySize) {
    if (over <= 0) break;
    gone.add(section);
    over -= bytes;
  }
  return report.sections.filter(section => !gone.has(section));
}
