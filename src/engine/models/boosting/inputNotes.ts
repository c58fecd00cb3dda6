/** Missing cells of the training, and what in rows to predict the training data did not have: missing cells and levels; counted. */
import type { Note } from '../../../protocol/profile';
import { numberLevel } from '../../data/encoding/binding';
import { pooledBefore } from '../../data/encoding/levelMarks';
import { findColumn, type Column, type Table } from '../../data/table';
import { countOf } from '../neural/words';
import type { InputTally } from '../shared/inputTally';
import { binCount, columnBins } from './bins';
import type { BoostingState, FeatureBins } from './state';

const listed = 12;

/** `names`, `bins`: one a feature; bin 0 is that of missing cells. */
export function missingNotes(names: readonly string[], bins: readonly Uint16Array[]): Note[] {
  const parts = names.flatMap((name, j) => {
    let count = 0;
    for (const bin of bins[j]!) if (bin === 0) count++;
    return count === 0 ? [] : [`${name} (${countOf(count, 'cell')})`];
  });
  if (parts.length === 0) return [];
  const more = parts.length > listed ? `; and ${countOf(parts.length - listed, 'more column')}` : '';
  return [{ kind: 'imputed', text: `Missing cells were not filled in: each column has a bin of its own for them, with a score learned from these rows: ${parts.slice(0, listed).join('; ')}${more}.` }];
}

/** Levels counted one by one, and of these named, by feature; there may be as many as rows. */
const mostLevels = 10_000;
const mostNamed = 5;

interface Surprises {
  missing: number;
  unknown: number;
  /** Rows by level. */
  readonly levels: Map<string, number>;
  /** Whether a level was pooled at the training; absent where that was not remembered. */
  readonly pooled?: (level: string) => boolean;
}

/** Rows in bins without training rows, or of missing cells, by feature. */
export class BinTally implements InputTally {
  private readonly found: readonly Surprises[];

  constructor(private readonly state: BoostingState) {
    this.found = state.features.map(feature => ({ missing: 0, unknown: 0, levels: new Map<string, number>(), pooled: feature.kind === 'level' ? pooledBefore(feature.pooled) : undefined }));
  }

  add(table: Table, rows?: Int32Array): void {
    this.state.features.forEach((feature, f) => count(this.found[f]!, feature, findColumn(table, feature.name), table.rows, rows));
  }

  notes(): Note[] {
    const { features } = this.state;
    const note = (kind: Note['kind'], words: string, pick: (item: Surprises, f: number) => string): Note[] => {
      const parts = this.found.map(pick).filter(part => part !== '');
      const more = parts.length > listed ? `; and ${parts.length - listed} more` : '';
      return parts.length === 0 ? [] : [{ kind, text: `${words}: ${parts.slice(0, listed).join('; ')}${more}.` }];
    };
    const named = (f: number, rows: number, what = ''): string => (rows === 0 ? '' : `${features[f]!.name} (${what}${countOf(rows, 'row')})`);
    return [
      ...note('information', 'Missing cells have a score of their own', ({ missing }, f) => (missingSeen(this.state, f) ? named(f, missing) : '')),
      ...note('warning', 'Missing cells in columns that had none at the training add the score of a bin without training rows', ({ missing }, f) => (missingSeen(this.state, f) ? '' : named(f, missing))),
      ...note('warning', 'Levels that the training data did not have were predicted as one group', ({ unknown, levels, pooled }, f) => (pooled ? named(f, unknown, levelWords(levels)) : '')),
      ...note('warning', 'Levels that the training data did not have, or seldom, were predicted as one group', ({ unknown, levels, pooled }, f) => (pooled ? '' : named(f, unknown, levelWords(levels)))),
    ];
  }
}

function missingSeen({ terms }: BoostingState, feature: number): boolean {
  const main = terms.find(term => term.features.length === 1 && term.features[0] === feature);
  return (main?.weights[0] ?? 0) > 0;
}

function count(found: Surprises, feature: FeatureBins, column: Column | undefined, all: number, rows: Int32Array | undefined): void {
  const bins = columnBins(feature, column, rows, all);
  const last = binCount(feature) - 1;
  const pooled = column?.storage === 'code' ? column.levels.map(level => found.pooled?.(level) === true) : [];
  for (let i = 0; i < bins.length; i++) {
    if (bins[i] === 0) found.missing++;
    if (bins[i] === 0 || bins[i] !== last) continue;
    const row = rows ? rows[i]! : i;
    if (column?.storage === 'code') {
      const code = column.codes[row]!;
      if (!pooled[code]) addLevel(found, column.levels[code]!);
    } else if (column) {
      const level = numberLevel(column.values[row]!);
      if (!found.pooled?.(level)) addLevel(found, level);
    }
  }
}

function addLevel(found: Surprises, level: string): void {
  found.unknown++;
  const known = found.levels.get(level);
  if (known !== undefined || found.levels.size < mostLevels) found.levels.set(level, (known ?? 0) + 1);
}

/** `"Narnia", ` of one level; of several `"Narnia" 3, "Oz" 2 and 7 more, `: what was not seen, with rows. */
function levelWords(levels: ReadonlyMap<string, number>): string {
  const named = [...levels].slice(0, mostNamed).map(([level, rows]) => `"${level.slice(0, 60)}"${levels.size > 1 ? ` ${rows}` : ''}`);
  const more = levels.size > mostNamed ? ` and ${levels.size < mostLevels ? '' : 'at least '}${levels.size - mostNamed} more` : '';
  return levels.size === 0 ? '' : `${named.join(', ')}${more}, `;
}
