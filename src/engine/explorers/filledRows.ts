/** Counts the rows of other files that have a cell which was filled in. */
import { isMissing } from '../data/encoding/binding';
import { findColumn, type Table } from '../data/table';
import { countOf } from '../report/format';
import type { Preparation } from '../unlabelled/shared/preparation';

export class FilledRows {
  private filled = 0;

  constructor(private readonly preparation: Preparation) {}

  add(table: Table): void {
    const used = this.preparation.columns.flatMap(column => findColumn(table, column.name) ?? []);
    for (let row = 0; row < table.rows; row++) if (used.some(column => isMissing(column, row))) this.filled++;
  }

  /** None where rows with a missing cell are left out. */
  notes(): string[] {
    if (this.preparation.missing === 'drop' || this.filled === 0) return [];
    return [`Missing cells of ${countOf(this.filled, 'row')} were filled with the median, or the commonest level, of the training data.`];
  }
}
