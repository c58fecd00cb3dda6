/**
 * <unveil-network>: a network's layers as columns of units with their strongest connections. Pointing at a unit, or moving
 * to it with the arrow keys, shows its connections alone and says them in words. Colours come from the style sheet.
 */
import { html, nothing, render, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkSection } from '../../src/protocol/networkSections';
import { formatCount, shortName, visibleName } from '../format';
import { t } from '../l10n';
import { connectionsText, layoutNetwork, moveUnit, touches, unitText } from './layout';
import type { EdgePlace, NetworkLayout, UnitPlace } from './layout';

const hint = t('Point at a unit, or move among the units with the arrow keys, to see its connections alone.');

export class UnveilNetwork extends HTMLElement {
  private shown: NetworkSection | undefined;
  private layout: NetworkLayout | undefined;
  /** The unit that the keyboard is at, and the one pointed at. */
  private focused: UnitPlace | undefined;
  private hovered: UnitPlace | undefined;

  set section(section: NetworkSection) {
    if (section === this.shown) return;
    this.shown = section;
    this.layout = layoutNetwork(section);
    this.focused = undefined;
    this.hovered = undefined;
    this.draw();
  }

  private draw(): void {
    if (!this.shown || !this.layout) return;
    render(view(this.shown, this.layout, this.hovered ?? this.focused, this), this);
  }

  /** Where the Tab key arrives. */
  get stop(): UnitPlace | undefined {
    return this.focused ?? this.layout?.units.find(layer => layer.length > 0)?.[0];
  }

  hover(unit: UnitPlace | undefined): void {
    this.hovered = unit;
    this.draw();
  }

  focusUnit(unit: UnitPlace | undefined): void {
    this.focused = unit ?? this.focused;
    this.draw();
  }

  key(event: KeyboardEvent, unit: UnitPlace): void {
    const next = this.layout && moveUnit(this.layout, unit, event.key);
    if (!next) return;
    event.preventDefault();
    this.focusUnit(next);
    this.querySelector<SVGElement>(`[data-unit="${next.layer}-${next.unit}"]`)?.focus();
  }
}

function view(section: NetworkSection, layout: NetworkLayout, chosen: UnitPlace | undefined, host: UnveilNetwork): TemplateResult {
  const { width, height, units, edges } = layout;
  return html`
    <div class="network-scroll">
      <svg class=${chosen ? 'network chosen' : 'network'} width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="listbox"
        aria-label=${t('Units of the network. {0}', hint)} @pointerleave=${() => host.hover(undefined)}>
        <g role="presentation">${edges.map(edge => edgeView(edge, chosen))}</g>
        ${section.layers.map((layer, i) => layerView(layer, units[i] ?? [], i, section.layers.length, height, chosen, host))}
      </svg>
    </div>
    <p class="network-words" role="status">${chosen
      ? html`<strong>${unitText(chosen, section.layers[chosen.layer]?.name ?? '')}.</strong> ${connectionsText(layout, chosen)}`
      : hint}</p>`;
}

function edgeView(edge: EdgePlace, chosen: UnitPlace | undefined): unknown {
  const { from, to, weight, strength } = edge;
  const middle = (from.x + to.x) / 2;
  const state = chosen === undefined ? '' : touches(edge, chosen) ? ' lit' : ' dim';
  return svg`<path class=${`edge ${weight < 0 ? 'negative' : 'positive'}${state}`} d=${`M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`}
    stroke-width=${(0.6 + 3.4 * strength).toFixed(2)} stroke-opacity=${state === ' lit' ? 1 : (0.25 + 0.65 * strength).toFixed(2)}></path>`;
}

function layerView(
  layer: NetworkSection['layers'][number], units: readonly UnitPlace[], index: number, layers: number, height: number, chosen: UnitPlace | undefined, host: UnveilNetwork,
): unknown {
  const x = units[0]?.x ?? 0;
  return svg`
    <text class="layer-name" x=${x} y="18" text-anchor="middle">${shortName(layer.name, 26)}</text>
    <g role="group" aria-label=${visibleName(layer.name)}>${units.map(unit => unitView(unit, layer.name, sideOf(index, layers), chosen, host))}</g>
    ${layer.more > 0 ? svg`<text class="more" x=${x} y=${height - 8} text-anchor="middle">${t('+ {0} more', formatCount(layer.more))}</text>` : nothing}`;
}

type Side = 'left' | 'right' | 'none';

/** Inputs have their names on the left, outputs on the right; those between have no room and are named when chosen. */
function sideOf(index: number, layers: number): Side {
  return index === 0 ? 'left' : index === layers - 1 ? 'right' : 'none';
}

function unitView(unit: UnitPlace, layerName: string, side: Side, chosen: UnitPlace | undefined, host: UnveilNetwork): unknown {
  const isChosen = chosen?.layer === unit.layer && chosen.unit === unit.unit;
  const stop = host.stop;
  const { x, y, radius, state } = unit;
  const label = unitText(unit, layerName);
  const text = side !== 'none' ? shortName(unit.name, 22) : (state ?? (isChosen ? shortName(unit.name, 16) : ''));
  return svg`
    <g class=${`unit ${state ?? 'live'}${isChosen ? ' current' : ''}`} role="option" aria-selected=${isChosen ? 'true' : 'false'} aria-label=${label}
      tabindex=${stop?.layer === unit.layer && stop.unit === unit.unit ? '0' : '-1'} data-unit=${`${unit.layer}-${unit.unit}`}
      @pointerenter=${() => host.hover(unit)} @focus=${() => host.focusUnit(unit)} @keydown=${(event: KeyboardEvent) => host.key(event, unit)}>
      <title>${label}</title>
      <circle class="catch" cx=${x} cy=${y} r="13"></circle>
      ${shape(unit)}
      ${text === '' ? nothing : svg`<text class="unit-name" x=${side === 'left' ? x - radius - 6 : x + radius + 6} y=${y} dominant-baseline="central"
        text-anchor=${side === 'left' ? 'end' : 'start'}>${text}</text>`}
    </g>`;
}

/** Live units are circles, dead ones crossed out, saturated ones squares. */
function shape({ x, y, radius, state }: UnitPlace): unknown {
  if (state === 'saturated') return svg`<rect class="body" x=${x - radius} y=${y - radius} width=${2 * radius} height=${2 * radius}></rect>`;
  const d = radius * 0.7;
  return svg`<circle class="body" cx=${x} cy=${y} r=${radius}></circle>
    ${state === 'dead' ? svg`<path class="cross" d=${`M${x - d} ${y - d}L${x + d} ${y + d}M${x - d} ${y + d}L${x + d} ${y - d}`}></path>` : nothing}`;
}

if (!customElements.get('unveil-network')) customElements.define('unveil-network', UnveilNetwork);
