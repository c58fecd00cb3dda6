/** Counts what an encoding finds in rows to predict that the training data did not have: cells filled in, levels never seen. */
import type { Encoding } from '../../data/encoding/encoding';
import { surprisesIn } from '../../data/encoding/surprises';
import type { Table } from '../../data/table';
import type { Note } from '../../../protocol/profile';
import { list, rowWord } from './encodingNotes';
import type { InputTally } from './inputTally';

/** Different levels of a column that are counted one by one; there may be as many as rows. */
const mostLevels = 10_000;

interface Unseen { rows: number; readonly as: string; readonly unsure?: true }

export class EncodingTally implements InputTally {
  private readonly filled = new Map<string, number>();
  private readonly unseen = new Map<string, Map<string, Unseen>>();
  private uncounted = 0;

  constructor(private readonly encoding: Encoding) {}

  add(table: Table, rows?: Int32Array): void {
    const { filled, unseen } = surprisesIn(this.encoding, table, rows);
    for (const { column, rows: count } of filled) this.filled.set(column, (this.filled.get(column) ?? 0) + count);
    for (const { column, level, rows: count, as, unsure } of unseen) {
      const levels = this.unseen.get(column) ?? new Map<string, Unseen>();
      this.unseen.set(column, levels);
      const known = levels.get(level);
      if (known) known.rows += count;
      else if (levels.size < mostLevels) levels.set(level, { rows: count, as, unsure });
      else this.uncounted += count;
    }
  }

  notes(): Note[] {
    const notes: Note[] = [];
    const { columns, variables, missing } = this.encoding;
    const filled = columns.flatMap(({ name }) => (this.filled.has(name) ? [`${name} (${this.filled.get(name)} ${rowWord(this.filled.get(name)!)})`] : []));
    if (filled.length > 0) {
      const text = missing === 'drop' ? 'Rows with missing values have no prediction' : 'Missing values were filled in as at the training';
      notes.push({ kind: 'imputed', text: `${text}: ${list(filled)}.` });
    }
    notes.push(...this.levelNotes([...new Set(variables.flatMap(variable => variable.columns))]));
    return notes;
  }

  private levelNotes(columns: readonly string[]): Note[] {
    const words = (unsure: boolean): string[] => columns.flatMap(column => [...(this.unseen.get(column) ?? [])].flatMap(([level, one]) =>
      ((one.unsure === true) === unsure ? [`${column} "${level.slice(0, 60)}" (${one.rows} ${rowWord(one.rows)}, as "${one.as}")`] : [])));
    const [unseen, unsure] = [words(false), words(true)];
    const more = this.uncounted > 0 ? `, and other levels in ${this.uncounted} more ${rowWord(this.uncounted)}` : '';
    return [
      ...(unseen.length > 0 ? [{ kind: 'warning', text: `Levels that the training data did not have were predicted as another level: ${list(unseen)}${more}.` } as const] : []),
      // The model file is older, or so many levels were pooled that they were not remembered.
      ...(unsure.length > 0 ? [{ kind: 'warning', text: `Levels that the training data did not have, or seldom, were predicted as the pooled level: ${list(unsure)}${unseen.length > 0 ? '' : more}.` } as const] : []),
    ];
  }
}
