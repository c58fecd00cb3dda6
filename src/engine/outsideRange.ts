/** Counts the rows to predict whose numbers lie outside of what the training file had: there a model extrapolates, or takes the end of the range. */
import type { ColumnProfile } from '../protocol/profile';
import type { Report } from '../protocol/report';
import type { Column, Table } from './data/table';
import { findColumn } from './data/table';
import { countOf, formatNumber } from './report/format';

/** Columns named at most. */
const mostNamed = 12;

/** One sentence, or none where no row is outside. `flat`: the model predicts such numbers as the nearest end of the range. The ranges are those of the profile in the report, which every model file holds. */
export function outsideRangeNotes({ sections }: Report, features: readonly string[], table: Table, flat = false): string[] {
  const profile = sections.find(section => section.kind === 'columns');
  if (profile?.kind !== 'columns' || !Array.isArray(profile.columns)) return [];
  const used = new Set(features);
  const parts = profile.columns.filter(column => used.has(column.name)).flatMap(column => outside(column, findColumn(table, column.name)));
  if (parts.length === 0) return [];
  const more = parts.length > mostNamed ? `; and ${parts.length - mostNamed} more` : '';
  const what = flat ? 'this model predicts such numbers as the nearest end of that range' : 'where the prediction is an extrapolation';
  return [`Some rows lie outside of the range of the training data${flat ? '; ' : ', '}${what}: ${parts.slice(0, mostNamed).join('; ')}${more}.`];
}

function outside(profile: ColumnProfile, column: Column | undefined): string[] {
  const end = (probability: number): number | undefined => profile.quantiles?.find(item => item.probability === probability)?.value;
  const least = end(0);
  const most = end(1);
  if (column?.storage !== 'number' || least === undefined || most === undefined) return [];
  let below = 0;
  let above = 0;
  for (let row = 0; row < column.values.length; row++) {
    if (column.values[row] < least) below++;
    else if (column.values[row] > most) above++;
  }
  const words = (value: number): string => (profile.kind === 'datetime' ? new Date(value).toISOString().slice(0, 10) : formatNumber(value, 6));
  return [
    ...(above > 0 ? [`${countOf(above, 'row has', 'rows have')} ${profile.name} above ${words(most)}, the largest seen`] : []),
    ...(below > 0 ? [`${countOf(below, 'row has', 'rows have')} ${profile.name} below ${words(least)}, the smallest seen`] : []),
  ];
}
