/** `unveil diff`: model files side by side, as text or JSON. */
import { basename } from 'node:path';
import { compareReports } from '../engine/sideBySide/besideSections';
import { formatNumber } from '../engine/report/format';
import { readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { UserError } from '../protocol/errors';
import { sideModelOf, type Drawn } from '../protocol/sideBySide';
import { asJson, print, textTable, writeResult } from './output';

export interface DiffFlags { json?: string; quiet?: boolean }

export async function diffCommand(files: readonly string[], { json, quiet }: DiffFlags): Promise<void> {
  if (files.length < 2) throw new UserError('badOption', 'Name two model files or more (.unveil.json).');
  if (json !== undefined && json !== '-') await requireOther(json, files);
  const models = await Promise.all(files.map(readModelFile));
  // Files are told apart by what they are called where they are.
  const named = models.map((model, i) => ({ ...model, name: shortName(files[i]!) }));
  const { result, drawn } = compareReports(named.map(sideModelOf));
  if (json !== undefined) await writeResult(json, asJson(result));
  if (!quiet && json !== '-') await print(diffText(drawn));
}

function shortName(file: string): string {
  return basename(file).replace(/\.unveil\.json$/, '');
}

/** The sentences, then the tables; drawings stand in the table of pairs, or in the panel. */
export function diffText({ sentences, sections }: Drawn): string {
  const tables = sections.flatMap(section => {
    if (section.kind === 'estimates') return section.groups.slice(0, 1).map(({ name, items }) => `${section.title}: ${name}\n${textTable(
      ['models', 'difference', section.intervalName, ...(section.details ?? []).map(({ title }) => title.toLowerCase())],
      items.map(item => [item.name, number(item.estimate), item.low === undefined ? '' : `${number(item.low)} to ${number(item.high)}`, ...(item.details ?? []).map(cell => (typeof cell === 'number' ? number(cell) : cell))]),
      [false, true, true], 60)}`);
    if (section.kind === 'heatmap') return section.matrices.map(({ rows, columns, values, absent }) => `${section.title}\n${textTable(
      ['feature', ...columns], rows.map((name, r) => [name, ...columns.map((_, c) => (absent?.[r]?.includes(c) ? '–' : number(values[r]?.[c])))]), [false, ...columns.map(() => true)])}`);
    if (section.kind !== 'table' || section.rows.length === 0) return [];
    return [`${section.title}\n${textTable(section.header.map(({ title }) => title), section.rows.map(row => row.map(String)), section.header.map(({ numeric }) => numeric === true), 60)}`];
  });
  return [sentences.map(text => `${text}\n`).join(''), ...tables].join('\n');
}

function number(value: number | undefined): string {
  return value === undefined ? '–' : formatNumber(value, 3);
}
