import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { openSource } from '../../../src/engine/data/source';
import { CancelledError } from '../../../src/protocol/errors';
import { fault, folder, kinds, noteOf, noteTexts, numbers, plainRows, put, read, readFile, texts } from './reading';

const utf16 = (text: string, big: boolean, bom: boolean): Uint8Array => {
  const bytes = Buffer.from((bom ? '\ufeff' : '') + text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

describe('encodings', () => {
  const text = 'größe,stadt,y\n1.5,Köln,2\n2.5,Łódź,3\n3.5,東京,4\n';
  const cases: [string, Uint8Array, string][] = [
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with BOM and CRLF', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`), 'utf-8'],
    ['UTF-16LE with BOM', utf16(text, false, true), 'utf-16le'],
    ['UTF-16BE with BOM', utf16(text, true, true), 'utf-16be'],
    ['UTF-16LE without BOM', utf16(text, false, false), 'utf-16le'],
    ['UTF-16BE without BOM', utf16(text, true, false), 'utf-16be'],
  ];
  it.each(cases)('reads %s', async (_, bytes, encoding) => {
    const result = await read(bytes);
    expect(result.profile.dialect.encoding).toBe(encoding);
    expect(numbers(result, 'größe')).toEqual([1.5, 2.5, 3.5]);
    expect(texts(result, 'stadt')).toEqual(['Köln', 'Łódź', '東京']);
  });

  it('reads Latin-1 and Windows-1252 and says so', async () => {
    const result = await read(Buffer.concat([Buffer.from('name,y\ncaf'), Buffer.from([0xe9]), Buffer.from(',1\n'), Buffer.from([0x93, 0x61, 0x94, 0x80]), Buffer.from(',2\ncaf'), Buffer.from([0xe9]), Buffer.from(',3\n')]));
    expect(texts(result, 'name')).toEqual(['café', '“a”€', 'café']);
    expect(noteTexts(result)).toMatch(/Windows-1252/);
  });

  it('replaces bytes that are no UTF-8 and counts them', async () => {
    const result = await read(Buffer.concat([Buffer.from('a,cat\n1,é\n2,'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('\n3,é\n4,日本\n')]));
    expect(texts(result, 'cat')[1]).toBe('\ufffd\ufffd\ufffd');
    expect(noteTexts(result)).toMatch(/3 characters.*replaced/);
  });

  it('leaves NULs out and counts them', async () => {
    const result = await read('a,b\n1,2\0\n3,4\n5\0,6\n7,8\n9,10\n11,12\n13,14\n15,16\n17,18\n19,20\n');
    expect(numbers(result, 'b').slice(0, 3)).toEqual([2, 4, 6]);
    expect(noteTexts(result)).toMatch(/2 NUL/);
  });
});

describe('line ends', () => {
  it.each([['LF', '\n'], ['CRLF', '\r\n'], ['CR', '\r'], ['CR CR LF', '\r\r\n']])('reads %s', async (_, end) => {
    const result = await read(plainRows(50, end));
    expect(result.profile.rows).toBe(50);
    expect(result.profile.columns.map(c => c.name)).toEqual(['a', 'b']);
    expect(numbers(result, 'b')[49]).toBe(2401);
  });

  it('reads a mixture of them, with and without an end on the last line', async () => {
    const result = await read('a,b\r\n1,2\n3,4\r5,6\r\n7,8');
    expect(numbers(result, 'a')).toEqual([1, 3, 5, 7]);
  });

  it('skips blank lines and keeps the row numbers of a single column right', async () => {
    expect(numbers(await read('\n\na,b\n\n1,2\n\n3,4\n\n\n'), 'a')).toEqual([1, 3]);
    expect(numbers(await read('x\n1\n\n2\n3\n'), 'x')).toEqual([1, 2, 3]);
  });
});

describe('delimiters and headers', () => {
  it.each([[','], [';'], ['\t'], ['|'], [' ']])('finds the delimiter %j', async delimiter => {
    const result = await read(plainRows(30).replaceAll(',', delimiter));
    expect(result.profile.dialect.delimiter).toBe(delimiter);
    expect(numbers(result, 'b')[3]).toBe(9);
  });

  it('reads columns set apart by runs of blanks', async () => {
    const result = await read('  x     y\n  1.5   2\n 10.25 30\n  7     4\n');
    expect(numbers(result, 'x')).toEqual([1.5, 10.25, 7]);
    expect(numbers(result, 'y')).toEqual([2, 30, 4]);
  });

  it('reads decimal commas, with and without a header', async () => {
    const body = '1,5;2,25;a\n-0,125;1,000;b\n3,1e2;7;a\n';
    const named = await read(`x;y;c\n${body}`);
    expect(numbers(named, 'x')).toEqual([1.5, -0.125, 310]);
    expect(numbers(named, 'y')).toEqual([2.25, 1, 7]);
    const bare = await read(body);
    expect(numbers(bare, 'column1')).toEqual([1.5, -0.125, 310]);
    expect(noteTexts(bare)).toMatch(/No header/);
  });

  it('names the columns when there is no header, and loses no row', async () => {
    const result = await read('5.1,3.5,setosa\n4.9,3.0,setosa\n6.1,2.8,virginica\n5.9,3.2,virginica\n');
    expect(result.profile.rows).toBe(4);
    expect(kinds(result)).toMatchObject({ column1: 'numeric', column3: 'categorical' });
  });

  it('takes words above words for a header unless they come again', async () => {
    expect(Object.keys(kinds(await read('Admit,Gender\nYes,Male\nNo,Male\nYes,Female\nNo,Female\n')))).toEqual(['Admit', 'Gender']);
    expect((await read('red,small\nblue,large\nred,large\nblue,small\nred,small\n')).profile.rows).toBe(5);
  });

  it('makes doubled and empty names unique and trims them', async () => {
    const result = await read(' a ,a,a_2,,"\tb "\n1,2,3,4,5\n6,7,8,9,10\n');
    expect(result.profile.columns.map(c => c.name)).toEqual(['a', 'a_3', 'a_2', 'column4', 'b']);
    expect(noteOf(result, 'a_3')).toMatch(/named "a"/);
    expect(numbers(result, 'a_3')).toEqual([2, 7]);
  });

  it('keeps column names that are words of SQL and JavaScript', async () => {
    const result = await read(`__proto__,constructor,"select ""x""; drop table t",'\n1,2,3,4\n5,6,7,8\n`);
    expect(result.loaded.table.columns.map(c => c.name)).toEqual(['__proto__', 'constructor', 'select "x"; drop table t', "'"]);
    expect(numbers(result, '__proto__')).toEqual([1, 5]);
  });

  it('drops the empty column after a trailing delimiter', async () => {
    const everywhere = await read('a,b,\n1,2,\n3,4,\n');
    expect(Object.keys(kinds(everywhere))).toEqual(['a', 'b']);
    expect(everywhere.loaded.table.columns).toHaveLength(2);
    const rowsOnly = await read('a,b\n1,2,\n3,4,\n5,6,\n');
    expect(numbers(rowsOnly, 'b')).toEqual([2, 4, 6]);
    const headOnly = await read('a,b,\n1,2\n3,4\n5,6\n');
    expect(numbers(headOnly, 'b')).toEqual([2, 4, 6]);
  });

  it('takes one cell more than the header for row names, as R writes them', async () => {
    const result = await read('"mpg" "cyl"\n"Mazda RX4" 21 6\n"Datsun 710" 22.8 4\n"Valiant" 18.1 6\n');
    expect(numbers(result, 'mpg')).toEqual([21, 22.8, 18.1]);
  });

  it('leaves a row of units out and says so', async () => {
    const result = await read(`mass,temp,group\nkg,degC,-\n${Array.from({ length: 20 }, (_, i) => `${i}.5,${20 - i},${i % 2 ? 'u' : 'v'}`).join('\n')}\n`);
    expect(result.profile.rows).toBe(20);
    expect(kinds(result)).toMatchObject({ mass: 'numeric', temp: 'numeric' });
    expect(noteTexts(result)).toMatch(/units \(kg, degC, -\)/);
  });

  it('reads quoted delimiters, quotes and line breaks', async () => {
    const result = await read('id,comment,y\n0,"one, ""two""\r\nthree",1\n1,"x;y",2\n2,"",3\n');
    expect(texts(result, 'comment')).toEqual(['one, "two"\r\nthree', 'x;y', undefined]);
    expect(numbers(result, 'y')).toEqual([1, 2, 3]);
  });

  it('reads numbers in quotes', async () => {
    expect(numbers(await read('"a","b"\n"1.5","2"\n"-3","4e2"\n'), 'b')).toEqual([2, 400]);
  });
});

describe('rows that do not fit', () => {
  it('uses the others and names the lines', async () => {
    const result = await read('a,b,c\n1,2,3\n4,5\n6,7,8\n"x\ny",1,2\n9,10,11,12\n13,14,15\n');
    expect(result.loaded.dropped).toEqual([
      { reason: expect.stringContaining('fewer'), rows: 1, lines: [3] },
      { reason: expect.stringContaining('more'), rows: 1, lines: [7] },
    ]);
    expect(result.profile.rows).toBe(4);
    expect(numbers(result, 'c')).toEqual([3, 8, 2, 15]);
  });

  it('finds them in large files too, where the reader is DuckDB itself', async () => {
    const rows = Array.from({ length: 120_000 }, (_, i) => (i === 99_999 ? '1,2' : `${i}.25,${i},${i % 7}`));
    const result = await read(`a,b,c\n${rows.join('\n')}\n`);
    expect(result.profile.rows).toBe(119_999);
    expect(result.profile.dropped).toEqual([{ reason: expect.stringContaining('fewer'), rows: 1, lines: [100_001] }]);
    expect(numbers(result, 'b')[99_999]).toBe(100_000);
  });

  it('names the line on which a quote was opened and never closed', async () => {
    const error = await fault('a,b,y\n1,2,3\n4,"5,6\n7,8,9\n10,11,12\n');
    expect(error).toMatchObject({ reason: 'malformed', place: { line: 3 } });
    const later = await fault(`a,b\n${'1,"x\ny"\n'.repeat(50)}2,"open\n3,4\n`);
    expect(later).toMatchObject({ reason: 'malformed', place: { line: 102 } });
  });

  it('reports infinite and too large numbers with their lines and takes them as missing', async () => {
    const result = await read(`a,b\n1,2\ninf,3\n${'9'.repeat(200_000)},4\n-Infinity,5\n2,6\n`);
    expect(numbers(result, 'a')).toEqual([1, NaN, NaN, NaN, 2]);
    expect(noteTexts(result)).toMatch(/a: 3 values infinite.*lines 3, 4, 5/);
  });

  it('reports infinite numbers of large files with the right line, quoted line breaks counted', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => (i === 140_000 ? 'inf,"t"' : `${i}.5,${i === 10 ? '"line\nbreak"' : 'word'}`));
    const result = await read(`a,b\n${rows.join('\n')}\n`);
    expect(noteTexts(result)).toMatch(/line 140003\)/);
    expect(numbers(result, 'a')[140_000]).toBeNaN();
  });
});

describe('files that hold no table', () => {
  it.each<[string, string | Uint8Array, string, RegExp]>([
    ['nothing', '', 'emptyFile', /is empty/],
    ['blank lines', '\n \r\n\t\n', 'emptyFile', /blank lines/],
    ['a header alone', 'a,b,y\n', 'noRows', /no data rows/],
    ['a header without a line end', 'a,b,y', 'noRows', /no data rows/],
    ['a PNG', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(200, 7)]), 'notTabular', /PNG/],
    ['a workbook', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from('[Content_Types].xml xl/workbook.xml')]), 'notTabular', /Excel/],
    ['a PDF', '%PDF-1.7\n%âã\n1 0 obj\n', 'notTabular', /PDF/],
    ['SQLite', 'SQLite format 3\0abc', 'notTabular', /SQLite/],
    ['JSON rows', '[\n {"a": 1, "b": 2},\n {"a": 3, "b": 4}\n]\n', 'notTabular', /JSON/],
    ['a JSON object', '{"a": [1, 2, 3]}', 'notTabular', /JSON/],
    ['HTML', '<!DOCTYPE html>\n<html><body>a,b</body></html>', 'notTabular', /HTML/],
    ['unknown bytes', Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919 + (i >> 3)) % 251), 'notTabular', /binary/],
    ['gzip of a PNG', gzipSync(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])), 'notTabular', /PNG/],
    ['gzip of nothing', gzipSync(''), 'emptyFile', /empty/],
    ['a cut gzip', gzipSync(plainRows(500)).subarray(0, 300), 'malformed', /gzip/],
    ['a cut Parquet file', Buffer.from('PAR1\0\0\0\0\0\0\0\0 not the rest'), 'malformed', /Parquet/],
  ])('says what is wrong with %s', async (_, bytes, reason, message) => {
    const error = await fault(bytes);
    expect(error.name).toBe('UserError');
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/\.csv/);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('says what is wrong with a path', async () => {
    expect(await fault({ path: join(folder, 'not there.csv') })).toMatchObject({ reason: 'fileNotFound' });
    expect(await fault({ path: folder })).toMatchObject({ reason: 'fileUnreadable', message: expect.stringContaining('folder') });
    expect(await fault({ path: join(folder, `${'x'.repeat(400)}.csv`) })).toMatchObject({ reason: 'fileNotFound' });
  });
});

describe('file names', () => {
  it.each([["it's 100% [a-z]*?#1 & “quoted”.csv"], ['数据 📊 ñ.csv'], ['-rf.csv'], ['a=b.csv'], ['x'.repeat(240) + '.csv'], ['no ending'], ['wrong.parquet'], ['s3:x.csv'], ['{a,b}.csv'], ['back\\slash.csv']])('reads %s', async name => {
    expect((await readFile(put(plainRows(5), name))).profile.rows).toBe(5);
  });

  it('reads only the file that was named, though its name looks like a pattern', async () => {
    mkdirSync(join(folder, 'p[1]*'));
    writeFileSync(join(folder, 'p[1]*', 'a1.csv'), plainRows(7));
    writeFileSync(join(folder, 'p[1]*', 'a*.csv'), plainRows(3));
    expect((await readFile(join(folder, 'p[1]*', 'a*.csv'))).profile.rows).toBe(3);
  });

  it('follows symbolic links', async () => {
    symlinkSync(put(plainRows(4)), join(folder, 'link.csv'));
    expect((await readFile(join(folder, 'link.csv'))).profile.rows).toBe(4);
  });
});

describe('compressed and Parquet files', () => {
  it('reads gzip whatever the name', async () => {
    const result = await readFile(put(gzipSync(plainRows(40)), 'packed.data'));
    expect(result.profile.dialect).toMatchObject({ compression: 'gzip', format: 'csv' });
    expect(numbers(result, 'b')[39]).toBe(1521);
  });

  it('reads Parquet types, and gzip of Parquet, whatever the name', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const path = join(folder, 'types.csv');
    await connection.run(`COPY (SELECT i::INTEGER AS whole, i/3 AS part, CASE WHEN i%2=0 THEN 'even' ELSE 'odd' END AS word, i%2=0 AS flag,
      DATE '2020-01-01' + i::INTEGER AS day, TIMESTAMP '2020-01-01 00:00:00.5' AS moment, (i*1.5)::DECIMAL(9,2) AS money, CASE WHEN i=3 THEN NULL ELSE i END AS gap,
      [i] AS list, i AS "select" FROM range(8) t(i)) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    connection.closeSync();
    const result = await readFile(path);
    expect(result.profile.dialect.format).toBe('parquet');
    expect(kinds(result)).toMatchObject({ whole: 'numeric', part: 'numeric', word: 'categorical', flag: 'boolean', day: 'datetime', money: 'numeric' });
    expect(numbers(result, 'part')[1]).toBe(1 / 3);
    expect(numbers(result, 'day')[1]).toBe(Date.UTC(2020, 0, 2));
    expect(numbers(result, 'moment')[0]).toBe(Date.UTC(2020, 0, 1) + 500);
    expect(numbers(result, 'gap')[3]).toBeNaN();
    expect(numbers(result, 'select')[7]).toBe(7);
    const { readFileSync } = await import('node:fs');
    expect((await readFile(put(gzipSync(readFileSync(path))))).profile.rows).toBe(8);
  });
});

describe('loading', () => {
  it('reads numbers as JavaScript does, to the last bit, small and large file alike', async () => {
    const random = (i: number): string => {
      const x = Math.sin(i) * 10 ** ((i * 7) % 41 - 20);
      return i % 3 === 0 ? String(x) : i % 3 === 1 ? x.toExponential(17) : x.toFixed(6);
    };
    for (const rows of [2000, 90_000]) {
      const cells = Array.from({ length: rows }, (_, i) => random(i + 1));
      const result = await read(`x,y\n${cells.map((cell, i) => `${cell},${i}`).join('\n')}\n`);
      expect(numbers(result, 'x').findIndex((value, i) => !Object.is(value, Number(cells[i])))).toBe(-1);
      expect(numbers(result, 'y')[rows - 1]).toBe(rows - 1);
    }
  });

  it('falls back where a number of a large file turns out to be a word', async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i}.5,${i === 150_000 ? 'oops' : i === 150_001 ? '#N/A' : i},${i % 3}`);
    const result = await read(`a,b,c\n${rows.join('\n')}\n`);
    expect(numbers(result, 'b').slice(149_999, 150_003)).toEqual([149_999, NaN, NaN, 150_002]);
    expect(noteOf(result, 'b')).toMatch(/1 cell is no number.*"oops"/);
    expect(result.profile.columns[1]).toMatchObject({ kind: 'numeric', missing: 2 });
  });

  it('draws a sample with a seed, in file order, and says so first', async () => {
    const path = put(plainRows(1000));
    const { loaded } = await readFile(path, {}, 100, 7);
    expect(loaded).toMatchObject({ sampled: true, rowsInFile: 1000, table: { rows: 100 } });
    expect(loaded.notes[0]).toMatchObject({ kind: 'sampling' });
    const rows = [...loaded.sourceRows!];
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(new Set(rows).size).toBe(100);
    expect(numbers({ loaded } as never, 'b')).toEqual(rows.map(row => row * row));
    expect([...(await readFile(path, {}, 100, 7)).loaded.sourceRows!]).toEqual(rows);
    expect([...(await readFile(path, {}, 100, 8)).loaded.sourceRows!]).not.toEqual(rows);
  });

  it('loads the columns asked for and refuses unknown ones', async () => {
    const source = await openSource(put('a,b,c\n1,2,3\n4,5,6\n'), {}, new CancellableContext());
    const { table } = await source.load({ columns: ['c', 'a'], maxRows: 10, seed: 1 });
    expect(table.columns.map(c => c.name)).toEqual(['a', 'c']);
    await expect(source.load({ columns: ['toString'], maxRows: 10, seed: 1 })).rejects.toMatchObject({ reason: 'unknownColumn', place: { column: 'toString' } });
    await source.close();
  });

  it('profiles and samples a file that is not held in memory as it does one that is', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${(Math.sin(i) * 100).toFixed(4)},${i % 9 === 0 ? '' : i % 5},${['red', 'green', 'NA', 'blue'][i % 4]},2021-03-${String((i % 28) + 1).padStart(2, '0')},${i === 5 ? 'inf' : i}`);
    const path = put(`x,k,colour,day,big\n${rows.join('\n')}\n`);
    const held = await readFile(path);
    const passed = await readFile(path, { holdUpTo: 0 });
    expect(kinds(passed)).toEqual(kinds(held));
    for (const [i, column] of passed.profile.columns.entries()) {
      const exact = held.profile.columns[i]!;
      expect(column.missing).toBe(exact.missing);
      expect(column.distinct / exact.distinct).toBeCloseTo(1, 0.5);
      if (exact.kind !== 'numeric') continue;
      expect(column.mean! / exact.mean!).toBeCloseTo(1, 9);
      expect(column.standardDeviation! / exact.standardDeviation!).toBeCloseTo(1, 9);
      expect(column.histogram!.map(bin => bin.count)).toEqual(exact.histogram!.map(bin => bin.count));
    }
    expect(passed.profile.columns[2]!.levels).toEqual(held.profile.columns[2]!.levels);
    expect(passed.loaded.table).toEqual(held.loaded.table);
    const sample = await readFile(path, { holdUpTo: 0 }, 500, 3);
    expect(sample.loaded.table).toEqual((await readFile(path, {}, 500, 3)).loaded.table);
  });

  it('looks only at the beginning when asked for a quick profile, and says so', async () => {
    const small = await readFile(put(plainRows(500)), { maxRows: 100 });
    expect(small.profile.rows).toBe(100);
    expect(small.profile.notes[0]).toMatchObject({ kind: 'sampling', text: 'Only the first 100 rows of the file were looked at.' });
    const whole = await readFile(put(plainRows(50)), { maxRows: 100 });
    expect(whole.profile.rows).toBe(50);
    expect(whole.profile.notes).toEqual([]);
    // 17 MB whose cut falls into a quoted cell.
    const line = `1.5,"${'word\n'.repeat(20_000)}"\n`;
    const large = await readFile(put(`a,b\n${line.repeat(180)}`), { maxRows: 1000 });
    expect(large.profile.rows).toBeGreaterThan(150);
    expect(large.profile.rows).toBeLessThan(180);
    expect(large.profile.notes[0]!.kind).toBe('sampling');
  });

  it('is responsive on 5,000 columns', async () => {
    const line = (f: (j: number) => string): string => Array.from({ length: 5000 }, (_, j) => f(j)).join(',');
    const result = await read([line(j => `x${j}`), ...Array.from({ length: 40 }, (_, i) => line(j => String(((i * j) % 17) / 4)))].join('\n'));
    expect(result.profile.columns).toHaveLength(5000);
    expect(numbers(result, 'x4999')[2]).toBe(((2 * 4999) % 17) / 4);
  });
});

describe('work that is disturbed', () => {
  it('stops when it is cancelled and leaves no temporary file', async () => {
    const rows = Array.from({ length: 400_000 }, (_, i) => `${i}.5,${i},word${i % 1000}`).join('\n');
    const path = put(`a,b,c\n${rows}\n`);
    const mine = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith(`unveil-${process.pid}-`));
    const before = mine().length;
    for (const delay of [0, 5, 40, 120]) {
      const context = new CancellableContext();
      const work = openSource(path, {}, context).then(async source => {
        try {
          await source.profile();
          await source.load({ maxRows: 1e6, seed: 1 });
        } finally {
          await source.close();
        }
      });
      setTimeout(() => context.cancel(), delay);
      await work.catch((error: unknown) => expect(error).toBeInstanceOf(CancelledError));
    }
    expect(mine().length).toBe(before);
  });

  it('notices that the file was changed or removed in between', async () => {
    for (const change of ['grow', 'touch', 'remove'] as const) {
      const path = put(plainRows(20));
      const source = await openSource(path, {}, new CancellableContext());
      if (change === 'grow') writeFileSync(path, plainRows(30));
      else if (change === 'touch') utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 5000));
      else rmSync(path);
      await expect(source.load({ maxRows: 10, seed: 1 })).rejects.toMatchObject({ reason: 'fileChanged' });
      await source.close();
      expect(existsSync(path)).toBe(change !== 'remove');
    }
  });
});
