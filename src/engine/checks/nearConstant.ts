/** Features with the same value in nearly every row: what is learned of them rests on the few others. */
import type { Column } from '../data/table';
import { columnOf, dropFix, quoted, type Check } from './input';
import { count, num, percent } from './words';

const nearlyAll = 0.99;
/** Fewer rows with another value are a warning. */
const fewOthers = 10;

export const nearConstant: Check = {
  id: 'nearConstant',
  run(input) {
    const { dataset } = input;
    const { rows } = dataset.table;
    return dataset.features.flatMap(name => {
      const column = columnOf(dataset, name);
      const { cell, rows: most } = commonest(column);
      if (most <= nearlyAll * rows) return [];
      const value = wordsOf(column, cell);
      const others = rows - most;
      return [{
        id: 'nearConstant' as const, columns: [name], severity: others < fewOthers ? 'warning' as const : 'information' as const,
        sentence: `${quoted(name)} is ${value} in ${percent(most / rows)} of the rows; ${others === 0 ? 'no row differs' : `only ${count(others, 'row')} ${others === 1 ? 'differs' : 'differ'}, which may matter all the same if the target goes with ${others === 1 ? 'it' : 'them'}`}.`,
        evidence: { value, rows: most, share: most / rows, others },
        ...dropFix(input, name),
      }];
    });
  },
};

/** The cell of most rows, missing ones counted as one; any cell where none has more than half of them. */
function commonest(column: Column): { readonly cell: number; readonly rows: number } {
  const cells = column.storage === 'code' ? column.codes : column.values;
  // The only value that more than half of the rows can have (Boyer & Moore 1991), then its rows.
  let [value, ahead] = [NaN, 0];
  for (let i = 0; i < cells.length; i++) {
    if (ahead === 0) value = cells[i]!;
    ahead += Object.is(cells[i]! + 0, value + 0) ? 1 : -1;
  }
  let rows = 0;
  for (let i = 0; i < cells.length; i++) if (Object.is(cells[i]! + 0, value + 0)) rows++;
  return { cell: value, rows };
}

function wordsOf(column: Column, cell: number): string {
  if (column.storage === 'code') return cell < 0 ? 'missing' : quoted(column.levels[cell]!.slice(0, 40));
  return Number.isNaN(cell) ? 'missing' : column.kind === 'datetime' ? new Date(cell).toISOString().slice(0, 10) : num(cell, 6);
}
