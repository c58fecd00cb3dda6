/** The components that a model reads, in the report: what each holds, what it weighs and what it is made of. */
import type { Section } from '../../../protocol/report';
import { loadings } from '../../unlabelled/components/components';
import type { Model } from '../model';
import type { ComponentsState } from './model';
import { isOfScore, readScores, scoreTerms } from './scores';
import { varianceWords } from './words';

const mostNamed = 4;

export function componentsSection({ components, names, rows }: ComponentsState, inner: Model, level: number): Section {
  const weights = inner.weights?.(level) ?? [];
  const single = new Set(weights.map(weight => weight.class)).size === 1;
  const scales = new Map(readScores(inner, names).map(({ name, deviation }) => [name, deviation]));
  // Per unit of the score, also where the model reads scores in standard deviations.
  const weightOf = (name: string): number | undefined => {
    const found = single ? weights.find(weight => weight.feature === name && isOfScore(weight, names)) : undefined;
    return found && found.estimate / scales.get(name)!;
  };
  const all = loadings(components, rows);
  const weighed = names.some(name => weightOf(name) !== undefined);
  const share = components.shares.reduce((sum, each) => sum + each, 0);
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return {
    kind: 'table', id: 'modelComponents', panel: 'weights', title: 'Principal components that the model reads',
    summary: `${names.length} of ${Math.min(components.names.length, rows - 1)} components, with ${varianceWords(share)} of ${components.names.length} standardised columns.${weighed ? ` The weights of the columns are theirs, led back${scoreTerms(inner, names).length > 0 ? '; powers and products of scores stay terms of their own' : ''}.` : ''}`,
    method: `Singular values of ${rows.toLocaleString('en-US')} rows; missing cells filled with the median`,
    assumptions: ['Components are chosen by how much the columns vary along them, not by what they say of the target.'],
    header: [{ title: 'Component' }, { title: 'Share of the variance' }, ...(weighed ? [{ title: 'Weight', numeric: true }] : []), { title: 'Strongest loadings', wrap: true }],
    rows: names.map((name, c) => [
      name, percent(components.shares[c]!), ...(weighed ? [weightOf(name) ?? ''] : []),
      components.names.map((column, j) => ({ column, loading: all[c]![j]! })).sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading)).slice(0, mostNamed)
        .map(({ column, loading }) => `${column} (${loading.toFixed(2)})`).join(', '),
    ]),
  };
}
