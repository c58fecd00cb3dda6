// Tasks on fixed folds: the file of a task with the fold of each row in a column of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const readJson = path => JSON.parse(readFileSync(path, 'utf8'));

/** The cells of a line of CSV with quotes. */
function cellsOf(line) {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(match => match[1]).slice(0, -1);
}

/** Writes the task's file with a column benchFold into the folder, a target "> 0" made into two classes; gives its path. */
export function taskFile(root, { id, file, target, positive }, folder) {
  const lines = readFileSync(join(root, file), 'utf8').trim().split(/\r?\n/);
  const foldOf = new Map(readJson(join(root, 'references/folds', `${id}.json`)).test_rows.flatMap((rows, fold) => rows.map(row => [row, fold])));
  const place = cellsOf(`${lines[0]},`).map(name => name.replaceAll('"', '')).indexOf(target);
  const out = lines.map((line, i) => {
    if (i === 0) return `${line},benchFold`;
    const cells = cellsOf(`${line},`);
    if (positive === '>0') cells[place] = Number(cells[place]) > 0 ? '>0' : '0';
    return `${cells.join(',')},f${foldOf.get(i - 1)}`;
  });
  const path = join(folder, `${id}.csv`);
  writeFileSync(path, `${out.join('\n')}\n`);
  return path;
}
