/** The side bar's Data Sets: files, and in them the columns with kind, missing share and a spark line. */
import * as vscode from 'vscode';
import { itemKinds, viewIds } from '../contributions';
import type { ColumnProfile } from '../protocol/profile';
import { diskPath, type Datasets } from '../services/datasets';
import { Emitter } from '../services/emitter';
import { known, t } from '../services/l10n';
import { errorDetail, type Log } from '../services/log';
import { asUserError } from '../services/notifications';
import { baseName, plainText } from '../services/plainText';
import { columnSpark, columnText, countText, kindIcons } from './columnText';

export interface FileNode { readonly kind: 'file'; readonly uri: vscode.Uri }
export interface ColumnNode {
  readonly kind: 'column';
  readonly uri: vscode.Uri;
  readonly column: string;
  readonly profile: ColumnProfile;
  readonly rows: number;
  readonly parent: FileNode;
}
interface ErrorNode { readonly kind: 'error'; readonly message: string; readonly parent: FileNode }
export type DatasetNode = FileNode | ColumnNode | ErrorNode;

/** More columns than this are not listed one by one. */
const mostColumns = 2000;

export class DatasetsView implements vscode.TreeDataProvider<DatasetNode> {
  private readonly didChange = new Emitter<DatasetNode | undefined>();
  private readonly files = new Map<string, FileNode>();
  readonly onDidChangeTreeData = this.didChange.event;
  readonly tree: vscode.TreeView<DatasetNode>;

  constructor(private readonly datasets: Datasets, private readonly log: Log, private readonly warm: () => void) {
    this.tree = vscode.window.createTreeView<DatasetNode>(viewIds.datasets, { treeDataProvider: this, showCollapseAll: true });
    datasets.onDidChange(() => this.didChange.fire(undefined));
  }

  getTreeItem(node: DatasetNode): vscode.TreeItem {
    if (node.kind === 'file') return this.fileItem(node);
    if (node.kind === 'column') return columnItem(node);
    const item = new vscode.TreeItem(plainText(node.message, 300));
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.tooltip = node.message;
    return item;
  }

  async getChildren(node?: DatasetNode): Promise<DatasetNode[]> {
    if (!node) return this.fileNodes();
    return node.kind === 'file' ? this.columnNodes(node) : [];
  }

  getParent(node: DatasetNode): DatasetNode | undefined {
    return node.kind === 'file' ? undefined : node.parent;
  }

  /** Opens the file in the tree, once its profile is known. */
  async reveal(file: string): Promise<void> {
    const nodes = await this.fileNodes();
    const node = nodes.find(item => item.kind === 'file' && item.uri.fsPath === file);
    if (node) await this.tree.reveal(node, { select: true, focus: true, expand: true });
  }

  dispose(): void {
    this.tree.dispose();
    this.didChange.dispose();
  }

  private async fileNodes(): Promise<DatasetNode[]> {
    const { files, limited } = await this.datasets.list();
    if (files.length > 0) this.warm();
    this.tree.message = limited ? t('Only the first {0} data files are listed (setting unveil.datasets.limit).', countText(files.length)) : undefined;
    return files.map(uri => this.fileNode(uri));
  }

  /** The same object for the same file, so that the tree keeps what is open. */
  private fileNode(uri: vscode.Uri): FileNode {
    const key = String(uri);
    const node = this.files.get(key) ?? { kind: 'file', uri };
    this.files.set(key, node);
    return node;
  }

  private async columnNodes(node: FileNode): Promise<DatasetNode[]> {
    try {
      const { profile } = await this.datasets.profile(diskPath(node.uri));
      const nodes: DatasetNode[] = profile.columns.slice(0, mostColumns).map(column => (
        { kind: 'column', uri: node.uri, column: column.name, profile: column, rows: profile.rows, parent: node }));
      if (profile.columns.length > mostColumns) {
        nodes.push({ kind: 'error', message: t('{0} more columns are not listed.', countText(profile.columns.length - mostColumns)), parent: node });
      }
      return nodes;
    } catch (error) {
      this.log.warn(errorDetail(error));
      return [{ kind: 'error', message: asUserError(error).message, parent: node }];
    }
  }

  private fileItem(node: FileNode): vscode.TreeItem {
    const item = new vscode.TreeItem(plainText(baseName(node.uri.path)), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = String(node.uri);
    item.contextValue = itemKinds.file;
    item.iconPath = new vscode.ThemeIcon('table');
    const relative = vscode.workspace.asRelativePath(node.uri);
    const folder = relative.slice(0, Math.max(0, relative.length - baseName(relative).length - 1));
    item.description = plainText(folder);
    item.tooltip = node.uri.fsPath;
    return item;
  }
}

function columnItem(node: ColumnNode): vscode.TreeItem {
  const { profile, rows } = node;
  const item = new vscode.TreeItem(plainText(profile.name) || t('(no name)'));
  const text = columnText(profile, rows);
  item.description = [text, columnSpark(profile)].filter(part => part !== '').join('  ');
  item.contextValue = itemKinds.column;
  item.iconPath = new vscode.ThemeIcon(kindIcons[profile.kind]);
  item.tooltip = [`${plainText(profile.name)}: ${text}`, t('{0} distinct values in {1} rows', countText(profile.distinct), countText(rows)), profile.note && known(profile.note)]
    .filter(part => part !== undefined).join('\n');
  item.accessibilityInformation = { label: `${plainText(profile.name)}, ${text}` };
  return item;
}

