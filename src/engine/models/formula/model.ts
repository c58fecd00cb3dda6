/** A recovered formula as a model: predictions, intervals by the delta method, effects, and its section of the report. */
import type { Note } from '../../../protocol/profile';
import type { Effect, Weight } from '../../../protocol/effects';
import type { FitSection } from '../../../protocol/performanceSections';
import type { Section } from '../../../protocol/report';
import { encodeRows } from '../../data/design';
import { describeTerms, type Encoding } from '../../data/encoding/encoding';
import type { Table } from '../../data/table';
import { variablesOf, type Expression } from '../../formula/expression';
import { structureKey } from '../../formula/key';
import { formulaText } from '../../formula/print/text';
import { Evaluator } from '../../formula/values';
import { tFactor } from '../../math/distributions';
import { LinearModel } from '../linear/model';
import type { AdditiveParts, BesideModel, IntervalPrediction, Model, Prediction } from '../model';
import { EncodingTally } from '../shared/encodingTally';
import type { InputTally } from '../shared/inputTally';
import { gridTable, shownGrid } from '../shared/typical';
import { formulaSection } from './section';
import { writeState, type FormulaState } from './state';

/** Rows whose design is made at a time. */
const block = 65_536;

interface Computed { readonly values: Float64Array; readonly derivatives: readonly Float64Array[]; readonly without: Uint8Array; readonly missing: Uint8Array }

export class FormulaModel implements Model {
  readonly family = 'formula';
  readonly task = 'regression';
  readonly title: string;
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  /** Where no formula is as good: the linear model, which then makes all predictions. */
  readonly linear?: LinearModel;
  /** Predicts rows in which a column of the formula is missing. */
  private readonly incomplete?: LinearModel;

  constructor(public state: FormulaState, readonly beside?: BesideModel) {
    this.linear = state.linear && new LinearModel(state.linear);
    this.incomplete = state.incomplete && new LinearModel(state.incomplete);
    this.title = this.linear ? 'Formula (linear regression)' : 'Formula';
    this.features = (this.linear ?? this.incomplete)?.features ?? state.encoding.columns.map(column => column.name);
    this.notes = state.notes;
  }

  get expression(): Expression {
    return this.state.candidates[this.state.chosen]!.expression;
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    if (this.linear) return this.linear.predict(table, rows);
    const { values } = this.compute(table, rows, false);
    return { rows: values.length, mean: values };
  }

  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    if (this.linear) return this.linear.predictIntervals(table, level, rows);
    const { values: mean, half } = this.halves(table, level, rows, true);
    if (!half) return { rows: mean.length, mean };
    return { rows: mean.length, mean, low: mean.map((v, i) => v - half[i]!), high: mean.map((v, i) => v + half[i]!), intervalKind: 'prediction interval' };
  }

  inputTally(): InputTally {
    if (this.linear) return this.linear.inputTally();
    const own = this.incomplete?.inputTally() ?? new EncodingTally(this.state.encoding);
    let count = 0;
    return {
      add: (table, rows) => {
        own.add(table, rows);
        count += this.compute(table, rows, false).without.reduce((sum, flag) => sum + flag, 0);
      },
      notes: () => {
        const text = `The formula has no value in ${count} ${count === 1 ? 'row' : 'rows'}; the mean of ${this.state.target} is predicted there.`;
        return [...own.notes(), ...(count > 0 ? [{ kind: 'warning' as const, text }] : [])];
      },
    };
  }

  toJSON(): unknown {
    return writeState(this.state);
  }

  weights(level: number): Weight[] {
    return this.linear?.weights(level) ?? [];
  }

  get weightsInfo(): Model['weightsInfo'] {
    return this.linear?.weightsInfo;
  }

  additiveParts(table: Table, rows?: Int32Array): AdditiveParts | undefined {
    return this.linear?.additiveParts(table, rows);
  }

  fitStatistics(): FitSection['values'] {
    const { candidates, chosen, searched, sigma, judgement } = this.state;
    const { r2, complexity } = candidates[chosen]!;
    return [
      { label: 'R²', value: r2 }, { label: 'Nodes of the formula', value: complexity }, { label: 'Residual standard deviation', value: this.linear?.state.sigma ?? sigma },
      ...(judgement.formula === undefined ? [] : [{ label: 'R² of the best formula, its numbers fitted without the rows', value: judgement.formula }]),
      ...(judgement.linear === undefined ? [] : [{ label: 'R² of the linear model, fitted without the rows', value: judgement.linear }]),
      ...(judgement.flexible === undefined ? [] : [{ label: 'R² of a boosting machine, fitted without the rows', value: judgement.flexible }]),
      ...(searched.seconds > 0 ? [{ label: 'Seconds of the search', value: Number(searched.seconds.toPrecision(3)) }] : []),
    ];
  }

  effects(level: number): Effect[] {
    if (this.linear) return this.linear.effects(level);
    const used = new Set(variablesOf(this.expression).map(index => this.state.variables[index]!.column));
    const { typical } = this.state;
    return typical.filter(column => used.has(column.name) && column.grid.length > 0).map(column => {
      const table = gridTable(typical, column);
      const { values, half } = this.halves(table, level, undefined, false);
      const outer = this.halves(table, level, undefined, true).half;
      const band = (by: Float64Array, sign: number): number[] => Array.from(values, (v, i) => v + sign * by[i]!);
      return {
        feature: column.name, kind: 'adjusted', grid: shownGrid(column), effect: Array.from(values),
        ...(half && { low: band(half, -1), high: band(half, 1) }), ...(outer && { predictionLow: band(outer, -1), predictionHigh: band(outer, 1) }),
      };
    });
  }

  /** `columns`: those of the file, for cells of a spreadsheet. */
  inside(level: number, columns?: readonly string[]): Section[] {
    return [formulaSection(this.state, level, columns ?? this.features)];
  }

  /** The formula as text. */
  get text(): string {
    const { variables, linearVariables, candidates, chosen } = this.state;
    return formulaText(this.expression, [...variables, ...linearVariables].map(({ name }) => name), { standardErrors: candidates[chosen]!.standardErrors });
  }

  /**
   * What the folds measured: R² on rows that had no part in finding or fitting a formula, by structure. Says so where they chose
   * another formula than this one, for the held-out figures are then not of its shape.
   */
  setMeasured(folds: readonly FormulaModel[], r2: ReadonlyMap<string, number>): void {
    const own = structureKey(this.expression);
    const others = folds.filter(fold => fold.linear !== undefined ? this.linear === undefined : structureKey(fold.expression) !== own);
    const [first] = others;
    const what = first?.linear ? 'took the linear model instead' : `chose another formula, ${this.state.target} = ${first?.text ?? ''}`;
    const which = folds.length === 1 ? 'The search without the held-out rows' : `${others.length} of the ${folds.length} searches without the held-out rows chose otherwise; the first of them`;
    const warnings = first ? [`${which} ${what}; held-out figures are of what was chosen without the held-out rows.`] : [];
    const candidates = this.state.candidates.map(candidate => {
      const known = r2.get(structureKey(candidate.expression));
      return known === undefined ? candidate : { ...candidate, heldOutR2: known };
    });
    this.state = { ...this.state, candidates, warnings: [...this.state.warnings, ...warnings] };
  }

  /** Half-widths of intervals of the formula's own value, which its numbers' uncertainty makes; NaN where that is not known. */
  parameterHalves(table: Table, level: number, rows?: Int32Array): Float64Array {
    const { values, half } = this.halves(table, level, rows, false);
    return half ?? values.map(() => NaN);
  }

  /** Half-widths of intervals: g' C g of the numbers, and the noise of a new row. */
  private halves(table: Table, level: number, rows: Int32Array | undefined, noise: boolean): { values: Float64Array; half?: Float64Array } {
    const { covariance, sigma, df } = this.state;
    const { values, derivatives, missing } = this.compute(table, rows, true);
    if (!(df > 0) || !Number.isFinite(sigma)) return { values };
    const factor = tFactor(level, df);
    const m = derivatives.length;
    const half = values.map((_, i) => {
      const spread = missing[i] === 1 ? Math.max(sigma, this.incomplete?.state.sigma ?? 0) : sigma;
      let variance = noise ? spread * spread : 0;
      for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) variance += derivatives[a]![i]! * derivatives[b]![i]! * covariance[a * m + b]!;
      return factor * Math.sqrt(Math.max(0, Number.isFinite(variance) ? variance : spread * spread));
    });
    return { values, half };
  }

  private compute(table: Table, rows: Int32Array | undefined, derive: boolean): Computed {
    const { encoding, variables, otherwise } = this.state;
    const evaluator = new Evaluator(this.expression);
    const used = variablesOf(this.expression);
    const all = rows ?? Int32Array.from({ length: table.rows }, (_, i) => i);
    const values = new Float64Array(all.length);
    const without = new Uint8Array(all.length);
    const missing = new Uint8Array(all.length);
    const indicators = this.incomplete ? indicatorsOf(encoding, used.map(k => variables[k]!.column)) : [];
    const derivatives = derive ? Array.from(evaluator.numbers, () => new Float64Array(all.length)) : [];
    for (let from = 0; from < all.length; from += block) {
      const some = all.subarray(from, from + block);
      const design = encodeRows(encoding, table, some);
      const inputs = variables.map(({ design: j }) => design.data.subarray(j * some.length, (j + 1) * some.length));
      const found = derive ? evaluator.derivatives(inputs, some.length, { numbers: true }) : { values: evaluator.values(inputs, some.length), derivatives: [] };
      found.derivatives.forEach((column, k) => derivatives[k]!.set(column, from));
      for (let i = 0; i < some.length; i++) {
        if (indicators.some(j => design.data[j * some.length + i] === 1)) {
          missing[from + i] = 1;
          for (const column of derivatives) column[from + i] = 0;
          continue;
        }
        // A cell that is missing where nothing is filled in has no prediction.
        const value = found.values[i]!;
        if (Number.isFinite(value) || used.some(k => Number.isNaN(inputs[k]![i]!))) values[from + i] = Number.isFinite(value) ? value : NaN;
        else {
          values[from + i] = otherwise;
          without[from + i] = 1;
          for (const column of derivatives) column[from + i] = 0;
        }
      }
    }
    if (this.incomplete) fillIn(values, missing, places => this.incomplete!.predict(table, Int32Array.from(places, i => all[i]!)).mean!);
    return { values, derivatives, without, missing };
  }
}

/** Design columns that are 1 where one of the columns is missing. */
function indicatorsOf(encoding: Encoding, columns: readonly string[]): number[] {
  return describeTerms(encoding).flatMap((term, j) => (term.isIndicator && columns.includes(term.feature) ? [j] : []));
}

function fillIn(values: Float64Array, missing: Uint8Array, predict: (places: Int32Array) => Float64Array): void {
  const places = Int32Array.from(missing.keys()).filter(i => missing[i] === 1);
  if (places.length === 0) return;
  predict(places).forEach((value, k) => { values[places[k]!] = value; });
}
