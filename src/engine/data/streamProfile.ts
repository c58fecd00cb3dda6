/** The profile of a file too large to hold: DuckDB streams it and keeps only aggregates. */
import type { ColumnProfile, HistogramBin, Note } from '../../protocol/profile';
import type { WorkContext } from '../context';
import { convertColumn } from './convert';
import { literal, type Duck } from './duck';
import { missingMarkers } from './missing';
import { columnProfile, type ProfilePart } from './profile';
import { rawLength, type RawColumn } from './rawColumn';
import { quantileProbabilities, summariseCodes, summariseNumbers } from './summary';

export interface StreamFacts {
  readonly rows: number;
  readonly types: readonly ('number' | 'text')[];
  /** Rows spread over the file, from which kinds were decided. */
  readonly sample: ReadonlyMap<number, RawColumn>;
}

const bins = 20;
const fewLevels = 1000;
const together = 40;

/**
 * Counts, moments, extremes and histograms are exact; quantiles (t-digest) and distinct values (HyperLogLog) approximate.
 * Columns whose texts have to be interpreted (amounts, dates) are summarised from the sample, and the notes say so.
 */
export async function streamProfile(duck: Duck, parts: readonly ProfilePart[], facts: StreamFacts, notes: Note[], context: WorkContext): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  const sampled: string[] = [];
  for (let start = 0; start < parts.length; start += together) {
    const group = parts.slice(start, start + together);
    context.progress('Profiling', start / parts.length);
    const first = await firstPass(duck, group, facts);
    const second = await secondPass(duck, group, facts, first);
    group.forEach((part, k) => {
      const raw = facts.sample.get(part.index)!;
      if (isNumber(part, facts)) return profiles.push(columnProfile(part, { ...first[k]!.summary, histogram: second[k] as HistogramBin[] }));
      if (facts.types[part.index] === 'text' && part.decision.storage === 'code') return profiles.push(textProfile(part, first[k]!, second[k] as Map<string, number> | undefined));
      sampled.push(part.name);
      return profiles.push(fromSample(part, raw, facts.rows));
    });
    await context.breathe();
  }
  notes.push({ kind: 'information', text: 'The file is too large to hold in memory: quantiles and numbers of distinct values are approximate.' });
  if (sampled.length > 0) notes.push({ kind: 'sampling', text: `Summaries of ${sampled.slice(0, 5).join(', ')} come from ${rawLength([...facts.sample.values()][0]!).toLocaleString('en-US')} rows spread over the file.` });
  return profiles;
}

const isNumber = (part: ProfilePart, facts: StreamFacts): boolean => facts.types[part.index] === 'number' && part.decision.storage === 'number';
const finite = (i: number): string => `CASE WHEN isfinite(c${i}) THEN c${i} END`;
const isMarker = (i: number): string => `trim(c${i}) IN (${missingMarkers.map(literal).join(',')})`;

interface First { readonly summary: Omit<ColumnProfile, 'name' | 'kind' | 'note'>; readonly low: number; readonly high: number; readonly integers: boolean }

async function firstPass(duck: Duck, group: readonly ProfilePart[], facts: StreamFacts): Promise<First[]> {
  const probabilities = quantileProbabilities.slice(1, -1);
  const select = group.map(part => {
    const i = part.index;
    if (facts.types[i] === 'text') return `[count(*) FILTER (c${i} IS NOT NULL AND NOT ${isMarker(i)})::DOUBLE, approx_count_distinct(trim(c${i})) FILTER (NOT ${isMarker(i)})::DOUBLE]`;
    const c = finite(i);
    const quantiles = probabilities.map(p => `approx_quantile(${c}, ${p})`).join(', ');
    return `[count(${c})::DOUBLE, approx_count_distinct(${c})::DOUBLE, avg(${c}), stddev_samp(${c}), min(${c}), max(${c}), (count(*) FILTER (${c} <> floor(${c})))::DOUBLE, ${quantiles}]`;
  });
  const row = (await duck.rows(`SELECT ${select.join(', ')} FROM t`))[0]!;
  return group.map((part, k) => {
    const values = (row[k] as { items: (number | null)[] }).items;
    const present = values[0] ?? 0;
    const base = { missing: facts.rows - present, distinct: Math.min(present, values[1] ?? 0), distinctIsApproximate: (values[1] ?? 0) > 1 };
    if (facts.types[part.index] === 'text' || present === 0) return { summary: base, low: NaN, high: NaN, integers: false };
    const [low, high] = [values[4]!, values[5]!];
    const order = [low, ...values.slice(7).map(v => Math.min(high, Math.max(low, v!))), high];
    const quantiles = quantileProbabilities.map((probability, q) => ({ probability, value: order[q]! }));
    return { summary: { ...base, mean: values[2]!, ...(values[3] === null ? {} : { standardDeviation: values[3]! }), quantiles }, low, high, integers: values[6] === 0 };
  });
}

/** Histograms of numbers and, where there are few, the counts of all levels. */
async function secondPass(duck: Duck, group: readonly ProfilePart[], facts: StreamFacts, first: readonly First[]): Promise<(HistogramBin[] | Map<string, number> | undefined)[]> {
  const grids = first.map(f => (f.integers && f.high - f.low < bins ? { start: f.low - 0.5, width: 1, count: f.high - f.low + 1 } : { start: f.low, width: f.high / bins - f.low / bins, count: bins }));
  const select = group.map((part, k) => {
    const i = part.index;
    if (facts.types[i] === 'text') return first[k]!.summary.distinct <= fewLevels ? `histogram(trim(c${i})) FILTER (NOT ${isMarker(i)})` : 'NULL';
    const { start, width, count } = grids[k]!;
    if (!(width > 0)) return 'NULL';
    return `histogram(least(${count - 1}, greatest(0, floor((c${i} - (${start})) / ${width})))::TINYINT) FILTER (isfinite(c${i}))`;
  });
  const row = (await duck.rows(`SELECT ${select.join(', ')} FROM t`))[0]!;
  return group.map((part, k) => {
    const entries = (row[k] as { entries: { key: unknown; value: unknown }[] } | null)?.entries ?? [];
    const counts = new Map(entries.map(entry => [String(entry.key), Number(entry.value)]));
    if (facts.types[part.index] === 'text') return row[k] === null ? undefined : counts;
    const { start, width, count } = grids[k]!;
    if (!(width > 0)) return [{ low: first[k]!.low, high: first[k]!.high, count: facts.rows - first[k]!.summary.missing }];
    return Array.from({ length: count }, (_, b) => ({ low: start + b * width, high: start + (b + 1) * width, count: counts.get(String(b)) ?? 0 }));
  });
}

function textProfile(part: ProfilePart, first: First, counts: Map<string, number> | undefined): ColumnProfile {
  if (!counts) return columnProfile(part, first.summary);
  const merged = new Map<string, number>();
  for (const [text, count] of counts) {
    const label = part.decision.label ? part.decision.label(text) : text;
    if (label !== undefined) merged.set(label, (merged.get(label) ?? 0) + count);
  }
  const levels = [...merged].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([level, count]) => ({ level, count }));
  return columnProfile(part, { missing: first.summary.missing, distinct: merged.size, levels: levels.slice(0, 20) });
}

function fromSample(part: ProfilePart, raw: RawColumn, rows: number): ColumnProfile {
  const { column } = convertColumn(part.name, raw, part.decision);
  const factor = rows / Math.max(1, rawLength(raw));
  const scale = (n: number): number => Math.round(n * factor);
  if (column.storage === 'code') {
    const { missing, distinct, levels } = summariseCodes(column);
    return columnProfile(part, { missing: scale(missing), distinct, distinctIsApproximate: true, levels: levels.map(l => ({ level: l.level, count: scale(l.count) })) });
  }
  const summary = summariseNumbers(column);
  return columnProfile(part, {
    ...summary, missing: scale(summary.missing), distinctIsApproximate: true,
    histogram: summary.histogram?.map(bin => ({ ...bin, count: scale(bin.count) })),
  });
}
