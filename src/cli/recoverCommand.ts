/** `unveil recover`: the formula behind a column, from a search or with the parameters of a given one fitted. */
import type { WorkContext } from '../engine/context';
import { UserError } from '../protocol/errors';
import type { OptionValue, RunRequest } from '../protocol/recipe';
import { numberOf } from './arguments';
import { explainTo, outputsOf, requestOf, secondsOf, type ExplainFlags } from './explainCommand';

export interface RecoverFlags extends ExplainFlags { from?: string; largest?: string; known?: string; start?: string; rest?: string; shape?: string; units?: string }

export async function recoverCommand(file: string, flags: RecoverFlags, context: WorkContext): Promise<void> {
  const outputs = await outputsOf(file, flags);
  await explainTo(await recoverRequest(file, flags), flags, outputs, context);
}

/** The request that the flags ask for: the model is always the formula. */
export async function recoverRequest(file: string, flags: RecoverFlags): Promise<RunRequest> {
  if (flags.formula !== undefined) throw new UserError('badOption', '--formula takes a formula of terms, as explain does; give a formula whose parameters are to be fitted with --known.');
  if (flags.start !== undefined && flags.known === undefined) throw new UserError('badOption', '--start goes with --known.');
  if (flags.rest !== undefined && flags.known === undefined) throw new UserError('badOption', '--rest goes with --known: it says what model takes up what a known formula leaves.');
  const request = await requestOf(file, { ...flags, model: 'formula' });
  const own: Record<string, OptionValue | undefined> = {
    seconds: secondsOf(flags.seconds, 0.1), largest: numberOf('--largest', flags.largest, 1, 200, true), known: flags.known, start: flags.start, rest: flags.rest, from: flags.from, shape: flags.shape, units: flags.units,
  };
  const given = Object.fromEntries(Object.entries(own).filter((entry): entry is [string, OptionValue] => entry[1] !== undefined));
  return { ...request, options: { ...request.options, ...given } };
}
