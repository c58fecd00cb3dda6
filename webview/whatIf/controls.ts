/** One control a feature: a slider with a number beside it, a date, or a drop-down; and what may not change. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { CellValue, RowValues, WhatIfFeature } from '../../src/protocol/whatIf';
import { shortName, visibleName } from '../format';
import { t } from '../l10n';
import { parseCell } from './state';
import { cellWords } from './words';

export interface ControlHost {
  readonly values: RowValues;
  readonly start: RowValues;
  readonly fixed: readonly string[];
  readonly directions: Readonly<Record<string, Direction>>;
  readonly takesMissing: boolean;
  /** `done`: let go, or chosen. */
  set(name: string, value: CellValue, done: boolean): void;
  fix(name: string, fixed: boolean): void;
  /** Without a way: either. */
  direct(name: string, way: Direction | undefined): void;
}

/** The way that a suggested change of a number may go. */
export type Direction = 'up' | 'down';

interface Field { readonly value: string; readonly selectedIndex: number; readonly checked: boolean }
const fieldOf = (event: Event): Field => event.target as unknown as Field;

export function featureControl(feature: WhatIfFeature, place: number, host: ControlHost): TemplateResult {
  const { name, kind } = feature;
  const id = `what-if-${place}`;
  const changed = host.values[name] !== host.start[name];
  return html`
    <div class=${changed ? 'what-if-feature changed' : 'what-if-feature'} data-feature=${name} role="group" aria-labelledby=${`${id}-label`}>
      <span class="what-if-label"><label id=${`${id}-label`} for=${id} title=${visibleName(name)}>${shortName(name, 40)}</label>
        ${changed ? html`<span class="muted">${t('was {0}', shortName(cellWords(host.start[name], kind), 24))}</span>
          <button class="link" aria-label=${t('Reset {0}', visibleName(name))} @click=${() => host.set(name, host.start[name] ?? null, true)}>${t('Reset')}</button>` : nothing}</span>
      ${kind === 'choice' ? choice(feature, id, host) : slider(feature, id, host)}
      ${kind === 'choice' ? nothing : direction(name, host)}
      <label class="what-if-fix"><input type="checkbox" .checked=${live(host.fixed.includes(name))} @change=${(event: Event) => host.fix(name, fieldOf(event).checked)}
        aria-label=${t('Fixed: {0}', visibleName(name))}>${t('Fixed')}</label>
    </div>`;
}

const ways: readonly (Direction | undefined)[] = [undefined, 'up', 'down'];

/** Of no use where the feature may not change at all. */
function direction(name: string, { directions, fixed, direct }: ControlHost): TemplateResult {
  const words = [t('up or down'), t('only up'), t('only down')];
  return html`
    <select class="what-if-way" aria-label=${t('{0} may go', visibleName(name))} title=${t('Which way suggested changes may go')} ?disabled=${fixed.includes(name)}
      @change=${(event: Event) => direct(name, ways[fieldOf(event).selectedIndex])}>
      ${ways.map((way, i) => html`<option .selected=${live(way === directions[name])}>${words[i]}</option>`)}
    </select>`;
}

function choice({ name, levels = [] }: WhatIfFeature, id: string, { values, takesMissing, set }: ControlHost): TemplateResult {
  const value = values[name] ?? null;
  const all: (string | null)[] = [...levels, ...(typeof value === 'string' && !levels.includes(value) ? [value] : []), ...(takesMissing || value === null ? [null] : [])];
  return html`
    <select id=${id} @change=${(event: Event) => set(name, all[fieldOf(event).selectedIndex] ?? null, true)}>
      ${all.map(level => html`<option .selected=${live(level === value)}>${level === null ? t('(missing)') : shortName(level, 60)}</option>`)}
    </select>`;
}

function slider(feature: WhatIfFeature, id: string, { values, set }: ControlHost): TemplateResult {
  const { name, kind, low = 0, high = 1, step = 1, unit = 1 } = feature;
  const value = values[name] ?? null;
  const at = typeof value === 'number' ? value : low;
  // The ends are on the grid of the steps, so that no value of the data is out of reach.
  const [min, max] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  const moved = (event: Event, done: boolean): void => set(name, withinUnit(Number(fieldOf(event).value), unit), done);
  const typed = (event: Event, done: boolean): void => {
    const next = parseCell(feature, fieldOf(event).value);
    if (next !== undefined) set(name, next, done);
  };
  return html`
    <input id=${id} type="range" min=${trim(min)} max=${trim(max)} step=${trim(step)} .value=${live(String(Math.min(max, Math.max(min, snapped(at, min, step)))))}
      aria-valuetext=${cellWords(value, kind)} @input=${(event: Event) => moved(event, false)} @change=${(event: Event) => moved(event, true)}>
    ${kind === 'date' ? html`
      <input type=${unit >= 86_400_000 ? 'date' : 'datetime-local'} aria-label=${t('{0}, date', visibleName(name))} .value=${live(dateField(value, unit))} @change=${(event: Event) => typed(event, true)}>` : html`
      <input type="number" step="any" aria-label=${t('{0}, number', visibleName(name))} .value=${live(value === null ? '' : cellWords(value))} placeholder=${t('missing')}
        @input=${(event: Event) => typed(event, false)} @change=${(event: Event) => typed(event, true)}>`}`;
}

/** The slider's own grid: setting anything else would be rounded by the browser anyway. */
function snapped(value: number, min: number, step: number): number {
  return trim(min + Math.round((value - min) / step) * step);
}

/** A slider's number without digits of binary fractions. */
function withinUnit(value: number, unit: number): number {
  return trim(Math.round(value / unit) * unit);
}

const trim = (value: number): number => Number(value.toPrecision(13)) + 0;

function dateField(value: CellValue, unit: number): string {
  return typeof value === 'number' ? new Date(value).toISOString().slice(0, unit >= 86_400_000 ? 10 : 19) : '';
}
