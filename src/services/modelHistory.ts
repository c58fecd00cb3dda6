/** Which stored models and versions are the history of a model, and which tags are in use. Pure, no vscode. */
import { isSameSubject } from '../protocol/modelFacts';
import type { HistoryEntry } from '../protocol/sideBySide';
import { isDamaged, type HealthyModel, type StoredModel } from './modelIndex';

/** The model, its earlier versions and the other stored models, with their earlier versions, of the same data and target. */
export function historyEntries(own: HealthyModel, models: readonly StoredModel[]): HistoryEntry[] {
  const others = models.filter((model): model is HealthyModel => !isDamaged(model) && model.id !== own.id);
  const entries: HistoryEntry[] = [
    { model: own.facts, place: 'this', id: own.id },
    ...own.earlier.map((model): HistoryEntry => ({ model, place: 'earlier' })),
    ...others.flatMap(({ id, facts, earlier }): HistoryEntry[] => [{ model: facts, place: 'other', id }, ...earlier.map((model): HistoryEntry => ({ model, place: 'other', id }))]),
  ];
  return entries.filter(({ model }) => isSameSubject(model, own.facts));
}

/** All tags in use, the commonest first. */
export function tagsInUse(models: readonly StoredModel[]): string[] {
  const counts = new Map<string, number>();
  for (const model of models) for (const tag of isDamaged(model) ? [] : model.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag);
}

/** "draft, needs review" as a list: trimmed, each once, without a leading #. */
export function tagsIn(text: string): string[] {
  return [...new Set(text.split(',').map(tag => tag.trim().replace(/^#+/, '').trim().slice(0, 40)).filter(tag => tag !== ''))];
}
