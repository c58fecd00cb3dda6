/** Cells written as people write them: exported code reads what the training file had, as the model does, and plain numbers and ISO dates too. */
import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/engine/export/exportModel';
import { compare, load, runPython, runTypescript, train, withOddRows, writeCsvFile } from './support';

type Spell = (i: number) => string;
const amount = (i: number): number => Math.round(((i * 7919) % 20011) * 13.7) / 10 + 1000;
const grouped = (value: number, group: string, point: string): string => {
  const [whole, part] = value.toFixed(1).split('.') as [string, string];
  return `${whole.replace(/\B(?=(\d{3})+$)/g, group)}${point}${part}`;
};
const day = (i: number): Date => new Date(Date.UTC(2019 + (i % 3), (i * 5) % 12, 1 + ((i * 11) % 28), i % 24, (i * 7) % 60));
const two = (n: number): string => String(n).padStart(2, '0');
const names = ['January', 'Feb', 'March', 'Apr', 'May', 'June', 'jul', 'August', 'Sept', 'Oct', 'November', 'DEC'];

const spellings: Readonly<Record<string, Spell>> = {
  'decimal commas': i => String(amount(i)).replace('.', ','),
  'commas between thousands': i => grouped(amount(i), ',', '.'),
  'points between thousands and decimal commas': i => grouped(amount(i), '.', ','),
  'blanks between thousands': i => grouped(amount(i), i % 2 === 0 ? ' ' : '\u00a0', ','),
  'per cent': i => `${amount(i)}${i % 2 === 0 ? ' ' : ''}%`,
  'amounts of money, negative in brackets': i => (i % 5 === 0 ? `($${grouped(amount(i), ',', '.')})` : `$${grouped(amount(i), ',', '.')}`),
  'days first': i => `${i % 2 === 0 ? two(day(i).getUTCDate()) : day(i).getUTCDate()}.${two(day(i).getUTCMonth() + 1)}.${day(i).getUTCFullYear()}`,
  'months first, with a time': i => `${day(i).getUTCMonth() + 1}/${day(i).getUTCDate()}/${day(i).getUTCFullYear()} ${day(i).getUTCHours()}:${two(day(i).getUTCMinutes())}`,
  'years of two digits': i => `${two(day(i).getUTCDate())}-${two(day(i).getUTCMonth() + 1)}-${two((day(i).getUTCFullYear() + (i % 2) * 60) % 100)}`,
  'names of months': i => (i % 2 === 0 ? `${day(i).getUTCDate()} ${names[day(i).getUTCMonth()]!} ${day(i).getUTCFullYear()}` : `${names[day(i).getUTCMonth()]!} ${day(i).getUTCDate()}, ${day(i).getUTCFullYear()}`),
};

describe('exported code', () => {
  for (const [name, spell] of Object.entries(spellings)) {
    it(`reads ${name} as the training did`, async () => {
      const header = ['x', 'k', 'y'];
      const rows = Array.from({ length: 200 }, (_, i) => [spell(i), ['a', 'b', 'c'][i % 3]!, String(Math.sin(i) + amount(i) / 1000 + (day(i).getTime() - 1.5e12) / 2e9 + (i % 2) * 30)]);
      const path = writeCsvFile(header, rows);
      const boosted = name === 'points between thousands and decimal commas' || name === 'days first';
      for (const model of [{ model: 'linear' }, ...(boosted ? [{ model: 'ebm', options: { bags: 2, rounds: 80 } }] : [])]) {
        const file = await train({ file: path, target: 'y', features: ['x', 'k'], ...model });
        expect(file.report.data.columns[0]!.reading, model.model).toBeDefined();
        const cells = withOddRows({ header, rows }, ['x', 'k'], ['k']);
        const difference = await compare(file, header, cells);
        // A table whose types DuckDB guesses may take 1.234 or 01/02 for something else before any query sees it.
        for (const language of ['typescript', 'python', 'sql'] as const) expect(difference[language], `${model.model} ${language}`).toBeLessThan(1e-9);
        expect(exportModel(load(file), file, 'python')).toContain('x may also be written as in the training data: ');
      }
    });
  }

  it('takes plain numbers and ISO dates all the same', async () => {
    const cases = [[spellings['points between thousands and decimal commas']!, '1.234,5', '1234.5', 1234.5], [spellings['days first']!, '31.12.2020', '2020-12-31', undefined]] as const;
    for (const [spell, written, plain, number] of cases) {
      const rows = Array.from({ length: 60 }, (_, i) => [spell(i), String(Math.sin(i) + i / 9)]);
      const file = await train({ file: writeCsvFile(['x', 'y'], rows), target: 'y', features: ['x'], model: 'linear' });
      const asked = [written, plain, ...(number === undefined ? [] : [number])].map(x => ({ x }));
      for (const answers of [await runTypescript(exportModel(load(file), file, 'typescript'), asked), runPython(exportModel(load(file), file, 'python'), asked)]) {
        for (const answer of answers) expect(answer).toEqual(answers[0]);
        expect(Number.isFinite(answers[0]!.numbers[0])).toBe(true);
      }
    }
  });
});
