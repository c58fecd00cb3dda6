/** What a check looks at and what it says: shared by all checks. */
import type { CheckFinding, CheckId } from '../../protocol/checks';
import type { Dataset } from '../data/dataset';
import type { Fold } from '../evaluate/splits';
import type { Family } from '../models/model';
import { findColumn, type Column } from '../data/table';

export interface CheckInput {
  readonly dataset: Dataset;
  /** The folds that scores are measured by; empty where nothing is held out. */
  readonly folds: readonly Fold[];
  /** The family that the request is about: fixes are offered that it knows. */
  readonly family: Family;
}

export type CheckResult = Omit<CheckFinding, 'effect' | 'effectFailed'>;

export interface Check {
  readonly id: CheckId;
  /** Looks at all rows by itself: a sample would hide what it looks for. */
  readonly wantsAllRows?: true;
  /** What it found, or why it cannot look. */
  run(input: CheckInput): readonly CheckResult[] | { readonly notRun: string };
}

/** A column of the dataset's table. */
export function columnOf({ table }: Dataset, name: string): Column {
  return findColumn(table, name)!;
}

/** Whether the recipe's family can be asked for this option. */
export function hasOption(family: Family, name: string): boolean {
  return family.options.some(option => option.name === name);
}

/** A column as an argument of the command line: in double quotes where a list would be read otherwise. */
export function asFlag(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${(name.includes(',') || name.includes('"') ? `"${name.replaceAll('"', '""')}"` : name).replaceAll("'", "'\\''")}'`;
}

/** Leaves a column out; with a formula, which names its columns, there is no such fix. */
export function dropFix({ dataset }: CheckInput, name: string): Pick<CheckResult, 'fix'> {
  if (dataset.recipe.formula !== undefined || dataset.features.length < 2) return {};
  return { fix: { title: `Leave out "${name}"`, change: { drop: [name] }, flags: `--drop ${asFlag(name)}` } };
}

/** Column names in a sentence. */
export const quoted = (name: string): string => `"${name}"`;
