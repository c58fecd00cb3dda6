/** The units of a formula's columns: given by the option, or read from headers such as "speed [m/s]". */
import { UserError } from '../../../protocol/errors';
import type { Note } from '../../../protocol/profile';
import type { ColumnUnits } from '../../formula/units/dimensionOf';
import { dimensionOf } from '../../formula/units/dimensionOf';
import { parseUnit, unitOfHeader } from '../../formula/units/parseUnit';
import { dimensionless } from '../../formula/units/unit';
import { contradictionBits } from '../../formula/units/unitBits';
import type { Expression } from '../../formula/expression';
import type { FormulaVariable } from './variables';

export interface FoundUnits {
  readonly variables: readonly FormulaVariable[];
  readonly targetUnit?: string;
  readonly notes: readonly Note[];
}

/** `option`: "a=m,b=s,target=m/s", "none", or empty for those of the headers. Throws UserError 'badOption'. */
export function withUnits(variables: readonly FormulaVariable[], target: string, columns: readonly string[], option: string): FoundUnits {
  if (option === 'none') return { variables, notes: [] };
  const given = option === '' ? undefined : readUnits(option, target, columns);
  const unitOf = (column: string): string | undefined => (given ? given.get(column) : unitOfHeader(column));
  const own = variables.map((variable): FormulaVariable => {
    const unit = variable.level === undefined ? unitOf(variable.column) : undefined;
    return unit === undefined ? variable : { ...variable, unit };
  });
  const targetUnit = unitOf(target);
  const said = [...own.flatMap(({ column, unit }) => (unit === undefined ? [] : [`${column}: ${unit}`])), ...(targetUnit === undefined ? [] : [`${target}: ${targetUnit}`])];
  const text = `Units were ${given ? 'given' : 'read from the headers'} (${said.slice(0, 12).join('; ')}${said.length > 12 ? ` and ${said.length - 12} more` : ''}): a formula in which they contradict each other counts as ${contradictionBits} bits longer. The option units gives ${given ? 'them' : 'others, or none'}.`;
  return { variables: own, ...(targetUnit !== undefined && { targetUnit }), notes: said.length > 0 ? [{ kind: 'information', text }] : [] };
}

/** "a=m,b=s,target=m/s": the unit of each column; "target" is the target, unless a column has that name. */
export function readUnits(option: string, target: string, columns: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of option.split(',').map(item => item.trim()).filter(item => item !== '')) {
    const at = part.lastIndexOf('=');
    const [name, unit] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
    if (at < 1 || unit === '') throw new UserError('badOption', `The option units takes columns with units, such as a=m,b=s,target=m/s, but has "${part}".`);
    if (!parseUnit(unit)) throw new UserError('badOption', `The unit "${unit}" of "${name}" is not understood; write it like kg*m/s^2.`);
    const column = columns.includes(name) || name === target ? name : name === 'target' ? target : undefined;
    if (column === undefined) throw new UserError('badOption', `The option units names "${name}", which is no column.`);
    found.set(column, unit);
  }
  return found;
}

/** Undefined where no unit is known. */
export function columnUnits(variables: readonly FormulaVariable[], targetUnit: string | undefined): ColumnUnits | undefined {
  if (targetUnit === undefined && variables.every(({ unit }) => unit === undefined)) return undefined;
  const target = targetUnit === undefined ? undefined : parseUnit(targetUnit);
  // 1 where a column has a level, 0 elsewhere: a pure number.
  return { columns: variables.map(({ unit, level }) => (unit === undefined ? (level === undefined ? undefined : dimensionless) : parseUnit(unit))), ...(target && { target }) };
}

/** What is told of a formula's unit; undefined where nothing is known. */
export function unitText(of: Expression, variables: readonly FormulaVariable[], targetUnit: string | undefined): string | undefined {
  const units = columnUnits(variables, targetUnit);
  if (!units) return undefined;
  const { consistent, reason, unit, carrying } = dimensionOf(of, units);
  if (!consistent) return `contradicts the units: ${reason ?? ''}`;
  const own = targetUnit ?? unit;
  if (own === undefined || carrying === 0) return own;
  return `${own}, where ${carrying === 1 ? 'one fitted number has a unit' : `${carrying} fitted numbers have units`} of ${carrying === 1 ? 'its' : 'their'} own`;
}
