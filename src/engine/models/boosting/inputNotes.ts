/** Missing cells of the training, and what in rows to predict the training data did not have: missing cells and levels; counted. */
import type { Note } from '../../../protocol/profile';
import { findColumn, type Column, type Table } from '../../data/table';
import { countOf } from '../neural/words';
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

export function inputNotes(state: BoostingState, table: Table, rows?: Int32Array): Note[] {
  const found = state.features.map((feature, f) => surprises(feature, missingSeen(state, f), findColumn(table, feature.name), table.rows, rows));
  const note = (kind: Note['kind'], words: string, pick: (item: Surprises) => string): Note[] => {
    const parts = found.map(pick).filter(part => part !== '');
    const more = parts.length > listed ? `; and ${parts.length - listed} more` : '';
    return parts.length === 0 ? [] : [{ kind, text: `${words}: ${parts.slice(0, listed).join('; ')}${more}.` }];
  };
  return [
    ...note('information', 'Missing cells have a score of their own', item => (item.seen ? item.missing : '')),
    ...note('warning', 'Missing cells in columns that had none at the training add the score of a bin without training rows', item => (item.seen ? '' : item.missing)),
    ...note('warning', 'Levels that the training data did not have, or seldom, were predicted as one group', item => item.unseen),
  ];
}

interface Surprises { readonly seen: boolean; readonly missing: string; readonly unseen: string }

function missingSeen({ terms }: BoostingState, feature: number): boolean {
  const main = terms.find(term => term.features.length === 1 && term.features[0] === feature);
  return (main?.weights[0] ?? 0) > 0;
}

function surprises(feature: FeatureBins, seen: boolean, column: Column | undefined, all: number, rows: Int32Array | undefined): Surprises {
  const bins = columnBins(feature, column, rows, all);
  const last = binCount(feature) - 1;
  let missing = 0;
  let unknown = 0;
  for (const bin of bins) {
    if (bin === 0) missing++;
    else if (bin === last) unknown++;
  }
  const named = (count: number, what = ''): string => (count === 0 ? '' : `${feature.name} (${what}${countOf(count, 'row')})`);
  return {
    seen, missing: named(missing), unseen: named(unknown, unknown > 0 && column ? firstUnknown(column, bins, last, rows) : ''),
  };
}

/** `"Narnia" and others, `: an example of what was not seen. */
function firstUnknown(column: Column, bins: Uint16Array, last: number, rows: Int32Array | undefined): string {
  const texts = new Set<string>();
  for (let i = 0; i < bins.length && texts.size < 2; i++) {
    if (bins[i] !== last) continue;
    const row = rows ? rows[i]! : i;
    texts.add(column.storage === 'code' ? column.levels[column.codes[row]!]! : String(column.values[row]));
  }
  const [first] = texts;
  return `"${first!.slice(0, 60)}"${texts.size > 1 ? ' and others' : ''}, `;
}
