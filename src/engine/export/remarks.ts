/** The head of exported code: what it predicts, how to call it, and where it may differ from the model. */
import type { CodeLanguage } from '../../protocol/engine';
import type { ModelFile } from '../../protocol/modelFile';
import type { ColumnReading } from '../../protocol/profile';
import type { BoostedTerm } from '../models/boosting/state';
import { BoostingModel } from '../models/boosting/model';
import { throughOf } from '../models/components/model';
import { GreyBoxModel } from '../models/formula/greyBox/model';
import type { Model } from '../models/model';
import { NeuralModel } from '../models/neural/model';

const calls: Readonly<Record<CodeLanguage, string>> = {
  typescript: 'predict(row) takes the cells of a row by column, as the data file has them, and gives the prediction.',
  python: 'predict(row) takes the cells of a row by column, as the data file has them, and gives the prediction.',
  sql: 'The result has the columns of the table, then prediction and, for classes, probability_CLASS each. Written for DuckDB. Columns that the training file did not have must not begin with unveil_.',
};

export function remarksFor(model: Model, { name, recipe, report }: Pick<ModelFile, 'name' | 'recipe' | 'report'>, language: CodeLanguage, columns: readonly string[]): string[] {
  const computing = throughOf(model)?.inner ?? model;
  const precision = computing instanceof NeuralModel || (model instanceof GreyBoxModel && model.rest instanceof NeuralModel)
    ? 'Networks are computed here in double precision, by Unveil in single precision: predictions differ by less than 1e-6 (measured: 2e-7), relative where they are above 1.'
    : 'Predictions are those of Unveil to rounding (1e-9).';
  return [
    `Predicts ${recipe.target}: ${model.title} (${name}), exported by Unveil.`,
    calls[language],
    `Columns that are read: ${columns.length > 0 ? columns.join(', ') : 'none'}.`,
    'Numbers have a decimal point and no other signs, dates are ISO 8601 in UTC, where nothing else is said below. Missing cells, unknown levels and rare levels are treated as at the training.',
    ...readingRemarks(report, columns),
    ...(model instanceof BoostingModel ? editRemarks(model.state.terms) : []),
    precision,
  ];
}

/** Columns whose texts were read in a way that the code does not know. */
function readingRemarks(report: ModelFile['report'], columns: readonly string[]): string[] {
  return report.data.columns.flatMap(column => {
    const { note, reading } = column;
    if (!columns.includes(column.name)) return [];
    const words = reading && readingWords(reading);
    if (words !== undefined) return [`${column.name} may also be written as in the training data: ${words}.`];
    if (note === undefined) return [];
    if (column.kind === 'datetime') return note.includes('year-month-day') ? [] : [`In the training data ${column.name} was otherwise written (${note}): give it in ISO form.`];
    return note.startsWith('Read as numbers') ? [`In the training data ${column.name} was otherwise written (${note}): give it as plain numbers.`] : [];
  });
}

/** Undefined for what is read without saying. */
function readingWords(reading: ColumnReading): string | undefined {
  if (reading.kind === 'date') {
    const order = { year: undefined, name: 'with the name of the month', dayFirst: 'day, month, year', monthFirst: 'month, day, year' }[reading.order];
    return order && `${order} (hours up to 24; AM and PM are not read)`;
  }
  const parts = [
    ...(reading.decimal === ',' ? ['decimal commas'] : []), ...(reading.group === undefined ? [] : [`"${reading.group}" between thousands`]),
    ...(reading.signs ? ['with currency or per cent signs, which are left out, and negative amounts in brackets'] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function editRemarks(terms: readonly BoostedTerm[]): string[] {
  const edited = terms.filter(term => (term.edits?.length ?? 0) > 0);
  if (edited.length === 0) return [];
  const words = edited.map(term => `${term.bins.map(bins => bins.name).join(' × ')} (${term.edits!.map(edit => edit.kind).join(', ')})`);
  return [`Terms edited by a person: ${words.join('; ')}.`];
}
