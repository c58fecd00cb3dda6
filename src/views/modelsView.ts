/** The side bar's Models: runs under way, then trained models with their metrics and features. */
import * as vscode from 'vscode';
import { commandIds, contextKeys, itemKinds, viewIds } from '../contributions';
import { Emitter } from '../services/emitter';
import { known, t } from '../services/l10n';
import { ModelFilter, tagWords, withTags, type Filtered } from '../services/modelFilter';
import { isDamaged, type HealthyModel, type StoredModel } from '../services/modelIndex';
import type { ModelStore } from '../services/modelStore';
import type { MetricSummary } from '../services/modelSummary';
import { baseName, plainText } from '../services/plainText';
import { stageText } from '../services/runStatus';
import type { Run, Runs } from '../services/runs';
import { metricText, metricTitles, modelLine, numberText } from './columnText';

interface RunNode { readonly kind: 'run'; readonly id: string; readonly run: Run }
export interface ModelNode { readonly kind: 'model'; readonly id: string; readonly model: StoredModel }
interface GroupNode { readonly kind: 'group'; readonly title: 'Metrics' | 'Features'; readonly model: HealthyModel; readonly parent: ModelNode }
interface MetricNode { readonly kind: 'metric'; readonly metric: MetricSummary; readonly parent: GroupNode }
interface FeatureNode { readonly kind: 'feature'; readonly name: string; readonly parent: GroupNode }
export type ModelTreeNode = RunNode | ModelNode | GroupNode | MetricNode | FeatureNode;

/** Progress is redrawn at most this often. Milliseconds. */
const redrawEvery = 250;

export class ModelsView implements vscode.TreeDataProvider<ModelTreeNode> {
  private readonly didChange = new Emitter<ModelTreeNode | undefined>();
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.didChange.event;
  readonly tree: vscode.TreeView<ModelTreeNode>;

  readonly filter = new ModelFilter();
  private readonly focus: vscode.Disposable;

  constructor(private readonly store: ModelStore, private readonly runs: Runs) {
    this.tree = vscode.window.createTreeView<ModelTreeNode>(viewIds.models, { treeDataProvider: this, canSelectMany: true });
    store.onDidChange(() => this.scheduleRedraw());
    runs.onDidChange(() => this.scheduleRedraw());
    // Another window may have changed the models meanwhile.
    this.focus = vscode.window.onDidChangeWindowState(({ focused }) => { if (focused) this.scheduleRedraw(); });
    this.filter.onDidChange(() => {
      void vscode.commands.executeCommand('setContext', contextKeys.modelsFiltered, this.filter.tags.length > 0);
      this.didChange.fire(undefined);
    });
  }

  getTreeItem(node: ModelTreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'run': return runItem(node);
      case 'model': return isDamaged(node.model) ? damagedItem(node.id, node.model.damage) : modelItem(node.id, node.model);
      case 'group': return groupItem(node);
      case 'metric': return metricItem(node);
      case 'feature': return featureItem(node);
    }
  }

  async getChildren(node?: ModelTreeNode): Promise<ModelTreeNode[]> {
    if (!node) {
      const runs = this.runs.all.map((run): RunNode => ({ kind: 'run', id: run.id, run }));
      const found = withTags(await this.store.list(), this.filter.tags);
      const message = filterMessage(found, this.filter.tags);
      if (this.tree.message !== message) this.tree.message = message;
      return [...runs, ...found.shown.map((model): ModelNode => ({ kind: 'model', id: model.id, model }))];
    }
    if (node.kind === 'model' && !isDamaged(node.model)) {
      const { model } = node;
      const features: GroupNode = { kind: 'group', title: 'Features', model, parent: node };
      return model.metrics.length > 0 ? [{ kind: 'group', title: 'Metrics', model, parent: node }, features] : [features];
    }
    if (node.kind !== 'group') return [];
    return node.title === 'Metrics'
      ? node.model.metrics.map(metric => ({ kind: 'metric', metric, parent: node }))
      : node.model.features.map(name => ({ kind: 'feature', name, parent: node }));
  }

  getParent(node: ModelTreeNode): ModelTreeNode | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.tree.dispose();
    this.focus.dispose();
    this.filter.dispose();
    this.didChange.dispose();
  }

  private scheduleRedraw(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.didChange.fire(undefined);
    }, redrawEvery);
  }
}

/** What stands above the list while it is filtered. */
function filterMessage({ shown, of }: Filtered, tags: readonly string[]): string | undefined {
  if (tags.length === 0) return undefined;
  const words = plainText(tagWords(tags));
  return shown.length === 0 ? t('No model is tagged {0}.', words) : t('Tagged {0}: {1} of {2} shown', words, shown.length, of);
}

/** Codicon of each task. */
const taskIcons: Readonly<Record<HealthyModel['task'], string>> = {
  classification: 'symbol-class', regression: 'graph-line', clustering: 'circle-filled', components: 'compass', decisions: 'git-branch', experiment: 'beaker',
};

function runItem({ id, run }: RunNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(run.name));
  item.id = `run ${id}`;
  item.description = stageText(run);
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = itemKinds.run;
  return item;
}

/** Each task in words. */
const taskTitles: Readonly<Record<HealthyModel['task'], string>> = {
  classification: t('classification'), regression: t('regression'), clustering: t('clustering'), components: t('components'), decisions: t('decisions'), experiment: t('experiment'),
};

function modelItem(id: string, model: HealthyModel): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(model.name), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = plainText([modelLine(model), known(model.title), ...model.tags.map(tag => `#${tag}`)].join(' · '));
  item.tooltip = [
    plainText(model.name), `${known(model.title)}, ${taskTitles[model.task] ?? model.task}`, t('Trained on {0} rows of {1}', model.rowsUsed.toLocaleString('en-US'), baseName(model.file)),
    new Date(model.created).toLocaleString(),
    ...(model.earlier.length > 0 ? [t('Earlier versions: {0}', model.earlier.length)] : []),
    ...(model.note === undefined ? [] : [plainText(model.note, 500)]),
  ].join('\n');
  item.iconPath = new vscode.ThemeIcon(taskIcons[model.task] ?? 'graph-line');
  item.contextValue = model.task === 'experiment' ? itemKinds.experiment : model.target === undefined ? itemKinds.targetlessModel : itemKinds.model;
  item.command = { command: commandIds.openModel, title: t('Open Model'), arguments: [{ kind: 'model', id }] };
  return item;
}

function damagedItem(id: string, damage: string): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(id));
  item.id = id;
  item.description = t('damaged');
  item.tooltip = plainText(damage, 500);
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = itemKinds.damagedModel;
  return item;
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const open = node.title === 'Metrics' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(node.title === 'Metrics' ? t('Metrics') : t('Features'), open);
  item.description = node.title === 'Metrics' ? t('on held-out rows') : String(node.model.features.length);
  return item;
}

function metricItem({ metric, parent }: MetricNode): vscode.TreeItem {
  const item = new vscode.TreeItem(metricTitles[metric.name] ?? metric.name);
  item.description = metricText(metric);
  item.tooltip = metric.baseline === undefined ? undefined : t('Baseline: {0}', numberText(metric.baseline));
  item.iconPath = new vscode.ThemeIcon('dashboard');
  item.command = { command: commandIds.showOverview, title: t('Show Overview'), arguments: [{ kind: 'model', id: parent.parent.id }] };
  return item;
}

function featureItem({ name, parent }: FeatureNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(name));
  item.iconPath = new vscode.ThemeIcon('symbol-field');
  const id = parent.parent.id;
  const weighed = parent.model.target !== undefined;
  item.command = { command: weighed ? commandIds.showWeights : commandIds.showOverview, title: weighed ? t('Show Weights') : t('Show Overview'), arguments: [{ kind: 'model', id }] };
  return item;
}
