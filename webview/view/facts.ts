/** Facts of the run that are no section of their own: what was modelled, on which rows, and how to repeat it. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { AnyReport } from '../../src/protocol/report';
import { hasTarget } from '../../src/protocol/recipe';
import { reportsTarget } from '../../src/protocol/report';
import { formatCount, formatLevel, formatSeconds, formatShare, plural, shorten, shortenSentence, visibleName } from '../format';
import { known, t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';

interface Fact { readonly label: string; readonly value: string; readonly title?: string }

/** One line under the title. */
export function subtitle(report: AnyReport): string {
  const { data, model, recipe } = report;
  const rows = data.rowsUsed === data.rows ? plural(data.rows, 'row') : t('{0} of {1}', formatCount(data.rowsUsed), plural(data.rows, 'row'));
  return [shorten(known(model.title), 80), fileName(recipe.file), rows, reportsTarget(report) ? plural(recipe.features.length, 'feature') : plural(recipe.features.length, 'column')].map(visibleName).join(' · ');
}

export function fileName(path: string): string {
  return shorten(path.split(/[\\/]/).pop() ?? path, 60);
}

export function overviewFacts(report: AnyReport): TemplateResult {
  const { model, performance, recipe } = report;
  const target = reportsTarget(report) ? report.recipe : undefined;
  const facts: Fact[] = [
    ...(target ? [{ label: t('Target'), value: target.target }] : model.headline === undefined ? [] : [{ label: t('Found'), value: model.headline }]),
    { label: t('Task'), value: taskText(report) },
    { label: t('Model'), value: known(model.title) },
    { label: target ? t('Rows fitted on') : t('Rows'), value: rowsText(report) },
    {
      label: target ? t('Features') : t('Columns'), title: recipe.features.slice(0, 100).map(visibleName).join(', '),
      value: formatCount(recipe.features.length) + (recipe.dropped.length > 0 ? t(', {0} left out', formatCount(recipe.dropped.length)) : ''),
    },
    ...(target?.formula === undefined ? [] : [{ label: t('Formula'), value: target.formula }]),
    ...(target ? [{ label: t('Measured by'), value: performance?.scheme ?? t('not measured: all rows were used for the fit') }] : []),
  ];
  return factList(facts);
}

/** The boosting machine needs nothing filled in: a missing cell is a value like others to it. */
export function missingText(missing: AnyReport['recipe']['missing'], family: string): string {
  if (missing === 'drop') return t('rows left out');
  return family === 'ebm' ? t('a score of their own, nothing filled in') : t('filled in');
}

/** What can be repeated; a choice of model within a limit of time cannot, its result can. */
export function repeatSentence({ comparison, recipe }: Pick<AnyReport, 'comparison' | 'recipe'>): string {
  const same = t('The same recipe on the same file gives the same numbers.');
  if (comparison?.seconds === undefined || comparison.takenOver || comparison.recommended !== recipe.model) return same;
  return t('{0} The model was chosen by a comparison within {1}: how many models that is enough for depends on the computer, ', same, plural(comparison.seconds, 'second')) +
    t('so another comparison may choose another one. The recipe names the one chosen, {0}; asking for it (--model {1}) repeats the numbers.', recipe.model, recipe.model);
}

/** The recipe in words, for whoever wants to run it again. */
export function recipeFacts({ recipe, model, timings }: AnyReport): TemplateResult {
  const split = hasTarget(recipe) ? recipe.split : undefined;
  const splitText = split === undefined ? undefined : split.scheme === 'kFold' ? `${split.folds} folds${split.groupColumn === undefined ? '' : t(', grouped by {0}', split.groupColumn)}${split.duplicates ? t(', copies of a row together') : ''}`
    : split.scheme === 'foldColumn' ? t('folds from column {0}', split.column)
      : split.scheme === 'holdout' ? t('{0} held out{1}', formatShare(split.share), split.last ? t(', the last rows') : '') : 'none';
  const options = Object.entries(recipe.options).map(([name, value]) => `${name} = ${String(value)}`).join(', ');
  const total = timings['total'];
  return factList([
    { label: t('File'), value: recipe.file },
    { label: t('Model'), value: recipe.model },
    { label: t('Options'), value: options === '' ? 'defaults' : options },
    { label: t('Missing values'), value: missingText(recipe.missing, model.family) },
    ...(splitText === undefined ? [] : [{ label: t('Split'), value: splitText }]),
    { label: t('Level of intervals'), value: formatLevel(recipe.level) },
    { label: t('Seed'), value: String(recipe.seed) },
    { label: t('Most rows'), value: formatCount(recipe.maxRows) },
    ...(total === undefined ? [] : [{
      label: t('Time'), value: formatSeconds(total),
      title: Object.entries(timings).map(([stage, seconds]) => `${stage} ${formatSeconds(seconds)}`).join(', '),
    }]),
  ]);
}

/** Rows and columns that the model did not see, each with its reason. */
export function leftOutTable({ data, recipe }: AnyReport): TableModel | undefined {
  if (data.dropped.length === 0 && recipe.dropped.length === 0) return undefined;
  return {
    caption: t('Left out of the fit'),
    columns: [
      { title: t('What'), format: 'name', rowHeader: true }, { title: t('Rows'), format: 'count' }, { title: t('Reason'), format: 'text', unsortable: true },
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

function rowsText({ data: { rows, rowsUsed } }: AnyReport): string {
  return rowsUsed === rows ? formatCount(rows) : t('{0} of {1} ({2})', formatCount(rowsUsed), formatCount(rows), formatShare(rowsUsed / rows));
}

function taskText({ model, recipe }: AnyReport): string {
  if (model.task !== 'classification') return known(model.task);
  const classes = model.classes?.length ?? 2;
  if (classes > 2) return t('classification, {0} classes', formatCount(classes));
  return !hasTarget(recipe) || recipe.positive === undefined ? t('classification') : t('classification, probability of “{0}”', visibleName(recipe.positive));
}
