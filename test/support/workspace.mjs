/** A throw-away workspace with copies of the example data and files whose names ask for care. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../scripts/tools/paths.mjs';

/** Names that break programs which build command lines or addresses by hand. */
export const awkwardNames = ['with space & (brackets).csv', 'quote\'s "double".csv', 'naïve-Δ-数据-📊.csv', 'percent%20&hash#.csv'];

export function makeWorkspace(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(inRoot('examples'))) {
    if (!name.startsWith('.') && !name.endsWith('.html') && !name.endsWith('.json')) cpSync(inRoot('examples', name), path.join(folder, name), { recursive: true });
  }
  const iris = path.join(folder, 'iris.csv');
  if (existsSync(iris)) for (const name of awkwardNames) copyFileSync(iris, path.join(folder, name));
  writeFileSync(path.join(folder, 'empty.csv'), '');
  writeFileSync(path.join(folder, 'header only.csv'), 'a,b,c\n');
  writeFileSync(path.join(folder, 'damaged.unveil.json'), '{"format": "unveil-model", "version": 1, "name": "cut of');
  writeFileSync(path.join(folder, 'picture.csv'), Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex'));
  return folder;
}
