/** Keeps numbers that JSON cannot say out of a report: a field without a finite value is absent, never null. */

/**
 * A copy without numbers that are not finite, at any depth: such a property is left out, and so is a property that
 * holds an array with such a number in it, because the places of the others carry meaning.
 */
export function withoutNonFinite<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNonFinite) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => isSayable(item));
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNonFinite(item)])) as T;
}

function isSayable(item: unknown): boolean {
  if (Array.isArray(item)) return item.every(part => typeof part !== 'number' || Number.isFinite(part));
  return item !== undefined && item !== null && (typeof item !== 'number' || Number.isFinite(item));
}

/** Throws naming the first place in a report that holds NaN, an infinity, null or undefined inside an array. */
export function assertFiniteReport(report: unknown, place = 'report'): void {
  if (typeof report === 'number' && !Number.isFinite(report)) throw new Error(`${place} is ${report}`);
  if (report === null) throw new Error(`${place} is null`);
  if (ArrayBuffer.isView(report)) throw new Error(`${place} is a typed array, which JSON turns into an object`);
  if (Array.isArray(report)) {
    report.forEach((item, i) => {
      if (item === undefined) throw new Error(`${place}[${i}] is undefined`);
      assertFiniteReport(item, `${place}[${i}]`);
    });
  } else if (typeof report === 'object') {
    for (const [key, item] of Object.entries(report)) assertFiniteReport(item, `${place}.${key}`);
  }
}
