/** The levels of a term as rows of a chart or table, with missing cells and unseen levels at the end. Pure. */
import type { ShapeMark } from '../../src/protocol/effects';
import type { MainShapeTerm } from '../../src/protocol/shapeSections';
import { formatShare, shortName } from '../format';
import { t } from '../l10n';

export interface LevelRow {
  readonly name: string;
  /** The name with its share of the training rows. */
  readonly shown: string;
  readonly weight: number;
  /** One a curve. */
  readonly marks: readonly { readonly value: number | undefined; readonly low?: number | undefined; readonly high?: number | undefined }[];
}

/** Levels with an order of their own stay in it; the others stand by the first curve's score, highest first. Of a number: only what is no value. */
export function levelRows(term: MainShapeTerm): LevelRow[] {
  const { axis, curves, weights, missing, unseen } = term;
  const total = weights.reduce((a, b) => a + b, 0) + (missing ?? 0) + (unseen ?? 0);
  const row = (name: string, weight: number, marks: LevelRow['marks']): LevelRow =>
    ({ name, shown: `${shortName(name, 22)} · ${weight > 0 ? formatShare(weight / total) : t('no rows')}`, weight, marks });
  const levels = axis.kind === 'level'
    ? axis.levels.map((name, i) => row(name, weights[i] ?? 0, curves.map(curve => ({ value: curve.scores[i], low: curve.low?.[i], high: curve.high?.[i] })))) : [];
  const value = ({ marks: [first] }: LevelRow): number => first?.value ?? 0;
  const sorted = axis.kind === 'level' && axis.ordered ? levels : levels.sort((a, b) => value(b) - value(a));
  const marks = (pick: (curve: MainShapeTerm['curves'][number]) => ShapeMark | undefined): LevelRow['marks'] =>
    curves.map(curve => ({ value: pick(curve)?.effect, low: pick(curve)?.low, high: pick(curve)?.high }));
  return [
    ...sorted,
    ...(missing === undefined ? [] : [row('(missing)', missing, marks(curve => curve.missing))]),
    ...(unseen === undefined ? [] : [row(t('(rare or not seen)'), unseen, marks(curve => curve.unseen))]),
  ];
}
