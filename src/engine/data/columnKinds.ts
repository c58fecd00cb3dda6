/** Decides once what each column of a source is, and says which columns there are. */
import { decideKind, type Decision } from './kinds';
import type { RawColumn } from './rawColumn';
import { sampleRows } from './sample';
import { decidedFromSome } from './sampledKind';
import type { SourceHints } from './sourceTypes';
import type { StoredRelation } from './storedRelation';

/** Rows spread over a file that is read in passes, by which kinds are decided. */
const sampledRows = 200_000;

export class ColumnKinds {
  private readonly decisions = new Map<number, Decision>();
  private sample: Map<number, RawColumn> | undefined;

  constructor(private readonly stored: StoredRelation, private readonly hints: SourceHints) {}

  /** What the column is: from all of its values when held (and read), else from 200,000 rows spread over the file. */
  async decide(i: number): Promise<Decision> {
    const known = this.decisions.get(i);
    if (known) return known;
    const { stored, hints } = this;
    const { relation } = stored;
    const raw = stored.held ? stored.columns.get(i)! : (await this.typeSample()).get(i)!;
    const { name, unnamed } = relation.names[i]!;
    const hint = (['categorical', 'numeric', 'datetime'] as const).find(kind => hints[kind]?.includes(name));
    const options = { name: unnamed && i > 0 ? name : unnamed ? '' : name, index: i, decimal: relation.decimal, hint };
    let decision = decideKind(raw, options);
    if (relation.dates[i] && decision.kind === 'numeric') decision = { ...decision, kind: 'datetime' };
    if (hints.inBlocks && stored.rows > sampledRows) decision = await decidedFromSome(decision, raw, () => stored.firstTexts(i), few => decideKind(few, options));
    this.decisions.set(i, decision);
    return decision;
  }

  /** Of a column that was decided on. */
  decided(i: number): Decision {
    return this.decisions.get(i)!;
  }

  async typeSample(): Promise<Map<number, RawColumn>> {
    const { names } = this.stored.relation;
    const all = names.map((_, i) => i);
    const read = this.hints.inBlocks;
    // Of the others only an empty one at the end has to be told.
    const wanted = read ? all.filter(i => i === all.length - 1 || read.includes(names[i]!.name)) : all;
    this.sample ??= await this.stored.fetch(wanted, sampleRows(this.stored.rows, sampledRows, 1));
    return this.sample;
  }

  /** Lets go of what nothing has to be decided by any more. */
  forgetSample(): void {
    this.sample = undefined;
  }

  /** Columns that are there, without the empty one that a trailing delimiter makes. */
  async present(): Promise<number[]> {
    const { names } = this.stored.relation;
    const all = names.map((_, i) => i);
    const last = all.length - 1;
    if (last > 0 && names[last]!.unnamed) {
      if (this.stored.held) await this.stored.hold([last]);
      if ((await this.decide(last)).kind === 'empty') return all.slice(0, last);
    }
    return all;
  }

  /** What a reader has to know of how the column was read. */
  note(i: number): string | undefined {
    const { relation } = this.stored;
    const notes = [relation.names[i]!.note, relation.columnNotes.get(i), this.decisions.get(i)?.note].filter(note => note !== undefined);
    return notes.length === 0 ? undefined : notes.join(' ');
  }
}
