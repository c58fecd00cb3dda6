/** When the fits of all folds can share one design, and which fold each row is tested in. */
import { asCategories, BoundTable } from '../../data/encoding/binding';
import type { Encoding } from '../../data/encoding/encoding';
import type { DesignPlan } from '../../data/encoding/plan';
import type { Dataset } from '../../data/dataset';

/** Fold in which each row is tested, -1 for rows that always train; undefined where a row is tested twice. */
export function foldOfRows(n: number, trainRows: readonly Int32Array[]): Int32Array | undefined {
  const foldOf = new Int32Array(n).fill(-1);
  for (let fold = 0; fold < trainRows.length; fold++) {
    const trains = new Uint8Array(n);
    for (const row of trainRows[fold]) {
      if (trains[row] === 1) return undefined;
      trains[row] = 1;
    }
    for (let row = 0; row < n; row++) {
      if (trains[row] === 1) continue;
      if (foldOf[row] >= 0) return undefined;
      foldOf[row] = fold;
    }
  }
  return foldOf;
}

/** True where the encoding learned on all rows is the one that every fold would learn: nothing in it depends on the rows. */
export function encodingIsShared(dataset: Dataset, plan: DesignPlan, encoding: Encoding, trainRows: readonly Int32Array[]): boolean {
  if (encoding.states.length > 0 || plan.standardise || plan.reference === 'mostFrequent') return false;
  if (encoding.columns.some(c => c.as === 'date' || c.missing > 0)) return false;
  const bound = new BoundTable(dataset.table);
  for (const variable of encoding.variables) {
    if (variable.kind !== 'category') continue;
    if (variable.otherLevel !== undefined || variable.expression.kind !== 'name') return false;
    const { codes, levels } = asCategories(bound.find(variable.columns[0]));
    for (const rows of trainRows) {
      if (plan.fewestRows > 1 && hasRare(codes, levels.length, rows, plan.fewestRows)) return false;
      const seen = new Uint8Array(levels.length);
      let distinct = 0;
      for (let i = 0; i < rows.length && distinct < variable.levels.length; i++) {
        const code = codes[rows[i]];
        if (code >= 0 && seen[code] === 0) { seen[code] = 1; distinct++; }
      }
      if (distinct < variable.levels.length || distinct > plan.mostLevels(rows.length)) return false;
    }
  }
  return true;
}

/** Whether a level that occurs in the rows has fewer of them. */
function hasRare(codes: Int32Array, levels: number, rows: Int32Array, fewest: number): boolean {
  const counts = new Int32Array(levels);
  for (const row of rows) if (codes[row] >= 0) counts[codes[row]]++;
  return counts.some(count => count > 0 && count < fewest);
}
