/** The scores of complexity as a comparison lists them. */
import type { ComparedScore } from '../../protocol/comparison';
import type { BriefScores } from '../explain/scores/briefScores';
import { mostComplexity } from '../explain/scores/segments';
import { countOf } from '../report/format';

export function comparedScores({ effects, rows, usedBy }: BriefScores): ComparedScore[] {
  const where = `on ${countOf(rows, 'row')}, the same for all models; no interval: measured once (the model's own report measures it on refits too)`;
  const score = (name: string, title: string, value: number | undefined, method: string): ComparedScore[] =>
    (value === undefined || !Number.isFinite(value) ? [] : [{ name, title, value: Math.abs(value) < 1e-12 ? 0 : value, better: 'lower', method: `${method}; ${where}` }]);
  return [
    ...score('featuresUsed', 'Features used', effects.featuresUsed, usedBy === 'weights'
      ? 'Features with a weight other than 0' : 'Features whose exchange for another observed value changes a prediction (Molnar 2022)'),
    ...score('interactionStrength', 'Interaction strength', effects.interactionStrength, '1 − R² of the sum of first-order accumulated local effects (Molnar 2022)'),
    ...score('mainEffectComplexity', 'Main effect complexity', effects.mainEffectComplexity,
      `Straight pieces and slopes that an accumulated local effect needs for R² of 0.95, at most ${mostComplexity()}, weighted by the effects' variances (Molnar 2022)`),
  ];
}
