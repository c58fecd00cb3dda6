/** Registers every command; the type makes a forgotten one a compile error. */
import * as vscode from 'vscode';
import { commandIds, type CommandHandlers, type CommandId } from '../contributions';
import { isCancellation } from '../services/notifications';
import { changeTarget } from './changeTarget';
import { checkData } from './checkData';
import { compareModels } from './compareModels';
import { compareReports, showHistory } from './compareReports';
import { deleteModel, restoreModel } from './deleteModel';
import { editModel } from './editModel';
import { isFromProgram, isRecord } from './arguments';
import { clearModelFilter, filterModels } from './filterModels';
import { findClusters } from './findClusters';
import { runExperiment } from './runExperiment';
import { findComponents } from './findComponents';
import { explainDecisions } from './explainDecisions';
import { explainColumn, explainFile } from './explainFile';
import { explainFormula } from './explainFormula';
import { explainRow } from './explainRow';
import { exportCode } from './exportCode';
import { exportHtml } from './exportHtml';
import { exportModelCard } from './exportModelCard';
import type { Host } from './host';
import { importModel } from './importModel';
import { installTensorflow } from './installTensorflow';
import { noteModel, tagModel } from './noteModel';
import { openData } from './openData';
import { openExample } from './openExample';
import { openInNotebook } from './openInNotebook';
import { openModel, showPanel } from './openModel';
import { predictFile } from './predictFile';
import { profileFile } from './profileFile';
import { recoverFormula } from './recoverFormula';
import { renameModel } from './renameModel';
import { retrain } from './retrain';
import { cancelRun, finishTraining, refreshDatasets, restartEngine, showLog } from './runControl';
import { saveModelAs } from './saveModelAs';
import { showRuns } from './showRuns';
import { whatIf } from './whatIf';

export function registerCommands(host: Host): vscode.Disposable {
  const handlers: CommandHandlers = {
    [commandIds.openExample]: openExample(host),
    [commandIds.explainFile]: explainFile(host),
    [commandIds.explainColumn]: explainColumn(host),
    [commandIds.explainFormula]: explainFormula(host),
    [commandIds.compareModels]: compareModels(host),
    [commandIds.recoverFormula]: recoverFormula(host),
    [commandIds.findClusters]: findClusters(host),
    [commandIds.findComponents]: findComponents(host),
    [commandIds.runExperiment]: runExperiment(host),
    [commandIds.explainDecisions]: explainDecisions(host),
    [commandIds.profileFile]: profileFile(host),
    [commandIds.checkData]: checkData(host),
    [commandIds.predictFile]: predictFile(host),
    [commandIds.openModel]: openModel(host),
    [commandIds.showOverview]: showPanel(host, 'overview'),
    [commandIds.showWeights]: showPanel(host, 'weights'),
    [commandIds.showFeatureImportance]: showPanel(host, 'importance'),
    [commandIds.showEffects]: showPanel(host, 'effects'),
    [commandIds.showConfidenceIntervals]: showPanel(host, 'intervals'),
    [commandIds.showInterpretability]: showPanel(host, 'interpretability'),
    [commandIds.showData]: showPanel(host, 'data'),
    [commandIds.explainRow]: explainRow(host),
    [commandIds.whatIf]: whatIf(host),
    [commandIds.changeTarget]: changeTarget(host),
    [commandIds.retrain]: retrain(host),
    [commandIds.saveModelAs]: saveModelAs(host),
    [commandIds.exportHtml]: exportHtml(host),
    [commandIds.openInNotebook]: openInNotebook(host),
    [commandIds.exportCode]: exportCode(host),
    [commandIds.exportModelCard]: exportModelCard(host),
    [commandIds.importModel]: importModel(host),
    [commandIds.compareReports]: compareReports(host),
    [commandIds.showHistory]: showHistory(host),
    [commandIds.noteModel]: noteModel(host),
    [commandIds.tagModel]: tagModel(host),
    [commandIds.filterModels]: filterModels(host),
    [commandIds.clearModelFilter]: clearModelFilter(host),
    [commandIds.editModel]: editModel(host),
    [commandIds.renameModel]: renameModel(host),
    [commandIds.deleteModel]: deleteModel(host),
    [commandIds.restoreModel]: restoreModel(host),
    [commandIds.openData]: openData(host),
    [commandIds.showRuns]: showRuns(host),
    [commandIds.cancelRun]: cancelRun(host),
    [commandIds.finishTraining]: finishTraining(host),
    [commandIds.showLog]: showLog(host),
    [commandIds.restartEngine]: restartEngine(host),
    [commandIds.refreshDatasets]: refreshDatasets(host),
    [commandIds.installTensorflow]: installTensorflow(host),
  };
  const registrations = (Object.keys(handlers) as CommandId[]).map(id => (
    vscode.commands.registerCommand(id, (argument?: unknown, selected?: unknown) => run(host, handlers[id] as Handler, argument, selected))));
  return vscode.Disposable.from(...registrations);
}

type Handler = (argument?: unknown, selected?: unknown) => unknown;

/**
 * The walkthrough's page moves the focus to the step whose button was pressed a quarter of a second later, which would close a question
 * that is open by then. Milliseconds.
 */
const tourPause = 600;

/** Links of the walkthrough pass this, and mean nothing by it but where they stand. */
function isOfTour(argument: unknown): boolean {
  return isRecord(argument) && argument['kind'] === 'tour';
}

/** Errors are shown here at the latest; only programs get them too, for VS Code would show them to a person twice. */
async function run(host: Host, handler: Handler, argument: unknown, selected: unknown): Promise<unknown> {
  try {
    if (isOfTour(argument)) {
      await new Promise(resolve => setTimeout(resolve, tourPause));
      return await handler();
    }
    return await handler(argument, selected);
  } catch (error) {
    if (isCancellation(error)) return undefined;
    const known = host.notifications.error(error);
    if (isFromProgram(argument)) throw known;
    return undefined;
  }
}
