/** What a report panel that is brought back after a reload shows, by the state that its webview kept. No vscode. */
import type { PanelId } from '../protocol/sectionBase';
import { isDamaged, type HealthyModel, type StoredModel } from '../services/modelIndex';

export interface KeptState {
  readonly id?: string;
  readonly name?: string;
  readonly panel?: PanelId;
}

/** Kept by this version or another one, or by nobody: every field is checked. */
export function readKept(state: unknown): KeptState {
  const { id, name, panel } = (state ?? {}) as { readonly [field: string]: unknown };
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof name === 'string' && { name }),
    ...(isPanelId(panel) && { panel }),
  };
}

/** The model of the id, for it may have been renamed while the panel was hidden; else the one of the name. */
export function findKept(models: readonly StoredModel[], { id, name }: KeptState): HealthyModel | undefined {
  const healthy = models.filter((model): model is HealthyModel => !isDamaged(model));
  return healthy.find(model => model.id === id) ?? healthy.find(model => model.name === name);
}

const panelIds: Readonly<Record<PanelId, true>> = {
  overview: true, weights: true, importance: true, effects: true, intervals: true, interpretability: true, row: true, whatIf: true, data: true,
  profiles: true, rules: true, map: true, stability: true, loadings: true, policy: true, values: true, evidence: true, learning: true,
  sensitivity: true, optimisers: true, dynamics: true, generalisation: true, robustness: true, settings: true,
};

export function isPanelId(value: unknown): value is PanelId {
  return typeof value === 'string' && Object.hasOwn(panelIds, value);
}
