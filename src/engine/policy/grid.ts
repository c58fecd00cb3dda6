/** A policy as a grid with arrows, where states are two whole numbers. */
import type { Experience, StateField } from './experience';
import type { Mdp } from './mdp';
import type { Solution } from './solve';

export type Arrow = 'left' | 'right' | 'up' | 'down' | 'upLeft' | 'upRight' | 'downLeft' | 'downRight' | 'stay';

export interface PolicyGrid {
  /** State columns across and down, and their values: across from left to right, down from top to bottom. */
  readonly across: string;
  readonly down: string;
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** Row-major, one a cell of the grid. Null where the log does not show the state. */
  readonly cells: readonly (GridCell | null)[];
  /** Arrow of each action; null where the log does not show a direction. */
  readonly arrows: readonly (Arrow | null)[];
}

export interface GridCell {
  readonly state: number;
  readonly value: number;
  /** Index of the greedy action; absent where the state is never left. */
  readonly action?: number;
  /** Actions that are as good as the greedy one, itself included. */
  readonly best: readonly number[];
  readonly visits: number;
}

const mostSide = 100;

/** Undefined unless the state is two columns of whole numbers that span at most 100 each. */
export function policyGrid(experience: Experience, mdp: Mdp, solution: Solution, tieWidth: number): PolicyGrid | undefined {
  const { fields } = experience.states;
  if (fields.length !== 2 || !fields.every(whole)) return undefined;
  // Columns named y or row run down; y grows upwards, rows grow downwards.
  const downField = isDown(fields[0]!.name) && !isDown(fields[1]!.name) ? 0 : 1;
  const upwards = /^(?:y|.*[_ ]y|north|height|lat.*)$/i.test(fields[downField]!.name);
  const across = side(fields[1 - downField]!);
  const down = side(fields[downField]!);
  if (upwards) down.reverse();
  const cells: (GridCell | null)[] = new Array<GridCell | null>(across.length * down.length).fill(null);
  for (let s = 0; s < experience.states.count; s++) {
    const value = (f: number): number => fields[f]!.values![experience.states.codes[2 * s + f]!]!;
    cells[down.indexOf(value(downField)) * across.length + across.indexOf(value(1 - downField))] = cellOf(mdp, solution, s, tieWidth);
  }
  return { across: fields[1 - downField]!.name, down: fields[downField]!.name, columns: across, rows: down, cells, arrows: arrowsOf(experience, downField, upwards) };
}

function whole(field: StateField): boolean {
  const { values } = field;
  return values !== undefined && !field.edges && values.length > 0 && values.every(Number.isInteger) && Math.max(...values) - Math.min(...values) < mostSide;
}

function isDown(name: string): boolean {
  return /^(?:y|r|i|row|rows|.*[_ ]y|.*[_ ]row|north|height|lat.*)$/i.test(name);
}

function side(field: StateField): number[] {
  const low = Math.min(...field.values!);
  return Array.from({ length: Math.max(...field.values!) - low + 1 }, (_, i) => low + i);
}

function cellOf(mdp: Mdp, { v, q, greedy }: Solution, s: number, width: number): GridCell {
  const best: number[] = [];
  let visits = 0;
  for (let p = mdp.stateStart[s]!; p < mdp.stateStart[s + 1]!; p++) {
    visits += mdp.visits[p]!;
    if (q[p]! >= v[s]! - width) best.push(mdp.pairAction[p]!);
  }
  return { state: s, value: v[s]!, ...(greedy[s]! >= 0 && { action: mdp.pairAction[greedy[s]!]! }), best, visits };
}

/** So many times as far along one axis as along the other is straight; less is diagonal. */
const straight = 2;

/**
 * Direction of an action: the mean displacement of its transitions, all states counting alike, so that slipping to either side cancels out. Null where that is less than a
 * tenth of a cell; 'stay' where the action never moves.
 */
function arrowsOf(experience: Experience, downField: number, upwards: boolean): (Arrow | null)[] {
  const { states, actions, size, state, action, next } = experience;
  const value = (s: number, f: number): number => states.fields[f]!.values![states.codes[2 * s + f]!]!;
  const cells = states.count * actions.length;
  const [right, down, count] = [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)];
  for (let i = 0; i < size; i++) {
    if (next[i]! < 0) continue;
    const at = action[i]! * states.count + state[i]!;
    right[at]! += value(next[i]!, 1 - downField) - value(state[i]!, 1 - downField);
    down[at]! += (value(next[i]!, downField) - value(state[i]!, downField)) * (upwards ? -1 : 1);
    count[at]!++;
  }
  return actions.map((_, a) => {
    let [x, y, moved, known] = [0, 0, 0, 0];
    for (let at = a * states.count; at < (a + 1) * states.count; at++) {
      if (count[at] === 0) continue;
      known++;
      x += right[at]! / count[at]!;
      y += down[at]! / count[at]!;
      moved += Math.abs(right[at]!) + Math.abs(down[at]!);
    }
    if (known === 0) return null;
    return moved === 0 ? 'stay' : direction(x / known, y / known);
  });
}

function direction(x: number, y: number): Arrow | null {
  if (Math.max(Math.abs(x), Math.abs(y)) < 0.1) return null;
  if (Math.abs(x) > straight * Math.abs(y)) return x > 0 ? 'right' : 'left';
  if (Math.abs(y) > straight * Math.abs(x)) return y > 0 ? 'down' : 'up';
  return y > 0 ? (x > 0 ? 'downRight' : 'downLeft') : x > 0 ? 'upRight' : 'upLeft';
}
