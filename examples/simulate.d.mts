/** Types of the simulator, for the tests. */

export interface Outcome { readonly probability: number; readonly next: number; readonly reward: number; readonly done: boolean }

export interface Environment {
  readonly name: string;
  readonly columns: readonly string[];
  readonly states: readonly (readonly (string | number)[])[];
  readonly actions: readonly string[];
  readonly starts: readonly number[];
  readonly ends: ReadonlySet<number>;
  readonly outcomes: readonly (readonly (readonly Outcome[])[])[];
  readonly discount: number;
}

export interface Step { readonly state: number; readonly action: number; readonly reward: number; readonly next: number; readonly done: boolean }

export type Policy = readonly (number | readonly number[])[];

export interface LogSettings { readonly make: () => Environment; readonly count: number; readonly mostSteps: number; readonly chance: number }

export const logs: readonly LogSettings[];
export function random(seed: number): () => number;
export function gridworld(): Environment;
export function frozenLake(): Environment;
export function textbookWorld(): Environment;
export function taxi(): Environment;
export function exactValues(env: Environment, discount?: number, policy?: Policy): { readonly v: Float64Array; readonly q: readonly (readonly number[])[] };
export function softPolicy(env: Environment, chance: number): number[][];
export function episodes(env: Environment, policy: readonly (readonly number[])[], count: number, mostSteps: number, uniform: () => number): Step[][];
export function logText(env: Environment, log: readonly (readonly Step[])[]): string;
export function simulate(settings: LogSettings, seed: number): { readonly env: Environment; readonly log: Step[][] };
