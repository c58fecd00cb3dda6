/** A column as it comes out of the file, before anything is decided about it. */

/** Numbers that the reader parsed itself; missing is NaN. */
export interface RawNumbers { readonly storage: 'number'; readonly values: Float64Array }

/** Codes into the distinct texts of the column, as they stand in the file; -1 where the file has no value at all. */
export interface RawTexts { readonly storage: 'text'; readonly codes: Int32Array; readonly levels: readonly string[] }

export type RawColumn = RawNumbers | RawTexts;

export function rawLength(column: RawColumn): number {
  return column.storage === 'number' ? column.values.length : column.codes.length;
}

/** How often each level occurs. */
export function levelCounts(codes: Int32Array, levels: number): Float64Array {
  const counts = new Float64Array(levels);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code >= 0) counts[code]!++;
  }
  return counts;
}

/** The rows of a column, in the given order. */
export function pickRows(column: RawColumn, rows: Int32Array): RawColumn {
  if (column.storage === 'number') {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
    return { storage: 'number', values };
  }
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!;
  return { storage: 'text', codes, levels: column.levels };
}
