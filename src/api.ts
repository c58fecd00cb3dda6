/** What activate() gives: enough for tests and other extensions to see what the extension shows. */
import type { Host } from './commands/host';
import { referenceKey } from './panels/modelView';
import { runApplyFix } from './panels/panelActions';
import type { BesideSnapshot } from './protocol/besidePanel';
import type { InspectorSnapshot, PanelSnapshot } from './protocol/panel';
import type { AnyReport } from './protocol/report';
import type { StoredModel } from './services/modelIndex';
import type { ShownNotification } from './services/notifications';

export interface PanelState extends PanelSnapshot {
  /** Id in the store, or Uri of a model file. */
  readonly id: string;
  readonly title: string;
  readonly visible: boolean;
}

export class UnveilApi {
  constructor(private readonly host: Host, readonly version: string) {}

  /** Resolves when no run and no request to the engine is under way. */
  async waitForIdle(): Promise<void> {
    const { runs, engine } = this.host;
    while (runs.all.length > 0 || engine.pending > 0) {
      await new Promise<void>(resolve => {
        const ended = [runs.onDidBecomeIdle, engine.onDidBecomeIdle].map(event => event(() => {
          for (const subscription of ended) subscription.dispose();
          resolve();
        }));
      });
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** Stored models, newest first. */
  models(): Promise<readonly StoredModel[]> {
    return this.host.store.list();
  }

  /** The folder that stored models are in. */
  get modelFolder(): string {
    return this.host.store.folder;
  }

  /** The report shown in the panel that was used last. */
  lastReport(): AnyReport | undefined {
    return this.host.views.recent?.snapshot.report;
  }

  /** What the panel of a model shows; of the one used last without an id. */
  panelState(id?: string): PanelState | undefined {
    const { views } = this.host;
    const view = id === undefined ? views.recent : views.all.find(item => referenceKey(item.reference) === id);
    if (!view) return undefined;
    const { title, visible } = view.panel;
    return { ...view.snapshot, id: referenceKey(view.reference), title, visible };
  }

  /** As the button of a finding in the model's panel; resolves when the model is trained anew. */
  async applyFix(id: string, place: number): Promise<void> {
    const view = this.host.views.all.find(item => referenceKey(item.reference) === id);
    if (view) await runApplyFix(view, place);
  }

  /** What the panel of models side by side, or of a history, that was shown last says. */
  besideState(): BesideSnapshot | undefined {
    return this.host.beside.snapshot;
  }

  /** What stands above the list of models: by which tags it is filtered. */
  modelsMessage(): string | undefined {
    return this.host.modelsView.tree.message;
  }

  inspectorState(): InspectorSnapshot {
    return this.host.inspector.snapshot;
  }

  /** Notifications of this session, oldest first, at most 50. */
  notifications(): readonly ShownNotification[] {
    return this.host.notifications.shown;
  }

  /** Runs under way, with the stage they are at. */
  runs(): readonly { readonly id: string; readonly name: string; readonly stage: string; readonly canFinish: boolean }[] {
    return this.host.runs.all.map(({ id, name, progress }) => ({ id, name, stage: progress.stage, canFinish: progress.live?.canFinish === true }));
  }

  /** Process id of the engine while it runs. */
  enginePid(): Promise<number | undefined> {
    return this.host.engine.pid();
  }

  /** What the trees show, as label and description; children of the items at the given path of labels. */
  async tree(view: 'datasets' | 'models', path: readonly string[] = []): Promise<readonly { readonly label: string; readonly description: string }[]> {
    return view === 'datasets' ? listTree(this.host.datasetsView, path) : listTree(this.host.modelsView, path);
  }
}

interface Tree<Node> {
  getChildren(node?: Node): Promise<Node[]>;
  getTreeItem(node: Node): { readonly label?: unknown; readonly description?: unknown };
}

async function listTree<Node>(tree: Tree<Node>, path: readonly string[]): Promise<{ label: string; description: string }[]> {
  let nodes = await tree.getChildren();
  for (const label of path) {
    const node = nodes.find(item => tree.getTreeItem(item).label === label);
    nodes = node === undefined ? [] : await tree.getChildren(node);
  }
  return nodes.map(node => {
    const { label, description } = tree.getTreeItem(node);
    return { label: String(label), description: typeof description === 'string' ? description : '' };
  });
}
