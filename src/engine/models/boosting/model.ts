/** A fitted explainable boosting machine: link(row) = intercept + Σ terms, exactly, and everything that follows from the sum. */
import type { Note } from '../../../protocol/profile';
import type { Effect, PairShape } from '../../../protocol/effects';
import type { FitSection } from '../../../protocol/performanceSections';
import type { Section } from '../../../protocol/report';
import type { Task } from '../../../protocol/recipe';
import type { Table } from '../../data/table';
import type { AdditiveParts, IntervalPrediction, Model, Prediction, ShufflePredictor, TermParts } from '../model';
import { classProbabilities } from '../logistic/probabilities';
import { editSentence } from './edit';
import type { InputTally } from '../shared/inputTally';
import { BinTally } from './inputNotes';
import { boostedIntervals } from './intervals';
import { featureParts, termParts } from './parts';
import { insideSections } from './sections';
import { pairShapes, shapeEffects } from './shapes';
import { leanState, writeState } from './stateJson';
import type { BoostingState } from './state';
import { columnsOf, eachCell, planTerms, type FindColumn, type TermPlan } from './termCells';
import { activeTerms } from './terms';

export class BoostingModel implements Model {
  readonly family = 'ebm';
  readonly title: string;
  readonly task: Task;
  readonly classes?: readonly string[];
  readonly features: readonly string[];
  readonly notes: readonly Note[];
  readonly link?: 'log';
  readonly stopsEarly = true;
  readonly flatOutside = true;
  readonly plan: TermPlan;
  /** Terms with a score other than 0, ascending. */
  readonly active: readonly number[];

  constructor(readonly state: BoostingState) {
    this.task = state.task;
    if (state.classes) this.classes = state.classes;
    if (state.loss === 'poisson') this.link = 'log';
    this.features = state.features.map(feature => feature.name);
    const edited = editSentence(state);
    this.title = `Explainable boosting machine${edited === undefined ? '' : ', edited by hand'}`;
    this.notes = edited === undefined ? state.notes : [{ kind: 'edited', text: edited }, ...state.notes];
    this.plan = planTerms(state.features, state.terms);
    this.active = activeTerms(state);
  }

  predict(table: Table, rows?: Int32Array): Prediction {
    return this.respond(this.links(table, rows));
  }

  /** Link of each row, one array an output: the number (its logarithm for counts), log-odds of the last of two classes, or one score a class. */
  links(table: Table, rows?: Int32Array): Float64Array[] {
    const n = rows ? rows.length : table.rows;
    const links = this.state.intercept.map(value => new Float64Array(n).fill(value));
    this.add(links, this.active, columnsOf(table), n, rows);
    return links;
  }

  /** Only terms of the exchanged columns are summed anew; the sum of the others is kept for the columns that were exchanged last. */
  shufflePredictor(table: Table, rows?: Int32Array): ShufflePredictor {
    const n = rows ? rows.length : table.rows;
    const find = columnsOf(table);
    let last: { readonly key: string; readonly touched: readonly number[]; readonly rest: readonly Float64Array[] } | undefined;
    return {
      predict: replaced => {
        const byName = new Map(replaced.map(column => [column.name, column]));
        const key = JSON.stringify([...byName.keys()].sort());
        if (last?.key !== key) {
          const reads = (t: number): boolean => this.state.terms[t]!.bins.some(axis => byName.has(axis.name));
          const rest = this.state.intercept.map(value => new Float64Array(n).fill(value));
          this.add(rest, this.active.filter(t => !reads(t)), find, n, rows);
          last = { key, touched: this.active.filter(reads), rest };
        }
        const links = last.rest.map(link => link.slice());
        this.add(links, last.touched, name => byName.get(name) ?? find(name), n, rows);
        return this.respond(links);
      },
    };
  }

  private add(links: readonly Float64Array[], terms: readonly number[], find: FindColumn, n: number, rows: Int32Array | undefined): void {
    const { outputs } = this.state;
    if (terms.length === 0 || n === 0) return;
    eachCell(this.plan, terms, find, n, rows, (t, cells, from, length) => {
      const { scores } = this.state.terms[t]!;
      if (outputs === 1) {
        const link = links[0]!;
        for (let i = 0; i < length; i++) link[from + i]! += scores[cells[i]!]!;
        return;
      }
      for (let k = 0; k < outputs; k++) {
        const link = links[k]!;
        for (let i = 0; i < length; i++) link[from + i]! += scores[cells[i]! * outputs + k]!;
      }
    });
  }

  /** From the link to what is predicted. */
  respond(links: readonly Float64Array[]): Prediction {
    const rows = links[0]!.length;
    if (this.classes) return { rows, probabilities: classProbabilities(links, links.map((_, k) => k), this.classes.length) };
    return { rows, mean: this.link === 'log' ? links[0]!.map(Math.exp) : links[0]! };
  }

  /** See parts.ts: never undefined, the parts of a pair are divided between its two features. */
  additiveParts(table: Table, rows?: Int32Array, background?: Int32Array): AdditiveParts {
    return featureParts(this, table, rows, background);
  }

  termContributions(table: Table, level: number, rows?: Int32Array): TermParts {
    return termParts(this, table, level, rows);
  }

  inputTally(): InputTally {
    return new BinTally(this.state);
  }

  noted(notes: readonly Note[]): BoostingModel {
    return new BoostingModel({ ...this.state, notes: [...notes, ...this.state.notes] });
  }

  toJSON(): unknown {
    return writeState(this.state);
  }

  toLeanJSON(): unknown {
    return writeState(leanState(this.state));
  }

  fitStatistics(): FitSection['values'] {
    return this.state.statistics.map(({ name, value }) => ({ label: name, value }));
  }

  /** The main effects themselves, on the link scale. */
  effects(level: number): Effect[] {
    return shapeEffects(this.state, level);
  }

  pairShapes(level: number): PairShape[] {
    return pairShapes(this.state, level);
  }

  predictIntervals(table: Table, level: number, rows?: Int32Array): IntervalPrediction {
    return boostedIntervals(this, table, level, rows);
  }

  inside(level = 0.95): readonly Section[] {
    return insideSections(this.state, level);
  }
}

