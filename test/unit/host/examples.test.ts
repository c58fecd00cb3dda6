/** Where the copy of the example goes. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleFile, placeExample } from '../../../src/services/examples';

const bundled = fileURLToPath(new URL('../../../examples', import.meta.url));
const original = readFileSync(join(bundled, exampleFile));
let home = '';
let storage = '';
let workspace = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'unveil-example-'));
  storage = join(home, 'global', 'examples');
  workspace = join(home, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

describe('the copy of the example', () => {
  it('goes into the storage of the extension where no folder is open', async () => {
    const file = await placeExample({ bundled, storage }, undefined);
    expect(file).toBe(join(storage, exampleFile));
    expect(readFileSync(file).equals(original)).toBe(true);
  });

  it('goes into the workspace where one is open, and is found there the next time', async () => {
    const file = await placeExample({ bundled, storage }, workspace);
    expect(file).toBe(join(workspace, exampleFile));
    chmodSync(file, 0o444);
    expect(await placeExample({ bundled, storage }, workspace)).toBe(file);
  });

  it('never takes the place of another file of that name', async () => {
    writeFileSync(join(workspace, exampleFile), 'mine');
    expect(await placeExample({ bundled, storage }, workspace)).toBe(join(storage, exampleFile));
    expect(readFileSync(join(workspace, exampleFile), 'utf8')).toBe('mine');
  });

  it('takes the next free name in the storage where the first copy was edited, and is found there the next time', async () => {
    mkdirSync(storage, { recursive: true });
    writeFileSync(join(storage, exampleFile), 'edited');
    for (let time = 0; time < 2; time++) expect(await placeExample({ bundled, storage }, undefined)).toBe(join(storage, 'penguins-2.csv'));
    expect(readFileSync(join(storage, 'penguins-2.csv')).equals(original)).toBe(true);
    expect(readFileSync(join(storage, exampleFile), 'utf8')).toBe('edited');
  });

  it('says so where no folder can be written', async () => {
    writeFileSync(join(home, 'global'), 'a file in the way');
    await expect(placeExample({ bundled, storage }, undefined)).rejects.toMatchObject({ reason: 'cannotWrite' });
  });
});
