/** Which of the stored models the list shows: those that have all of some tags. Pure, no vscode. */
import { Emitter } from './emitter';
import { isDamaged, type StoredModel } from './modelIndex';

export interface Filtered {
  readonly shown: readonly StoredModel[];
  /** Models that there are. */
  readonly of: number;
}

/** The models that have every one of the tags; all, damaged ones too, where there are no tags. */
export function withTags(models: readonly StoredModel[], tags: readonly string[]): Filtered {
  const fits = (model: StoredModel): boolean => tags.length === 0 || (!isDamaged(model) && tags.every(tag => model.tags.includes(tag)));
  return { shown: models.filter(fits), of: models.length };
}

/** "#draft #review" */
export function tagWords(tags: readonly string[]): string {
  return tags.map(tag => `#${tag}`).join(' ');
}

/** The tags that the list is filtered by, for as long as the window is open: a list that is short for a reason of last week looks like a loss. */
export class ModelFilter {
  private readonly didChange = new Emitter<void>();
  private chosen: readonly string[] = [];
  readonly onDidChange = this.didChange.event;

  /** None: everything is shown. */
  get tags(): readonly string[] {
    return this.chosen;
  }

  set(tags: readonly string[]): void {
    const next = [...new Set(tags)];
    if (next.join('\n') === this.chosen.join('\n')) return;
    this.chosen = next;
    this.didChange.fire();
  }

  dispose(): void {
    this.didChange.dispose();
  }
}
