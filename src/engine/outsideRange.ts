/** Counts the rows to predict whose numbers lie outside of what the training file had: there a model extrapolates, or takes the end of the range. */
import type { ColumnProfile } from '../protocol/profile';
import type { Report } from '../protocol/report';
import type { Table } from './data/table';
import { findColumn } from './data/table';
import { countOf, formatNumber } from './report/format';

/** Columns named at most. */
const mostNamed = 12;

interface Range { readonly profile: ColumnProfile; readonly least: number; readonly most: number; below: number; above: number }

/** Counts over as many tables as there are. The ranges are those of the profile in the report, which every model file holds. */
export class OutsideRange {
  private readonly ranges: readonly Range[];

  /** `flat`: the model predicts such numbers as the nearest end of the range. */
  constructor({ sections }: Pick<Report, 'sections'>, features: readonly string[], private readonly flat = false) {
    const section = sections.find(each => each.kind === 'columns');
    const used = new Set(features);
    this.ranges = section?.kind === 'columns' && Array.isArray(section.columns) ? section.columns.filter(column => used.has(column.name)).flatMap(rangeOf) : [];
  }

  add(table: Table): void {
    for (const range of this.ranges) {
      const column = findColumn(table, range.profile.name);
      if (column?.storage !== 'number') continue;
      for (let row = 0; row < column.values.length; row++) {
        if (column.values[row] < range.least) range.below++;
        else if (column.values[row] > range.most) range.above++;
      }
    }
  }

  /** One sentence, or none where no row is outside. */
  notes(): string[] {
    const parts = this.ranges.flatMap(outside);
    if (parts.length === 0) return [];
    const more = parts.length > mostNamed ? `; and ${parts.length - mostNamed} more` : '';
    const what = this.flat ? 'this model predicts such numbers as the nearest end of that range' : 'where the prediction is an extrapolation';
    return [`Some rows lie outside of the range of the training data${this.flat ? '; ' : ', '}${what}: ${parts.slice(0, mostNamed).join('; ')}${more}.`];
  }
}

function rangeOf(profile: ColumnProfile): Range[] {
  const end = (probability: number): number | undefined => profile.quantiles?.find(item => item.probability === probability)?.value;
  const [least, most] = [end(0), end(1)];
  return least === undefined || most === undefined ? [] : [{ profile, least, most, below: 0, above: 0 }];
}

function outside({ profile, least, most, below, above }: Range): string[] {
  const words = (value: number): string => (profile.kind === 'datetime' ? new Date(value).toISOString().slice(0, 10) : formatNumber(value, 6));
  return [
    ...(above > 0 ? [`${countOf(above, 'row has', 'rows have')} ${profile.name} above ${words(most)}, the largest seen`] : []),
    ...(below > 0 ? [`${countOf(below, 'row has', 'rows have')} ${profile.name} below ${words(least)}, the smallest seen`] : []),
  ];
}
