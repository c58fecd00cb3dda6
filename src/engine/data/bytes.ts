/** One pass over the bytes of a text file: its encoding, its line ends and whatever is odd about it. */
import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { WorkContext } from '../context';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface ByteScan {
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly bom: boolean;
  /** Some bytes are no UTF-8 and are to be replaced (encoding is utf-8). */
  readonly invalid: boolean;
  readonly nuls: number;
  /** Line ends that were seen outside of and inside of quotes alike. */
  readonly lineEnds: 'lf' | 'crlf' | 'mixed';
  readonly quotes: boolean;
  readonly blankLines: boolean;
  /** Lines, the last one counted though no line end follows it. */
  readonly lines: number;
  /** Only blanks and line ends. */
  readonly blank: boolean;
  /** Share of control bytes other than tab and line ends, NUL included. */
  readonly control: number;
}

const blockSize = 4 << 20;

/** Byte order mark or, without one, the pattern of zero bytes that UTF-16 gives to Latin text. */
export function unicodeOf(head: Uint8Array): { encoding: Encoding; bom: boolean } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bom: true };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bom: true };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bom: true };
  const pairs = Math.min(head.length >> 1, 32768);
  if (pairs < 2) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++;
    if (head[2 * i + 1] === 0) odd++;
  }
  if (odd > 0.2 * pairs && even < 0.02 * pairs) return { encoding: 'utf-16le', bom: false };
  if (even > 0.2 * pairs && odd < 0.02 * pairs) return { encoding: 'utf-16be', bom: false };
  return undefined;
}

/** The block without the bytes of a character that it cuts at its end (their number is returned). */
function cutCharacter(block: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= block.length; back++) {
    const byte = block[block.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

/** Counts of bytes above 127 that have the shape of UTF-8 (surrogates included) and of those that have not. */
function shapeOfHighBytes(block: Uint8Array): { shaped: number; loose: number } {
  let shaped = 0;
  let loose = 0;
  for (let i = 0; i < block.length; i++) {
    const byte = block[i]!;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
    let follows = 0;
    while (follows + 1 < length && (block[i + follows + 1]! & 0xc0) === 0x80) follows++;
    if (length > 0 && follows === length - 1) {
      shaped += length;
      i += follows;
    } else {
      loose++;
    }
  }
  return { shaped, loose };
}

function count(block: Buffer, byte: number): number {
  let found = 0;
  for (let at = block.indexOf(byte); at >= 0; at = block.indexOf(byte, at + 1)) found++;
  return found;
}

class Scanner {
  bytes = 0;
  nuls = 0;
  private shaped = 0;
  private loose = 0;
  private anyLoneLf = false;
  private anyCrLf = false;
  private anyLoneCr = false;
  quotes = false;
  blankLines = false;
  blank = true;
  controls = 0;
  invalid = false;
  private last = 10;
  private lfs = 0;

  take(block: Buffer): void {
    if (!isUtf8(block)) {
      const { shaped, loose } = shapeOfHighBytes(block);
      this.shaped += shaped;
      this.loose += loose;
      this.invalid = true;
    } else if (this.invalid) {
      this.shaped += shapeOfHighBytes(block).shaped;
    }
    if (block.includes(0)) this.nuls += count(block, 0);
    if (!this.quotes) this.quotes = block.includes(34);
    this.lineEnds(block);
    if (this.blank) this.blank = block.every(byte => byte === 32 || (byte >= 9 && byte <= 13) || byte === 0);
    if (this.bytes === 0) this.controls = block.subarray(0, 1 << 16).filter(byte => byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32)).length / Math.min(block.length, 1 << 16);
    this.bytes += block.length;
    this.last = block[block.length - 1] ?? this.last;
  }

  private lineEnds(block: Buffer): void {
    let previous = this.last;
    if (previous !== 13 && !block.includes(13)) {
      let before = previous === 10 ? -1 : -2;
      for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) {
        this.lfs++;
        if (at === before + 1) this.blankLines = true;
        before = at;
      }
      if (before >= 0) this.anyLoneLf = true;
      return;
    }
    let ended = previous === 10;
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!;
      if (byte === 10) {
        this.lfs++;
        if (ended) this.blankLines = true;
        ended = true;
        if (previous === 13) this.anyCrLf = true;
        else this.anyLoneLf = true;
      } else if (byte !== 13) {
        if (previous === 13) this.anyLoneCr = true;
        ended = false;
      } else if (previous === 13) {
        this.anyLoneCr = true;
      }
      previous = byte;
    }
  }

  result(unicode: { encoding: Encoding; bom: boolean } | undefined): ByteScan {
    const trailingCr = this.last === 13;
    // Text with no shape of UTF-8 in it was written in an 8-bit encoding; text with some has broken characters.
    const latin = this.invalid && this.shaped < 0.3 * (this.shaped + this.loose);
    const encoding = unicode?.encoding ?? (latin ? 'windows-1252' : 'utf-8');
    const styles = Number(this.anyLoneLf) + Number(this.anyCrLf) + Number(this.anyLoneCr || trailingCr);
    return {
      bytes: this.bytes, encoding, bom: unicode?.bom ?? false, invalid: this.invalid && encoding === 'utf-8', nuls: this.nuls,
      lineEnds: styles > 1 || this.anyLoneCr || trailingCr ? 'mixed' : this.anyCrLf ? 'crlf' : 'lf',
      quotes: this.quotes, blankLines: this.blankLines, lines: this.lfs + (this.last === 10 ? 0 : 1), blank: this.blank, control: this.controls,
    };
  }
}

/** The same for bytes in memory, such as the head of a file. */
export function scanPiece(bytes: Buffer): ByteScan {
  const scanner = new Scanner();
  const cut = cutCharacter(bytes);
  scanner.take(bytes.subarray(0, bytes.length - cut));
  return scanner.result(unicodeOf(bytes));
}

/** Reads the whole file once. */
export async function scanBytes(file: string, context: WorkContext): Promise<ByteScan> {
  const handle = await open(file, 'r');
  try {
    let block = Buffer.allocUnsafe(blockSize);
    let other = Buffer.allocUnsafe(blockSize);
    const scanner = new Scanner();
    let unicode: ReturnType<typeof unicodeOf>;
    let kept = 0;
    let reading = handle.read(block, 0, blockSize);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) break;
      const whole = block.subarray(0, kept + bytesRead);
      const cut = cutCharacter(whole);
      const next = other;
      whole.copy(next, 0, whole.length - cut);
      reading = handle.read(next, cut, blockSize - cut);
      if (scanner.bytes === 0) unicode = unicodeOf(whole);
      scanner.take(whole.subarray(0, whole.length - cut));
      kept = cut;
      [block, other] = [next, block];
      await context.breathe();
    }
    if (kept > 0) scanner.take(block.subarray(0, kept));
    return scanner.result(unicode);
  } finally {
    await handle.close();
  }
}
