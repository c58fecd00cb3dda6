/** Matrices of numbers as coloured cells: weights by layer, attention of features to features, second-order effects. */
import { html } from 'lit';
import { heatmapChart, heatmapSize, scaleOf } from '../charts/heatmapChart';
import { formatNumber, shortName, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { chooser, chosenName } from './controls';
import type { SectionOf, SectionRenderer } from './section';

type Matrix = SectionOf<'heatmap'>['matrices'][number];

export const heatmap: SectionRenderer<'heatmap'> = {
  wide: true,
  render({ matrices: all, summary, title }, view) {
    const matrices = all.filter(matrix => matrix.rows.length > 0 && matrix.columns.length > 0);
    const names = matrices.map(matrix => matrix.name);
    const chosen = chosenName(view, 'matrix', names);
    const found = matrices.find(one => one.name === chosen);
    if (!found) return { empty: t('There is no matrix to draw.') };
    const matrix = withGaps(found);
    const { nameStep: _, ...size } = heatmapSize(matrix);
    const titles = { xTitle: shortName(matrix.xTitle, 60), yTitle: shortName(matrix.yTitle, 60) };
    return {
      ...(matrices.length > 1 && { controls: chooser(view, 'matrix', t('Show'), names, chosen) }),
      charts: [{
        spec: {
          label: matrices.length > 1 ? `${visibleName(matrix.name)}. ${summary}` : summary, ...size,
          build: theme => heatmapChart(theme, { ...matrix, ...titles }),
        },
      }],
      extra: key(matrix),
      table: () => ({
        caption: matrices.length > 1 ? `${title}: ${matrix.name}` : title,
        columns: [
          { title: titles.yTitle, format: 'name', rowHeader: true },
          ...matrix.columns.map(name => ({ title: visibleName(name), format: 'number' as const, hint: visibleName(name) })),
        ],
        rows: matrix.rows.map((name, row) => cells(name, ...matrix.columns.map((_, column) => matrix.values[row]?.[column]))),
      }),
    };
  },
};

/** Cells without a value as NaN, which JSON cannot say. */
function withGaps(matrix: Matrix): Matrix {
  const { absent, values } = matrix;
  return absent ? { ...matrix, values: values.map((row, r) => row.map((value, column) => (absent[r]?.includes(column) ? Number.NaN : value))) } : matrix;
}

function key(matrix: Matrix): unknown {
  const { values, diverging, rows, columns } = matrix;
  const { from, most } = scaleOf(matrix);
  const missing = rows.some((_, row) => columns.some((__, column) => !Number.isFinite(values[row]?.[column] ?? Number.NaN)));
  return html`
    <p class="key">
      ${diverging
        ? html`<span>${formatNumber(-most)}</span><span class="heat-scale diverging" aria-hidden="true"></span><span>${formatNumber(most)}</span>`
        : html`<span>${formatNumber(from)}</span><span class="heat-scale" aria-hidden="true"></span><span>${formatNumber(most)}</span>`}
      ${missing ? html`<span>${t('Cells without a colour have no value.')}</span>` : ''}
    </p>`;
}
