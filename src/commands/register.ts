/** Registers every command; the type makes a forgotten one a compile error. */
import * as vscode from 'vscode';
import { commandIds, type CommandHandlers, type CommandId } from '../contributions';
import { isCancellation } from '../services/notifications';
import { changeTarget } from './changeTarget';
import { compareModels } from './compareModels';
import { deleteModel } from './deleteModel';
import { editModel } from './editModel';
import { isFromProgram } from './arguments';
import { explainColumn, explainFile } from './explainFile';
import { explainFormula } from './explainFormula';
import { explainRow } from './explainRow';
import { exportCode } from './exportCode';
import { exportHtml } from './exportHtml';
import type { Host } from './host';
import { installTensorflow } from './installTensorflow';
import { openData } from './openData';
import { openModel, showPanel } from './openModel';
import { predictFile } from './predictFile';
import { profileFile } from './profileFile';
import { recoverFormula } from './recoverFormula';
import { renameModel } from './renameModel';
import { retrain } from './retrain';
import { cancelRun, finishTraining, refreshDatasets, restartEngine, showLog } from './runControl';
import { saveModelAs } from './saveModelAs';

export function registerCommands(host: Host): vscode.Disposable {
  const handlers: CommandHandlers = {
    [commandIds.explainFile]: explainFile(host),
    [commandIds.explainColumn]: explainColumn(host),
    [commandIds.explainFormula]: explainFormula(host),
    [commandIds.compareModels]: compareModels(host),
    [commandIds.recoverFormula]: recoverFormula(host),
    [commandIds.profileFile]: profileFile(host),
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
    [commandIds.changeTarget]: changeTarget(host),
    [commandIds.retrain]: retrain(host),
    [commandIds.saveModelAs]: saveModelAs(host),
    [commandIds.exportHtml]: exportHtml(host),
    [commandIds.exportCode]: exportCode(host),
    [commandIds.editModel]: editModel(host),
    [commandIds.renameModel]: renameModel(host),
    [commandIds.deleteModel]: deleteModel(host),
    [commandIds.openData]: openData(host),
    [commandIds.cancelRun]: cancelRun(host),
    [commandIds.finishTraining]: finishTraining(host),
    [commandIds.showLog]: showLog(host),
    [commandIds.restartEngine]: restartEngine(host),
    [commandIds.refreshDatasets]: refreshDatasets(host),
    [commandIds.installTensorflow]: installTensorflow(host),
  };
  const registrations = (Object.keys(handlers) as CommandId[]).map(id => (
    vscode.commands.registerCommand(id, (argument?: unknown) => run(host, handlers[id] as Handler, argument))));
  return vscode.Disposable.from(...registrations);
}

type Handler = (argument?: unknown) => unknown;

/** Errors are shown here at the latest; only programs get them too, for VS Code would show them to a person twice. */
async function run(host: Host, handler: Handler, argument: unknown): Promise<unknown> {
  try {
    return await handler(argument);
  } catch (error) {
    if (isCancellation(error)) return undefined;
    const known = host.notifications.error(error);
    if (isFromProgram(argument)) throw known;
    return undefined;
  }
}
