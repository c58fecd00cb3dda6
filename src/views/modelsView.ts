/** The side bar's Models: runs under way, then trained models with their metrics and features. */
import * as vscode from 'vscode';
import { commandIds, itemKinds, viewIds } from '../contributions';
import { Emitter } from '../services/emitter';
import { isDamaged, type HealthyModel, type ModelStore, type StoredModel } from '../services/modelStore';
import type { MetricSummary } from '../services/modelSummary';
import { baseName, plainText } from '../services/plainText';
import type { Run, Runs } from '../services/runs';
import { headline, metricText, metricTitles, numberText } from './columnText';

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

  constructor(private readonly store: ModelStore, private readonly runs: Runs) {
    this.tree = vscode.window.createTreeView<ModelTreeNode>(viewIds.models, { treeDataProvider: this });
    store.onDidChange(() => this.scheduleRedraw());
    runs.onDidChange(() => this.scheduleRedraw());
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
      const models = (await this.store.list()).map((model): ModelNode => ({ kind: 'model', id: model.id, model }));
      return [...runs, ...models];
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
    this.didChange.dispose();
  }

  private scheduleRedraw(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.didChange.fire(undefined);
    }, redrawEvery);
  }
}

function runItem({ id, run }: RunNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(run.name));
  item.id = `run ${id}`;
  const percent = run.progress.fraction === undefined ? '' : ` ${Math.round(run.progress.fraction * 100)} %`;
  item.description = `${plainText(run.progress.stage)}${percent}`;
  item.iconPath = new vscode.ThemeIcon('loading~spin');
  item.contextValue = itemKinds.run;
  return item;
}

function modelItem(id: string, model: HealthyModel): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(model.name), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = plainText(`${headline(model.metrics)} · ${model.title}`);
  item.tooltip = [
    plainText(model.name), `${model.title}, ${model.task}`, `Trained on ${model.rowsUsed.toLocaleString('en-US')} rows of ${baseName(model.file)}`,
    new Date(model.created).toLocaleString(),
  ].join('\n');
  item.iconPath = new vscode.ThemeIcon(model.task === 'classification' ? 'symbol-class' : 'graph-line');
  item.contextValue = itemKinds.model;
  item.command = { command: commandIds.openModel, title: 'Open Model', arguments: [{ kind: 'model', id }] };
  return item;
}

function damagedItem(id: string, damage: string): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(id));
  item.id = id;
  item.description = 'damaged';
  item.tooltip = plainText(damage, 500);
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = itemKinds.damagedModel;
  return item;
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const open = node.title === 'Metrics' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(node.title, open);
  item.description = node.title === 'Metrics' ? 'on held-out rows' : String(node.model.features.length);
  return item;
}

function metricItem({ metric, parent }: MetricNode): vscode.TreeItem {
  const item = new vscode.TreeItem(metricTitles[metric.name] ?? metric.name);
  item.description = metricText(metric);
  item.tooltip = metric.baseline === undefined ? undefined : `Baseline: ${numberText(metric.baseline)}`;
  item.iconPath = new vscode.ThemeIcon('dashboard');
  item.command = { command: commandIds.showOverview, title: 'Show Overview', arguments: [{ kind: 'model', id: parent.parent.id }] };
  return item;
}

function featureItem({ name, parent }: FeatureNode): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(name));
  item.iconPath = new vscode.ThemeIcon('symbol-field');
  item.command = { command: commandIds.showWeights, title: 'Show Weights', arguments: [{ kind: 'model', id: parent.parent.id }] };
  return item;
}
