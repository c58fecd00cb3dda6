/** Sections of the panel of one row: its values, its prediction, and why the prediction is what it is. */
import type { ContributionsSection, CurveSection, FitSection, Section, TableSection } from '../../protocol/report';
import { asCategories, isMissing, numberLevel } from '../data/encoding/binding';
import { findColumn, type Column, type Table } from '../data/table';
import { scaleNote, scaleWords } from '../explain/linkOutputs';
import type { RowCurve, RowExplanation } from '../explain/rowExplanation';
import type { Model } from '../models/model';
import { normalFactor } from '../math/distributions';
import { countOf, formatCount, formatLevel, formatNumber, formatPercent } from './format';
import { howMade } from './sectionsContributions';

export interface RowFacts {
  readonly model: Model;
  readonly table: Table;
  /** Index into the table. */
  readonly row: number;
  /** 1-based data row of the file. */
  readonly number: number;
  readonly target: string;
  /** What the row's target really is, where it is known. */
  readonly actual?: string | number;
  readonly level: number;
  /** Sections that the model has of this row. */
  readonly inside: readonly Section[];
  /** Conformal interval or set, in words, where there is one. */
  readonly conformal?: { readonly label: string; readonly value: string; readonly hint: string };
}

/** Parts of a waterfall at most; the others are drawn as one. */
const mostItems = 20;

export function rowSectionsOf(found: RowExplanation, facts: RowFacts): Section[] {
  return [
    predictionSection(found, facts), contributionSection(found, facts), valuesSection(found, facts),
    ...curveSections(found, facts), ...gradientSection(found, facts),
    // Several rows may be explained in one report: ids carry the row.
    ...facts.inside.map(section => ({ ...section, id: `${section.id}${facts.number}` })),
  ];
}

function predictionSection({ prediction, explained }: RowExplanation, facts: RowFacts): FitSection {
  const { model, number, target, level, actual } = facts;
  const values: FitSection['values'][number][] = [];
  let words: string;
  if (prediction.probabilities) {
    const classes = model.classes ?? [];
    const order = [...prediction.probabilities.keys()].sort((a, b) => prediction.probabilities![b] - prediction.probabilities![a]);
    const likeliest = classes[order[0]];
    words = `Row ${formatCount(number)} is predicted to be "${likeliest}" with probability ${formatNumber(prediction.probabilities[order[0]], 3)}`;
    values.push({ label: 'Predicted class', value: likeliest });
    for (const k of order.slice(0, 10)) values.push({ label: `Probability of "${classes[k]}"`, value: prediction.probabilities[k] });
  } else {
    const [mean] = prediction.mean!;
    words = `For row ${formatCount(number)} the model predicts ${target} = ${formatNumber(mean)}`;
    values.push({ label: `Predicted ${target}`, value: mean });
  }
  const { low, high } = prediction;
  if (low && high && Number.isFinite(low[0]) && Number.isFinite(high[0])) {
    const kind = prediction.intervalKind ?? 'interval';
    words += ` (${formatLevel(level)} ${kind} ${formatNumber(low[0], 3)} to ${formatNumber(high[0], 3)})`;
    values.push({ label: 'Low', value: low[0], hint: `${formatLevel(level)} ${kind}` }, { label: 'High', value: high[0] });
  }
  if (facts.conformal) values.push(facts.conformal);
  if (actual !== undefined) {
    words += `; in the data it is ${typeof actual === 'number' ? formatNumber(actual) : `"${actual}"`}`;
    values.push({ label: `Actual ${target}`, value: actual, hint: 'The model was fitted on this row too' });
  }
  return {
    kind: 'fit', id: `rowPrediction${number}`, panel: 'row', title: `Row ${formatCount(number)}: prediction`, summary: `${words}.`,
    method: `${model.title}, fitted on all rows${explained !== undefined && model.classes?.length === 2 ? `; explained is the log-odds of "${model.classes[1]}"` : ''}`, values,
  };
}

function contributionSection({ contributions: found, explained }: RowExplanation, facts: RowFacts): ContributionsSection {
  const { model, number, target, table, row } = facts;
  const className = explained === undefined ? undefined : model.classes?.[explained];
  const unit = scaleWords(found.scale, target, className);
  const factor = normalFactor(facts.level);
  const items = found.items.map(({ feature, contribution, standardError: error }) => ({
    feature, value: cellText(findColumn(table, feature), row), contribution,
    ...(error !== undefined && Number.isFinite(error) && { low: contribution - factor * error, high: contribution + factor * error }),
  }));
  const shown = items.length > mostItems ? [...items.slice(0, mostItems - 1), restOf(items.slice(mostItems - 1))] : items;
  return {
    kind: 'contributions', of: 'row', id: `rowContributions${number}`, panel: 'row', title: `Row ${formatCount(number)}: what makes up the prediction (Shapley values)`,
    unit, base: found.base, output: found.output, residual: found.residual, items: shown,
    summary: `From ${formatNumber(found.base, 3)}, the mean output over the background rows, to ${formatNumber(found.output, 3)} (${unit}): ${moves(items)}. Base and contributions add up to the output but for ${formatNumber(found.residual, 2)}.`,
    method: `Shapley values. ${howMade(found)}${scaleNote(found.scale)}${found.exact ? '' : ` ${formatLevel(facts.level)} intervals of the sampling, ± ${formatNumber(factor, 3)} standard errors.`}`,
    assumptions: ['A feature that is unknown takes the values of the background rows, whatever the others are: where features go together, rows arise that may not exist.'],
  };
}

interface Item { readonly feature: string; readonly value?: string; readonly contribution: number }

function restOf(items: readonly Item[]): Item {
  return { feature: countOf(items.length, 'other feature'), contribution: items.reduce((sum, item) => sum + item.contribution, 0) };
}

function moves(items: readonly Item[]): string {
  const told = items.filter(item => item.contribution !== 0).slice(0, 3)
    .map(({ feature, value, contribution }) => `${feature}${value === undefined ? '' : ` = ${value}`} ${contribution > 0 ? 'raises' : 'lowers'} it by ${formatNumber(Math.abs(contribution), 3)}`);
  return told.length > 0 ? told.join(', ') : 'no feature moves it';
}

/** A cell as text: the level, the number, the date; "(missing)". */
export function cellText(column: Column | undefined, row: number): string {
  if (!column || isMissing(column, row)) return '(missing)';
  if (column.storage === 'code') return column.levels[column.codes[row]];
  if (column.kind === 'datetime') return dateText(column.values[row]);
  return numberLevel(column.values[row]);
}

function dateText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

function valuesSection({ contributions }: RowExplanation, { model, table, row, number }: RowFacts): TableSection {
  const place = new Map(contributions.items.map((item, i) => [item.feature, i]));
  const features = [...model.features].sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity));
  const rows = features.map(feature => {
    const column = findColumn(table, feature);
    return [feature, cellText(column, row), ...(column ? typicalText(column, row) : ['', ''])];
  });
  const unusual = rows.filter(cells => /^(under|over) /.test(cells[3])).map(cells => cells[0]);
  return {
    kind: 'table', id: `rowValues${number}`, panel: 'row', title: `Row ${formatCount(number)}: its values beside typical ones`,
    summary: unusual.length === 0 ? 'No value of the row is outside of the middle 98 % of the rows.'
      : `Unusual ${unusual.length === 1 ? 'is' : 'are'} ${unusual.slice(0, 5).join(', ')}: outside of the middle 98 % of the rows.`,
    method: `Against ${countOf(table.rows, 'row')}: numbers and dates beside the median and the share of rows below, levels beside the commonest and the share of rows that have them. Features in the order of their contributions.`,
    header: [{ title: 'Feature' }, { title: 'This row' }, { title: 'Typical' }, { title: 'Where it stands' }], rows,
  };
}

/** What is typical of the column, and where the row's cell stands. */
function typicalText(column: Column, row: number): [string, string] {
  if (column.storage === 'code' || column.kind === 'categorical') {
    const { codes, levels } = asCategories(column);
    const counts = new Int32Array(levels.length);
    for (const code of codes) if (code >= 0) counts[code]++;
    const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
    const own = codes[row];
    return [most < 0 ? '' : levels[most], own < 0 ? '' : `as in ${formatPercent(counts[own] / codes.length)} of the rows`];
  }
  const sorted = column.values.filter(v => v - v === 0).sort();
  if (sorted.length === 0) return ['', ''];
  const middle = sorted[(sorted.length - 1) >> 1];
  const typical = column.kind === 'datetime' ? dateText(middle) : formatNumber(middle, 6);
  const value = column.values[row];
  if (value - value !== 0) return [typical, ''];
  let below = 0;
  let equal = 0;
  for (const v of sorted) {
    if (v < value) below++;
    else if (v === value) equal++;
  }
  const share = (below + equal / 2) / sorted.length;
  const where = share < 0.01 ? `under ${formatPercent(1 - share)} of the rows` : share > 0.99 ? `over ${formatPercent(share)} of the rows` : `above ${formatPercent(share)} of the rows`;
  return [typical, where];
}

function curveSections({ curves, explained, backgroundRows }: RowExplanation, facts: RowFacts): Section[] {
  const { model, target, number } = facts;
  const yTitle = explained === undefined ? `Predicted ${target}` : `Probability of "${model.classes?.[explained] ?? ''}"`;
  return curves.map((curve, i): CurveSection | TableSection => {
    const { feature } = curve.grid;
    const shared = {
      id: `rowCurve${number}x${i + 1}`, panel: 'row' as const, title: `Row ${formatCount(number)}: if ${feature} were another`,
      summary: curveWords(curve, facts, yTitle),
      method: `Individual conditional expectation (Goldstein et al. 2015): the prediction of this row with ${feature} set to each value, beside the mean over ${countOf(Math.min(300, backgroundRows), 'background row')}.`,
      assumptions: ['The other features stay as they are, though in truth they may change with it.'],
    };
    if (curve.grid.kind === 'category') {
      return {
        ...shared, kind: 'table', header: [{ title: feature }, { title: `${yTitle}, this row`, numeric: true }, { title: 'Mean over background rows', numeric: true }],
        rows: curve.grid.values.map((value, k) => [String(value), curve.row[k], curve.mean[k]]),
      };
    }
    const time = curve.grid.kind === 'date';
    const x = curve.grid.values.map(value => (time ? yearOf(Number(value)) : Number(value)));
    return {
      ...shared, kind: 'curve', xTitle: time ? `${feature} (year)` : feature, yTitle,
      lines: [{ name: 'This row', x, y: Array.from(curve.row) }, { name: 'Mean', x, y: Array.from(curve.mean), reference: true }],
    };
  });
}

function curveWords({ grid, row }: RowCurve, { table, row: index }: RowFacts, yTitle: string): string {
  const low = row.indexOf(row.reduce((a, b) => Math.min(a, b)));
  const high = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  const text = (k: number): string => (grid.kind === 'category' ? `"${grid.values[k]}"` : grid.kind === 'date' ? dateText(Number(grid.values[k])) : formatNumber(Number(grid.values[k]), 3));
  const own = `In the row ${grid.feature} is ${cellText(findColumn(table, grid.feature), index)}.`;
  if (!(row[high] > row[low])) return `${own} Another value would not change the prediction.`;
  return `${own} With other values the ${lowerFirst(yTitle)} would go from ${formatNumber(row[low], 3)} (at ${text(low)}) to ${formatNumber(row[high], 3)} (at ${text(high)}).`;
}

const lowerFirst = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

function yearOf(milliseconds: number): number {
  const year = new Date(milliseconds).getUTCFullYear();
  const start = Date.UTC(year, 0, 1);
  return Number((year + (milliseconds - start) / (Date.UTC(year + 1, 0, 1) - start)).toFixed(4));
}

function gradientSection({ gradients: found, explained }: RowExplanation, { model, table, row, number, target }: RowFacts): ContributionsSection[] {
  if (!found) return [];
  const className = explained === undefined ? undefined : model.classes?.[explained];
  const binary = model.classes?.length === 2;
  const unit = className === undefined ? target : binary ? `log-odds of ${className}` : `logarithm of the probability of ${className}`;
  const items = found.features.map((feature, j) => ({ feature, value: cellText(findColumn(table, feature), row), contribution: found.values[j] }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = items.length > mostItems ? [...items.slice(0, mostItems - 1), restOf(items.slice(mostItems - 1))] : items;
  return [{
    kind: 'contributions', of: 'row', id: `rowGradients${number}`, panel: 'row', title: `Row ${formatCount(number)}: integrated gradients`,
    unit, base: found.base, output: found.output, residual: found.completenessError, items: shown,
    summary: `From the output at the mean of the training rows, ${formatNumber(found.base, 3)}, to ${formatNumber(found.output, 3)} (${unit}): ${moves(items)}. The attributions miss the whole change by ${formatNumber(found.completenessError, 2)} (completeness error).`,
    method: `Integrated gradients (Sundararajan, Taly & Yan 2017) along the straight line from the mean of the training rows, Gauss–Legendre quadrature of ${found.steps} points.`,
    assumptions: ['Another baseline than the mean of the training rows would give other attributions.'],
  }];
}
