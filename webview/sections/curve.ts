/** Any x/y lines: ROC, precision–recall, learning curves. */
import { formatLevel, formatNumber, shortName } from '../format';
import { isMeasured, lineChart } from '../charts/lineChart';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

/** Lines of so few points show them: what lies between was not measured. */
const fewPoints = 12;

export const curve: SectionRenderer<'curve'> = {
  wide: false,
  render(section, { report }) {
    const { lines, unitSquare, xTitle, yTitle, xScale = 'linear', yScale = 'linear', yMax } = section;
    if (lines.every(line => line.x.length === 0)) return { empty: t('There are no points to draw.') };
    const bandName = section.bandName ?? t('{0} interval', formatLevel(report.recipe.level));
    const unit = unitSquare ? { min: 0, max: 1 } : {};
    const ends = section.wholeX ? wholeAxis(lines) : {};
    return {
      charts: [{
        spec: {
          label: section.summary, height: unitSquare ? 360 : 300, ...(unitSquare && { maxWidth: 440 }),
          build: theme => lineChart(theme, lines.map(line => ({
            name: line.name, x: line.x, y: line.y, ...(line.reference ? { reference: true } : { points: line.x.length <= fewPoints }),
            ...(line.low && line.high && { bands: [{ low: line.low, high: line.high, name: bandName }] }),
          })), {
            x: { title: shortName(xTitle, 60), scale: xScale, ...unit, ...ends },
            y: { title: shortName(yTitle, 60), scale: yScale, ...(yMax !== undefined && { max: yMax }), ...unit },
          }),
        },
      }],
      table: () => curveTable(section),
    };
  },
};

/** Half a step of room at both ends, and no number between whole ones. */
function wholeAxis(lines: SectionOf<'curve'>['lines']): { readonly min: number; readonly max: number; readonly format: (value: number) => string } {
  const all = lines.flatMap(line => line.x);
  return { min: Math.min(...all) - 0.5, max: Math.max(...all) + 0.5, format: value => (Number.isInteger(value) ? formatNumber(value) : '') };
}

function curveTable(section: SectionOf<'curve'>): TableModel {
  const { lines, xTitle, yTitle, title } = section;
  const intervals = lines.some(line => line.low && line.high);
  const measured = lines.filter(line => isMeasured({ ...line, bands: line.low && line.high ? [line] : [] }));
  const named = measured.length > 1;
  return {
    caption: title,
    columns: [
      ...(named ? [{ title: t('Line'), format: 'name', rowHeader: true } as const] : []),
      { title: xTitle, format: 'number', rowHeader: !named }, { title: yTitle, format: 'number' },
      ...(intervals ? [{ title: t('Low'), format: 'number' } as const, { title: t('High'), format: 'number' } as const] : []),
    ],
    rows: measured.flatMap(line => line.x.map((x, i) =>
      cells(...(named ? [line.name] : []), x, line.y[i], ...(intervals ? [line.low?.[i], line.high?.[i]] : [])))),
  };
}
