/** unveil_explain_prediction: the prediction of one row and what makes it up. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../protocol/errors';
import type { ModelFile } from '../protocol/modelFile';
import type { ExplainRowResult } from '../protocol/engine';
import type { Section } from '../protocol/report';
import { compactJson, firstOf, numberText, shortened, someOf, type Answer } from './compact';
import { dataFileOf } from './findModel';
import type { ToolHost } from './toolHost';

export interface AskedRow {
  readonly named: string;
  readonly row?: number;
  readonly file?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Throws UserError where it is not one row that is asked for, or one that the model cannot predict. */
export async function rowAnswer(host: ToolHost, model: ModelFile, asked: AskedRow): Promise<string> {
  if ((asked.row === undefined) === (asked.values === undefined)) {
    throw new UserError('badOption', 'One row is explained: call again with either "row" (the number of a data row, 1 is the first) or "values" (an object of feature names and values).');
  }
  if (asked.values) return explainValues(host, model, asked.named, asked.values);
  const file = asked.file ?? dataFileOf(model, asked.named);
  const result = await host.explainRow({ model, file, row: asked.row! });
  return answerOf(model, result, { model: asked.named, file, row: asked.row });
}

/** The values stand in a file of one row for as long as they are explained. */
async function explainValues(host: ToolHost, model: ModelFile, named: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const { features } = model.recipe;
  const unknown = Object.keys(values).find(name => !features.includes(name));
  if (unknown !== undefined) throw new UserError('badOption', `The model has no feature "${unknown}". Its features are: ${someOf(features, 40)}. Call again with values of these.`);
  const given = features.filter(name => isGiven(values[name]));
  if (given.length === 0) throw new UserError('badOption', `"values" holds no value. The features are: ${someOf(features, 40)}. Call again with values of these.`);
  for (const name of given) requireNumber(model, name, values[name]);
  const left = features.filter(name => !isGiven(values[name]));
  const cautions = [...(left.length > 0 ? [`Not given and taken as missing: ${someOf(left, 20)}.`] : []), ...given.flatMap(name => [...unseen(model, name, values[name]), ...farOutside(model, name, values[name])])];
  const folder = await mkdtemp(join(tmpdir(), 'unveil-row-'));
  try {
    const file = join(folder, 'values.csv');
    await writeFile(file, `${features.map(csvCell).join(',')}\n${features.map(name => csvCell(cellText(name, values[name]))).join(',')}\n`);
    const result = await host.explainRow({ model, file, row: 1 });
    return answerOf(model, result, { model: named }, cautions);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

function cellText(name: string, value: unknown): string {
  if (!isGiven(value)) return '';
  if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw new UserError('badOption', `The value of "${name}" is ${JSON.stringify(value).slice(0, 80)}. Call again with a number, a text, true or false.`);
}

/** A text in a column of plain numbers would be read as missing. */
function requireNumber({ report }: ModelFile, name: string, value: unknown): void {
  const column = report.data.columns.find(item => item.name === name);
  if (column?.kind !== 'numeric' || column.reading || typeof value === 'number' || (typeof value === 'string' && Number.isFinite(Number(value)))) return;
  throw new UserError('badOption', `The value of "${name}" is ${JSON.stringify(value).slice(0, 80)}, but the column holds numbers. Call again with a number.`);
}

/** A level that the training rows in the model file do not have is perhaps misspelt. */
function unseen({ background }: ModelFile, name: string, value: unknown): string[] {
  const column = background?.columns.find(item => item.name === name);
  if (column?.kind !== 'categorical' || !column.levels || column.levels.includes(cellText(name, value))) return [];
  return [`"${shortened(cellText(name, value), 40)}" is not among the levels of ${name} in the ${background!.rows} training rows that the model keeps: ${someOf(column.levels, 10)}.`];
}

/** Beyond the training rows in the model file by more than half their spread: those are a sample, whose edges rows do pass. */
function farOutside({ background }: ModelFile, name: string, value: unknown): string[] {
  const column = background?.columns.find(item => item.name === name);
  if (column?.kind !== 'numeric') return [];
  const known = column.cells.split(',').filter(cell => cell !== '').map(Number).filter(Number.isFinite);
  if (known.length === 0) return [];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const beyond = Math.max(least - Number(value), Number(value) - most);
  return beyond > (most - least) / 2 ? [`${name} = ${shortened(cellText(name, value), 40)} is far outside the ${background!.rows} training rows that the model keeps (${numberText(least)} to ${numberText(most)}): no held-out row vouches for the prediction there.`] : [];
}

function csvCell(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Fit = Extract<Section, { kind: 'fit' }>;
type Contributions = Extract<Section, { kind: 'contributions' }>;

function answerOf({ recipe }: ModelFile, { sections }: ExplainRowResult, asked: Record<string, unknown>, cautions: readonly string[] = []): string {
  const prediction = sections.find((section): section is Fit => section.kind === 'fit');
  const made = sections.find((section): section is Contributions => section.kind === 'contributions' && section.of === 'row');
  if (!prediction) throw new UserError('internal', 'The engine gave no prediction for the row.');
  const values = prediction.values.map(({ label, value, hint }) => ({ label, value, ...(hint !== undefined && { hint: shortened(hint, 120) }) }));
  // Of values the row has no number that would say anything.
  const summary = asked['row'] === undefined ? prediction.summary.replace(/^Row 1 is/, 'The row is').replace(/^For row 1 /, 'For the row ') : prediction.summary;
  const most = made?.items[0];
  const sentence = most ? summary.replace(/\.$/, `; ${most.feature}${most.value === undefined ? '' : ` = ${shortened(most.value, 40)}`} ${most.contribution < 0 ? 'lowers' : 'raises'} it most.`) : summary;
  return compactJson((length): Answer => ({
    sentence, ...asked, target: recipe.target, ...firstOf('prediction', values, Math.min(15, length)),
    ...(made && { unit: made.unit, base: made.base, output: made.output, ...firstOf('contributions', made.items, Math.min(10, length)), ...restOf(made, Math.min(10, length)), method: shortened(made.method, 300) }),
    ...firstOf('cautions', cautions, 5),
  }));
}

/** What the contributions that are not listed add up to: base, list and rest are the output. */
function restOf({ items }: Contributions, most: number): Record<string, unknown> {
  return items.length <= most ? {} : { restContributes: items.slice(most).reduce((sum, item) => sum + item.contribution, 0) };
}
