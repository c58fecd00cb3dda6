/** Sections of principal components: how many to keep, their shares, what they are made of, and the biplot. */
import type { Section } from '../../protocol/report';
import type { ReportComponents } from '../../protocol/unlabelled';
import type { ExplainedComponents } from '../unlabelled/components/explain';
import { capitalised, countOf, formatCount, formatNumber, formatPercent, listWords } from './format';
import { mapGroups } from './mapGroups';

export function componentSections(found: ExplainedComponents, components: ReportComponents): Section[] {
  return [screeSection(found), sharesSection(found, components), loadingsSection(found, components), ...heatSection(found), ...biplotSection(found)];
}

const turned = 'A component’s sign is free: its largest weight is made positive. Among components of nearly the same variance directions are free too, and intervals are wide.';

function scalingWords({ model }: ExplainedComponents): string {
  return model.preparation.scaling === 'standardised' ? 'standardised columns' : 'columns in their own units';
}

function screeSection(found: ExplainedComponents): Section {
  const { scree, keep, sentence, rows } = found;
  const shown = Math.min(scree.variances.length, 40);
  const numbers = Array.from({ length: shown }, (_, c) => c + 1);
  const reference = scree.parallel.reference === 'permutation' ? 'each column’s rows shuffled by themselves' : 'independent normal columns';
  return {
    kind: 'curve', id: 'scree', panel: 'overview', title: keep === 0 ? 'No component worth keeping' : `${capitalised(countOf(keep, 'component'))} worth keeping`, summary: sentence,
    method: `Singular values of ${countOf(rows, 'row')}, ${scalingWords(found)}; parallel analysis (Horn 1965) with ${countOf(scree.parallel.repeats, 'repeat')} of ${reference}`,
    assumptions: ['A component is a straight direction: what bends is spread over several.'],
    xTitle: 'Component', yTitle: 'Variance', wholeX: true,
    lines: [
      { name: 'Variance', x: numbers, y: scree.variances.slice(0, shown) },
      { name: '95 % of the variances without connection', x: numbers, y: scree.parallel.thresholds.slice(0, shown) },
      ...(keep > 0 ? [{ name: `Kept: ${keep}`, x: [keep, keep], y: [0, scree.variances[0]], reference: true }] : []),
    ],
  };
}

function sharesSection({ scree, components, intervals, keep }: ExplainedComponents, { scaling }: ReportComponents): Section {
  const shown = Math.min(scree.variances.length, 100);
  const first = scree.cumulative[Math.max(0, keep - 1)];
  return {
    kind: 'table', id: 'shares', panel: 'overview', title: 'Share of the variance',
    summary: keep === 0 ? 'No component stands out.' : `The first component holds ${formatPercent(scree.shares[0])} of the variance${keep > 1 ? `, the first ${keep} together ${formatPercent(first)}` : ''}.`,
    method: `Variances of the scores, ${scaling === 'standardised' ? 'of standardised columns' : 'in the columns’ units squared'}; 95 % intervals of the shares from ${formatCount(intervals.repeats)} bootstrap samples of the rows`,
    header: [{ title: 'Component' }, { title: 'Variance', numeric: true }, { title: 'Share' }, { title: '95 % interval' }, { title: 'Together' }, { title: 'Limit by chance', numeric: true }, { title: 'Kept' }],
    rows: scree.variances.slice(0, shown).map((variance, c) => [
      `Component ${c + 1}`, variance, formatPercent(scree.shares[c]),
      components[c] ? `${formatPercent(components[c].shareLow)} to ${formatPercent(components[c].shareHigh)}` : '', formatPercent(scree.cumulative[c]),
      scree.parallel.thresholds[c] ?? '', c < keep ? 'yes' : 'no',
    ]),
  };
}

function loadingsSection({ components, intervals, keep }: ExplainedComponents, { scaling }: ReportComponents): Section {
  const words = components.slice(0, Math.max(1, Math.min(keep, 4))).map(({ loadings }, c) => `Component ${c + 1}: ${strongest(loadings)}.`);
  return {
    kind: 'estimates', id: 'loadings', panel: 'loadings', title: 'What the components are made of',
    summary: `Loadings say how a column goes along with a component${scaling === 'standardised' ? ': they are correlations, from −1 to 1' : ', in its own unit'}. ${words.join(' ')}`,
    method: `Weight times the square root of the component’s variance; 95 % intervals from ${formatCount(intervals.repeats)} bootstrap samples of the rows, their first ${formatCount(intervals.turnedTogether)} components turned to match`,
    assumptions: [turned], xTitle: scaling === 'standardised' ? 'Loading (correlation of column and component)' : 'Loading', estimateName: 'Loading', intervalName: '95 % interval', chooser: 'Component',
    details: [{ title: 'Weight', numeric: true }],
    groups: components.map(({ share, loadings }, c) => ({
      name: `Component ${c + 1} (${formatPercent(share)})`,
      items: [...loadings].sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading)).map(({ name, loading, low, high, weight }) => ({ name, estimate: loading, low, high, details: [weight] })),
    })),
  };
}

/** Columns whose interval is away from 0, the strongest first. */
function strongest(loadings: ExplainedComponents['components'][number]['loadings']): string {
  const sure = loadings.filter(({ low, high }) => low > 0 || high < 0).sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading));
  if (sure.length === 0) return 'no column that is surely part of it';
  return listWords(sure.slice(0, 4).map(({ name, loading }) => `${name} (${formatNumber(loading, 2)})`), 4) + (sure.length > 4 ? ` and ${sure.length - 4} more` : '');
}

function heatSection({ components }: ExplainedComponents): Section[] {
  const [first] = components;
  if (!first || components.length < 2 || first.loadings.length > 200) return [];
  return [{
    kind: 'heatmap', id: 'loadingsMatrix', panel: 'loadings', title: 'All loadings', summary: `Loadings of ${countOf(first.loadings.length, 'column')} on the first ${components.length} components; blank is 0.`,
    method: 'As above, without intervals',
    matrices: [{
      name: 'Loadings', xTitle: 'Component', yTitle: 'Column', rows: first.loadings.map(({ name }) => name), columns: components.map((_, c) => String(c + 1)),
      values: first.loadings.map((_, j) => components.map(({ loadings }) => loadings[j].loading)), diverging: true,
    }],
  }];
}

function biplotSection({ biplot, scree, rows }: ExplainedComponents): Section[] {
  if (!biplot) return [];
  const title = (c: number): string => `Component ${c + 1} (${formatPercent(scree.shares[c])} of the variance)`;
  const arrows = [...biplot.arrows].sort((a, b) => Math.hypot(b.x, b.y) - Math.hypot(a.x, a.y));
  return [{
    kind: 'map', id: 'biplot', panel: 'map', title: 'Biplot',
    summary: `${countOf(rows, 'row')} along the first two components, with the columns as arrows: columns whose arrows point the same way rise together. The plane shows ${formatPercent(scree.cumulative[1])} of the variance.`,
    method: `Scores as counts in ${biplot.bins} × ${biplot.bins} cells; arrows are loadings`,
    xTitle: title(0), yTitle: title(1), bins: biplot.bins, x: biplot.x, y: biplot.y, groups: mapGroups(biplot, ['Rows']), arrows, arrowTitle: 'loading',
  }];
}
