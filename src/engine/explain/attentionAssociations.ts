/** Which features go together so closely that they share or hide each other's attention and importance. */
import { asCategories, columnsByName } from '../data/encoding/binding';
import type { Column, Table } from '../data/table';
import { correlation } from './scores/rankAgreement';

export interface Association {
  readonly first: string;
  readonly second: string;
  /** 0 … 1: |r| of two numbers, Cramér's V of two categories, the correlation ratio η of one of each. */
  readonly strength: number;
}

/** Pairs above this are named. */
export const strongAssociation = 0.7;
/** Features whose pairs are looked at, at most. */
const mostFeatures = 60;

/** Pairs of the features with an association above 0.7 in the table's rows, strongest first. Missing cells are left out. */
export function strongAssociations(table: Table, features: readonly string[]): Association[] {
  const byName = columnsByName(table);
  const columns = features.slice(0, mostFeatures).flatMap(name => byName.get(name) ?? []);
  const result: Association[] = [];
  for (let i = 0; i < columns.length; i++) {
    for (let j = i + 1; j < columns.length; j++) {
      const strength = associationOf(columns[i], columns[j], table.rows);
      if (strength > strongAssociation) result.push({ first: columns[i].name, second: columns[j].name, strength });
    }
  }
  return result.sort((a, b) => b.strength - a.strength);
}

/** The association of two columns; 0 where it cannot be told. */
export function associationOf(a: Column, b: Column, rows: number): number {
  const [first, second] = [valuesOf(a), valuesOf(b)];
  const known = Array.from({ length: rows }, (_, i) => i).filter(i => first.known(i) && second.known(i));
  const value = first.codes && second.codes ? cramer(known, first.codes, second.codes)
    : first.codes ? correlationRatio(known, first.codes, second.values!)
    : second.codes ? correlationRatio(known, second.codes, first.values!)
    : Math.abs(correlation(known.map(i => first.values![i]), known.map(i => second.values![i])));
  return Number.isFinite(value) ? value : 0;
}

interface Values { readonly codes?: Int32Array; readonly values?: Float64Array; known(row: number): boolean }

function valuesOf(column: Column): Values {
  if (column.storage === 'number' && column.kind !== 'categorical') {
    const { values } = column;
    return { values, known: i => Number.isFinite(values[i]) };
  }
  const { codes } = asCategories(column);
  return { codes, known: i => codes[i] >= 0 };
}

/** η = √(variance between the groups / variance), less what chance alone gives (ε² of Kelley 1935). */
function correlationRatio(rows: readonly number[], codes: Int32Array, values: Float64Array): number {
  const groups = new Map<number, { n: number; sum: number }>();
  let mean = 0;
  for (const i of rows) mean += values[i] / rows.length;
  let total = 0;
  for (const i of rows) {
    const group = groups.get(codes[i]) ?? { n: 0, sum: 0 };
    group.n++;
    group.sum += values[i] - mean;
    groups.set(codes[i], group);
    total += (values[i] - mean) ** 2;
  }
  let between = 0;
  for (const { n, sum } of groups.values()) between += (sum * sum) / n;
  if (!(total > 0) || rows.length <= groups.size) return 0;
  const within = ((total - between) / (rows.length - groups.size)) * (rows.length - 1);
  return Math.sqrt(Math.max(0, 1 - within / total));
}

/** Cramér's V with the correction of Bergsma (2013) for what chance alone gives. */
function cramer(rows: readonly number[], a: Int32Array, b: Int32Array): number {
  const n = rows.length;
  const [countA, countB, joint] = [new Map<number, number>(), new Map<number, number>(), new Map<string, number>()];
  const add = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);
  for (const i of rows) {
    add(countA, a[i]);
    add(countB, b[i]);
    add(joint, `${a[i]} ${b[i]}`);
  }
  // χ² / n = Σ n_ij² / (n_i n_j) − 1.
  let phi = -1;
  for (const [key, count] of joint) {
    const [i, j] = key.split(' ').map(Number);
    phi += (count * count) / (countA.get(i)! * countB.get(j)!);
  }
  const [r, c] = [countA.size, countB.size];
  const corrected = Math.max(0, phi - ((r - 1) * (c - 1)) / (n - 1));
  const least = Math.min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1;
  return least > 0 ? Math.min(1, Math.sqrt(corrected / least)) : 0;
}
