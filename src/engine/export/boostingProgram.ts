/** Programs of explainable boosting machines: bins of the features, a table of scores a term, their sum and the link. */
import type { BoostedTerm, BoostingState, FeatureBins } from '../models/boosting/state';
import { Builder, constant } from './builder';
import { levelTable } from './design';
import { binaryProbabilities, softmaxProbabilities } from './link';
import type { Expr, LevelTable, Program } from './program';

/** The levels as encodings find them, other spellings of numbers and truths included, but in bins: from 1 on, 0 for missing. */
function tableOf(bins: Extract<FeatureBins, { kind: 'level' }>): LevelTable {
  const table = levelTable({ levels: bins.levels, reference: bins.levels.length }, true);
  const shifted = <T>(codes: readonly (readonly [T, number])[]): [T, number][] => codes.map(([key, code]) => [key, code + 1]);
  return { texts: shifted(table.texts), numbers: shifted(table.numbers), words: shifted(table.words), missing: 0, unknown: table.unknown + 1 };
}

class BinnedCells {
  private readonly known = new Map<string, Expr>();

  constructor(private readonly builder: Builder) {}

  /** The bin of a feature in the row. Bins that are the same are worked out once. */
  bin(bins: FeatureBins): Expr {
    const key = JSON.stringify(bins.kind === 'number' ? [bins.name, bins.cuts] : [bins.name, bins.levels]);
    let code = this.known.get(key);
    if (!code) {
      code = this.make(bins);
      this.known.set(key, code);
    }
    return code;
  }

  private make(bins: FeatureBins): Expr {
    if (bins.kind === 'level') return this.builder.lookup(this.builder.text(bins.name, bins.levels), tableOf(bins));
    const value = bins.datetime ? this.builder.date(bins.name) : this.builder.number(bins.name);
    return this.builder.add({ kind: 'bin', value, cuts: bins.cuts });
  }
}

function sizeOf(bins: FeatureBins): number {
  return bins.kind === 'number' ? bins.cuts.length + 3 : bins.levels.length + 2;
}

/** The score of a term for one output, undefined where it is 0 everywhere. */
function scoreOf(builder: Builder, cells: BinnedCells, term: BoostedTerm, outputs: number, output: number): Expr | undefined {
  const values = Array.from({ length: term.scores.length / outputs }, (_, i) => term.scores[i * outputs + output]);
  if (values.every(value => value === 0)) return undefined;
  let code = cells.bin(term.bins[0]);
  for (const bins of term.bins.slice(1)) code = builder.atom(builder.call('+', builder.call('*', code, constant(sizeOf(bins))), cells.bin(bins)));
  return builder.pick(code, values);
}

/** `builder`: of a larger program that this is a part of. */
export function boostingProgram(state: BoostingState, builder = new Builder()): Omit<Program, 'remarks'> {
  const cells = new BinnedCells(builder);
  const links = Array.from({ length: state.outputs }, (_, k) => {
    const parts = state.terms.flatMap(term => scoreOf(builder, cells, term, state.outputs, k) ?? []);
    return builder.atom(builder.sum([constant(state.intercept[k]), ...parts]));
  });
  const { steps } = builder;
  if (state.task === 'classification') {
    const probabilities = state.outputs === 1 ? binaryProbabilities(builder, links[0]) : softmaxProbabilities(builder, links);
    return { steps, output: { kind: 'classes', classes: state.classes ?? [], probabilities } };
  }
  const value = state.loss === 'poisson' ? builder.atom(builder.call('exp', links[0])) : links[0];
  return { steps, output: { kind: 'number', value } };
}
