/** Which stored models stand beside a report in its plot of accuracy against interpretability. Pure, no vscode. */
import type { Peer } from '../protocol/panel';
import type { Report } from '../protocol/report';
import { isDamaged, type HealthyModel, type StoredModel } from './modelIndex';
import { modelName } from './plainText';

export interface PeerQuestion {
  readonly report: Report;
  /** Path of the data file; the recipe's may be relative to a model file. */
  readonly file: string;
  /** Id of the report's own model, which is no peer of itself. */
  readonly id?: string | undefined;
}

/** Stored models of the same file, target and task that have the plot's metric and score; nothing when there is no plot. */
export function peersOf({ report, file, id }: PeerQuestion, models: readonly StoredModel[]): readonly Peer[] | undefined {
  const plot = report.sections.find(section => section.kind === 'scatter');
  if (plot?.kind !== 'scatter') return undefined;
  const same = models.filter((model): model is HealthyModel => (
    !isDamaged(model) && model.id !== id && model.file === file && model.target === report.recipe.target && model.task === report.model.task));
  return same.flatMap((model): Peer[] => {
    const metric = model.metrics.find(one => one.name === plot.metric);
    const interpretability = model.scores.find(one => one.name === plot.score);
    return metric && interpretability ? [{ name: peerName(model, same), metric, interpretability }] : [];
  });
}

/** The family tells models of the same data apart better than the name they got by themselves. */
function peerName(model: HealthyModel, all: readonly HealthyModel[]): string {
  const automatic = modelName(model.target ?? '', model.file);
  const hasOwnName = model.name !== automatic && !model.name.startsWith(`${automatic} (`);
  if (hasOwnName) return model.name;
  return all.filter(other => other.title === model.title).length > 1 ? `${model.title} (${model.name})` : model.title;
}
