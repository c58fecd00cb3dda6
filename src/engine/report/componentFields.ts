/** Principal components as the upper-level field of a report. */
import type { ReportComponents } from '../../protocol/unlabelled';
import type { ExplainedComponents } from '../unlabelled/components/explain';

export function reportComponents({ model, keep, sentence, scree, components }: ExplainedComponents): ReportComponents {
  return {
    count: model.vectors.length, keep, sentence, scaling: model.preparation.scaling,
    variances: scree.variances, shares: scree.shares, thresholds: scree.parallel.thresholds.slice(0, scree.variances.length),
    components: components.map(({ share, shareLow, shareHigh, loadings }) => ({
      share, shareLow, shareHigh, loadings: loadings.map(({ name, weight, loading, low, high }) => ({ term: name, weight, loading, low, high })),
    })),
  };
}
