/** Row lists of folds. */

/** Rows of each fold in order, and last the rows of no fold (negative numbers), which train always. */
export function rowsByFold(foldOfRow: Int32Array, folds: number): Int32Array[] {
  const sizes = new Int32Array(folds + 1);
  for (const fold of foldOfRow) sizes[fold >= 0 ? fold : folds]++;
  const rows = Array.from(sizes, (size) => new Int32Array(size));
  const at = new Int32Array(folds + 1);
  for (let i = 0; i < foldOfRow.length; i++) {
    const fold = foldOfRow[i] >= 0 ? foldOfRow[i] : folds;
    rows[fold][at[fold]++] = i;
  }
  return rows;
}

/** Rows outside of fold k, in order; `size` is their number. */
export function complement(foldOfRow: Int32Array, k: number, size: number): Int32Array {
  const rows = new Int32Array(size);
  let at = 0;
  for (let i = 0; i < foldOfRow.length; i++) if (foldOfRow[i] !== k) rows[at++] = i;
  return rows;
}
