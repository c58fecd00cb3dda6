/** A learned policy as plain JSON, and what it says of the states in the rows of another table. */
import { parsePlain } from '../data/numberText';
import { findColumn, type Column, type Table } from '../data/table';
import { anyOf, anyWillDo } from './anyAction';
import { numbersOf } from './cells';
import type { Experience, StateField } from './experience';
import { nearestActions, type FittedModel } from './fittedModel';
import type { PolicyResult } from './learnPolicy';
import { binOf } from './stateFields';

export interface PolicyModel {
  readonly fields: readonly StateField[];
  readonly actions: readonly string[];
  /** states × fields, row-major. */
  readonly codes: readonly number[];
  /** One a state; an action of -1: the log never leaves the state. */
  readonly action: readonly number[];
  readonly value: readonly number[];
  readonly visits: readonly number[];
  /** Visits of the action, and probability that it, or one as good, is best. */
  readonly support: readonly number[];
  readonly certainty: readonly number[];
  /** Of states in which all actions of the log are worth the same: these actions, by the state's number; absent where there are none. */
  readonly any?: Readonly<Record<string, readonly number[]>>;
  readonly certainFrom: number;
  readonly fewestVisits: number;
  /** Values between the states of the log; in place of bins. */
  readonly fitted?: FittedModel;
}

export function policyModel({ states: space, actions }: Experience, { states, options }: PolicyResult): PolicyModel {
  const place = new Map(actions.map((name, a) => [a, name]));
  const any = states.flatMap((state, s): [number, number[]][] => (anyWillDo(state) ? [[s, state.actions.map(({ action }) => action).sort((a, b) => a - b)]] : []));
  return {
    fields: space.fields, actions, codes: [...space.codes], action: states.map(({ greedy }) => (greedy !== undefined && place.has(greedy) ? greedy : -1)),
    value: states.map(({ value }) => value), visits: states.map(({ visits }) => visits), support: states.map(({ support }) => support),
    certainty: states.map(({ certainty }) => certainty), ...(any.length > 0 && { any: Object.fromEntries(any) }), certainFrom: options.certainFrom, fewestVisits: options.fewestVisits,
  };
}

/** 'no difference': all actions of the log are worth the same. 'outside': a number beyond all of the log's; the action is that of the last bin. */
export type Support = 'supported' | 'no difference' | 'uncertain' | 'few visits' | 'end' | 'outside' | 'not in the log' | 'missing cell';

export interface Decision {
  readonly action?: string;
  readonly value?: number;
  readonly certainty?: number;
  readonly visits: number;
  readonly support: Support;
  /** Of the fitted values: mean distance of the neighbours, in standard deviations. */
  readonly distance?: number;
}

/** What the policy says of each row. Throws UserError 'badFeatures' where a column of the state holds words in place of numbers that were cut into bins. */
export function decide(model: PolicyModel, table: Table): (row: number) => Decision {
  return deciderOf(model)(table);
}

/** The same for one table after another: the states are looked up in one index. */
export function deciderOf(model: PolicyModel): (table: Table) => (row: number) => Decision {
  const width = model.fields.length;
  const places = new Map<string, number>();
  for (let s = 0; s < model.action.length; s++) places.set(model.codes.slice(s * width, (s + 1) * width).join(' '), s);
  return table => {
    const columns = model.fields.map(field => findColumn(table, field.name)!);
    const readers = model.fields.map((field, f) => codeReader(field, columns[f]!));
    const beyond = model.fields.map((field, f) => beyondRange(field, columns[f]!));
    const nearest = model.fitted && nearestActions(model.fitted, table);
    return row => {
      const codes = readers.map(read => read(row));
      if (codes.includes(missing)) return { visits: 0, support: 'missing cell' };
      const s = places.get(codes.join(' '));
      const plain = s === undefined ? ({ visits: 0, support: 'not in the log' } as const) : decisionOf(model, s, beyond.some(is => is(row)));
      const found = nearest?.(row);
      if (!found) return plain;
      return { action: model.actions[found.action]!, value: found.value, distance: found.distance, visits: plain.visits, support: plain.support };
    };
  };
}

function decisionOf(model: PolicyModel, s: number, outside: boolean): Decision {
  const [action, visits, certainty] = [model.action[s]!, model.visits[s]!, model.certainty[s]!];
  if (action < 0) return { value: model.value[s]!, visits, support: 'end' };
  const any = model.any?.[s];
  if (any && !outside) return { action: anyOf(any.map(a => model.actions[a]!)), value: model.value[s]!, certainty, visits, support: 'no difference' };
  const support = outside ? 'outside' : model.support[s]! < model.fewestVisits ? 'few visits' : certainty < model.certainFrom ? 'uncertain' : 'supported';
  return { action: model.actions[action]!, value: model.value[s]!, certainty, visits, support };
}

const missing = -1;
const unknown = -2;

function beyondRange({ range }: StateField, column: Column): (row: number) => boolean {
  if (!range) return () => false;
  const values = numbersOf(column);
  return row => values[row]! < range[0] || values[row]! > range[1];
}

/** Code of the field in a row; -1 where the cell is missing, -2 where the log has no such value. */
function codeReader(field: StateField, column: Column): (row: number) => number {
  if (field.edges) {
    const edges = field.edges;
    const values = numbersOf(column);
    return row => (Number.isNaN(values[row]!) ? missing : binOf(edges, values[row]!));
  }
  const byNumber = field.values && new Map(field.values.map((value, code) => [value, code]));
  const byText = new Map(field.labels.map((label, code) => [label, code]));
  const ofText = (text: string): number => byText.get(text) ?? (byNumber && byNumber.get(parsePlain(text) ?? NaN)) ?? unknown;
  if (column.storage === 'code') {
    const codes = column.levels.map(ofText);
    return row => (column.codes[row]! < 0 ? missing : codes[column.codes[row]!]!);
  }
  return row => {
    const value = column.values[row]! + 0;
    return Number.isNaN(value) ? missing : byNumber?.get(value) ?? byText.get(String(value)) ?? unknown;
  };
}
