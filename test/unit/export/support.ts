/** Runs exported code the way its readers would: as a module, as a script, as a query, on the cells of a CSV file. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, expect } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Duck, pathLiteral } from '../../../src/engine/data/duck';
import { openSource } from '../../../src/engine/data/source';
import type { Table } from '../../../src/engine/data/table';
import { exportModel } from '../../../src/engine/export/exportModel';
import { families } from '../../../src/engine/models/families';
import type { Model, Prediction } from '../../../src/engine/models/model';
import { kindHints } from '../../../src/engine/predict';
import { explain } from '../../../src/engine/run';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { RunRequest } from '../../../src/protocol/recipe';

export const context = new CancellableContext();
export const folder = mkdtempSync(join(tmpdir(), 'unveil-export-'));
let count = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function newPath(ending: string): string {
  return join(folder, `${++count}${ending}`);
}

export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of a CSV text without line ends within cells. */
export function parseCsv(text: string): { header: string[]; rows: string[][] } {
  const lines = text.split(/\r?\n/).filter(line => line !== '').map(line => {
    const cells: string[] = [];
    const pattern = /("(?:[^"]|"")*"|[^,]*)(,|$)/y;
    for (;;) {
      const match = pattern.exec(line)!;
      cells.push(match[1]!.startsWith('"') ? match[1]!.slice(1, -1).replaceAll('""', '"') : match[1]!);
      if (match[2] === '') return cells;
    }
  });
  return { header: lines[0]!, rows: lines.slice(1) };
}

export function writeCsvFile(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const path = newPath('.csv');
  const quote = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  writeFileSync(path, [header, ...rows].map(row => `${row.map(quote).join(',')}\n`).join(''));
  return path;
}

/** The first rows, then rows with one cell missing each, then rows with a level that was never seen in each column of words. */
export function withOddRows({ header, rows }: { header: string[]; rows: string[][] }, features: readonly string[], words: readonly string[], most = 2500): string[][] {
  const changed = (row: number, column: string, cell: string): string[] => rows[row % rows.length]!.map((old, j) => (header[j] === column ? cell : old));
  return [
    ...rows.slice(0, most),
    ...features.flatMap((column, j) => [changed(3 * j, column, ''), changed(3 * j + 1, column, 'NA')]),
    ...words.flatMap((column, j) => [changed(7 * j, column, 'never seen'), changed(7 * j + 2, column, `it's "ö"; DROP TABLE data; --`)]),
  ];
}

export async function train(request: Partial<RunRequest> & { readonly file: string }): Promise<ModelFile> {
  return explain({ split: { scheme: 'none' }, detail: 'brief', conformal: 'none', seed: 1, ...request } as RunRequest, context);
}

export function load(file: ModelFile): Model {
  return families.find(family => family.id === file.report.model.family)!.load(file.parameters);
}

/** The table that `predict` would make of a file. */
export async function readAs(file: ModelFile, path: string): Promise<Table> {
  const source = await openSource(path, kindHints({ model: file }), context);
  try {
    return (await source.load({ maxRows: Infinity, seed: 1 })).table;
  } finally {
    await source.close();
  }
}

/** What a row of exported code gives, in one form: numbers of all outputs (NaN: no prediction) and the class. */
export interface Answer { readonly numbers: readonly number[]; readonly label?: string | null }

export function ours(prediction: Prediction, classes: readonly string[] | undefined): Answer[] {
  return Array.from({ length: prediction.rows }, (_, i) => {
    if (!classes) return { numbers: [prediction.mean![i]!] };
    const own = Array.from(prediction.probabilities!.subarray(i * classes.length, (i + 1) * classes.length));
    return { numbers: own, label: Number.isNaN(own[0]) ? null : classes[own.indexOf(Math.max(...own))]! };
  });
}

export async function runTypescript(code: string, rows: readonly Row[]): Promise<Answer[]> {
  const path = newPath('.cjs');
  writeFileSync(path, (await transform(code, { loader: 'ts', format: 'cjs' })).code);
  const { predict } = createRequire(path)(path) as { predict(row: Row): { prediction: number | string | null; probabilities: number[] | null } };
  return rows.map(row => {
    const { prediction, probabilities } = predict(row);
    return probabilities ? { numbers: probabilities, label: prediction as string | null } : { numbers: [prediction as number] };
  });
}

const runner = `
import json, runpy, sys
def answer(result):
    p = result["probabilities"]
    if isinstance(p, dict):
        return {"numbers": [repr(float(v)) for v in p.values()], "names": list(p), "label": result["prediction"]}
    label = result["prediction"]
    return {"numbers": [None if label is None else repr(float(label))], "label": None}
answers = []
for path, rows in json.load(open(sys.argv[1], encoding="utf-8")):
    predict = runpy.run_path(path)["predict"]
    answers.append([answer(predict(row)) for row in rows])
print(json.dumps(answers))
`;

export interface PythonJob { readonly code: string; readonly rows: readonly Row[]; readonly classes?: readonly string[] }

/** Several exports in one process. */
export function runPythons(jobs: readonly PythonJob[]): Answer[][] {
  const [script, data] = [newPath('.py'), newPath('.json')];
  writeFileSync(script, runner);
  writeFileSync(data, JSON.stringify(jobs.map(({ code, rows }) => {
    const path = newPath('.py');
    writeFileSync(path, code);
    return [path, rows];
  })));
  const text = execFileSync('python3', [script, data], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const answers = JSON.parse(text) as { numbers: (string | null)[]; names?: string[]; label: string | null }[][];
  const read = (value: string | null): number => (value === null ? NaN : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value));
  return answers.map((own, job) => own.map(({ numbers, names, label }) => {
    const { classes } = jobs[job]!;
    if (!classes) return { numbers: numbers.map(read) };
    if (names) expect(names).toEqual(classes);
    return { numbers: names ? numbers.map(read) : classes.map(() => NaN), label };
  }));
}

export function runPython(code: string, rows: readonly Row[], classes?: readonly string[]): Answer[] {
  return runPythons([{ code, rows, classes }])[0]!;
}

/** `typed`: DuckDB decides on the columns' types; else all are texts. */
export async function runSql(code: string, csv: string, table: string, outputs: number, typed: boolean): Promise<Answer[]> {
  const duck = await Duck.open({ memory: 1e9, temp: folder }, context);
  try {
    const options = typed ? "header = true, delim = ','" : "header = true, delim = ',', all_varchar = true, nullstr = ''";
    await duck.run(`CREATE TABLE "${table.replaceAll('"', '""')}" AS SELECT * FROM read_csv(${pathLiteral(csv)}, ${options})`);
    const rows = await duck.rows(code.replace(/;\s*$/, ''));
    return rows.map(row => {
      const own = row.slice(-outputs).map(value => (value === null ? NaN : Number(value)));
      return outputs === 1 ? { numbers: own } : { numbers: own, label: row[row.length - outputs - 1] as string | null };
    });
  } finally {
    duck.close();
  }
}

/** Largest |a − b| / max(1, |b|) over all rows; rows without a prediction have to agree, and classes. */
export function furthest(actual: readonly Answer[], expected: readonly Answer[], tied = 1e-12): number {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  actual.forEach((answer, i) => {
    const wanted = expected[i]!;
    expect(answer.numbers.length, `row ${i}`).toBe(wanted.numbers.length);
    answer.numbers.forEach((a, k) => {
      const b = wanted.numbers[k]!;
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return;
      const distance = Math.abs(a - b) / Math.max(1, Math.abs(b));
      most = Math.max(most, Number.isNaN(distance) ? Infinity : distance);
    });
    const sorted = [...wanted.numbers].sort((x, y) => y - x);
    if (wanted.label !== undefined && !(sorted[0]! - sorted[1]! <= tied)) expect(answer.label, `class of row ${i}`).toBe(wanted.label);
  });
  return most;
}

export interface Difference { readonly typescript: number; readonly python: number; readonly sql?: number; readonly sqlTyped?: number }

type Language = 'typescript' | 'python' | 'sql';
const all: readonly Language[] = ['typescript', 'python', 'sql'];
type File = Pick<ModelFile, 'name' | 'recipe' | 'report'>;

/** Exports in all languages and measures how far their predictions of the rows are from ours. */
export async function compare(file: ModelFile, header: readonly string[], cells: readonly (readonly string[])[], languages = all): Promise<Difference> {
  const table = await readAs(file, writeCsvFile(header, cells));
  return compareModel(load(file), file, table, header, cells, languages);
}

/** The same with a table of the same cells. */
export async function compareModel(model: Model, file: File, table: Table, header: readonly string[], cells: readonly (readonly string[])[], languages = all): Promise<Difference> {
  const expected = ours(model.predict(table), model.classes);
  const rows = cells.map(row => Object.fromEntries(header.map((name, j) => [name, row[j]!])));
  const result = { typescript: NaN, python: NaN } as { -readonly [K in keyof Difference]: Difference[K] };
  if (languages.includes('typescript')) result.typescript = furthest(await runTypescript(exportModel(model, file, 'typescript'), rows), expected, 1e-5);
  if (languages.includes('python')) result.python = furthest(runPython(exportModel(model, file, 'python'), rows, model.classes), expected, 1e-5);
  if (languages.includes('sql')) {
    const csv = writeCsvFile(header, cells);
    const code = exportModel(model, file, 'sql', 'select "x"');
    const outputs = model.classes?.length ?? 1;
    result.sql = furthest(await runSql(code, csv, 'select "x"', outputs, false), expected, 1e-5);
    result.sqlTyped = furthest(await runSql(code, csv, 'select "x"', outputs, true), expected, 1e-5);
  }
  return result;
}

/** What of a model file the head of the code is written from. */
export function fileNamed(target: string): File {
  return { name: `${target} · made.csv`, recipe: { target } as ModelFile['recipe'], report: { data: { columns: [] } } as unknown as ModelFile['report'] };
}
