/** From a table and the parts of its columns to transitions: states, actions and episodes as whole numbers. */
import { UserError } from '../../protocol/errors';
import type { Note } from '../../protocol/profile';
import { nearest } from '../data/nearest';
import { findColumn, type Column, type Table } from '../data/table';
import { codeTogether, doneFlags, rewardNumbers } from './cells';
import { episodesOf, type EpisodeInput } from './episodes';
import type { Experience, StateSpace } from './experience';
import { followingRows } from './followingRows';
import type { ExperienceColumns } from '../../protocol/recipe';
import { roleColumns, type ReadOptions } from './roles';
import { codeFields, type CodedField } from './stateFields';
import { stateLinks } from './stateLinks';
import { numberTuples } from './tuples';

/** Estimates hold an array of states × actions in some places. */
const mostPairs = 5e7;

/**
 * Reads a log. `sourceRows`: 0-based rows of the file that the table's rows came from, where that is a sample.
 * Throws UserError: 'unknownColumn', 'badFeatures' (a column cannot play its part), 'noRows' (nothing is left), 'badOption'.
 */
export function readExperience(table: Table, roles: ExperienceColumns, options: ReadOptions = {}, sourceRows?: Int32Array): Experience {
  checkRoles(table, roles, sourceRows);
  const notes: Note[] = [];
  const column = (name: string): Column => findColumn(table, name)!;
  const rewards = rewardNumbers(column(roles.reward), notes);
  const given = roles.done === undefined ? undefined : doneFlags(column(roles.done), notes);
  const fields = codeFields(roles.states.map(column), roles.nextStates.map(column), options, notes);
  const actions = codeTogether([column(roles.action)]);
  // Whether episodes look cut off must not depend on how finely states are told apart.
  const coarse = (): CodedField[] => (options.bins === undefined && options.binning !== 'width' ? fields : codeFields(roles.states.map(column), [], {}, []));
  const inferred = roles.nextStates.length > 0 ? undefined : followingRows(table, roles, given, pairNumbers(coarse(), actions), notes);
  const done = inferred?.done ?? given;
  const rows = table.rows;
  // States before and, behind them, after the action: numbered together.
  const sizes = fields.map(({ field }) => field.labels.length);
  const numbered = numberTuples(fields.map(field => joined(field.before, inferred ? gathered(field.before, inferred.following) : field.after!)), sizes);
  const before = numbered.ids.subarray(0, rows);
  const after = numbered.ids.subarray(rows);
  const cut = inferred?.cut;
  const drops: [string, (row: number) => boolean][] = [
    ['a cell of the state is missing', row => before[row]! < 0],
    [`the action "${roles.action}" is missing`, row => actions.codes[0]![row]! < 0],
    [`the reward "${roles.reward}" is missing`, row => Number.isNaN(rewards[row]!)],
    [`"${roles.done}" is missing`, row => done !== undefined && done[row]! < 0],
    [`it is the last of ${roles.episode === undefined && roles.order === undefined && done === undefined ? 'the log' : 'its episode, which has not ended'}, so the next state is not known`, row => cut !== undefined && cut[row] === 1],
    ['a cell of the next state is missing and the episode has not ended', row => after[row]! < 0 && done?.[row] !== 1],
  ];
  const { kept, dropped } = keep(rows, drops);
  if (kept.length === 0) {
    const why = dropped.map(d => `${d.reason}: ${d.rows}`).join('; ');
    throw new UserError('noRows', `No row of the log can be used${why === '' ? '' : ` (left out because ${why})`}.`);
  }
  notes.push(...dropped.map(d => ({ kind: 'dropped' as const, text: `${d.rows} of ${rows} rows were left out: ${d.reason}.` })));
  const space = usedStates(fields.map(f => f.field), fields.map(f => joined(f.before, f.after ?? f.before)), numbered, before, after, kept, inferred?.following, rows);
  const chosen = usedCodes(actions.codes[0]!, actions.labels, kept);
  if (space.states.count * chosen.labels.length > mostPairs) {
    throw new UserError('badOption', `${space.states.count} states and ${chosen.labels.length} actions are too many for a table; ask for bins, or name fewer columns as the state.`);
  }
  const input: EpisodeInput = { roles, table, kept, state: space.before, next: space.after, done: Uint8Array.from(kept, row => (done?.[row] === 1 ? 1 : 0)), following: inferred?.following,
    sameState: stateLinks(fields, roles.states.map(column), roles.nextStates.map(column)) };
  const episodes = episodesOf(input, notes);
  return {
    roles, size: kept.length, state: space.before, action: chosen.codes, reward: Float64Array.from(kept, row => rewards[row]!), next: space.after, done: input.done,
    sourceRow: sourceRows ? kept.map(row => sourceRows[row]!) : kept, states: space.states, actions: chosen.labels, ...(episodes && { episodes }), notes,
    assumed: inferred?.assumed ?? [], dropped, rows,
  };
}

/** A number for the state and action of each row, for comparison alone. */
function pairNumbers(fields: readonly CodedField[], actions: { readonly codes: Int32Array[]; readonly labels: readonly string[] }): Int32Array {
  return numberTuples([...fields.map(({ before }) => before), actions.codes[0]!], [...fields.map(({ field }) => field.labels.length), actions.labels.length]).ids;
}

function checkRoles(table: Table, roles: ExperienceColumns, sourceRows: Int32Array | undefined): void {
  const { states, nextStates } = roles;
  if (states.length === 0) throw new UserError('badFeatures', 'Name at least one column as the state.');
  if (nextStates.length > 0 && nextStates.length !== states.length) {
    throw new UserError('badFeatures', `The state has ${states.length} columns but the next state has ${nextStates.length}; both need the same columns, in the same order.`);
  }
  for (const name of roleColumns(roles)) {
    if (findColumn(table, name)) continue;
    const near = nearest(name, table.columns.map(column => column.name), 1)[0];
    throw new UserError('unknownColumn', `The log has no column "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`, { column: name });
  }
  const parts = [...states, roles.action, roles.reward, ...nextStates, ...(roles.done === undefined ? [] : [roles.done])];
  const twice = parts.find((name, i) => parts.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError('badFeatures', `The column "${twice}" was given two parts; state, action, reward, next state and done have to be different columns.`, { column: twice });
  if (table.rows === 0) throw new UserError('noRows', 'The log has no rows.');
  if (nextStates.length === 0 && sourceRows) {
    throw new UserError('badOption', 'The log names no next state, so it has to be read whole and not as a sample of rows: the next state is that of the following row.');
  }
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** values[places[i]], and -1 where the place is. */
function gathered(values: Int32Array, places: Int32Array): Int32Array {
  return places.map(place => (place < 0 ? -1 : values[place]!));
}

function keep(rows: number, drops: readonly [string, (row: number) => boolean][]): { kept: Int32Array; dropped: { reason: string; rows: number }[] } {
  const bad = new Uint8Array(rows);
  const dropped: { reason: string; rows: number }[] = [];
  let left = rows;
  for (const [reason, isBad] of drops) {
    let found = 0;
    for (let row = 0; row < rows; row++) if (bad[row] === 0 && isBad(row)) { bad[row] = 1; found++; }
    if (found > 0) dropped.push({ reason, rows: found });
    left -= found;
  }
  const kept = new Int32Array(left);
  for (let row = 0, k = 0; row < rows; row++) if (bad[row] === 0) kept[k++] = row;
  return { kept, dropped };
}

/** Renumbers the states that kept rows speak of. */
function usedStates(
  fields: StateSpace['fields'], codes: readonly Int32Array[], numbered: { count: number; example: Int32Array }, before: Int32Array, after: Int32Array, kept: Int32Array,
  following: Int32Array | undefined, rows: number,
): { states: StateSpace; before: Int32Array; after: Int32Array } {
  const place = new Int32Array(numbered.count).fill(-1);
  for (const row of kept) {
    place[before[row]!] = 0;
    if (after[row]! >= 0) place[after[row]!] = 0;
  }
  let count = 0;
  for (let id = 0; id < place.length; id++) if (place[id] === 0) place[id] = count++;
  const table = new Int32Array(count * fields.length);
  for (let id = 0; id < place.length; id++) {
    if (place[id]! < 0) continue;
    const found = numbered.example[id]!;
    const from = following && found >= rows ? following[found - rows]! : found;
    for (let f = 0; f < fields.length; f++) table[place[id]! * fields.length + f] = codes[f]![from]!;
  }
  const renumbered = (ids: Int32Array): Int32Array => {
    const numbers = new Int32Array(kept.length);
    for (let k = 0; k < kept.length; k++) numbers[k] = ids[kept[k]!]! < 0 ? -1 : place[ids[kept[k]!]!]!;
    return numbers;
  };
  return { states: { fields, count, codes: table }, before: renumbered(before), after: renumbered(after) };
}

/** Actions that kept rows speak of. */
function usedCodes(codes: Int32Array, labels: readonly string[], kept: Int32Array): { codes: Int32Array; labels: string[] } {
  const place = new Int32Array(labels.length).fill(-1);
  for (const row of kept) place[codes[row]!] = 0;
  const used = labels.filter((_, code) => place[code] === 0);
  for (let code = 0, next = 0; code < place.length; code++) if (place[code] === 0) place[code] = next++;
  return { codes: kept.map(row => place[codes[row]!]!), labels: used };
}
