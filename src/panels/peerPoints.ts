/** Keeps the peers of every report in view: when a report is shown, and when the stored models change. */
import { reportsTarget } from '../protocol/report';
import type { ModelStore } from '../services/modelStore';
import { errorDetail, type Log } from '../services/log';
import { peersOf } from '../services/peers';
import { requestFrom } from '../services/recipeRequest';
import type { ModelView } from './modelView';
import type { ModelViews } from './modelViews';

export class PeerPoints {
  private readonly subscription: { dispose(): void };

  constructor(private readonly store: ModelStore, private readonly views: ModelViews, private readonly log: Log) {
    this.subscription = store.onDidChange(() => {
      for (const view of this.views.all) void this.refresh(view);
    });
  }

  /** Never throws: without peers the report is as good as before. */
  async refresh(view: ModelView): Promise<void> {
    try {
      const { report } = view.snapshot;
      if (!report || !reportsTarget(report) || !report.sections.some(section => section.kind === 'scatter')) return;
      const models = await this.store.list();
      if (view.isClosed || view.snapshot.report !== report) return;
      const { reference } = view;
      const { file } = reference.source === 'file' ? requestFrom(report.recipe, reference.uri.fsPath) : report.recipe;
      const peers = peersOf({ report, file, id: reference.source === 'store' ? reference.id : undefined }, models);
      if (JSON.stringify(peers) !== JSON.stringify(view.snapshot.peers)) view.update({ peers });
    } catch (error) {
      this.log.debug(errorDetail(error));
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
