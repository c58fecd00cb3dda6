/** Counts what is odd about the rows to predict, a block after another, and says it once: cells, levels and columns by name. */
import type { Note } from '../protocol/profile';
import type { Report } from '../protocol/report';
import type { BlockReading, RowBlock } from './data/blocks';
import type { Model } from './models/model';
import type { InputTally } from './models/shared/inputTally';
import { NotNumbers } from './notNumbers';
import { OutsideRange } from './outsideRange';
import { countOf, listWords } from './report/format';

/** Columns without a use that are named at most. */
const mostNamed = 12;

/** What of a model decides what is odd. */
export interface Watched {
  /** Absent: a model without a target. */
  readonly model?: Model;
  readonly features: readonly string[];
  readonly target?: string;
  /** Has the ranges of the training data. */
  readonly report?: Report;
  /** Rows with a missing cell have no prediction. */
  readonly dropsMissing: boolean;
}

export class PredictNotes {
  private readonly unread: NotNumbers;
  private readonly input: InputTally | undefined;
  private readonly outside: OutsideRange | undefined;

  constructor(private readonly watched: Watched) {
    const { model, features, report } = watched;
    this.unread = new NotNumbers(features);
    this.input = model?.inputTally?.();
    this.outside = model && report && new OutsideRange(report, features, model.flatOutside);
  }

  add({ table, raw, from }: RowBlock): void {
    const readable = this.unread.add(table, raw, from);
    this.input?.add(this.watched.dropsMissing ? table : readable);
    this.outside?.add(table);
  }

  /** `read`: what the reader had to decide. */
  notes({ names, dropped }: BlockReading, read: readonly Note[]): { text: string }[] {
    const { features } = this.watched;
    const texts = [
      ...dropped.map(item => `${countOf(item.rows, 'row')} left out: ${item.reason}.`), ...(this.input?.notes() ?? []).map(({ text }) => text),
      ...this.unread.notes(), ...(this.outside?.notes() ?? []), ...this.unusedNotes(names),
    ];
    return [...readingNotes(features, read, this.unread.columns), ...texts.map(text => ({ text }))];
  }

  /** Columns of the file that the model does not read; the target has its own place there. */
  private unusedNotes(names: readonly string[]): string[] {
    const known = new Set(this.watched.target === undefined ? this.watched.features : [...this.watched.features, this.watched.target]);
    const unused = names.filter(name => !known.has(name));
    if (unused.length === 0) return [];
    return [`${countOf(unused.length, 'column')} of the file ${unused.length === 1 ? 'is' : 'are'} not read by the model, only copied: ${listWords(unused.map(name => `"${name.slice(0, 60)}"`), mostNamed)}.`];
  }
}

/** What had to be decided to read the columns that the model uses; cells of `told` columns that could not be read have a note of their own. */
function readingNotes(features: readonly string[], notes: readonly Note[], told: readonly string[]): { text: string }[] {
  const once = notes.map(note => (told.some(name => note.text.startsWith(`${name}: `)) ? { ...note, text: withoutUnread(note.text) } : note));
  const used = once.filter(note => note.kind === 'reading' || (note.kind === 'column' && features.some(name => note.text.startsWith(`${name}: `))));
  // The kinds are those of the training, which nobody asked for here; that a column is read like that is worth no word.
  return used.filter(({ text }) => !/, as asked\.$/.test(text)).map(({ text }) => ({ text: text.replace(', as asked', ', as at the training') }));
}

function withoutUnread(text: string): string {
  return text.replace(/[ ;]+\d+ (?:of \d+ values|cells?) (?:is|are) no (?:numbers?|dates?) and (?:counts?|taken) as missing: .*$/, '').replace(/[^.]$/, '$&.');
}
