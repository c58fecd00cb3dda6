/** Remembers which levels were pooled at the training, in few bytes and without their names, so that one never seen is told from a rare one. */
import { levelNumber } from '../formula/values';

/** More pooled levels than this are not remembered: they are hardly categories, and models of folds repeat them. */
const mostMarks = 4000;

/**
 * 32-bit hashes of the levels as base64 (little-endian, ascending); undefined where there are too many. A level without its mark was not
 * pooled for certain; beside 4,000 pooled levels one in a million others has the mark of one by chance.
 */
export function markLevels(levels: readonly string[]): string | undefined {
  if (levels.length > mostMarks) return undefined;
  const marks = Uint32Array.from(new Set(levels.map(markOf))).sort();
  const bytes = Buffer.alloc(4 * marks.length);
  marks.forEach((mark, i) => bytes.writeUInt32LE(mark, 4 * i));
  return bytes.toString('base64');
}

/** Whether a level may have been among those that were pooled; undefined where that was not remembered. Marks come from a file, which may be anyone's. */
export function pooledBefore(marks: unknown): ((level: string) => boolean) | undefined {
  if (typeof marks !== 'string' || marks.length > 6 * mostMarks) return undefined;
  const bytes = Buffer.from(marks, 'base64');
  if (bytes.length % 4 !== 0) return undefined;
  const known = new Set<number>();
  for (let at = 0; at < bytes.length; at += 4) known.add(bytes.readUInt32LE(at));
  return level => known.has(markOf(level));
}

/** FNV-1a over the UTF-16 units; "1" and "1.0" are one level, as where levels are looked up. */
function markOf(level: string): number {
  const number = levelNumber(level);
  const text = Number.isNaN(number) ? level : String(number);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 255), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}
