/** How strongly each unit of a layer is active over the data, with idle units named and one row's values marked. */
import { html } from 'lit';
import { stripChart, stripHeight } from '../charts/stripChart';
import { formatShare, plural, visibleName } from '../format';
import { t } from '../l10n';
import { cells } from '../tables/tableModel';
import { chooser, chosenName, moreButton, shownRows } from './controls';
import type { SectionOf, SectionRenderer } from './section';

type Layer = SectionOf<'activations'>['layers'][number];
type Unit = Layer['units'][number];

export const activations: SectionRenderer<'activations'> = {
  wide: true,
  render({ layers, summary, title }, view) {
    const names = layers.map(layer => layer.name);
    const chosen = chosenName(view, 'layer', names);
    const layer = layers.find(one => one.name === chosen);
    if (!layer || layer.units.length === 0) return { empty: t('There are no units to draw.') };
    const shown = layer.units.slice(0, shownRows(view.state, layer.units.length));
    const hasRow = layer.units.some(unit => unit.row !== undefined);
    return {
      ...(layers.length > 1 && { controls: chooser(view, 'layer', t('Layer'), names, chosen) }),
      charts: [{
        spec: {
          label: layers.length > 1 ? `${visibleName(layer.name)}. ${summary}` : summary, height: stripHeight(shown.length),
          build: theme => stripChart(theme, {
            strips: shown.map(unit => ({ name: unitName(unit), quantiles: unit.quantiles, mark: unit.row, remark: idleText(unit) })),
            xTitle: t('Activation'), markName: t('Chosen row'),
          }),
        },
      }],
      extra: html`
        <p class="key">
          <span>${t('Bars: the middle half of the rows; ticks: medians; lines: 5 to 95 %.')}</span>
          ${hasRow ? html`<span>${t('◆ the chosen row.')}</span>` : ''}
          <span>${flaggedText(layer)}</span>
        </p>
        ${moreButton(view, layer.units.length, 'units', 'first')}`,
      table: () => ({
        caption: layers.length > 1 ? `${title}: ${layer.name}` : title,
        columns: [
          { title: t('Unit'), format: 'name', rowHeader: true }, { title: t('State'), format: 'text' },
          { title: t('Idle'), format: 'number', hint: t('Share of the rows in which the unit is 0 or at its bound.') }, { title: t('Mean'), format: 'number' },
          ...['5 %', '25 %', t('Median'), '75 %', '95 %'].map(name => ({ title: name, format: 'number' as const })),
          ...(hasRow ? [{ title: t('Chosen row'), format: 'number' as const }] : []),
        ],
        rows: layer.units.map(unit => cells(
          unit.name, unit.state ?? '', { value: unit.idle, text: formatShare(unit.idle) }, unit.mean, ...unit.quantiles, ...(hasRow ? [unit.row] : []))),
      }),
    };
  },
};

function unitName({ name, state }: Unit): string {
  return state === undefined ? name : `${name} (${state})`;
}

function idleText({ idle, state }: Unit): string {
  return t('{0} in {1} of the rows', state === undefined ? t('Idle') : state === 'dead' ? t('Dead: idle') : t('Saturated: idle'), formatShare(idle));
}

/** How many units of the layer never react, in words. */
export function flaggedText({ units }: Layer): string {
  const count = (state: Unit['state']): number => units.filter(unit => unit.state === state).length;
  const parts = [
    ...(count('dead') > 0 ? [`${plural(count('dead'), 'unit')} dead`] : []), ...(count('saturated') > 0 ? [`${plural(count('saturated'), 'unit')} saturated`] : []),
  ];
  return parts.length === 0 ? t('No unit of this layer is dead or saturated.') : `${parts.join(', ')} of ${units.length}.`;
}
