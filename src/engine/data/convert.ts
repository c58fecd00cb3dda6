/** Turns a raw column into a typed one, as was decided about its kind. */
import type { Column } from './table';
import type { Decision } from './kinds';
import { trimCell } from './missing';
import { parsePlain } from './numberText';
import type { RawColumn } from './rawColumn';

export interface Converted {
  readonly column: Column;
  /** Rows whose number is infinite; they are missing in the column. */
  readonly infinite: readonly number[];
  readonly missing: number;
}

export function convertColumn(name: string, raw: RawColumn, decision: Decision): Converted {
  return decision.storage === 'number' ? toNumbers(name, raw, decision) : toCodes(name, raw, decision);
}

function toNumbers(name: string, raw: RawColumn, decision: Decision): Converted {
  let values: Float64Array;
  if (raw.storage === 'number') {
    values = raw.values;
  } else {
    const table = new Float64Array(raw.levels.length);
    raw.levels.forEach((text, i) => (table[i] = decision.number ? decision.number(trimCell(text)) : NaN));
    values = new Float64Array(raw.codes.length);
    for (let i = 0; i < values.length; i++) {
      const code = raw.codes[i]!;
      values[i] = code < 0 ? NaN : table[code]!;
    }
  }
  const infinite: number[] = [];
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0) continue;
    missing++;
    if (!Number.isNaN(value)) infinite.push(i);
  }
  if (infinite.length > 0) {
    values = values.slice();
    for (const row of infinite) values[row] = NaN;
  }
  return { column: { name, kind: decision.kind, storage: 'number', values }, infinite, missing };
}

/** Sort order of levels: by value when all are numbers, else by code unit. */
export function sortLevels(levels: string[]): string[] {
  const values = new Map<string, number>();
  for (const level of levels) {
    const value = parsePlain(level);
    if (value === undefined) return levels.sort();
    values.set(level, value);
  }
  return levels.sort((a, b) => values.get(a)! - values.get(b)! || (a < b ? -1 : 1));
}

function toCodes(name: string, raw: RawColumn, decision: Decision): Converted {
  if (raw.storage === 'number') return numbersToCodes(name, raw.values, decision);
  const labels = raw.levels.map(text => (decision.label ? decision.label(trimCell(text)) : trimCell(text)));
  const used = new Uint8Array(labels.length);
  for (let i = 0; i < raw.codes.length; i++) if (raw.codes[i]! >= 0) used[raw.codes[i]!] = 1;
  const distinct = new Set<string>();
  labels.forEach((label, i) => {
    if (label !== undefined && used[i] === 1) distinct.add(label);
  });
  const levels = sortLevels([...distinct]);
  const place = new Map(levels.map((level, i) => [level, i]));
  const codeOf = Int32Array.from(labels, label => (label === undefined ? -1 : place.get(label) ?? -1));
  const codes = new Int32Array(raw.codes.length);
  let missing = 0;
  for (let i = 0; i < codes.length; i++) {
    const from = raw.codes[i]!;
    const code = from < 0 ? -1 : codeOf[from]!;
    codes[i] = code;
    if (code < 0) missing++;
  }
  return { column: { name, kind: decision.kind, storage: 'code', codes, levels }, infinite: [], missing };
}

function numbersToCodes(name: string, values: Float64Array, decision: Decision): Converted {
  const place = new Map<number, number>();
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + 0;
    if (Number.isNaN(value) || place.has(value)) continue;
    place.set(value, 0);
    found.push(value);
  }
  found.sort((a, b) => a - b).forEach((value, i) => place.set(value, i));
  const codes = new Int32Array(values.length);
  let missing = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = place.get(values[i]! + 0) ?? -1;
    codes[i] = code;
    if (code < 0) missing++;
  }
  return { column: { name, kind: decision.kind, storage: 'code', codes, levels: found.map(v => String(v)) }, infinite: [], missing };
}
