/** The example that comes with the extension: where a copy of it is put. */
import { copyFile, lstat, mkdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { UserError } from '../protocol/errors';
import { t } from './l10n';
import { errorDetail } from './log';

/** Palmer Station's penguins, CC0: classes and numbers to explain, with missing cells. */
export const exampleFile = 'penguins.csv';

export interface ExamplePlaces {
  /** Folder of the examples that come with the extension. */
  readonly bundled: string;
  /** Folder of the extension's own that can be written. */
  readonly storage: string;
}

/**
 * Path of a copy of the example that can be worked on: in the workspace, where its reports and exports lie beside it, else in the
 * extension's storage, under the next free name there. A file of that name with other contents is left alone. Throws UserError.
 */
export async function placeExample({ bundled, storage }: ExamplePlaces, workspace: string | undefined): Promise<string> {
  const source = join(bundled, exampleFile);
  const places = [...(workspace === undefined ? [] : [workspace]), storage];
  const refusals: string[] = [];
  for (const folder of places) {
    for (let number = 1; ; number++) {
      const file = join(folder, numbered(exampleFile, number));
      if (await hasSameBytes(file, source)) return file;
      try {
        await mkdir(folder, { recursive: true });
        await copyFile(source, file, copyExclusively);
        return file;
      } catch (error) {
        if (folder === storage && (await exists(file))) continue;
        refusals.push(errorDetail(error));
        break;
      }
    }
  }
  throw new UserError('cannotWrite', t('The example “{0}” could not be copied into a folder that can be written.', exampleFile), { detail: refusals.join('\n') });
}

/** COPYFILE_EXCL of Node: fails where there is a file already. */
const copyExclusively = 1;

/** penguins.csv, penguins-2.csv and so on. */
function numbered(name: string, number: number): string {
  const { name: stem, ext } = parse(name);
  return number === 1 ? name : `${stem}-${number}${ext}`;
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(() => true, () => false);
}

async function hasSameBytes(file: string, source: string): Promise<boolean> {
  const [theirs, ours] = await Promise.all([readFile(file).catch(() => undefined), readFile(source)]);
  return theirs !== undefined && theirs.equals(ours);
}
