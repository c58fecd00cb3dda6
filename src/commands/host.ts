/** What commands work with: every service, view and panel, built once in extension.ts. */
import type { AnyRequest } from '../protocol/recipe';
import type { BesidePanels } from '../panels/besidePanels';
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
import type { ExamplePlaces } from '../services/examples';

export interface Host {
  /** Of the extension. */
  readonly version: string;
  /** Folder of the extension. */
  readonly folder: string;
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
  /** Panels of models side by side and of histories. */
  readonly beside: BesidePanels;
  readonly datasetsView: DatasetsView;
  readonly modelsView: ModelsView;
  readonly inspector: Inspector;
  /** Where the bundled example lies, and where a copy of it can be put. */
  readonly examples: ExamplePlaces;
  /** What the runs of this session asked for, by model id: a failed run has no model to read it from. */
  readonly requests: Map<string, AnyRequest>;
}
