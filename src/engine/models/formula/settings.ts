/** The options of formula recovery, read and checked. */
import { UserError } from '../../../protocol/errors';
import type { OptionValue } from '../../../protocol/recipe';
import type { FamilyOption } from '../model';
import { optionOf } from '../shared/options';

export interface FormulaSettings {
  readonly seconds: number;
  /** Nodes of the chosen formula at most. */
  readonly largest: number;
  /** A formula whose parameters are fitted instead of a search. */
  readonly known?: string;
  readonly starts: Readonly<Record<string, number>>;
  /** The family of models that takes up what the known formula leaves. */
  readonly rest?: 'ebm' | 'neural';
  /** What proposes formulas beside the rows: a family that is trained first, or the path of a model file. */
  readonly from: string;
  /** Rules about slopes, such as "x=increasing"; empty: none. */
  readonly shape: string;
  /** Units of the columns; empty: those of the headers. */
  readonly units: string;
}

export const proposers = ['data', 'neural', 'ebm'] as const;

export const formulaOptions: readonly FamilyOption[] = [
  { name: 'seconds', description: 'Seconds that the search may take, all searches of the run together.', default: 60, minimum: 0.1, maximum: 86_400 },
  { name: 'largest', description: 'Nodes that the chosen formula has at most; larger ones are shown beside it.', default: 20, minimum: 1, maximum: 200 },
  { name: 'known', description: 'A formula whose parameters are fitted instead of a search, such as y = a*x^3 + c.', default: '' },
  { name: 'start', description: 'Where the parameters of known start, such as a=1,b=2.', default: '' },
  { name: 'rest', description: 'A model of all columns for what the known formula leaves: none, ebm or neural. The sum predicts, and the share of the variance that each part explains is told.', default: 'none', values: ['none', 'ebm', 'neural'] },
  { name: 'shape', description: 'Rules about slopes that the formula has to obey wherever the rows span, such as x=increasing,z=decreasing,w=flat@0 (slope 0 where w is 0).', default: '' },
  { name: 'units', description: 'Units of the columns, such as a=m,b=s,target=m/s; none ignores units. Left out: those that headers name, as in speed [m/s].', default: '' },
  { name: 'from', description: 'What proposes formulas: data, a model that is trained first (neural or ebm), or the path of a model file; formulas are fitted to the rows and chosen by them in any case.', default: 'data' },
];

export function isModelPath(from: string): boolean {
  return !(proposers as readonly string[]).includes(from);
}

/** Throws UserError 'badOption'. */
export function formulaSettings(options: Readonly<Record<string, OptionValue>>): FormulaSettings {
  const get = (name: string): OptionValue => optionOf(options, name, formulaOptions.find(option => option.name === name)!.default);
  const known = String(get('known')).trim();
  const starts = readStarts(String(get('start')));
  if (known === '' && Object.keys(starts).length > 0) throw new UserError('badOption', 'The option start goes with known: it says where the parameters of a known formula start.');
  const from = String(get('from'));
  const rest = String(get('rest'));
  if (rest !== 'none' && known === '') throw new UserError('badOption', 'The option rest goes with known: it says what model takes up what a known formula leaves.');
  if (isModelPath(from) && !from.endsWith('.json')) throw new UserError('badOption', `The option from takes data, neural, ebm or the path of a model file (.unveil.json), not "${from}".`);
  return { seconds: Number(get('seconds')), largest: Number(get('largest')), ...(known !== '' && { known }), ...(rest !== 'none' && { rest: rest as 'ebm' | 'neural' }), starts, from, shape: String(get('shape')).trim(), units: String(get('units')).trim() };
}

/** "a=1,b=2" */
export function readStarts(text: string): Record<string, number> {
  const starts = new Map<string, number>();
  for (const part of text.split(',').map(item => item.trim()).filter(item => item !== '')) {
    const at = part.indexOf('=');
    const value = Number(part.slice(at + 1));
    if (at < 1 || part.slice(at + 1).trim() === '' || !Number.isFinite(value)) throw new UserError('badOption', `The option start takes names with numbers, such as a=1,b=2, but has "${part}".`);
    starts.set(part.slice(0, at).trim(), value);
  }
  return Object.fromEntries(starts);
}
