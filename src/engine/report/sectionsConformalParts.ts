/** Conformal intervals by size of the prediction, and sets by class: what an average over all rows does not show. */
import type { CurveLine } from '../../protocol/chartSections';
import type { Section } from '../../protocol/report';
import { meanOf, wilson } from '../evaluate/intervals';
import type { IntervalResult, SetResult } from '../uncertainty/conformal';
import type { Tenth } from '../uncertainty/measureIntervals';
import { countOf, formatLevel, formatNumber, formatPercent } from './format';
import type { Facts } from './input';

/** Classes listed at most. */
const mostClasses = 30;

/** Widths and coverage by tenths of the prediction, of constant and of adaptive intervals. */
export function tenthSections(result: IntervalResult, facts: Facts): Section[] {
  const kinds = [{ name: 'Constant width', tenths: result.constant }, { name: 'Adaptive width (quantiles)', tenths: result.adaptive }].filter(kind => kind.tenths.length > 1);
  return kinds.length === 0 ? [] : [widthCurve(result, kinds, facts), tenthTable(result, kinds, facts)];
}

interface Kind { readonly name: string; readonly tenths: readonly Tenth[] }

function widthCurve(result: IntervalResult, kinds: readonly Kind[], facts: Facts): Section {
  const lines: CurveLine[] = kinds.map(({ name, tenths }) => ({ name, x: tenths.map(t => t.prediction), y: tenths.map(t => t.meanWidth) }));
  const adaptive = kinds.find(kind => kind.tenths === result.adaptive)?.tenths;
  const widths = adaptive?.map(t => t.meanWidth) ?? [];
  return {
    kind: 'curve', id: 'intervalWidths', panel: 'intervals', title: 'Width of conformal intervals along the prediction',
    summary: adaptive
      ? `Where the width may follow the features it goes from ${formatNumber(Math.min(...widths), 3)} to ${formatNumber(Math.max(...widths), 3)} between parts of the data; the constant one is about ${formatNumber(meanOf(result.constant.map(t => t.meanWidth)), 3)} everywhere.`
      : 'The width is the same everywhere.',
    method: `Mean width at ${formatLevel(result.level)} in parts of equal size by prediction; ${countOf(kinds[0].tenths.reduce((sum, t) => sum + t.rows, 0), 'held-out row')}`,
    xTitle: `Prediction, mean of each tenth (${facts.target.name})`, yTitle: `Width of intervals (${facts.target.name})`, lines,
  };
}

function tenthTable(result: IntervalResult, kinds: readonly Kind[], facts: Facts): Section {
  return {
    kind: 'table', id: 'intervalTenths', panel: 'intervals', title: 'Coverage of conformal intervals by size of the prediction',
    summary: `${kinds.map(spreadWords).join(' ')} ${formatLevel(result.level)} is promised for all rows together, not for each part.`,
    method: `Held-out rows in parts of equal size by prediction; intervals calibrated on other rows; in brackets Wilson intervals at ${formatLevel(result.level)}`,
    header: [
      { title: `Prediction (${facts.target.name})` }, { title: 'Rows', numeric: true },
      ...kinds.flatMap(({ name }) => [{ title: `${name}: held` }, { title: `${name}: mean`, numeric: true }]),
    ],
    rows: kinds[0].tenths.map((tenth, i) => [
      `${formatNumber(tenth.from, 3)} to ${formatNumber(tenth.to, 3)}`, tenth.rows,
      ...kinds.flatMap(({ tenths }) => [heldWords(tenths[i].coverage, tenths[i].interval), tenths[i].meanWidth]),
    ]),
  };
}

function heldWords(share: number, { low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatPercent(share)} (${formatPercent(low)} to ${formatPercent(high)})`;
}

function spreadWords({ name, tenths }: Kind): string {
  const shares = tenths.map(t => t.coverage);
  return `${name}: between ${formatPercent(Math.min(...shares))} and ${formatPercent(Math.max(...shares))} of the rows of a part are held.`;
}

/** How often the sets hold the truth in each class. */
export function classTable(result: SetResult, facts: Facts): Section[] {
  const byClass = result.delivered.measured?.byClass;
  if (!byClass || result.infinite !== undefined) return [];
  const rows = byClass.map((item, k) => ({ name: result.classes[k], ...item })).filter(item => item.rows > 0).sort((a, b) => b.rows - a.rows);
  if (rows.length < 2) return [];
  const worst = rows.reduce((a, b) => (b.within / b.rows < a.within / a.rows ? b : a));
  return [{
    kind: 'table', id: 'setClasses', panel: 'intervals', title: 'Coverage of conformal sets by class',
    summary: `Least often held is "${worst.name}": ${formatPercent(worst.within / worst.rows)} of ${countOf(worst.rows, 'row')}. ${formatLevel(result.level)} is promised for all rows of ${facts.target.name} together, not for each class.`,
    method: `Held-out rows; sets calibrated on other rows; in brackets Wilson intervals at ${formatLevel(result.level)}${rows.length > mostClasses ? `; the ${mostClasses} most frequent classes` : ''}`,
    header: [{ title: facts.target.name }, { title: 'Rows', numeric: true }, { title: 'Held' }],
    rows: rows.slice(0, mostClasses).map(({ name, rows: count, within }) => [name, count, heldWords(within / count, wilson(within, count, result.level))]),
  }];
}
