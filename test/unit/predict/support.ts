/** Small models and odd files for the tests of predictions. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { CancellableContext } from '../../../src/engine/context';
import { Rng } from '../../../src/engine/math/random';
import { predictFile } from '../../../src/engine/predict';
import { explain } from '../../../src/engine/run';
import type { PredictParams } from '../../../src/protocol/engine';
import type { ModelFile } from '../../../src/protocol/modelFile';
import type { RunRequest } from '../../../src/protocol/recipe';

export const folder = mkdtempSync(join(tmpdir(), 'unveil-predict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

export const newPath = (ending: string): string => join(folder, `${++files}${ending}`);
export const names = (): string[] => readdirSync(folder);

export function put(content: string | Uint8Array, ending = '.csv'): string {
  const path = newPath(ending);
  writeFileSync(path, content);
  return path;
}

/** Two numbers, a date, a word and a boolean; a number and two targets of classes. */
export function trainingCsv(rows = 90): string {
  const rng = new Rng(5);
  const lines = Array.from({ length: rows }, (_, i) => {
    const [x, z] = [rng.normal(), rng.uniform()];
    const [group, flag] = [['red', 'green', 'blue'][rng.integer(3)]!, rng.integer(2)];
    const score = 2 * x - z + (group === 'red' ? 1 : 0) + flag;
    const noisy = score + 0.5 * rng.normal();
    return `${x.toFixed(4)},${z.toFixed(4)},2024-0${1 + (i % 9)}-1${i % 10},${group},${flag === 1 ? 'yes' : 'no'},${noisy.toFixed(4)},${noisy > 0.5 ? 'up' : 'down'},${noisy > 1.5 ? 'high' : noisy > 0 ? 'middle' : 'low'}`;
  });
  return `x,z,day,group,flag,y,side,third\n${lines.join('\n')}\n`;
}

export const features = ['x', 'z', 'day', 'group', 'flag'];
let training: string | undefined;

export async function train(request: Partial<RunRequest>): Promise<ModelFile> {
  training ??= put(trainingCsv());
  return explain({ file: training, features, split: { scheme: 'none' }, detail: 'brief', conformal: 'none', seed: 1, ...request } as RunRequest, new CancellableContext());
}

/** Rows of every kind of oddity, spread over the file; `extra` are columns that no model reads. */
export function oddCsv(rows = 60): string {
  const rng = new Rng(9);
  const lines = Array.from({ length: rows }, (_, i) => {
    const x = i === 17 ? 'lots' : i === 41 ? '12 apples' : i === 30 ? '99' : i % 13 === 4 ? '' : rng.normal().toFixed(3);
    const z = i === 50 ? 'inf' : i === 20 ? '-0.5' : i % 11 === 3 ? 'NA' : rng.uniform().toFixed(3);
    const group = i === 8 || i === 52 ? 'violet' : i === 33 ? 'ochre' : i % 17 === 1 ? '' : ['red', 'green', 'blue'][rng.integer(3)]!;
    const day = i === 29 ? 'notadate' : i === 44 ? '2031-05-05' : `2024-0${1 + (i % 9)}-12`;
    return [`00${i}`, x, z, day, group, ['yes', 'no', 'TRUE', 'false', 'Y'][i % 5], i === 12 ? '=1+1' : `note ${i}`].join(',');
  });
  return `id,x,z,day,group,flag,extra\n${lines.join('\n')}\n`;
}

export interface Written { readonly text: string; readonly header: string[]; readonly rows: string[][]; readonly notes: string[] }

/** Predicts a file; the files here have no commas within cells. */
export async function predicted(params: Omit<PredictParams, 'out'>, blockRows?: number, context = new CancellableContext()): Promise<Written> {
  const out = newPath('.out.csv');
  const { notes } = await predictFile({ ...params, out }, context, blockRows);
  const text = readFileSync(out, 'utf8');
  const [header, ...rows] = text.trimEnd().split('\n').map(line => line.split(','));
  return { text, header: header!, rows, notes: notes.map(note => note.text) };
}
