/**
 * <unveil-policy-grid>: a policy as a grid of cells with arrows. Pointing at a cell, or moving to it with the arrow keys, says it in words.
 * Colours come from the style sheet; doubt is shown by hatching and a dashed arrow, not by colour.
 */
import { html, nothing, render, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { PolicyGridCell, PolicyGridSection } from '../../src/protocol/policySections';
import { shortName } from '../format';
import { t } from '../l10n';
import { arrowPath, cellText, colourRange, colourValue, depth, gridSize, hatchPath, marginLeft, marginTop, moveCell, numberText, type Colouring } from './gridLayout';

const hint = t('Point at a cell, or move among the cells with the arrow keys, to read it in words.');

export interface DrawnGrid { readonly section: PolicyGridSection; readonly colouring: Colouring }

export class UnveilPolicyGrid extends HTMLElement {
  private shown: DrawnGrid | undefined;
  private focused: PolicyGridCell | undefined;
  private hovered: PolicyGridCell | undefined;

  set grid(grid: DrawnGrid) {
    if (grid.section !== this.shown?.section) this.focused = this.hovered = undefined;
    else if (grid.colouring === this.shown.colouring) return;
    this.shown = grid;
    this.draw();
  }

  private draw(): void {
    if (this.shown) render(view(this.shown, this.hovered ?? this.focused, this), this);
  }

  /** Where the Tab key arrives: where the keyboard was, else where episodes begin, else the first cell. */
  get stop(): PolicyGridCell | undefined {
    const cells = this.shown?.section.cells;
    return this.focused ?? cells?.find(cell => cell.start) ?? cells?.[0];
  }

  hover(cell: PolicyGridCell | undefined): void {
    this.hovered = cell;
    this.draw();
  }

  focusCell(cell: PolicyGridCell): void {
    this.focused = cell;
    this.draw();
  }

  key(event: KeyboardEvent, cell: PolicyGridCell): void {
    const next = this.shown && moveCell(this.shown.section.cells, cell, event.key);
    if (!next) return;
    event.preventDefault();
    this.focusCell(next);
    this.querySelector<SVGElement>(`[data-cell="${next.row}-${next.column}"]`)?.focus();
  }
}

function view({ section, colouring }: DrawnGrid, chosen: PolicyGridCell | undefined, host: UnveilPolicyGrid): TemplateResult {
  const { cell: side, width, height } = gridSize(section);
  const range = colourRange(section.cells, colouring);
  const { columns, rows } = section;
  const step = side >= 26 ? 1 : 5;
  const byRow = rows.map((_, row) => section.cells.filter(cell => cell.row === row));
  return html`
    <div class="network-scroll">
      <svg class="policy-grid" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="grid" aria-label=${t('The policy, a cell a state. {0}', hint)}
        @pointerleave=${() => host.hover(undefined)}>
        <g aria-hidden="true">
          <text class="axis-name" x=${marginLeft + (columns.length * side) / 2} y="14" text-anchor="middle">${shortName(section.across, 40)} →</text>
          <text class="axis-name" x="12" y=${marginTop + (rows.length * side) / 2} text-anchor="middle" transform=${`rotate(-90 12 ${marginTop + (rows.length * side) / 2})`}>← ${shortName(section.down, 40)}</text>
          ${columns.map((value, c) => (c % step === 0 ? svg`<text x=${marginLeft + (c + 0.5) * side} y=${marginTop - 8} text-anchor="middle">${value}</text>` : nothing))}
          ${rows.map((value, r) => (r % step === 0 ? svg`<text x=${marginLeft - 8} y=${marginTop + (r + 0.5) * side} text-anchor="end" dominant-baseline="central">${value}</text>` : nothing))}
        </g>
        ${byRow.map(cells => svg`<g role="row">${cells.map(cell => cellView(section, cell, { side, shade: cell.best.length === 0 && colouring !== 'Value of the state' ? 0 : depth(colourValue(cell, colouring), range), number: numberText(cell, colouring), chosen, host }))}</g>`)}
      </svg>
    </div>
    <p class="network-words" role="status">${chosen ? cellText(section, chosen) : hint}</p>`;
}

interface Drawing { readonly side: number; readonly shade: number; readonly number: string; readonly chosen: PolicyGridCell | undefined; readonly host: UnveilPolicyGrid }

function cellView(section: PolicyGridSection, cell: PolicyGridCell, { side, shade, number, chosen, host }: Drawing): unknown {
  const [x, y] = [marginLeft + cell.column * side, marginTop + cell.row * side];
  const stop = host.stop;
  const doubtful = cell.uncertain || cell.unsupported;
  const label = cellText(section, cell);
  return svg`
    <g class=${`state${chosen === cell ? ' current' : ''}${doubtful ? ' doubtful' : ''}`} role="gridcell" aria-label=${label} data-cell=${`${cell.row}-${cell.column}`}
      tabindex=${stop?.row === cell.row && stop.column === cell.column ? '0' : '-1'}
      @pointerenter=${() => host.hover(cell)} @focus=${() => host.focusCell(cell)} @keydown=${(event: KeyboardEvent) => host.key(event, cell)}>
      <title>${label}</title>
      <rect class="ground" x=${x} y=${y} width=${side} height=${side}></rect>
      <rect class="shade" x=${x} y=${y} width=${side} height=${side} fill-opacity=${(0.05 + 0.65 * shade).toFixed(3)}></rect>
      ${doubtful ? svg`<path class="hatch" d=${hatchPath(x, y, side)}></path>` : nothing}
      ${cell.start && side >= 26 ? svg`<circle class="start" cx=${x + 7} cy=${y + 7} r="3"></circle>` : nothing}
      ${contents(section, cell, number, x, y, side)}
      <rect class="frame" x=${x + 0.5} y=${y + 0.5} width=${side - 1} height=${side - 1}></rect>
    </g>`;
}

function contents(section: PolicyGridSection, cell: PolicyGridCell, number: string, x: number, y: number, side: number): unknown {
  const numbers = side >= 42;
  const [middleX, middleY] = [x + side / 2, y + side * (numbers ? 0.37 : 0.5)];
  const value = numbers ? svg`<text class="number" x=${middleX} y=${y + side - 7} text-anchor="middle">${number}</text>` : nothing;
  if (cell.best.length === 0) return svg`${side >= 26 ? svg`<text x=${middleX} y=${middleY} text-anchor="middle" dominant-baseline="central">${t('end')}</text>` : nothing}${value}`;
  const arrows = cell.best.map((action, i) => ({ arrow: section.actions[action]?.arrow, first: i === 0 }));
  const name = section.actions[cell.best[0] ?? 0]?.name ?? '';
  return svg`
    ${arrows.map(({ arrow, first }) => (arrow ? svg`<path class=${first ? 'arrow' : 'arrow other'} d=${arrowPath(arrow, middleX, middleY, numbers ? side * 0.68 : side)}></path>` : nothing))}
    ${arrows[0]?.arrow === undefined && side >= 26 ? svg`<text x=${middleX} y=${middleY} text-anchor="middle" dominant-baseline="central">${shortName(name, Math.floor(side / 8))}</text>` : nothing}${value}`;
}

if (!customElements.get('unveil-policy-grid')) customElements.define('unveil-policy-grid', UnveilPolicyGrid);
