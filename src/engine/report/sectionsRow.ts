/** Sections of the panel of one row: its values, its prediction, and why the prediction is what it is. */
import type { CurveSection, TableSection } from '../../protocol/chartSections';
import type { ContributionsSection } from '../../protocol/modelSections';
import type { FitSection } from '../../protocol/performanceSections';
import type { Section } from '../../protocol/report';
import { findColumn, type Table } from '../data/table';
import { scaleNote, scaleWords } from '../explain/linkOutputs';
import { rankedColumns, type RowContributions, type RowCurve, type RowExplanation } from '../explain/rowExplanation';
import { subsetTable } from '../explain/shuffle';
import type { Model } from '../models/model';
import { normalFactor } from '../math/distributions';
import { countOf, formatCount, formatLevel, formatNumber } from './format';
import { cellText, dateText, typicalText } from './rowCells';
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
  /** What is known of the row: the model was fitted on it, on its file (perhaps not on it), or on another file. */
  readonly actualFrom?: 'fitted' | 'sameFile' | 'other';
  /** Rows that the model was fitted on. */
  readonly fittedOn: number;
  /** Rows of the table that stand for what is usual; absent: all. */
  readonly usual?: Int32Array;
  /** "200 of the 342 rows that the model was fitted on". */
  readonly usualWords: string;
  readonly level: number;
  /** Sections that the model has of this row. */
  readonly inside: readonly Section[];
  /** Conformal interval or set, in words, where there is one. */
  readonly conformal?: { readonly label: string; readonly value: string; readonly hint: string };
}

/** Parts of a waterfall at most; the others are drawn as one. The terms of a model are its whole truth, so more of them stay. */
const mostItems = 20;
const mostTerms = 200;

export function rowSectionsOf(found: RowExplanation, facts: RowFacts): Section[] {
  return [
    predictionSection(found, facts), contributionSection(found, facts), valuesSection(found, facts),
    ...curveSections(found, facts), ...gradientSection(found, facts),
    // Several rows may be explained in one report: ids carry the row.
    ...facts.inside.map(section => ({ ...section, id: `${section.id}${facts.number}` })),
  ];
}

const actualHints = {
  fitted: 'The model was fitted on this row too',
  sameFile: 'The row is in the file that the model was fitted on, perhaps among the rows it was fitted on',
  other: undefined,
} as const;

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
    const hint = facts.actualFrom && actualHints[facts.actualFrom];
    values.push({ label: `Actual ${target}`, value: actual, ...(hint && { hint }) });
  }
  return {
    kind: 'fit', id: `rowPrediction${number}`, panel: 'row', title: `Row ${formatCount(number)}: prediction`, summary: `${words}.`,
    method: `${model.title}, fitted on ${countOf(facts.fittedOn, 'row')}${explained !== undefined && model.classes?.length === 2 ? `; explained is the log-odds of "${model.classes[1]}"` : ''}`, values,
  };
}

/** What of the facts the section of the contributions needs. */
type ContributionFacts = Pick<RowFacts, 'model' | 'table' | 'row' | 'number' | 'target' | 'level' | 'usual' | 'usualWords'>;

export function contributionSection({ contributions: found, explained }: Pick<RowExplanation, 'contributions' | 'explained'>, facts: ContributionFacts): ContributionsSection {
  const { model, number, target, table, row } = facts;
  const className = explained === undefined ? undefined : model.classes?.[explained];
  const unit = scaleWords(found.scale, target, className);
  const factor = normalFactor(facts.level);
  const items = found.items.map(({ feature, columns = [feature], contribution, standardError: error, half = factor * (error ?? NaN) }) => ({
    feature, value: columns.map(name => cellText(findColumn(table, name), row)).join(' × '), contribution,
    ...(Number.isFinite(half) && { low: contribution - half, high: contribution + half }),
  }));
  const most = found.ofTerms ? mostTerms : mostItems;
  const shown = items.length > most ? [...items.slice(0, most - 1), restOf(items.slice(most - 1))] : items;
  if (found.ofTerms) return termSection(found, facts, unit, shown, moves(items));
  return {
    kind: 'contributions', of: 'row', id: `rowContributions${number}`, panel: 'row', title: `Row ${formatCount(number)}: what makes up the prediction (Shapley values)`,
    unit, base: found.base, output: found.output, residual: found.residual, items: shown,
    summary: `From ${formatNumber(found.base, 3)}, the mean output over the background rows, to ${formatNumber(found.output, 3)} (${unit}): ${moves(items)}. Base and contributions add up to the output but for ${formatNumber(found.residual, 2)}.`,
    method: `Shapley values. ${howMade(found)} Background: ${found.background < usualCount(facts) ? `a random sample of ${formatCount(found.background)} of ` : ''}${facts.usualWords}.${scaleNote(found.scale)}${found.exact ? '' : ` ${formatLevel(facts.level)} intervals of the sampling, ± ${formatNumber(factor, 3)} standard errors.`}`,
    assumptions: ['A feature that is unknown takes the values of the background rows, whatever the others are: where features go together, rows arise that may not exist.'],
  };
}

/** The model's own terms: what it adds up to predict the row. */
function termSection(found: RowContributions, { number, level }: ContributionFacts, unit: string, items: ContributionsSection['items'], moved: string): ContributionsSection {
  const several = found.scale === 'logShare' ? ', less its mean over the classes' : '';
  const bands = items.some(item => item.low !== undefined) ? ` ${formatLevel(level)} intervals of the terms, each by itself.` : '';
  return {
    kind: 'contributions', of: 'row', id: `rowContributions${number}`, panel: 'row', title: `Row ${formatCount(number)}: what makes up the prediction (terms of the model)`,
    unit, base: found.base, output: found.output, residual: found.residual, items,
    summary: `From ${formatNumber(found.base, 3)}, the model's intercept, to ${formatNumber(found.output, 3)} (${unit}): ${moved}. Intercept and terms add up to the output${found.residual === 0 ? ' exactly' : ` but for ${formatNumber(found.residual, 2)}`}.`,
    method: `The prediction is the intercept plus one score a term, read from the model${several}; the mean of each term over the training rows is 0. A term "a × b" is what two features add together beyond their own terms.${scaleNote(found.scale)}${bands}`,
    assumptions: ['A term is what the model adds for the value, the other terms held as they are; it does not say what would happen if the value were changed.'],
  };
}

function usualCount({ usual, table }: ContributionFacts): number {
  return usual?.length ?? table.rows;
}

interface Item { readonly feature: string; readonly value?: string; readonly contribution: number }

function restOf(items: readonly Item[]): Item {
  return { feature: countOf(items.length, 'other feature'), contribution: items.reduce((sum, item) => sum + item.contribution, 0) };
}

/** The three that move it most in words, and what the others do together: all of them add up. */
function moves(items: readonly Item[]): string {
  const moving = items.filter(item => item.contribution !== 0);
  const told = moving.slice(0, 3).map(({ feature, value, contribution }) => `${feature}${value === undefined ? '' : ` = ${value}`} ${contribution > 0 ? 'raises' : 'lowers'} it by ${formatNumber(Math.abs(contribution), 3)}`);
  const rest = moving.slice(3);
  const sum = rest.reduce((total, item) => total + item.contribution, 0);
  if (rest.length > 0) told.push(`and ${formatCount(rest.length)} more${rest.length > 1 ? ', together,' : ''} ${rest.length > 1 ? (sum < 0 ? 'lower' : 'raise') : sum < 0 ? 'lowers' : 'raises'} it by ${formatNumber(Math.abs(sum), 3)}`);
  return told.length > 0 ? told.join(', ') : 'no feature moves it';
}

function valuesSection({ contributions }: RowExplanation, facts: RowFacts): TableSection {
  const { model, table, row, number, usual } = facts;
  const others = usual ? subsetTable(table, model.features, usual) : table;
  const place = new Map(rankedColumns(contributions).map((name, i) => [name, i]));
  const features = [...model.features].sort((a, b) => (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity));
  const rows = features.map(feature => {
    const column = findColumn(table, feature);
    return [feature, cellText(column, row), ...(column ? typicalText(column, row, findColumn(others, feature)!) : ['', ''])];
  });
  const unusual = rows.filter(cells => /^(under|over) /.test(cells[3])).map(cells => cells[0]);
  return {
    kind: 'table', id: `rowValues${number}`, panel: 'row', title: `Row ${formatCount(number)}: its values beside typical ones`,
    summary: unusual.length === 0 ? 'No value of the row is outside of the middle 98 % of the rows.'
      : `Unusual ${unusual.length === 1 ? 'is' : 'are'} ${unusual.slice(0, 5).join(', ')}: outside of the middle 98 % of the rows.`,
    method: `Against ${facts.usualWords}: numbers and dates beside the median and the share of rows below, levels beside the commonest and the share of rows that have them. Features in the order of their contributions.`,
    header: [{ title: 'Feature' }, { title: 'This row' }, { title: 'Typical' }, { title: 'Where it stands' }], rows,
  };
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
