/** The prediction of a row as the sum of the model's own terms: intercept + Σ terms = link, exactly. */
import type { Table } from '../data/table';
import type { Model, TermParts } from '../models/model';
import { centre, linkOutputs } from './linkOutputs';
import type { RowContributions } from './rowExplanation';
import { largestResidual } from './shapley';

/**
 * Of several classes the one that is `explained`, on the log-share: from each term its mean over the classes is taken off, and the
 * intervals, which are of single classes, are left out. Undefined where the model has no terms to show.
 */
export function rowTerms(model: Model, table: Table, row: number, level: number, explained: number | undefined): RowContributions | undefined {
  const only = Int32Array.of(row);
  const parts = model.termContributions?.(table, level, only);
  if (!parts) return undefined;
  const link = linkOutputs(model, true);
  const { features, outputs } = parts;
  const { base, values } = link.scale === 'logShare' ? centred(parts) : parts;
  const output = link.read(model.predict(table, only));
  const k = outputs > 1 ? explained! : 0;
  const items = features.map((feature, j) => ({
    feature, columns: parts.columns[j]!, contribution: values[j * outputs + k]!, ...(parts.halves && outputs === 1 && { half: parts.halves[j]! }),
  }));
  return {
    scale: link.scale, base: base[k]!, output: output[k]!, residual: largestResidual(base, values, output, features.length), exact: true, ofTerms: true,
    background: 0, permutations: 0, items: items.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

function centred({ base, values, outputs }: TermParts): Pick<TermParts, 'base' | 'values'> {
  const result = { base: base.slice(), values: values.slice() };
  centre(result.base, 0, outputs);
  for (let at = 0; at < values.length; at += outputs) centre(result.values, at, outputs);
  return result;
}
