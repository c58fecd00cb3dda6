/** known(x) + rest(all columns) as a model: the sum predicts; the report shows the formula, the shares of both and what the rest looks like. */
import type { FormulaRule } from '../../../../protocol/formula';
import type { Section } from '../../../../protocol/report';
import type { FitSection } from '../../../../protocol/performanceSections';
import type { Note } from '../../../../protocol/profile';
import type { MainShapeTerm } from '../../../../protocol/shapeSections';
import type { Table } from '../../../data/table';
import type { IntervalPrediction, Model, Prediction } from '../../model';
import type { InputTally } from '../../shared/inputTally';
import type { FormulaModel } from '../model';
import { formulaSection } from '../section';
import { greySection } from './section';
import type { Shares } from './shares';
import { restSections } from './restSections';

/** Families that the rest can be a model of. */
export type RestFamily = 'ebm' | 'neural';

export interface GreyFacts {
  readonly restFamily: RestFamily;
  /** Absent in models of folds and where the target does not vary. */
  readonly shares?: Shares;
  /** Columns that the known formula does not read and that its parameters were adjusted for. */
  readonly adjusted: readonly string[];
  /** What the rest adds along each column, where its model has no terms of its own. */
  readonly curves: readonly MainShapeTerm[];
  readonly features: readonly string[];
  /** Rules that were given about slopes, and how the sum keeps them. */
  readonly rules?: readonly FormulaRule[];
}

export class GreyBoxModel implements Model {
  readonly family = 'formula';
  readonly task = 'regression';
  readonly title: string;
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly stopsEarly?: true;

  constructor(readonly known: FormulaModel, readonly rest: Model, public facts: GreyFacts) {
    this.title = `Formula and ${rest.title.toLowerCase()}`;
    this.features = facts.features;
    this.notes = [...known.notes, ...rest.notes];
    if (rest.stopsEarly) this.stopsEarly = true;
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    const { known, rest } = this.parts(table, rows);
    return { rows: known.length, mean: known.map((v, i) => v + rest[i]!) };
  }

  /** What each part predicts. */
  parts(table: Table, rows?: Int32Array): { readonly known: Float64Array; readonly rest: Float64Array } {
    return { known: this.known.predict(table, rows).mean!, rest: this.rest.predict(table, rows).mean! };
  }

  /** The rest's interval of a new observation, widened by the uncertainty of the formula's parameters (as if the rest did not make up for it). */
  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    const own = this.rest.predictIntervals?.(table, level, rows);
    const { known, rest } = this.parts(table, rows);
    const mean = known.map((v, i) => v + rest[i]!);
    if (!own?.low || !own.high) return { rows: mean.length, mean };
    const half = this.known.parameterHalves(table, level, rows);
    const [low, high] = [own.low, own.high];
    const wider = (distance: number, i: number): number => Math.sqrt(Math.max(0, distance) ** 2 + (half[i] ?? 0) ** 2);
    return {
      rows: mean.length, mean, low: mean.map((v, i) => v - wider(rest[i]! - low[i]!, i)), high: mean.map((v, i) => v + wider(high[i]! - rest[i]!, i)),
      intervalKind: 'prediction interval',
    };
  }

  inputTally(): InputTally {
    const parts = [this.known.inputTally(), this.rest.inputTally?.()];
    return {
      add: (table, rows) => parts.forEach(part => part?.add(table, rows)),
      notes: () => {
        const all = parts.flatMap(part => part?.notes() ?? []);
        return all.filter((note, k) => all.findIndex(({ text }) => text === note.text) === k);
      },
    };
  }

  toJSON(): unknown {
    return this.written(this.rest.toJSON());
  }

  toLeanJSON(): unknown {
    return this.written(this.rest.toLeanJSON?.() ?? this.rest.toJSON());
  }

  private written(rest: unknown): unknown {
    return { ...(this.known.toJSON() as object), rest: { ...this.facts, model: rest } };
  }

  fitStatistics(): FitSection['values'] {
    const { candidates, chosen, sigma } = this.known.state;
    const { r2, complexity } = candidates[chosen]!;
    return [
      { label: 'R² of the known part beside a constant', value: r2 }, { label: 'Nodes of the known formula', value: complexity },
      { label: 'Standard deviation of what the known part leaves', value: sigma }, ...(this.rest.fitStatistics?.() ?? []).map(({ label, value }) => ({ label: `${label}, rest`, value })),
    ];
  }

  inside(level: number, columns?: readonly string[]): Section[] {
    const { state } = this.known;
    const section = formulaSection(state, level, columns ?? this.features);
    return [greySection(section, state, this.facts, this.rest.title), ...restSections(this.rest, this.facts.curves, state.target, level)];
  }

  /** What was measured on rows that the fits did not see. */
  setShares(shares: Shares | undefined): void {
    if (shares) this.facts = { ...this.facts, shares };
  }
}
