/**
 * The model card as Markdown, with the headings of Mitchell et al. (2019), "Model Cards for Model Reporting", FAT* '19. Everything in it is
 * in the model file: what the file does not say, the card says is not stated.
 */
import { basename } from 'node:path';
import type { CardParams } from '../../protocol/engine';
import { explainsTarget, modelVersion, type AnyModelFile } from '../../protocol/modelFile';
import { recipeFields } from '../sideBySide/recipeFields';
import { factsOf } from '../../protocol/modelFacts';
import { countOf, formatCount, formatLevel, listWords } from '../report/format';
import { metricParts } from './cardMetrics';
import { cautionParts, featureParts, foundParts, uncertaintyParts } from './cardParts';
import { commandLine, quoted } from './commandLine';
import { bullets, codeBlock, markdownTable, paragraphs, plain } from './markdown';

/** `version`: of the program that writes the card. */
export function modelCard({ model, version }: Pick<CardParams, 'model' | 'version'>): string {
  const parts = [
    `# ${plain(`Model card: ${model.name}`)}`, plain(sentence(model)),
    '## Model details', details(model, version),
    '## Intended use', intendedUse(model),
    '## Training data', trainingData(model),
    ...(explainsTarget(model) ? ['## Evaluation data', evaluationData(model), '## Metrics', ...metricParts(model)] : ['## What was found', ...foundParts(model)]),
    '## Features', ...featureParts(model),
    ...(explainsTarget(model) ? ['## Uncertainty', uncertaintyParts(model)] : []),
    '## Caveats', ...cautionParts(model),
    '## To repeat it', ...repeatParts(model),
  ];
  return `${paragraphs(parts)}\n`;
}

function fileOf({ recipe }: AnyModelFile): string {
  return basename(recipe.file.replaceAll('\\', '/'));
}

function sentence(model: AnyModelFile): string {
  const { report, created } = model;
  const rows = `${countOf(report.data.rowsFitted ?? report.data.rowsUsed, 'row')} of ${fileOf(model)}`;
  const when = created.slice(0, 10);
  if (explainsTarget(model)) return `${report.model.title} of "${model.recipe.target}", trained on ${rows} on ${when}.`;
  if (report.model.task === 'experiment') return `${report.model.title}, made on ${rows} on ${when}. There is nothing in it to predict with.`;
  return `${report.model.title} of ${rows}, made on ${when}${report.model.headline === undefined ? '' : `: ${report.model.headline}`}.`;
}

/** Settings in words; those that the card has elsewhere are left out. */
function details(model: AnyModelFile, version: string): string {
  const { recipe, created, edits = [], earlier = [], tags = [] } = model;
  const facts = factsOf(model);
  const elsewhere = ['target', 'split', 'rows', 'rowsUsed', 'model', 'edits'];
  const settings = recipeFields.flatMap(({ id, title, text }): [string, string][] => {
    const value = elsewhere.includes(id) ? undefined : text(facts);
    return value === undefined ? [] : [[title, value]];
  });
  const options = Object.entries(recipe.options).map(([name, value]) => `${name} = ${String(value)}`);
  return markdownTable(['', ''], [
    ['Name', model.name], ['Kind', `${model.report.model.title} (${model.report.model.family})`], ['Trained', `${created} (UTC)`], ...settings,
    ['Options', options.length === 0 ? 'none set' : options.join(', ')],
    ...(edits.length === 0 ? [] : [['Edited by hand', edits.map(({ term, edit, at }) => `${term} ${edit === 'monotone' ? 'made monotone' : edit} on ${at.slice(0, 10)}`).join('; ')]]),
    ...(earlier.length === 0 ? [] : [['Earlier versions', earlier.map(({ created: at }) => at.slice(0, 10)).join(', ')]]),
    ...(tags.length === 0 ? [] : [['Tags', tags.join(', ')]]),
    ['Written by', `Unveil ${version}, model file format ${model.version ?? modelVersion}`],
  ]);
}

function intendedUse({ note }: AnyModelFile): string {
  const unstated = 'The model file does not say what the model is meant for and for whom, and nothing here should be read as a recommendation of a use.';
  return note === undefined || note.trim() === '' ? unstated : `${unstated} The note that was written about it:\n\n${note.split(/\r?\n/).map(line => `> ${plain(line)}`).join('\n')}`;
}

function trainingData(model: AnyModelFile): string {
  const { data } = model.report;
  const hash = model.background?.trainedOn;
  const target = data.columns.find(({ role }) => role === 'target');
  const classes = model.report.model.classes;
  return bullets([
    `File: ${fileOf(model)}${hash === undefined ? '' : `, ${hash.split(':')[0]} bytes, SHA-256 ${hash.split(':')[1]}`}`,
    `Rows: ${formatCount(data.rowsUsed)} used of ${formatCount(data.rows)}`,
    ...data.dropped.map(({ reason, rows }) => `Left out: ${countOf(rows, 'row')}: ${reason}`),
    ...(target ? [`Target: ${target.name}, ${target.kind}${target.missing > 0 ? `, missing in ${countOf(target.missing, 'row')}` : ''}${target.note === undefined ? '' : `. ${target.note}`}`] : []),
    ...(classes ? [`Classes: ${listWords(classes, 20)}`] : []),
  ]);
}

function evaluationData({ recipe, report: { performance } }: Extract<AnyModelFile, { readonly recipe: { readonly task: 'regression' | 'classification' } }>): string {
  if (!performance) return 'No rows were held out: how well the model does on new rows is not known.';
  return plain(`${countOf(performance.rows, 'row')} of the same file, each predicted by a model that was not fitted on it: ${performance.scheme}. The file tells of no test on other data. Intervals are at ${formatLevel(recipe.level)}.`);
}

function repeatParts(model: AnyModelFile): string[] {
  const file = fileOf(model);
  const line = commandLine(model.recipe, file);
  const edited = (model.edits?.length ?? 0) > 0 ? ['The edits by hand are not part of this command: it repeats the training.'] : [];
  if (line === undefined) return ['An option of this model cannot be written on a command line. With the model file at hand:', codeBlock(`unveil explain ${quoted(file)} --recipe MODEL.unveil.json`, 'sh'), ...edited];
  return ['The same settings on the same file give the same numbers, where no limit of time has a part in it:', codeBlock(line, 'sh'), ...edited];
}
