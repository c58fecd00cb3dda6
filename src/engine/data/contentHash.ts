/** Tells whether two files hold the same: a hash of the contents, of pieces spread over a very large file. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { WorkContext } from '../context';

const pieceBytes = 1 << 20;
/** A larger file is hashed by so many pieces, evenly spread, the first and the last among them. */
const mostPieces = 128;

/** Size and SHA-256, such as "1520:9f86…". Undefined where the file cannot be read any more. */
export async function contentHash(path: string, context: WorkContext): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const hash = createHash('sha256');
    const piece = Buffer.alloc(Math.min(pieceBytes, Math.max(1, size)));
    for (const from of startsOf(size)) {
      const { bytesRead } = await file.read(piece, 0, piece.length, from);
      hash.update(piece.subarray(0, bytesRead));
      await context.breathe();
    }
    return `${size}:${hash.digest('hex')}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  } finally {
    await file?.close();
  }
}

function startsOf(size: number): number[] {
  const pieces = Math.ceil(size / pieceBytes);
  if (pieces <= mostPieces) return Array.from({ length: pieces }, (_, i) => i * pieceBytes);
  return Array.from({ length: mostPieces }, (_, i) => Math.floor((i * (size - pieceBytes)) / (mostPieces - 1)));
}
