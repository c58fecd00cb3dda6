/**
 * <unveil-what-if>: values that a person changes, what the model says of them at once, what would change that, and the rows like them.
 * Draws into itself, without a shadow.
 */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { AnyReport } from '../../src/protocol/report';
import type { CellValue, Goal, RowValues, WhatIfAnswer, WhatIfAsk, WhatIfChanges, WhatIfFailure, WhatIfModel, WhatIfNearest, WhatIfPrediction, WhatIfQuestion, WhatIfRow } from '../../src/protocol/whatIf';
import { shortenSentence } from '../format';
import { t } from '../l10n';
import type { SectionState } from '../state';
import { sectionCard } from '../view/card';
import { changesView, nearestView, predictionCard } from './answers';
import { featureControl, type Direction } from './controls';
import { keepAnswers, keptAnswers, type KeptAnswers } from './kept';
import { Predictions } from './predictions';
import { startForm } from './startForm';
import { firstGoal, fittingGoal, fittingValues, typicalValues } from './state';
import type { WhatIfState } from './state';
import { spokenPrediction } from './words';

export interface WhatIfHost {
  /** Another one: another model, of which everything is asked anew. */
  readonly model: AnyReport;
  readonly report: AnyReport;
  readonly state: WhatIfState;
  readonly card: SectionState;
  ask(ask: WhatIfQuestion): Promise<WhatIfAnswer | WhatIfFailure>;
  change(state: WhatIfState): void;
  changeCard(change: SectionState): void;
  copy(text: string, what: string): void;
}

type Slot = 'model' | 'row' | 'changes' | 'nearest';

export class UnveilWhatIf extends HTMLElement {
  private current: WhatIfHost | undefined;
  private openedFor: AnyReport | undefined;
  private model: WhatIfModel | undefined;
  private values: RowValues = {};
  private prediction: WhatIfPrediction | undefined;
  private original: WhatIfPrediction | undefined;
  private changes: WhatIfChanges | undefined;
  private nearest: WhatIfNearest | undefined;
  /** Why it is not a row of the file that is shown first. */
  private withoutRow: string | undefined;
  /** The values that the answers are about. */
  private changesOf: RowValues | undefined;
  private nearestOf: RowValues | undefined;
  private readonly busy = new Set<Slot>();
  private readonly failed = new Map<Slot | 'prediction', string>();
  private spoken = '';
  private searching: Promise<void> | undefined;
  private readonly predictions = new Predictions({
    values: () => this.values, ask: ask => this.current!.ask(ask), draw: () => this.draw(),
    predicted: answer => {
      this.failed.delete('prediction');
      this.prediction = answer;
      if (answer.detail === 'full') this.spoken = spokenPrediction(this.model?.target ?? '', answer);
    },
    failed: message => this.failed.set('prediction', message),
  });

  set host(host: WhatIfHost) {
    this.current = host;
    if (host.model !== this.openedFor) void this.open(host);
    else this.draw();
  }

  disconnectedCallback(): void {
    this.predictions.stop();
    if (this.openedFor) keepAnswers(this.openedFor, { changes: this.changes, changesOf: this.changesOf, nearest: this.nearest, nearestOf: this.nearestOf });
  }

  private get state(): WhatIfState {
    return this.current?.state ?? {};
  }

  private get start(): RowValues {
    return (this.model && fittingValues(this.model, this.state.start)) ?? (this.model ? typicalValues(this.model) : {});
  }

  /** Another model: everything is asked anew, and the values stay where they fit. */
  private async open(host: WhatIfHost): Promise<void> {
    this.openedFor = host.model;
    this.model = this.prediction = this.original = this.changes = this.nearest = undefined;
    this.failed.clear();
    this.draw();
    const model = await this.request('model', { kind: 'model' }) as WhatIfModel | undefined;
    if (!model || this.openedFor !== host.model) return;
    this.model = model;
    const kept = fittingValues(model, this.state.values);
    if (kept) this.use(kept, false, keptAnswers(host.model, kept));
    else await this.startFrom(this.state.row ?? 1, true);
  }

  private async request(slot: Slot, ask: WhatIfAsk): Promise<WhatIfAnswer | undefined> {
    this.busy.add(slot);
    this.failed.delete(slot);
    this.draw();
    const answer = await this.current!.ask(ask).catch((): WhatIfFailure => ({ kind: 'failed', message: t('The model could not be asked.') }));
    this.busy.delete(slot);
    if (answer.kind === 'failed' && !answer.superseded) this.failed.set(slot, answer.message);
    this.draw();
    return answer.kind === 'failed' ? undefined : answer;
  }

  /** `quietly`: typical values will do where the row cannot be read. */
  private async startFrom(row: number, quietly = false): Promise<void> {
    const answer = await this.request('row', { kind: 'row', row }) as WhatIfRow | undefined;
    this.withoutRow = undefined;
    if (answer) {
      this.keep({ row, start: answer.values, actual: answer.actual ?? null, values: answer.values });
      this.use(answer.values, true);
    } else if (quietly) {
      // Nobody asked for this row: that the file is gone is no fault, the model can be asked all the same.
      this.withoutRow = this.failed.get('row');
      this.startTypical();
    }
  }

  private startTypical(): void {
    const values = typicalValues(this.model!);
    this.failed.delete('row');
    this.keep({ row: undefined, start: values, actual: undefined, values });
    this.use(values, true);
  }

  private keep(change: { readonly [K in keyof WhatIfState]?: WhatIfState[K] | undefined }): void {
    const next = { ...this.state, ...change };
    for (const key of Object.keys(next) as (keyof WhatIfState)[]) if (next[key] === undefined) delete (next as { [K in keyof WhatIfState]?: unknown })[key];
    this.current?.change(next as WhatIfState);
  }

  /** Takes values over as a whole, with answers that were found before. */
  private use(values: RowValues, isStart = false, found: KeptAnswers = {}): void {
    Object.assign(this, { values, ...found });
    if (isStart || !this.original) void this.predictStart();
    if (!isStart) this.keep({ values });
    this.predictions.predict('quick');
    this.predictions.settled();
  }

  /** What the row as it is would be predicted as, for comparison. */
  private async predictStart(): Promise<void> {
    const answer = await this.current!.ask({ kind: 'prediction', values: this.start, detail: 'quick' }).catch(() => undefined);
    this.original = answer?.kind === 'prediction' ? answer : undefined;
    if (this.original && !this.state.goal && this.model) this.keep({ goal: firstGoal(this.model, this.original.value) });
    this.draw();
  }

  private set(name: string, value: CellValue, done: boolean): void {
    if (!Object.is(this.values[name], value)) {
      this.values = { ...this.values, [name]: value };
      this.predictions.predict('quick');
    }
    if (done) this.keep({ values: this.values });
    this.predictions.settled();
    this.draw();
  }

  private async search(): Promise<void> {
    const { values, openedFor: of } = this;
    this.changes = undefined;
    const { fixed = [], directions = {} } = this.state;
    const known = new Set(this.model!.features.map(feature => feature.name));
    const answer = await this.request('changes', {
      kind: 'changes', values, goal: this.goal, immutable: fixed.filter(name => known.has(name)), directions: Object.fromEntries(Object.entries(directions).filter(([name]) => known.has(name))),
    });
    if (answer?.kind === 'changes' && this.openedFor === of) [this.changes, this.changesOf] = [answer, values];
    this.draw();
  }

  private async cancelSearch(): Promise<void> {
    await this.current!.ask({ kind: 'stop' }).catch((error: unknown) => console.error(error));
    await this.searching;
    // The button that was pressed is gone: the keyboard goes on where the search was started.
    this.querySelector<HTMLElement>('[data-what-if="changes"] [type="submit"]')?.focus();
  }

  private async readNearest(): Promise<void> {
    const { values, openedFor: of } = this;
    const answer = await this.request('nearest', { kind: 'nearest', values });
    if (answer?.kind !== 'nearest' || this.openedFor !== of) return;
    [this.nearest, this.nearestOf] = [answer, values];
    this.draw();
  }

  private get goal(): Goal {
    return fittingGoal(this.model!, this.state.goal, this.original?.value);
  }

  private draw(): void {
    render(this.view(), this);
  }

  private view(): TemplateResult {
    const { model } = this;
    const fault = this.failed.get('model');
    if (fault !== undefined) return html`<p class="section-fault" role="alert">${shortenSentence(fault)}</p>`;
    if (!model || !this.current) return html`<p class="muted" role="status">${t('Reading the model…')}</p>`;
    const apply = (values: RowValues): void => this.use(values);
    return html`
      ${startForm({
        rows: model.rows, row: this.state.row, busy: this.busy.has('row'), failed: this.failed.get('row'), withoutRow: this.withoutRow,
        startFrom: row => void this.startFrom(row), typical: () => this.startTypical(), reset: () => this.use(this.start),
      })}
      <div class="what-if">
        <section class="card what-if-controls" aria-labelledby="what-if-values">
          <div class="card-head"><h2 id="what-if-values">${t('Values')}</h2></div>
          ${model.features.map((feature, i) => featureControl(feature, i, {
            values: this.values, start: this.start, fixed: this.state.fixed ?? [], directions: this.state.directions ?? {}, takesMissing: model.takesMissing,
            set: (name, value, done) => this.set(name, value, done), fix: (name, on) => this.fix(name, on), direct: (name, way) => this.direct(name, way),
          }))}
        </section>
        <div class="what-if-answer">
          ${predictionCard(model, {
            prediction: this.prediction, before: this.original, failed: this.failed.get('prediction'), spoken: this.spoken, actual: this.state.row === undefined ? undefined : this.state.actual,
          })}
          ${this.waterfall()}
        </div>
      </div>
      <div class="cards">
        ${this.prediction ? changesView({
          model, goal: this.goal, answer: this.changes, busy: this.busy.has('changes'), failed: this.failed.get('changes'), stale: this.changesOf !== this.values,
          aim: goal => this.keep({ goal }), search: () => { this.searching = this.search(); }, cancel: () => void this.cancelSearch(), apply,
        }) : nothing}
        ${nearestView({
          model, values: this.values, answer: this.nearest, busy: this.busy.has('nearest'), failed: this.failed.get('nearest'), stale: this.nearestOf !== this.values,
          read: () => void this.readNearest(), apply,
        })}
      </div>`;
  }

  private waterfall(): TemplateResult | typeof nothing {
    const section = this.prediction?.contributions;
    const { report, card, changeCard, copy } = this.current!;
    return section ? sectionCard(section, { report, state: card, domId: 'what-if-contributions', wide: false, change: changeCard, copy }) : nothing;
  }

  private fix(name: string, on: boolean): void {
    const { fixed = [] } = this.state;
    this.keep({ fixed: on ? [...fixed.filter(one => one !== name), name] : fixed.filter(one => one !== name) });
  }

  private direct(name: string, way: Direction | undefined): void {
    const { [name]: _old, ...rest } = this.state.directions ?? {};
    this.keep({ directions: way ? { ...rest, [name]: way } : rest });
  }
}

if (!customElements.get('unveil-what-if')) customElements.define('unveil-what-if', UnveilWhatIf);
