/** Predictions of a file that is read a block at a time: the same as of all rows at once, and of no more than a block in memory. */
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Duck } from '../../../src/engine/data/duck';
import { openSource } from '../../../src/engine/data/source';
import { linearFamily } from '../../../src/engine/models/linear/family';
import { explore } from '../../../src/engine/explore';
import { predictFile, requirePredictable } from '../../../src/engine/predict';
import type { RunRequest } from '../../../src/protocol/recipe';
import { features, folder, names, newPath, oddCsv, predicted, put, train, trainingCsv } from './support';

const all = 1_000_000;

describe('blocks of rows', () => {
  it.each<[string, Partial<RunRequest>]>([
    ['linear with conformal intervals', { model: 'linear', target: 'y', split: { scheme: 'kFold', folds: 5 }, conformal: 'auto' }],
    ['linear that leaves incomplete rows out', { model: 'linear', target: 'y', missing: 'drop' }],
    ['logistic of three classes with sets', { model: 'logistic', target: 'third', split: { scheme: 'kFold', folds: 5 }, conformal: 'auto' }],
    ['ebm of two classes', { model: 'ebm', target: 'side', options: { bags: 2, rounds: 30 } }],
    ['bayes', { model: 'bayes', target: 'y' }],
    ['linear on components', { model: 'linear', target: 'y', options: { components: 2 } }],
    ['a formula', { model: 'formula', target: 'y', features: ['x', 'z'], options: { known: 'y = a*x + b*log(z)' } }],
    ['neural', { model: 'neural', target: 'side', options: { epochs: 5, hidden: '4' } }],
  ])('%s: give the file and the notes of one block', async (_, request) => {
    const model = await train(request);
    const file = put(oddCsv());
    const whole = await predicted({ model, file }, all);
    expect(whole.rows).toHaveLength(60);
    for (const size of [7, 59]) expect(await predicted({ model, file }, size)).toEqual(whole);
    expect(whole.notes.join(' ')).toMatch(/2 cells of x are no numbers, such as "lots" in row 18;/);
  });

  it.each(['clustering', 'components'] as const)('of a model without a target (%s) do so too', async task => {
    const model = await explore({ file: put(trainingCsv()), task, features: ['x', 'z', 'day'], options: task === 'clustering' ? { k: 2 } : {} }, new CancellableContext());
    const file = put(oddCsv());
    const whole = await predicted({ model, file }, all);
    expect(await predicted({ model, file }, 7)).toEqual(whole);
    expect(whole.notes.join(' ')).toMatch(/Missing cells of \d+ rows were filled/);
  });

  it('are one at a time, and no table has more rows', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const sizes: number[] = [];
    const loaded = linearFamily.load.bind(linearFamily);
    const spy = vi.spyOn(linearFamily, 'load').mockImplementation(json => {
      const real = loaded(json);
      const predict = real.predictIntervals!.bind(real);
      real.predictIntervals = (table, level, rows) => {
        if (!rows) sizes.push(table.rows);
        return predict(table, level, rows);
      };
      return real;
    });
    try {
      await predicted({ model, file: put(oddCsv(100)) }, 16);
    } finally {
      spy.mockRestore();
    }
    expect(sizes).toEqual([16, 16, 16, 16, 16, 16, 4]);
  });

  it('are read when they are asked for, and a reader may stop', async () => {
    const chunks = vi.spyOn(Duck.prototype, 'chunks');
    const source = await openSource(put(`a\n${Array.from({ length: 9000 }, (_, i) => i).join('\n')}\n`), { inBlocks: ['a'] }, new CancellableContext());
    try {
      const { blocks, rows } = await source.blocks(1000);
      chunks.mockClear();
      expect(rows).toBe(9000);
      expect(chunks).not.toHaveBeenCalled();
      const { value: first } = await blocks.next();
      const { value: second } = await blocks.next();
      expect([first!.from, second!.from, second!.table.rows]).toEqual([0, 1000, 1000]);
      expect(second!.cells[0]!(999)).toBe('1999');
      await blocks.return();
      expect((await blocks.next()).done).toBe(true);
    } finally {
      await source.close();
      chunks.mockRestore();
    }
  });

  it('have one kind of column, whatever single blocks look like', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    // The first block has no number in x, no date, and only one word of the two in flag.
    const rows = Array.from({ length: 30 }, (_, i) => `${i < 10 ? '' : i / 10},0.5,${i < 10 ? '' : '2024-03-12'},red,${i < 10 ? 'no' : 'yes'}`);
    const file = put(`${features.join(',')}\n${rows.join('\n')}\n`);
    expect(await predicted({ model, file }, 5)).toEqual(await predicted({ model, file }, all));
  });
});

describe('a long file', () => {
  it('keeps the texts of columns that the model does not read: zeros in front, digits, decimals', async () => {
    const model = await train({ model: 'linear', target: 'y', features: ['x', 'group'] });
    const rows = Array.from({ length: 45_000 }, (_, i) => `${String(i).padStart(7, '0')},9007199254740993${i % 10},${(i % 7) / 2}0,${(i % 100) / 10},red,${'t'.repeat(12)}`);
    const { rows: out } = await predicted({ model, file: put(`code,digits,price,x,group,words\n${rows.join('\n')}\n`) });
    expect(out).toHaveLength(45_000);
    expect(out[44_999]!.slice(0, 3)).toEqual(['0044999', '90071992547409939', `${(44_999 % 7) / 2}0`]);
    expect(out.every((row, i) => Number(row[0]) === i)).toBe(true);
  });
});

describe('numbers of more digits than a double holds', () => {
  /** Large whole numbers that the model reads as x, and others that it does not. */
  const digits = (i: number): string => `90071992547409${91 + (i % 9)}`;

  it('are copied from a CSV, from columns that the model reads too', async () => {
    const model = await train({ model: 'linear', target: 'y', features: ['x', 'group'] });
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i % 2 ? digits(i) : i % 5},${digits(i)},red,${'t'.repeat(10)}`);
    const { rows: out } = await predicted({ model, file: put(`x,id,group,words\n${rows.join('\n')}\n`) });
    expect(out.every((row, i) => row[0] === (i % 2 ? digits(i) : String(i % 5)) && row[1] === digits(i))).toBe(true);
  });

  it('are copied from Parquet: whole numbers of 64 and 128 bits and decimals', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const path = newPath('.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT 9007199254740993 + i AS x, 'red' AS "group", (9007199254740993 + i)::BIGINT AS big, 18446744073709551615::UBIGINT AS unsigned,
      (1.10 + i)::DECIMAL(38, 20) AS price, 0.1::DOUBLE AS "double", i::INTEGER AS small, DATE '2024-01-02' AS day FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    const { rows } = await predicted({ model: await train({ model: 'linear', target: 'y', features: ['x', 'group'] }), file: path });
    expect(rows.map(row => row.slice(0, 8))).toEqual([0, 1, 2].map(i => [
      `900719925474099${3 + i}`, 'red', `900719925474099${3 + i}`, '18446744073709551615', `${1 + i}.10000000000000000000`, '0.1', String(i), '2024-01-02T00:00:00.000Z',
    ]));
    expect(rows.every(row => Number(row[8]) > 1e15)).toBe(true);
  });
});

describe('other forms of a file', () => {
  it('give the same predictions: gzip, and Parquet with dates as dates', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const csv = trainingCsv(40);
    const plain = await predicted({ model, file: put(csv) }, 16);
    expect(await predicted({ model, file: put(gzipSync(csv), '.csv.gz') }, 16)).toEqual(plain);
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const path = newPath('.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT x, z, day::DATE AS day, "group", flag, y, side, third FROM read_csv('${put(csv)}', types={'flag': 'VARCHAR'})) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    const parquet = await predicted({ model, file: path }, 16);
    const at = plain.header.indexOf('prediction');
    expect(parquet.header).toEqual(plain.header);
    parquet.rows.forEach((row, i) => {
      expect(row[2]).toBe(`${plain.rows[i]![2]}T00:00:00.000Z`);
      expect(row.slice(at)).toEqual(plain.rows[i]!.slice(at));
    });
  });
});

describe('the notes', () => {
  it('name levels, missing cells, numbers outside, and columns that are not read, with counts', async () => {
    const { notes } = await predicted({ model: await train({ model: 'linear', target: 'y' }), file: put(oddCsv()) }, 7);
    const text = notes.join('\n');
    expect(text).toContain('group "violet" (2 rows, as "blue"); group "ochre" (1 row, as "blue")');
    expect(text).toMatch(/Missing values were filled in as at the training: x \(3 rows\); z \(7 rows\); group \(3 rows\)/);
    expect(text).toContain('1 cell of day is no date, such as "notadate" in row 30');
    expect(text).not.toContain('"inf"');
    expect(text).toMatch(/\d rows? ha(?:s|ve) x above/);
    expect(text).toContain('1 row has day above');
    expect(text).toMatch(/z: 1 value infinite or too large for a number \(line 52\); taken as missing/);
    expect(text).toContain('2 columns of the file are not read by the model, only copied: "id" and "extra".');
  });

  it('of a boosting machine name its unknown levels, with rows each', async () => {
    const { notes } = await predicted({ model: await train({ model: 'ebm', target: 'y', options: { bags: 2, rounds: 30 } }), file: put(oddCsv()) }, 7);
    expect(notes.join(' ')).toContain('Levels that the training data did not have were predicted as one group: group ("violet" 2, "ochre" 1, 3 rows).');
  });

  it('do not count the target among the columns without a use', async () => {
    const { notes } = await predicted({ model: await train({ model: 'linear', target: 'y', features: ['x', 'z', 'day', 'group', 'flag', 'side'] }), file: put(trainingCsv(30)) });
    expect(notes.filter(note => note.includes('not read by the model'))).toEqual(['1 column of the file is not read by the model, only copied: "third".']);
  });

  it('name the columns that are missing, before anything is written', async () => {
    const out = newPath('.csv');
    await expect(predictFile({ model: await train({ model: 'linear', target: 'y' }), file: put('x,group\n1,red\n'), out }, new CancellableContext())).rejects.toThrow(/lacks the columns "z", "day" and "flag" that the model needs/);
    expect(names()).not.toContain(out.split('/').at(-1));
  });

  it('are known to be possible before it is asked where they shall go', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const asked = (text: string): Promise<unknown> => requirePredictable({ model, file: put(text) }, new CancellableContext());
    await expect(asked('x,group\n1,red\n')).rejects.toMatchObject({ reason: 'lacksColumns', message: expect.stringMatching(/lacks the columns "z", "day" and "flag"/) as string, place: { column: 'z' } });
    expect(await asked(oddCsv())).toBeNull();
  });

  it('say which columns of the file are perhaps those that are missing', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const renamed = (header: string): Promise<unknown> => predictFile({ model, file: put(`${header}\n1,2,2024-01-01,red,yes,5\n`), out: newPath('.csv') }, new CancellableContext());
    await expect(renamed('X,z,Day ,group,flag,x2')).rejects.toThrow(/lacks the columns "x" and "day" that the model needs; rename its columns "X" and "Day" if the same is meant\./);
    await expect(renamed('x,z,day,group,fl_ag,y')).rejects.toThrow(/lacks the column "flag" that the model needs; rename its column "fl_ag" if the same is meant\./);
    await expect(renamed('x,z,day,group,flags,y')).rejects.toThrow(/lacks the column "flag" that the model needs\./);
  });
});

describe('a prediction that is cancelled', () => {
  it('leaves no file, and the one that was there as it was', async () => {
    const model = await train({ model: 'linear', target: 'y' });
    const out = put('before\n');
    const file = put(oddCsv(400));
    const before = names();
    let blocks = 0;
    const context = new CancellableContext(stage => {
      if (stage === 'Predicting' && ++blocks === 4) context.cancel();
    });
    await expect(predictFile({ model, file, out }, context, 50)).rejects.toThrow('cancelled');
    expect(blocks).toBe(4);
    expect(readFileSync(out, 'utf8')).toBe('before\n');
    expect(names()).toEqual(before);
    expect(folder).toBeTruthy();
  });
});

describe('cells of the file that is written', () => {
  it('are run by no spreadsheet, in the header neither', async () => {
    const { text } = await predicted({ model: await train({ model: 'linear', target: 'y', features: ['x'] }), file: put('=cmd|a,@b,\tc,x,-d\n-2+3,"-1,5",+1 %,1,-7.25\n') });
    expect(text.split('\n')[0]).toMatch(/^'=cmd\|a,'@b,c,x,'-d,prediction/);
    expect(text.split('\n')[1]).toMatch(/^'-2\+3,"-1,5",\+1 %,1,-7\.25,/);
  });
});
