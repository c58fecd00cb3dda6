/** What the what-if panel shows beside the controls: the prediction, the suggestions and the nearest rows. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { CellValue, Goal, RowValues, Suggestion, WhatIfChanges, WhatIfFeature, WhatIfInterval, WhatIfModel, WhatIfNearest, WhatIfPrediction } from '../../src/protocol/whatIf';
import { formatCount, formatNumber, formatShare, fullPrecision, shortName, shortenSentence, visibleName } from '../format';
import { t } from '../l10n';
import { cellWords, intervalWords, unusualWords } from './words';

export interface PredictionState {
  readonly prediction: WhatIfPrediction | undefined;
  /** Of the row as it is. */
  readonly before: WhatIfPrediction | undefined;
  readonly failed: string | undefined;
  /** What a screen reader says of it. */
  readonly spoken: string;
  /** The target in the data, where the values started from a row of them. */
  readonly actual: CellValue | undefined;
}

export function predictionCard(model: WhatIfModel, { prediction, before, failed, spoken, actual }: PredictionState): TemplateResult {
  return html`
    <section class="card" aria-labelledby="what-if-prediction" data-what-if="prediction">
      <div class="card-head"><h2 id="what-if-prediction">${t('Prediction')}</h2></div>
      <p class="visually-hidden" role="status">${spoken}</p>
      ${failed === undefined ? nothing : html`<p class="section-fault" role="alert">${shortenSentence(failed)}</p>`}
      ${prediction ? predictionView(model, prediction, { ...(before && { before }), ...(actual !== undefined && actual !== null && { actual: cellWords(actual) }) })
        : html`<p class="muted">${t('Predicting…')}</p>`}
    </section>`;
}

function predictionView({ target, features }: WhatIfModel, prediction: WhatIfPrediction, beside: { readonly before?: WhatIfPrediction; readonly actual?: string }): TemplateResult {
  const { value, likeliest, probabilities = [], intervals, notes, unpredictable } = prediction;
  if (unpredictable !== undefined) return html`<p class="section-fault" role="alert">${shortenSentence(unpredictable)}</p>`;
  const { before, actual } = beside;
  const old = before && (before.value !== undefined ? formatNumber(before.value) : before.likeliest === undefined ? undefined : visibleName(before.likeliest));
  return html`
    <p class="what-if-target">${t('{0} is predicted to be', shortName(target, 60))}</p>
    <p class="what-if-value" data-prediction title=${value === undefined ? visibleName(likeliest ?? '') : fullPrecision(value)}>${value === undefined ? shortName(likeliest ?? '', 40) : formatNumber(value)}</p>
    ${intervals.map(intervalView)}
    ${probabilities.length > 0 ? bars(probabilities) : nothing}
    <p class="muted">${old === undefined ? nothing : t('As the row is: {0}. ', old)}${actual === undefined ? nothing : t('In the data: {0}.', actual)}</p>
    ${notes.length > 0 ? html`<ul class="plain what-if-notes">${notes.map(note => html`<li>${shortenSentence(note)}</li>`)}</ul>` : nothing}
    ${features.length === 0 ? html`<p class="muted">${t('The model has no features.')}</p>` : nothing}`;
}

function intervalView(interval: WhatIfInterval): TemplateResult {
  return html`<p class="what-if-interval"><strong>${intervalWords(interval)}</strong> <span class="muted" title=${interval.hint ?? ''}>${interval.label}</span></p>`;
}

function bars(probabilities: NonNullable<WhatIfPrediction['probabilities']>): TemplateResult {
  const shown = probabilities.length <= 8 ? probabilities : [...probabilities].sort((a, b) => b.probability - a.probability).slice(0, 8);
  return html`
    <dl class="what-if-bars">${shown.map(({ class: name, probability }) => html`
      <dt>${shortName(name, 24)}</dt>
      <dd><span class="what-if-bar" style=${`inline-size: ${(100 * probability).toFixed(2)}%`} aria-hidden="true"></span><span title=${fullPrecision(probability)}>${formatShare(probability)}</span></dd>`)}
    </dl>`;
}

export interface ChangesHost {
  readonly model: WhatIfModel;
  readonly goal: Goal;
  readonly answer: WhatIfChanges | undefined;
  readonly busy: boolean;
  readonly failed: string | undefined;
  /** The answer is about values that are not those of the controls any more. */
  readonly stale: boolean;
  aim(goal: Goal): void;
  search(): void;
  /** Ends the search that is under way. */
  cancel(): void;
  apply(values: RowValues): void;
}

interface Field { readonly value: string; readonly selectedIndex: number }
const fieldOf = (event: Event): Field => event.target as unknown as Field;

export function changesView(host: ChangesHost): TemplateResult {
  const { answer, busy, failed, stale } = host;
  return html`
    <section class="card wide" aria-labelledby="what-if-changes" data-what-if="changes">
      <div class="card-head"><h2 id="what-if-changes">${t('What would change the prediction')}</h2></div>
      <p class="summary">${t('The nearest few changes with which the model would predict something else, within values and combinations of the training data. Columns marked as fixed stay as they are, and the others go the way that is set. Where that takes many changes, fewer ones stand first, and what is unusual about them is said.')}</p>
      <form class="row-form" @submit=${(event: Event) => { event.preventDefault(); host.search(); }}>
        ${goalFields(host)}
        <button type="submit" class="primary" ?disabled=${busy}>${busy ? t('Searching…') : t('Find Changes')}</button>
        ${busy ? html`<button type="button" class="link" @click=${host.cancel}>${t('Cancel')}</button>` : nothing}
        <span role="status" class="muted">${busy ? t('Looking for changes…') : answer && !stale ? t('{0} found.', formatCount(answer.items.length)) : ''}</span>
      </form>
      ${failed === undefined ? nothing : html`<p class="section-fault" role="alert">${shortenSentence(failed)}</p>`}
      ${answer ? suggestions(answer, host) : nothing}
    </section>`;
}

function goalFields({ model, goal, aim }: ChangesHost): TemplateResult {
  if (goal.kind === 'class') {
    const names: (string | undefined)[] = [undefined, ...(model.classes ?? [])];
    return html`
      <label for="what-if-goal">${t('Make it')}</label>
      <select id="what-if-goal" @change=${(event: Event) => { const name = names[fieldOf(event).selectedIndex]; aim({ kind: 'class', ...(name !== undefined && { class: name }) }); }}>
        ${names.map(name => html`<option .selected=${name === goal.class}>${name === undefined ? t('another class') : shortName(name, 60)}</option>`)}
      </select>`;
  }
  const upper = goal.from === undefined;
  const bound = goal.from ?? goal.to;
  const change = (isUpper: boolean, value: number): void => aim(isUpper ? { kind: 'range', to: value } : { kind: 'range', from: value });
  return html`
    <label for="what-if-goal">${t('Make {0}', shortName(model.target, 40))}</label>
    <select id="what-if-goal" class="short" @change=${(event: Event) => change(fieldOf(event).selectedIndex === 1, bound ?? 0)}>
      <option .selected=${!upper}>${t('at least')}</option><option .selected=${upper}>${t('at most')}</option>
    </select>
    <input type="number" step="any" required aria-label=${t('Bound')} .value=${bound === undefined ? '' : String(bound)}
      @change=${(event: Event) => { const { value } = fieldOf(event); if (value !== '' && Number.isFinite(Number(value))) change(upper, Number(value)); }}>`;
}

function suggestions({ items, why, method, note }: WhatIfChanges, host: ChangesHost): TemplateResult {
  const kinds = kindsOf(host.model);
  return html`
    ${why === undefined ? nothing : html`<p class="empty">${shortenSentence(why)}</p>`}
    ${items.length === 0 ? nothing : html`
      <div class="table-frame"><div class="table-scroll" role="group" aria-label=${t('Suggestions: table')} tabindex="0"><table>
        <caption class="visually-hidden">${t('Changes that would make the model predict something else')}</caption>
        <thead><tr><th scope="col">${t('Changes')}</th><th scope="col">${t('Prediction then')}</th><th scope="col" class="number" title=${t('Numbers in median absolute deviations, 1 for a level')}>${t('Distance')}</th><th scope="col" class="number" title=${t('Mean distance to the 5 nearest training rows; 95 % of the training rows have no more than the second number')}>${t('To training rows')}</th><th scope="col"><span class="visually-hidden">${t('Use')}</span></th></tr></thead>
        <tbody>${items.map((item, i) => html`
          <tr>
            <th scope="row">${item.changes.map(({ feature, from, to }) => html`<div>${shortName(feature, 32)}: ${shortName(cellWords(from, kinds.get(feature)), 24)} → <strong>${shortName(cellWords(to, kinds.get(feature)), 24)}</strong></div>`)}
              ${item.unusual ? html`<div class="what-if-unusual">${unusualWords(item.unusual)}</div>` : nothing}</th>
            <td>${outcome(item)}</td><td class="number">${formatNumber(item.distance)}</td><td class="number">${formatNumber(item.toTraining)} <span class="muted">${t('(usual {0})', formatNumber(item.usual))}</span></td>
            <td><button class="link" aria-label=${t('Apply suggestion {0}', i + 1)} @click=${() => host.apply(item.values)}>${t('Apply')}</button></td>
          </tr>`)}</tbody>
      </table></div></div>`}
    ${host.stale ? staleNote : nothing}
    ${note === undefined ? nothing : html`<p class="muted">${shortenSentence(note)}</p>`}
    ${how(method)}`;
}

const staleNote = html`<p class="muted">${t('Found for the values before the last change.')}</p>`;

function outcome({ value, class: name, probability }: Suggestion): string {
  return value !== undefined ? formatNumber(value) : `${shortName(name ?? '', 32)} (${formatShare(probability ?? NaN)})`;
}

export interface NearestHost {
  readonly model: WhatIfModel;
  readonly values: RowValues;
  readonly answer: WhatIfNearest | undefined;
  readonly busy: boolean;
  readonly failed: string | undefined;
  readonly stale: boolean;
  read(): void;
  apply(values: RowValues): void;
}

export function nearestView({ model, values, answer, busy, failed, stale, read, apply }: NearestHost): TemplateResult {
  return html`
    <section class="card wide" aria-labelledby="what-if-nearest" data-what-if="nearest">
      <div class="card-head"><h2 id="what-if-nearest">${t('The training rows most like it')}</h2></div>
      <p class="summary">${t('Read from the data file when they are asked for. Cells that differ from the values above are set in bold.')}</p>
      <div class="row-form"><button class="primary" ?disabled=${busy} @click=${read}>${busy ? t('Reading…') : t('Show Nearest Rows')}</button>
        <span role="status" class="muted">${busy ? t('Reading the data file…') : ''}</span></div>
      ${failed === undefined ? nothing : html`<p class="section-fault" role="alert">${shortenSentence(failed)}</p>`}
      ${answer ? html`
        <div class="table-frame"><div class="table-scroll" role="group" aria-label=${t('Nearest rows: table')} tabindex="0"><table>
          <caption class="visually-hidden">${t('Nearest training rows')}</caption>
          <thead><tr><th scope="col" class="number">${t('Row')}</th><th scope="col"><span class="visually-hidden">${t('Use')}</span></th><th scope="col" class="number">${t('Distance')}</th><th scope="col">${shortName(model.target, 32)}</th>
            ${model.features.map(({ name }) => html`<th scope="col">${shortName(name, 28)}</th>`)}</tr></thead>
          <tbody>${answer.rows.map(row => html`
            <tr><th scope="row" class="number">${formatCount(row.row)}</th>
              <td><button class="link" aria-label=${t('Use the values of row {0}', row.row)} @click=${() => apply(row.values)}>${t('Use')}</button></td><td class="number">${formatNumber(row.distance)}</td><td>${shortName(cellWords(row.target), 32)}</td>
              ${model.features.map(({ name, kind }) => html`<td>${different(row.values, values, name, kind)}</td>`)}</tr>`)}</tbody>
        </table></div></div>
        ${stale ? staleNote : nothing}
        ${answer.note === undefined ? nothing : html`<p class="muted">${shortenSentence(answer.note)}</p>`}
        ${how(answer.method)}` : nothing}
    </section>`;
}

function different(row: RowValues, values: RowValues, name: string, kind: WhatIfFeature['kind']): TemplateResult {
  const text = shortName(cellWords(row[name], kind), 28);
  return row[name] === values[name] ? html`${text}` : html`<strong>${text}</strong>`;
}

const how = (method: string): TemplateResult => html`<details class="how"><summary>${t('How this was found')}</summary><p>${shortenSentence(method, 60, 2000)}</p></details>`;

const kindsOf = ({ features }: WhatIfModel): ReadonlyMap<string, WhatIfFeature['kind']> => new Map(features.map(({ name, kind }) => [name, kind]));
