/** All model views that are open, panels and editors alike, and which one is in front. */
import { Emitter } from '../services/emitter';
import { referenceKey, type ModelReference, type ModelView } from './modelView';

export class ModelViews {
  private readonly open = new Set<ModelView>();
  private lastActive: ModelView | undefined;
  private readonly didChange = new Emitter<void>();

  readonly onDidChange = this.didChange.event;

  add(view: ModelView): void {
    this.open.add(view);
    if (view.panel.active) this.lastActive = view;
    view.panel.onDidChangeViewState(() => {
      if (view.panel.active) this.lastActive = view;
      this.didChange.fire();
    });
    view.panel.onDidDispose(() => {
      this.open.delete(view);
      if (this.lastActive === view) this.lastActive = undefined;
      this.didChange.fire();
    });
    this.didChange.fire();
  }

  /** The view of a model, the one used last if there are several. */
  find(reference: ModelReference): ModelView | undefined {
    const key = referenceKey(reference);
    if (this.lastActive && referenceKey(this.lastActive.reference) === key) return this.lastActive;
    return [...this.open].find(view => referenceKey(view.reference) === key);
  }

  /** The view that has the focus. */
  get active(): ModelView | undefined {
    return [...this.open].find(view => view.panel.active);
  }

  /** The view that has the focus, else the one that had it last. */
  get recent(): ModelView | undefined {
    return this.active ?? this.lastActive;
  }

  get all(): readonly ModelView[] {
    return [...this.open];
  }

  dispose(): void {
    this.didChange.dispose();
  }
}

