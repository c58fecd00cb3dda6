/** How well each class was predicted, from the counts of held-out rows. */
import { wilson, type Interval } from '../evaluate/intervals';

export interface ClassMetric {
  readonly name: string;
  /** Held-out rows of the class. */
  readonly rows: number;
  /** Absent where no row is (recall) or was predicted to be (precision) of the class. */
  readonly recall?: Interval & { readonly value: number };
  readonly precision?: Interval & { readonly value: number };
  readonly f1?: number;
}

/** `counts[actual][predicted]`. Intervals are Wilson's for the share of rows. */
export function classMetrics(classes: readonly string[], counts: readonly (readonly number[])[], level: number): ClassMetric[] {
  return classes.map((name, i) => {
    const right = counts[i]?.[i] ?? 0;
    const rows = (counts[i] ?? []).reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, row) => sum + (row[i] ?? 0), 0);
    const share = (of: number): ClassMetric['recall'] => (of === 0 ? undefined : { value: right / of, ...wilson(right, of, level) });
    const [recall, precision] = [share(rows), share(predicted)];
    return { name, rows, ...(recall && { recall }), ...(precision && { precision }), ...(rows + predicted > 0 && { f1: (2 * right) / (rows + predicted) }) };
  });
}
