/** What the rest of a grey box looks like: its terms where its model is a sum of terms, else what it adds along each column. */
import type { Section } from '../../../../protocol/report';
import type { MainShapeTerm, ShapesSection } from '../../../../protocol/shapeSections';
import { BoostingModel } from '../../boosting/model';
import type { Model } from '../../model';

export function restSections(rest: Model, curves: readonly MainShapeTerm[], target: string, level: number): Section[] {
  if (rest instanceof BoostingModel) return rest.inside(level).flatMap((section): Section[] => {
    if (section.kind === 'shapes') return [{ ...section, id: 'restShapes', title: 'What each term of the rest adds to the known formula', fixed: true }];
    if (section.kind === 'terms') return [{ ...section, id: 'restTerms', title: 'Mean absolute contribution of the terms of the rest' }];
    return [];
  });
  return curves.length === 0 ? [] : [curveSection(curves, target, level)];
}

function curveSection(terms: readonly MainShapeTerm[], target: string, level: number): ShapesSection {
  const [first] = terms as readonly [MainShapeTerm];
  return {
    kind: 'shapes', id: 'restShapes', panel: 'effects', title: 'What the rest adds to the known formula along each column', level, unit: target, intercept: [0], terms, fixed: true,
    summary: `Set to each of its values in a sample of the rows, ${first.name} moves the rest most: by ${Number(first.importance.toPrecision(3))} on average (${target}).`,
    method: 'Partial dependence of the rest alone (Friedman 2001): its mean prediction with the column set to one value in all of a sample of rows, at the middle of each bin between quantiles, less its mean over the bins by rows.',
    assumptions: ['The rest may hold what several columns do together; a curve shows the mean of that over the rows.'],
  };
}
