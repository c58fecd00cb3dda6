/** Facts of the run that are no section of their own: what was modelled, on which rows, and how to repeat it. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Report } from '../../src/protocol/report';
import { formatCount, formatLevel, formatSeconds, formatShare, plural, shorten, shortenSentence, visibleName } from '../format';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';

interface Fact { readonly label: string; readonly value: string; readonly title?: string }

/** One line under the title. */
export function subtitle(report: Report): string {
  const { data, model, recipe } = report;
  const rows = data.rowsUsed === data.rows ? plural(data.rows, 'row') : `${formatCount(data.rowsUsed)} of ${plural(data.rows, 'row')}`;
  return [shorten(model.title, 80), fileName(recipe.file), rows, plural(recipe.features.length, 'feature')].map(visibleName).join(' · ');
}

export function fileName(path: string): string {
  return shorten(path.split(/[\\/]/).pop() ?? path, 60);
}

export function overviewFacts(report: Report): TemplateResult {
  const { model, performance, recipe } = report;
  const facts: Fact[] = [
    { label: 'Target', value: recipe.target },
    { label: 'Task', value: taskText(report) },
    { label: 'Model', value: model.title },
    { label: 'Rows fitted on', value: rowsText(report) },
    {
      label: 'Features', title: recipe.features.slice(0, 100).map(visibleName).join(', '),
      value: formatCount(recipe.features.length) + (recipe.dropped.length > 0 ? `, ${formatCount(recipe.dropped.length)} left out` : ''),
    },
    ...(recipe.formula === undefined ? [] : [{ label: 'Formula', value: recipe.formula }]),
    { label: 'Measured by', value: performance?.scheme ?? 'not measured: all rows were used for the fit' },
  ];
  return factList(facts);
}

/** The boosting machine needs nothing filled in: a missing cell is a value like others to it. */
export function missingText(missing: Report['recipe']['missing'], family: string): string {
  if (missing === 'drop') return 'rows left out';
  return family === 'ebm' ? 'a score of their own, nothing filled in' : 'filled in';
}

/** What can be repeated; a choice of model within a limit of time cannot, its result can. */
export function repeatSentence({ comparison, recipe }: Pick<Report, 'comparison' | 'recipe'>): string {
  const same = 'The same recipe on the same file gives the same numbers.';
  if (comparison?.seconds === undefined || comparison.takenOver || comparison.recommended !== recipe.model) return same;
  return `${same} The model was chosen by a comparison within ${plural(comparison.seconds, 'second')}: how many models that is enough for depends on the computer, ` +
    `so another comparison may choose another one. The recipe names the one chosen, ${recipe.model}; asking for it (--model ${recipe.model}) repeats the numbers.`;
}

/** The recipe in words, for whoever wants to run it again. */
export function recipeFacts({ recipe, model, timings }: Report): TemplateResult {
  const { split } = recipe;
  const splitText = split.scheme === 'kFold' ? `${split.folds} folds${split.groupColumn === undefined ? '' : `, grouped by ${split.groupColumn}`}`
    : split.scheme === 'foldColumn' ? `folds from column ${split.column}`
      : split.scheme === 'holdout' ? `${formatShare(split.share)} held out` : 'none';
  const options = Object.entries(recipe.options).map(([name, value]) => `${name} = ${String(value)}`).join(', ');
  const total = timings['total'];
  return factList([
    { label: 'File', value: recipe.file },
    { label: 'Model', value: recipe.model },
    { label: 'Options', value: options === '' ? 'defaults' : options },
    { label: 'Missing values', value: missingText(recipe.missing, model.family) },
    { label: 'Split', value: splitText },
    { label: 'Level of intervals', value: formatLevel(recipe.level) },
    { label: 'Seed', value: String(recipe.seed) },
    { label: 'Most rows', value: formatCount(recipe.maxRows) },
    ...(total === undefined ? [] : [{
      label: 'Time', value: formatSeconds(total),
      title: Object.entries(timings).map(([stage, seconds]) => `${stage} ${formatSeconds(seconds)}`).join(', '),
    }]),
  ]);
}

/** Rows and columns that the model did not see, each with its reason. */
export function leftOutTable({ data, recipe }: Report): TableModel | undefined {
  if (data.dropped.length === 0 && recipe.dropped.length === 0) return undefined;
  return {
    caption: 'Left out of the fit',
    columns: [
      { title: 'What', format: 'name', rowHeader: true }, { title: 'Rows', format: 'count' }, { title: 'Reason', format: 'text', unsortable: true },
    ],
    rows: [
      ...data.dropped.map(({ reason, rows }) => cells('rows', rows, { value: reason, text: shortenSentence(reason), className: 'wrap' })),
      ...recipe.dropped.map(({ column, reason }) => cells(column, undefined, { value: reason, text: shortenSentence(reason), className: 'wrap' })),
    ],
  };
}

function factList(facts: readonly Fact[]): TemplateResult {
  return html`
    <dl class="facts">${facts.map(({ label, value, title }) => html`
      <div><dt>${label}</dt><dd title=${title ?? visibleName(value).slice(0, 2000)}>${shorten(visibleName(value), 160)}</dd></div>`)}
    </dl>`;
}

function rowsText({ data: { rows, rowsUsed } }: Report): string {
  return rowsUsed === rows ? formatCount(rows) : `${formatCount(rowsUsed)} of ${formatCount(rows)} (${formatShare(rowsUsed / rows)})`;
}

function taskText({ model, recipe }: Report): string {
  if (model.task === 'regression') return 'regression';
  const classes = model.classes?.length ?? 2;
  if (classes > 2) return `classification, ${formatCount(classes)} classes`;
  return recipe.positive === undefined ? 'classification' : `classification, probability of “${visibleName(recipe.positive)}”`;
}
