/** What sliders and drop-downs need to know of a model's features: ranges, steps, levels and typical values of the training data. */
import type { ColumnProfile } from '../../protocol/profile';
import type { Report } from '../../protocol/report';
import type { WhatIfFeature } from '../../protocol/whatIf';
import { asCategories, millisecondsPerDay } from '../data/encoding/binding';
import type { Column, NumberColumn } from '../data/table';

/** Steps of a slider from one end to the other, about. */
const sliderSteps = 100;
/** Numbers with more decimals than this are taken as continuous. */
const mostDecimals = 6;

/** `column`: background rows of the training data; `profile`: of all its rows, where the report has it. */
export function describeFeature(column: Column, profile: ColumnProfile | undefined): WhatIfFeature {
  return column.storage === 'code' || column.kind === 'categorical' || column.kind === 'boolean' ? describeChoice(column, profile) : describeNumber(column, profile);
}

/** The profile of each column of the training data, as every report holds it. */
export function profilesOf({ sections }: Pick<Report, 'sections'>): ReadonlyMap<string, ColumnProfile> {
  const section = sections.find(one => one.kind === 'columns');
  return new Map(section?.kind === 'columns' && Array.isArray(section.columns) ? section.columns.map(column => [column.name, column] as const) : []);
}

function describeChoice(column: Column, profile: ColumnProfile | undefined): WhatIfFeature {
  const { codes, levels } = asCategories(column);
  const counts = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const seen = levels.filter((_, k) => counts[k] > 0);
  const frequent = (profile?.levels ?? profile?.distinctValues ?? []).map(item => item.level);
  const commonest = counts.length > 0 ? levels[counts.indexOf(Math.max(...counts))] : undefined;
  const all = [...new Set([...seen, ...frequent])];
  return { name: column.name, kind: 'choice', levels: sortLevels(all), typical: profile?.levels?.[0]?.level ?? commonest ?? null };
}

/** Numbers by value, texts by code units: as levels stand everywhere. */
function sortLevels(levels: readonly string[]): string[] {
  const numeric = levels.every(level => level.trim() !== '' && Number.isFinite(Number(level)));
  return [...levels].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
}

function describeNumber({ name, kind, values }: NumberColumn, profile: ColumnProfile | undefined): WhatIfFeature {
  const sorted = values.filter(v => v - v === 0).sort();
  const end = (probability: number): number | undefined => profile?.quantiles?.find(item => item.probability === probability)?.value;
  const low = end(0) ?? sorted[0] ?? 0;
  const high = end(1) ?? sorted.at(-1) ?? 1;
  const date = kind === 'datetime';
  const unit = unitOf([...sorted, low, high], high - low, date);
  const typical = onGrid(end(0.5) ?? sorted[sorted.length >> 1] ?? low, unit);
  return { name, kind: date ? 'date' : 'number', low, high, unit, step: stepOf(high - low, unit), typical: Math.min(high, Math.max(low, typical)) };
}

/** The largest power of ten (day, hour, minute, … of dates) that all values are multiples of; a ten-thousandth of the range without one. */
function unitOf(values: readonly number[], range: number, date: boolean): number {
  if (date) return [millisecondsPerDay, 3_600_000, 60_000, 1000].find(unit => values.every(v => v % unit === 0)) ?? 1;
  for (let decimals = 0; decimals <= mostDecimals; decimals++) {
    const factor = 10 ** decimals;
    if (values.every(v => Math.abs(v * factor - Math.round(v * factor)) <= 1e-9 * Math.max(1, Math.abs(v * factor)))) return Number((1 / factor).toPrecision(12));
  }
  return range > 0 ? 10 ** (Math.floor(Math.log10(range)) - 4) : 1e-6;
}

/** 1, 2 or 5 times a power of ten, near a hundredth of the range, but a multiple of the unit. */
function stepOf(range: number, unit: number): number {
  const wanted = range / sliderSteps / unit;
  if (!(wanted > 1)) return unit;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find(times => times * power >= wanted * 0.999)!;
  return Number((Math.max(1, Math.round(factor * power)) * unit).toPrecision(12));
}

/** The multiple of the unit that is nearest, without digits of rounding. */
export function onGrid(value: number, unit: number): number {
  return Number((Math.round(value / unit) * unit).toPrecision(15)) + 0;
}
