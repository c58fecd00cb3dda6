/** Program of a known formula with a model of the rest: both parts in one, and their sum. */
import { UserError } from '../../protocol/errors';
import { BoostingModel } from '../models/boosting/model';
import type { GreyBoxModel } from '../models/formula/greyBox/model';
import { NeuralModel } from '../models/neural/model';
import { boostingProgram } from './boostingProgram';
import { Builder } from './builder';
import { formulaProgram } from './formulaProgram';
import { networkProgram } from './networkProgram';
import type { Expr, Program } from './program';

export function greyBoxProgram({ known, rest }: GreyBoxModel): Omit<Program, 'remarks'> {
  const builder = new Builder();
  const first = numberOf(formulaProgram(known.state, builder));
  const second = rest instanceof BoostingModel ? numberOf(boostingProgram(rest.state, builder)) : rest instanceof NeuralModel ? numberOf(networkProgram(rest.state, rest.networks, builder)) : undefined;
  if (!second) throw new UserError('badOption', `The rest (${rest.title}) cannot be written as code.`);
  return { steps: builder.steps, output: { kind: 'number', value: builder.atom(builder.call('+', first, second)) } };
}

function numberOf({ output }: Omit<Program, 'remarks'>): Expr {
  if (output.kind !== 'number') throw new UserError('badOption', 'A part of this model predicts classes and cannot be written as code.');
  return output.value;
}
