import { describe, expect, it } from 'vitest';
import { kinds, noteOf, numbers, read, texts } from './reading';

/** A table of one column beside a plain one. */
const column = (cells: readonly string[], name = 'v', delimiter = ','): string => `${name}${delimiter}other\n${cells.map((cell, i) => `${/[",\n]/.test(cell) && delimiter === ',' ? `"${cell.replaceAll('"', '""')}"` : cell}${delimiter}${i}.5`).join('\n')}\n`;
const times = (cells: readonly string[], n: number): string[] => Array.from({ length: n }, (_, i) => cells[i % cells.length]!);

describe('missing markers', () => {
  it('are missing among numbers', async () => {
    const result = await read(column(['1', '', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', '?', '-', '#N/A', 'None', ' ', '2']));
    expect(numbers(result, 'v').filter(x => !Number.isNaN(x))).toEqual([1, 2]);
    expect(result.profile.columns[0]).toMatchObject({ kind: 'numeric', missing: 13, distinct: 2 });
  });

  it('are missing among words, where None is a word', async () => {
    const result = await read(column(times(['Gravel', 'None', '?', 'NA', ' Gravel '], 20)));
    expect(texts(result, 'v').slice(0, 5)).toEqual(['Gravel', 'None', undefined, undefined, 'Gravel']);
  });

  it('leave "-" a value where "+" stands beside it', async () => {
    const result = await read(column(times(['+', '-', '-', '?'], 20)));
    expect(texts(result, 'v').slice(0, 4)).toEqual(['+', '-', '-', undefined]);
  });
});

describe('numbers', () => {
  it('are read in every plain spelling', async () => {
    expect(numbers(await read(column(['-0', '+3.5', '.5', '5.', '1E+02', '-.25e-3', ' 7 ', '1e400'])), 'v')).toEqual([-0, 3.5, 0.5, 5, 100, -0.00025, 7, NaN]);
  });

  it.each<[string, string[], number[], RegExp]>([
    ['thousands commas', ['1,234,567', '12,000.5', '999'], [1234567, 12000.5, 999], /thousands/],
    ['euros', ['€2.29', '€1,764.00', '-€3.00'], [2.29, 1764, -3], /€/],
    ['dollars after and brackets', ['5 $', '(1,200) $', '7.5 $'], [5, -1200, 7.5], /brackets|\$/],
    ['per cent', ['12%', '3.5 %', '-1%'], [12, 3.5, -1], /"%" left out, so 12% is read as 12/],
    ['blanks in thousands', ['1 234', '12 345 678', '5'], [1234, 12345678, 5], /thousands/],
    ['no-break blanks and decimal commas', ['1\u00a0234,5', '2\u202f000,25', '7,5'], [1234.5, 2000.25, 7.5], /decimal commas/],
    ['Swiss apostrophes', ["1'234.5", "2'000", '8'], [1234.5, 2000, 8], /thousands/],
    ['decimal commas in quotes', ['1,5', '2,25', '-0,125'], [1.5, 2.25, -0.125], /decimal commas/],
  ])('are read from %s, and the note says so', async (_, cells, expected, note) => {
    const result = await read(column(cells, 'v'));
    expect(numbers(result, 'v')).toEqual(expected);
    expect(noteOf(result, 'v')).toMatch(note);
  });

  it('are not made of two currencies, hexadecimal or full-width digits', async () => {
    expect(kinds(await read(column(times(['€5', '$5', '€7'], 12))))).toMatchObject({ v: 'categorical' });
    const mixed = await read(column(times(['12', 'twelve', '12.5', '1e3', '0x1F', '012', '１２', 'NA'], 80), 'mix'));
    expect(kinds(mixed)).toMatchObject({ mix: 'categorical' });
    expect(texts(mixed, 'mix').slice(0, 8)).toEqual(['12', 'twelve', '12.5', '1e3', '0x1F', '012', '１２', undefined]);
    expect(noteOf(mixed, 'mix')).toMatch(/Numbers and words mixed.*"0x1F"/);
    expect(kinds(await read(column(times(['0x10', '0x1F'], 12))))).toMatchObject({ v: 'categorical' });
  });

  it('keep codes with leading zeros as codes', async () => {
    const zip = await read(column(times(['02134', '10001', '94105'], 30)));
    expect(texts(zip, 'v').slice(0, 2)).toEqual(['02134', '10001']);
    expect(noteOf(zip, 'v')).toMatch(/leading zeros/);
  });

  it('of full precision that are unique stay numeric, identifiers do not', async () => {
    const n = Array.from({ length: 60 }, (_, i) => i);
    const result = await read(`id,height,customerId,weight,code\n${n.map(i => `${i + 1},${58 + i},${9000 - i * 7},${(i * 0.731).toFixed(3)},AB-${i}`).join('\n')}\n`);
    expect(kinds(result)).toEqual({ id: 'identifier', height: 'numeric', customerId: 'identifier', weight: 'numeric', code: 'identifier' });
    expect(kinds(await read(`,x\n${n.map(i => `${i},${i * i}.5`).join('\n')}\n`))).toMatchObject({ column1: 'identifier' });
    expect(kinds(await read(`Unnamed: 0,x\n${n.map(i => `${i},${i * i}.5`).join('\n')}\n`))).toMatchObject({ 'Unnamed: 0': 'identifier' });
    expect(kinds(await read(`humid,paid,x\n${n.map(i => `${i},${i * 3},${i * i}.5`).join('\n')}\n`))).toMatchObject({ humid: 'numeric', paid: 'numeric' });
  });

  it('too long for a double are identifiers where unique', async () => {
    const result = await read(column(Array.from({ length: 20 }, (_, i) => `12345678901234567${String(i).padStart(2, '0')}`), 'tweet'));
    expect(kinds(result)).toMatchObject({ tweet: 'identifier' });
    expect(texts(result, 'tweet')[3]).toBe('1234567890123456703');
  });
});

describe('booleans', () => {
  it.each([['true', 'false'], ['Yes', 'No'], ['y', 'n'], ['T', 'F'], ['TRUE', 'FALSE']])('are found in %s and %s', async (yes, no) => {
    const result = await read(column(times([yes, no, ''], 12), 'flag'));
    expect(kinds(result)).toMatchObject({ flag: 'boolean' });
    expect(texts(result, 'flag').slice(0, 3)).toEqual([yes, no, undefined]);
  });

  it('put spellings together and leave 0 and 1 numbers', async () => {
    expect(texts(await read(column(times(['yes', 'No', 'YES', 'yes', 'No'], 15))), 'v').slice(0, 5)).toEqual(['yes', 'No', 'yes', 'yes', 'No']);
    expect(kinds(await read(column(times(['0', '1'], 12))))).toMatchObject({ v: 'numeric' });
  });
});

describe('dates', () => {
  const day = (y: number, m: number, d: number): number => Date.UTC(y, m - 1, d);
  it.each<[string, string[], number[], RegExp]>([
    ['ISO', ['2023-01-31', '2024-02-29'], [day(2023, 1, 31), day(2024, 2, 29)], /year-month-day/],
    ['American', ['1/2/2023', '12/31/2023'], [day(2023, 1, 2), day(2023, 12, 31)], /month\/day\/year/],
    ['European with slashes', ['1/2/2023', '31/12/2023'], [day(2023, 2, 1), day(2023, 12, 31)], /day\/month\/year/],
    ['European with points', ['01.02.2023', '03.04.23'], [day(2023, 2, 1), day(2023, 4, 3)], /day\/month\/year; day and month could/],
    ['ambiguous slashes', ['1/2/2023', '3/4/2023'], [day(2023, 1, 2), day(2023, 3, 4)], /could be the other way round/],
    ['zones', ['2023-01-01T10:00:00Z', '2023-01-01T10:00:00+02:00', '2023-01-01 10:00:00.250-0530'], [day(2023, 1, 1) + 36e6, day(2023, 1, 1) + 288e5, day(2023, 1, 1) + 36e6 + 198e5 + 250], /year/],
    ['twelve hours', ['1/15/2023 12:05 AM', '1/15/2023 1:00:30 pm'], [day(2023, 1, 15) + 3e5, day(2023, 1, 15) + 13 * 36e5 + 3e4], /month\/day/],
    ['names of months', ['Jan 5, 2020', '6 February 2021'], [day(2020, 1, 5), day(2021, 2, 6)], /name of the month/],
  ])('are read: %s', async (_, cells, expected, note) => {
    const result = await read(column([...cells, 'NA'], 'd'));
    expect(kinds(result)).toMatchObject({ d: 'datetime' });
    expect(numbers(result, 'd')).toEqual([...expected, NaN]);
    expect(noteOf(result, 'd')).toMatch(note);
  });

  it('are not made of days that do not exist', async () => {
    expect(kinds(await read(column(times(['2023-02-30', '2023-01-01'], 12))))).not.toMatchObject({ v: 'datetime' });
  });
});

describe('words', () => {
  it('are text, identifier, category, constant or nothing', async () => {
    const n = 80;
    const rows = Array.from({ length: n }, (_, i) => `same,${['a', 'b', 'c'][i % 3]},ID${i},"the customer number ${i} said that all was very well",,name ${i % 50} of ${i % 47}`);
    const result = await read(`one,cat,key,story,gone,many\n${rows.join('\n')}\n`);
    expect(kinds(result)).toEqual({ one: 'constant', cat: 'categorical', key: 'identifier', story: 'text', gone: 'empty', many: 'identifier' });
    expect(result.loaded.table.columns[4]).toMatchObject({ kind: 'empty', levels: [] });
  });

  it('keep markup, formulas and names of object properties as they are', async () => {
    const odd = ['__proto__', 'constructor', '=1+1', '<b>x</b>', '${7*7}', '@SUM(1)'];
    expect(texts(await read(column(times(odd, 30))), 'v').slice(0, 6)).toEqual(odd);
  });
});

describe('hints', () => {
  it('make numbers categories, sorted by value and in their shortest form', async () => {
    const result = await read(column(['10.0', '2', '1.0', '1', '', '10'], 'v'), { categorical: ['v'] });
    const found = result.loaded.table.columns[0]!;
    expect(found).toMatchObject({ kind: 'categorical', storage: 'code', levels: ['1', '2', '10'] });
    expect(texts(result, 'v')).toEqual(['10', '2', '1', '1', undefined, '10']);
  });

  it('make words numbers where they can be', async () => {
    const result = await read(column(['1', 'two', '3', 'four', '5']), { numeric: ['v'] });
    expect(numbers(result, 'v')).toEqual([1, NaN, 3, NaN, 5]);
    expect(noteOf(result, 'v')).toMatch(/2 of 5 values are no numbers/);
  });
});
