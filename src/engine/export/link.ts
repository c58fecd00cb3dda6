/** From scores on the link scale to class probabilities, as models/logistic/probabilities.ts has it. */
import { constant, type Builder } from './builder';
import type { Expr } from './program';

/** Probabilities of two classes from the log-odds of the second; the smaller one keeps its digits. */
export function binaryProbabilities(builder: Builder, logOdds: Expr): Expr[] {
  const eta = builder.atom(logOdds);
  const e = builder.atom(builder.call('exp', builder.call('negate', builder.call('abs', eta))));
  const larger = builder.atom(builder.call('/', constant(1), builder.call('+', constant(1), e)));
  const smaller = builder.atom(builder.call('*', e, larger));
  const positive = builder.atom(builder.call('>', eta, constant(0)));
  return [builder.atom(builder.call('ifelse', positive, smaller, larger)), builder.atom(builder.call('ifelse', positive, larger, smaller))];
}

export function softmaxProbabilities(builder: Builder, scores: readonly Expr[]): Expr[] {
  const atoms = scores.map(score => builder.atom(score));
  const largest = atoms.slice(1).reduce((most, score) => builder.atom(builder.call('max', most, score)), atoms[0]);
  const powers = atoms.map(score => builder.atom(builder.call('exp', builder.call('-', score, largest))));
  const sum = builder.atom(builder.sum(powers));
  return powers.map(power => builder.atom(builder.call('/', power, sum)));
}
