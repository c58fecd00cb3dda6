/** Finds out what a file is, whatever its name says: plain or gzipped text of cells, or Parquet. */
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../protocol/errors';
import type { WorkContext } from '../context';
import type { Duck } from './duck';
import { openParquet } from './parquetFile';
import { textRelation, type Relation } from './relation';
import { isGzip, isParquet } from './signature';
import type { SourceHints } from './sourceTypes';
import type { TempFolder } from './tempFolder';
import { headPiece, readPiece, TextFile } from './textFile';

/** A quick profile reads so much of a text file. */
const quickBytes = 16 << 20;

export interface OpenedRelation {
  readonly relation: Relation;
  readonly compressed: boolean;
  /** The relation is of the beginning of the file only. */
  readonly cut: boolean;
}

export interface Opening {
  /** As the caller names it, for words. */
  readonly file: string;
  readonly path: string;
  readonly hints: SourceHints;
  readonly temp: TempFolder;
  readonly duck: () => Promise<Duck>;
}

/** Errors: 'emptyFile', 'malformed', 'notTabular', and those of reading. */
export async function openRelation(opening: Opening, context: WorkContext): Promise<OpenedRelation> {
  const { file, hints, temp } = opening;
  let { path } = opening;
  let head = await readPiece(path, 0, 1024);
  if (head.length === 0) throw new UserError('emptyFile', `${basename(file)} is empty.`, { file });
  const compressed = isGzip(head);
  if (compressed) {
    path = await unpack(path, opening, context);
    head = await readPiece(path, 0, 1024);
  }
  if (isParquet(head)) return { relation: exactBeside(await openParquet(path, file, await opening.duck()), hints.inBlocks), compressed, cut: false };
  const piece = hints.maxRows === undefined ? undefined : await headPiece(path, quickBytes, temp);
  const cut = piece !== undefined;
  return { relation: exactBeside(textRelation(await TextFile.open(piece ?? path, file, temp, context, cut)), hints.inBlocks), compressed, cut };
}

/** Columns that are only copied come as texts where numbers could lose digits. */
function exactBeside(relation: Relation, read: readonly string[] | undefined): Relation {
  if (read) relation.types = relation.types.map((type, i) => (read.includes(relation.names[i]!.name) || !relation.exact(i) ? type : 'text'));
  return relation;
}

/** Errors: 'malformed' when the archive is cut or damaged. */
async function unpack(path: string, { file, temp }: Opening, context: WorkContext): Promise<string> {
  const out = temp.file('unpacked');
  const abort = new AbortController();
  const takeBack = context.onCancel(() => abort.abort());
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(out), { signal: abort.signal });
  } catch (error) {
    await context.breathe();
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('Z_')) throw new UserError('malformed', `${basename(file)} is a damaged or cut gzip archive.`, { file, detail: String(error) });
    throw error;
  } finally {
    takeBack();
  }
  return out;
}
