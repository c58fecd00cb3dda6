/** Numbers tuples of codes: equal tuples get the same number, and numbers rise with the tuples. No text is made on the way. */

export interface Numbered {
  readonly count: number;
  /** Number of each tuple; -1 where one of its codes is. */
  readonly ids: Int32Array;
  /** A place that holds each number. */
  readonly example: Int32Array;
}

const mostDense = 1 << 22;

/** `codes`: one array a field, equally long; `sizes`: codes of field f are below sizes[f]. O(rows × fields). */
export function numberTuples(codes: readonly Int32Array[], sizes: readonly number[]): Numbered {
  const length = codes[0]!.length;
  const keys = new Float64Array(length);
  let range = 1;
  codes.forEach((field, f) => {
    const size = Math.max(1, sizes[f]!);
    // A key has to stay an exact integer, so long tuples are renumbered on the way; order is kept by that.
    if (range * size > 2 ** 52) {
      const { ids, count } = compact(keys, range);
      for (let i = 0; i < length; i++) keys[i] = ids[i]!;
      range = count;
    }
    for (let i = 0; i < length; i++) keys[i] = field[i]! < 0 || keys[i]! < 0 ? -1 : keys[i]! * size + field[i]!;
    range *= size;
  });
  return compact(keys, range);
}

/** Numbers keys in 0 … range − 1 by their order; negative keys are -1. */
function compact(keys: Float64Array, range: number): Numbered {
  return range <= Math.max(mostDense, 4 * keys.length) && range <= 1e8 ? compactDense(keys, range) : compactHashed(keys);
}

function compactDense(keys: Float64Array, range: number): Numbered {
  const place = new Int32Array(range).fill(-1);
  for (let i = keys.length - 1; i >= 0; i--) if (keys[i]! >= 0) place[keys[i]!] = i;
  const example: number[] = [];
  for (let key = 0; key < range; key++) {
    if (place[key]! < 0) continue;
    example.push(place[key]!);
    place[key] = example.length - 1;
  }
  const ids = new Int32Array(keys.length);
  for (let i = 0; i < ids.length; i++) ids[i] = keys[i]! < 0 ? -1 : place[keys[i]!]!;
  return { count: example.length, ids, example: Int32Array.from(example) };
}

/** Open addressing with linear probing; the table grows with the number of different keys. */
function compactHashed(keys: Float64Array): Numbered {
  let size = 1 << 12;
  let slots = new Int32Array(size).fill(-1);
  let found = new Float64Array(1 << 10);
  let first = new Int32Array(1 << 10);
  let count = 0;
  const ids = new Int32Array(keys.length);
  const slotOf = (key: number): number => {
    let slot = (Math.imul(key % 4294967296 | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 4294967296) | 0, 0x85ebca6b)) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & (size - 1); slots[slot]! >= 0 && found[slots[slot]!] !== key; ) slot = (slot + 1) & (size - 1);
    return slot;
  };
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key < 0) { ids[i] = -1; continue; }
    const slot = slotOf(key);
    if (slots[slot]! >= 0) { ids[i] = slots[slot]!; continue; }
    if (count === found.length) [found, first] = [grown(found, new Float64Array(count * 2)), grown(first, new Int32Array(count * 2))];
    found[count] = key;
    first[count] = i;
    slots[slot] = ids[i] = count++;
    if (count * 2 < size) continue;
    size *= 4;
    slots = new Int32Array(size).fill(-1);
    for (let id = 0; id < count; id++) slots[slotOf(found[id]!)] = id;
  }
  return sorted(ids, found.subarray(0, count), first.subarray(0, count));
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function sorted(ids: Int32Array, found: Float64Array, first: Int32Array): Numbered {
  const order = Int32Array.from(found, (_, id) => id).sort((a, b) => found[a]! - found[b]!);
  const rank = new Int32Array(order.length);
  order.forEach((id, place) => (rank[id] = place));
  for (let i = 0; i < ids.length; i++) if (ids[i]! >= 0) ids[i] = rank[ids[i]!]!;
  return { count: order.length, ids, example: order.map(id => first[id]!) };
}
