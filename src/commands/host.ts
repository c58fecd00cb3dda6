/** What commands work with: every service, view and panel, built once in extension.ts. */
import type { RunRequest } from '../protocol/recipe';
import type { ModelViews } from '../panels/modelViews';
import type { ReportPanels } from '../panels/reportPanel';
import type { Datasets } from '../services/datasets';
import type { EngineClient } from '../services/engineClient';
import type { Log } from '../services/log';
import type { ModelStore } from '../services/modelStore';
import type { Notifications } from '../services/notifications';
import type { Runs } from '../services/runs';
import type { Settings } from '../services/settings';
import type { TensorflowInstaller } from '../services/tensorflowInstaller';
import type { DatasetsView } from '../views/datasetsView';
import type { Inspector } from '../views/inspector';
import type { ModelsView } from '../views/modelsView';

export interface Host {
  readonly log: Log & { show(): void };
  readonly settings: Settings;
  readonly notifications: Notifications;
  readonly engine: EngineClient;
  readonly tensorflow: TensorflowInstaller;
  readonly datasets: Datasets;
  readonly store: ModelStore;
  readonly runs: Runs;
  readonly views: ModelViews;
  readonly panels: ReportPanels;
  readonly datasetsView: DatasetsView;
  readonly modelsView: ModelsView;
  readonly inspector: Inspector;
  /** What the runs of this session asked for, by model id: a failed run has no model to read it from. */
  readonly requests: Map<string, RunRequest>;
}
