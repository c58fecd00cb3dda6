import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { csvCell, csvLine, writeCsv, type Cell } from '../../../src/engine/data/writeCsv';
import { Rng } from '../../../src/engine/math/random';
import { writeWhole } from '../../../src/engine/writeWhole';
import { folder, numbers, readFile as readTable, texts } from './reading';

describe('cells', () => {
  it('that a spreadsheet would run get an apostrophe; numbers do not', () => {
    expect(['=1+1', '+SUM(A1)', '-2+3', '@x', '\tx', '\r=1'].map(csvCell)).toEqual(["'=1+1", '"\'+SUM(A1)"', "'-2+3", "'@x", '"\'\tx"', '"\'\r\'=1"']);
    expect(['-1.5', '+2', '-1e-3', '-', 'a=b'].map(csvCell)).toEqual(['-1.5', '+2', '-1e-3', "'-", 'a=b']);
    expect([-1.5, NaN, undefined, null, 1e21, 0.1 + 0.2].map(csvCell)).toEqual(['-1.5', '', '', '', '1e+21', '0.30000000000000004']);
  });

  it('of numbers are the shortest texts that are read back as the same', () => {
    const rng = new Rng(4);
    const written = (value: number): void => expect(csvCell(value)).toBe(Object.is(value, -0) ? '-0' : String(value));
    for (let round = 0; round < 50_000; round++) {
      const value = (rng.uniform() - 0.3) * 10 ** (rng.integer(24) - 6);
      written(value);
      written(Number(value.toFixed(rng.integer(7))));
    }
    [0, -0, 0.0001, 1e-4, 1e-7, 0.5, 1e10, 9999999999.9999, 99999999999.9999, 2 ** 53, 1e21, 1e300, Infinity, -Infinity, 5e-324].forEach(written);
  });

  it('are quoted where they must be', () => {
    expect([';', 'a;b', 'f(x)', 'a|b'].map(csvCell)).toEqual(['";"', '"a;b"', '"f(x)"', 'a|b']);
    expect(['a,b', 'a"b', 'a\nb', ' a', '', '=HYPERLINK("x","y")'].map(csvCell)).toEqual(['"a,b"', '"a""b"', '"a\nb"', '" a"', '', '"\'=HYPERLINK(""x"",""y"")"']);
  });
});

describe('cells within a text', () => {
  it('that a reader with other separators would find get an apostrophe too', () => {
    expect(['a;=1+1', 'a\t@x', 'a|-b', 'a,+b', 'a\n- b', 'x;"=1', 'a; =1'].map(csvCell)).toEqual([
      '"a;\'=1+1"', '"a\t\'@x"', '"a|\'-b"', '"a,\'+b"', '"a\n\'- b"', '"x;""\'=1"', '"a; =1"',
    ]);
  });

  it('that are numbers do not, nor do dates', () => {
    expect(['3;-5', '-1|1', '1|-1', '-1.234,56', '.5;-,5', 'low;-5', '2024-01-02', '2024-01-02;2024-01-03'].map(csvCell)).toEqual([
      '"3;-5"', '-1|1', '"1|-1"', '"-1.234,56"', '".5;-,5"', '"low;-5"', '2024-01-02', '"2024-01-02;2024-01-03"',
    ]);
    expect(csvCell('low;-5+1')).toBe('"low;\'-5+1"');
  });

  it('are run wherever a line is split, by quotes or through them', () => {
    const rng = new Rng(11);
    const letters = [...'=+-@;,|\t\n\r"\'1205.a(! ＝'];
    const word = (): string => Array.from({ length: rng.integer(9) }, () => letters[rng.integer(letters.length)]!).join('');
    for (let round = 0; round < 5000; round++) {
      const cells: Cell[] = Array.from({ length: 3 }, () => (rng.integer(5) === 0 ? rng.integer(20) - 10 : word()));
      const line = csvLine(cells);
      expect(splitCsv(line.slice(0, -1), ',')).toEqual(cells.map((cell, j) => expect.toSatisfy((back: string) => unguarded(back, String(cell)) && j < 3)));
      for (const separator of [',', ';', '\t', '|']) {
        for (const field of [...splitCsv(line, separator), ...line.split(new RegExp(`[${separator}\r\n]`))]) {
          if (isRun(field)) expect.fail(`${JSON.stringify(cells)} is written as ${JSON.stringify(line)}, of which ${separator} makes ${JSON.stringify(field)}`);
        }
      }
    }
  });
});

/** As a spreadsheet would: quotes count at the beginning of a field only; lines end outside of them. */
function splitCsv(text: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const one = text[i]!;
    if (quoted && one === '"' && text[i + 1] === '"') field += text[++i];
    else if (one === '"' && (quoted || field === '')) quoted = !quoted;
    else if (!quoted && (one === separator || one === '\n' || one === '\r')) {
      fields.push(field);
      field = '';
    } else field += one;
  }
  return [...fields, field];
}

/** Begins as a formula does and is no number or lone sign; what follows a number after a separator calls nothing up to the next quotes. */
function isRun(field: string): boolean {
  const [inner] = field.replace(/^"+/, '').split('"');
  if (!/^[=+\-@＝＋－＠]/.test(inner!)) return false;
  return !/^[+-]?(?:\d[\d.,]*|[.,]\d+)?(?=$|[,;|\t])[^(!]*$/.test(inner!.trim());
}

/** A cell is read as it was but for apostrophes. */
function unguarded(back: string, cell: string): boolean {
  let at = 0;
  for (const one of back) {
    if (one === cell[at]) at++;
    else if (one !== "'") return false;
  }
  return at === cell.length;
}

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
