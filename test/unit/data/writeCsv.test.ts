import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { csvCell, writeCsv, type Cell } from '../../../src/engine/data/writeCsv';
import { writeWhole } from '../../../src/engine/writeWhole';
import { folder, numbers, readFile as readTable, texts } from './reading';

describe('cells', () => {
  it('that a spreadsheet would run get an apostrophe; numbers do not', () => {
    expect(['=1+1', '+SUM(A1)', '-2+3', '@x', '\tx', '\r=1'].map(csvCell)).toEqual(["'=1+1", "'+SUM(A1)", "'-2+3", "'@x", "'\tx", '"\'\r=1"']);
    expect(['-1.5', '+2', '-1e-3', '-', 'a=b'].map(csvCell)).toEqual(['-1.5', '+2', '-1e-3', "'-", 'a=b']);
    expect([-1.5, NaN, undefined, null, 1e21, 0.1 + 0.2].map(csvCell)).toEqual(['-1.5', '', '', '', '1e+21', '0.30000000000000004']);
  });

  it('are quoted where they must be', () => {
    expect(['a,b', 'a"b', 'a\nb', ' a', '', '=HYPERLINK("x","y")'].map(csvCell)).toEqual(['"a,b"', '"a""b"', '"a\nb"', '" a"', '', '"\'=HYPERLINK(""x"",""y"")"']);
  });
});

describe('written tables', () => {
  it('read back as they were', async () => {
    const path = join(folder, 'back.csv');
    const words = ['a,b', 'x "y"', 'line\nbreak', '<b>', 'plain'];
    const rows: Cell[][] = Array.from({ length: 5000 }, (_, i) => [Math.sin(i) / 3, words[i % 5], i % 3 ? i : undefined]);
    expect(await writeCsv(path, ['value', 'word, quoted', '__proto__'], rows, new CancellableContext())).toBe(5000);
    const back = await readTable(path);
    expect(numbers(back, 'value')).toEqual(rows.map(row => row[0]));
    expect(texts(back, 'word, quoted')).toEqual(rows.map(row => row[1]));
    expect(numbers(back, '__proto__')[3]).toBeNaN();
  });

  it('are written whole or not at all', async () => {
    const place = join(folder, 'whole');
    mkdirSync(place);
    const path = join(place, 'out.csv');
    writeFileSync(path, 'before');
    const failing = async function* (): AsyncGenerator<Cell[]> {
      for (let i = 0; i < 50_000; i++) yield [i, 'word'];
      throw new Error('stop');
    };
    await expect(writeCsv(path, ['a', 'b'], failing(), new CancellableContext())).rejects.toThrow('stop');
    const cancelled = new CancellableContext();
    cancelled.cancel();
    await expect(writeCsv(path, ['a'], [[1]], cancelled)).rejects.toThrow('cancelled');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(place)).toEqual(['out.csv']);
  });
});

describe('writeWhole', () => {
  it('replaces a file, keeps a link a link and leaves nothing beside it', async () => {
    const place = join(folder, 'replace');
    mkdirSync(place);
    writeFileSync(join(place, 'real'), 'old', { mode: 0o640 });
    symlinkSync('real', join(place, 'link'));
    await writeWhole(join(place, 'link'), 'new');
    expect(readFileSync(join(place, 'real'), 'utf8')).toBe('new');
    expect(lstatSync(join(place, 'link')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(place, 'real')).mode & 0o777).toBe(0o640);
    await writeWhole(join(place, 'x'.repeat(250)), Uint8Array.of(1, 2));
    expect(readdirSync(place)).toHaveLength(3);
  });

  it('says in one sentence why it could not', async () => {
    await expect(writeWhole(folder, 'x')).rejects.toMatchObject({ reason: 'cannotWrite', message: `${folder} cannot be written: it is a folder.` });
    await expect(writeWhole(join(folder, 'no', 'such', 'x'), 'x')).rejects.toMatchObject({ reason: 'cannotWrite', message: expect.stringContaining('folder does not exist') });
    const locked = join(folder, 'locked.csv');
    writeFileSync(locked, 'kept');
    chmodSync(locked, 0o444);
    await expect(writeWhole(locked, 'x')).rejects.toMatchObject({ reason: 'cannotWrite' });
    expect(readFileSync(locked, 'utf8')).toBe('kept');
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const { writeError } = await import('../../../src/engine/writeWhole');
    let failure: unknown;
    try {
      writeFileSync('/dev/full', 'x');
    } catch (error) {
      failure = error;
    }
    expect(writeError(failure, 'out.csv')).toMatchObject({ reason: 'cannotWrite', message: 'out.csv cannot be written: the disk is full.' });
  });
});
