/** A drawing of a network's layers with the strongest connections; the table has them in numbers. */
import { html } from 'lit';
import { formatCount } from '../format';
import { t } from '../l10n';
import { networkKey } from '../network/key';
import { cells } from '../tables/tableModel';
import type { TableModel } from '../tables/tableModel';
import type { SectionOf, SectionRenderer } from './section';

export const network: SectionRenderer<'network'> = {
  wide: true,
  render(section) {
    if (section.layers.length === 0) return { empty: t('There is no network to draw.') };
    return {
      charts: [{ drawing: () => html`<unveil-network .section=${section}></unveil-network>` }],
      extra: networkKey(section),
      table: () => connectionTable(section),
    };
  },
};

/** The connections drawn, the strongest first. */
export function connectionTable({ title, layers, edges }: Pick<SectionOf<'network'>, 'title' | 'layers' | 'edges'>): TableModel {
  const nameOf = (layer: number, unit: number): string => {
    const found = layers[layer]?.units[unit];
    return found ? `${found.name}${found.state === undefined ? '' : ` (${found.state})`}` : `unit ${formatCount(unit + 1)}`;
  };
  const sorted = [...edges].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    caption: title,
    columns: [
      { title: t('From unit'), format: 'name', rowHeader: true }, { title: t('of layer'), copyTitle: t('From layer'), format: 'name' },
      { title: t('To unit'), format: 'name' }, { title: t('of layer'), copyTitle: t('To layer'), format: 'name' }, { title: t('Weight'), format: 'number' },
    ],
    rows: sorted.map(({ layer, from, to, weight }) => cells(nameOf(layer, from), layers[layer]?.name, nameOf(layer + 1, to), layers[layer + 1]?.name, weight)),
  };
}
