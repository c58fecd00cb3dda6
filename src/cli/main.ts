/** The program `unveil`: the engine from a terminal. Exit status: 0 done, 1 a fault of ours, 2 bad usage or input, 130 interrupted. */
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';

import { CancelledError, UserError } from '../protocol/errors';
import { logTo } from '../engine/compute/log';
import { useWorkers } from '../engine/compute/pool';
import { toUserError } from '../engine/faults';
import { CancellableContext } from '../engine/context';
import { cardCommand, type CardFlags } from './cardCommand';
import { checkCommand, type CheckFlags } from './checkCommand';
import { clusterCommand, type ClusterFlags } from './clusterCommand';
import { compareCommand, type CompareFlags } from './compareCommand';
import { componentsCommand, type ComponentsFlags } from './componentsCommand';
import { diffCommand, type DiffFlags } from './diffCommand';
import { editCommand, type EditFlags } from './editCommand';
import { experimentCommand, type ExperimentFlags } from './experimentCommand';
import { explainCommand, type ExplainFlags } from './explainCommand';
import { studyKinds } from '../engine/experiments/studies';
import { exportCommand, type ExportFlags } from './exportCommand';
import { mcpCommand } from './mcpCommand';
import { notebookCommand, type NotebookFlags } from './notebookCommand';
import { policyCommand, type PolicyFlags } from './policyCommand';
import { predictCommand, type PredictFlags } from './predictCommand';
import { recoverCommand, type RecoverFlags } from './recoverCommand';
import { profileCommand, type ProfileFlags } from './profileCommand';
import { terminalProgress } from './progress';
import { whatIfCommand, type WhatIfFlags } from './whatIfCommand';

export const exitStatus = { done: 0, ourFault: 1, badInput: 2, interrupted: 130 } as const;

const exact = 'one number, text, true or false; may be repeated';

function program(context: CancellableContext): Command {
  const root = new Command('unveil')
    .description('Explain a column of a data file: which model fits, its weights, what it uses and how certain it is.')
    .version('0.1.0')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showHelpAfterError(false);

  root.command('profile').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('what is in a file: columns, kinds, missing values')
    .option('--json <file>', 'write the profile as JSON to a file, or - for standard output')
    .option('--categorical <columns>', 'columns to take as categorical, comma-separated')
    .option('--numeric <columns>', 'columns to take as numeric, comma-separated')
    .action((file: string, flags: ProfileFlags) => profileCommand(file, flags, context));

  aboutModel(root.command('check').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('look for leakage, duplicates, drift, small classes, rare levels and collinear or constant columns before training')
    .option('--model <family>', 'the model that fixes are for and effects are measured of (default linear or logistic)')
    .option('--effects', 'fit the model with and without each fix, and tell what it does to the held-out score'), 'checks')
    .action((file: string, flags: CheckFlags) => checkCommand(file, flags, context));

  explaining(root.command('explain').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('train a model that explains a column, and report on it')
    .option('--model <family>', 'auto, linear, logistic, bayes, ebm, neural, attention or formula; auto compares them and takes the simplest that is as good as the best', 'auto')
    .option('--seconds <n>', 'with the model auto: seconds that the comparison may take (default 20); 0 takes the linear or logistic model at once; with formula: of the search (default 60)'))
    .action((file: string, flags: ExplainFlags) => explainCommand(file, flags, context));

  explaining(root.command('compare').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('fit every model on the same folds, and recommend one; --json, --html and --save explain that one in full')
    .option('--models <families>', 'models to compare, comma-separated (default all that do the task)')
    .option('--seconds <n>', 'seconds that the comparison may take (default no limit)'))
    .action((file: string, flags: CompareFlags) => compareCommand(file, flags, context));

  explaining(root.command('recover').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('find the formula behind a column, or fit the parameters of a given one; explains it as explain does')
    .option('--from <source>', 'what proposes formulas: data, neural or ebm (a model that is trained first), or a model file (default data)')
    .option('--seconds <n>', 'seconds that the search may take (default 60)')
    .option('--largest <nodes>', 'nodes that the chosen formula has at most (default 20)')
    .option('--known <formula>', 'fit the parameters of this formula instead of a search: "y = a*x^3 + c"')
    .option('--start <values>', 'with --known: where parameters start, such as a=1,b=2')
    .option('--rest <model>', 'with --known: a model of all columns for what the formula leaves, ebm or neural; the sum predicts')
    .option('--shape <rules>', 'rules about slopes that the formula has to obey, such as x=increasing,z=decreasing,w=flat@0')
    .option('--units <units>', 'units of the columns, such as a=m,b=s,target=m/s, or none (default: those that headers name, as in "speed [m/s]")'))
    .action((file: string, flags: RecoverFlags) => recoverCommand(file, flags, context));

  aboutModel(root.command('experiment').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('measure on held-out rows how choices shape a model: what matters, what is as good, where training diverges')
    .option('--model <family>', 'the model that the experiment is about (default: the one that has what is varied)')
    .option('--study <kind>', `${studyKinds.join(', ')} (default sensitivity)`)
    .option('--vary <choices>', 'choices of the model, comma-separated: names (learningRate,depth) or names with values (depth=1:2:3); rows is the share of the training rows')
    .option('--domain <column>', 'with the study generalisation: the column whose values are domains, each left out in turn')
    .option('--test-file <file>', 'with the study generalisation: another file to test the model on')
    .option('--epsilons <sizes>', 'with the study robustness: sizes of attacks in standard deviations, comma-separated')
    .option('--immutable <columns>', 'with the study robustness: columns that an attacker cannot change')
    .option('--adversarial', 'with the study robustness: train a network on attacked rows too, and what that costs')
    .option('--continue <file>', 'go on with the experiment of a saved file (--save) where it was stopped or short of time; with --seconds for more')
    .option('--repeats <n>', 'how often the folds are dealt anew, with the studies sensitivity and optimisers (default: 3 where that is cheap and there is no limit of time, else 1)')
    .option('--seconds <n>', 'seconds that the runs may take; where they would take longer, the worse settings are left behind (default no limit)'))
    .action((file: string, flags: ExperimentFlags) => experimentCommand(file, flags, context));

  exploring(root.command('cluster').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('find groups of rows that are alike, say how many there are and what sets each apart')
    .option('--k <number>', 'number of clusters, or auto: chosen by gap statistic, silhouette and Caliński–Harabasz', 'auto')
    .option('--most <number>', 'with --k auto: largest number tried, 1 to 50 (default 10, and 20 where 10 clusters are all apart)')
    .option('--scaling <how>', 'standardised (every number counts alike) or centred (units count; default standardised)'), 'clusters', 'cluster, distance, silhouette and outside')
    .action((file: string, flags: ClusterFlags) => clusterCommand(file, flags, context));

  exploring(root.command('components').argument('<file>', 'CSV, TSV or Parquet file, may be .gz')
    .description('find principal components, how many are worth keeping, and what they are made of')
    .option('--count <number>', 'components that the model keeps (default all)')
    .option('--scaling <how>', 'standardised (correlations) or centred (covariances: units count; default standardised)')
    .option('--categories <how>', 'leaveOut (only numbers and dates) or oneHot (one number a level; default leaveOut)'), 'components', 'PC1, PC2, …')
    .action((file: string, flags: ComponentsFlags) => componentsCommand(file, flags, context));

  sharing(root.command('policy').argument('<file>', 'CSV, TSV or Parquet file, may be .gz: a row a decision')
    .description('learn from a log of decisions which action is best in which state, and how sure that is')
    .option('--state <columns>', 'columns that together are the state, comma-separated (guessed when left out, as are the others)')
    .option('--action <column>', 'column of the action taken')
    .option('--reward <column>', 'column of the reward received')
    .option('--next <columns>', 'columns of the state afterwards, in the order of --state; none: the state of the next row')
    .option('--done <column>', 'column that says where episodes end; none: there is none')
    .option('--episode <column>', 'column that names the episode; none: there is none')
    .option('--order <column>', 'column that orders the rows of an episode; none: they stand in the order of the file')
    .option('--gamma <discount>', 'what a reward one step later is worth, from 0 to 1 (default 0.95)')
    .option('--rate <rate>', 'learning rate of Q-learning, or auto: falling with the visits (default auto)')
    .option('--exploration <share>', 'share of chance in the policy whose value is estimated (default 0)')
    .option('--bins <n>', 'bins of state columns with many different numbers (default by the number of rows)')
    .option('--method <method>', 'tabular, or fitted: besides, values of states of numbers without bins (default tabular)'), 'a policy', 'best_action, value, certainty, visits and support')
    .action((file: string, flags: PolicyFlags) => policyCommand(file, flags, context));

  root.command('predict').argument('<model>', 'model file (.unveil.json)').argument('<file>', 'data file with the features')
    .description('predict the rows of a file with a trained model, or add their clusters, scores or best actions')
    .option('--out <file>', 'CSV file to write, or - for standard output; needed')
    .option('--level <level>', 'level of the intervals (default: that of the model, 0.95 unless set)')
    .option('--intervals <kind>', 'model or conformal (default: the conformal ones that the report measured, and beside sets the model\'s own; the model\'s own where there are no conformal ones)')
    .option('--contributions <n>', 'features with the largest contributions to write of each row (default 3 where they are exact and cheap, as of linear, logistic, bayes and ebm; 0: none; a number: of any model, by Shapley values, which takes hundreds of predictions a row)')
    .option('--quiet', 'print nothing but errors')
    .action((model: string, file: string, flags: PredictFlags) => predictCommand(model, file, flags, context));

  root.command('what-if').argument('<model>', 'model file (.unveil.json)')
    .description('predict a row of values, and find the nearest few changes that make the model predict something else')
    .option('--row <n>', 'start from this data row (1 is the first below the header; default: typical values)')
    .option('--values <pairs>', 'values to set, such as age=40,job=clerk; nothing after the = is a missing cell')
    .option('--flip [class]', 'look for changes that make the model predict this class, or any other than now')
    .option('--target <range>', 'look for changes that bring the prediction into a range: ">5", "<5" or "5..8"')
    .option('--immutable <columns>', 'columns that must stay as they are, comma-separated')
    .option('--up <columns>', 'columns that may only rise, comma-separated')
    .option('--down <columns>', 'columns that may only fall, comma-separated')
    .option('--count <n>', 'suggestions at most (default 4)')
    .option('--nearest <n>', 'show so many of the nearest training rows')
    .option('--file <file>', 'where the data file of the training is now (default: where it was)')
    .option('--json <file>', 'write the answer as JSON to a file, or - for standard output')
    .option('--quiet', 'print nothing but errors')
    .action((model: string, flags: WhatIfFlags) => whatIfCommand(model, flags, context));

  root.command('export').argument('<model>', 'model file (.unveil.json)')
    .description('write a model as code that needs no library')
    .requiredOption('--as <language>', 'typescript, python or sql (DuckDB)')
    .option('--out <file>', 'file to write, or - for standard output', '-')
    .option('--table <name>', 'with sql: the table that holds the rows (default data)')
    .action((model: string, flags: ExportFlags) => exportCommand(model, flags));

  root.command('card').argument('<model>', 'model file (.unveil.json)')
    .description('write the model card as Markdown: what the model is, its data, metrics, features, uncertainty and caveats')
    .option('--out <file>', 'file to write, or - for standard output', '-')
    .action((model: string, flags: CardFlags) => cardCommand(model, flags, root.version()!));

  root.command('notebook').argument('<model>', 'model file (.unveil.json)')
    .description('write a Jupyter notebook that shows the report and holds the code that repeats the run')
    .option('--out <file>', 'file to write (.ipynb), or - for standard output', '-')
    .action((model: string, flags: NotebookFlags) => notebookCommand(model, flags));

  root.command('diff').argument('<models...>', 'two model files or more (.unveil.json)')
    .description('lay models side by side: what differs in recipe and metrics, and which differences are beyond chance')
    .option('--json <file>', 'write the comparison as JSON to a file, or - for standard output')
    .option('--quiet', 'print nothing but errors')
    .action((models: string[], flags: DiffFlags) => diffCommand(models, flags));

  root.command('edit').argument('<model>', 'model file (.unveil.json) of an explainable boosting machine')
    .description('remove, smooth or make monotone a term of a model, and measure what that does on held-out rows')
    .option('--remove <term>', 'the term adds nothing any more')
    .option('--smooth <term[=bandwidth]>', 'mean over neighbouring bins, the bandwidth in bins; terms of levels shrink to 0, the bandwidth in rows')
    .option('--monotone <term[=direction]>', 'increasing or decreasing; what changes the term less where left out')
    .option('--undo', 'take the last edit back')
    .option('--brief', 'measure only what is quick: no partial dependence, accumulated effects, contributions and scores')
    .option('--out <file>', 'model file to write, or - for standard output (default: the model file itself)')
    .option('--json <file>', 'write the report of the edited model as JSON to a file, or - for standard output')
    .option('--html <file>', 'write the report of the edited model as one HTML file that opens offline')
    .option('--quiet', 'print nothing but errors')
    .action((model: string, flags: EditFlags) => editCommand(model, flags, context));

  root.command('mcp')
    .description('serve the tools for language models over standard input and output (Model Context Protocol), for agents')
    .action(() => mcpCommand(root.version()!));

  for (const command of root.commands) command.exitOverride().configureOutput({ writeErr: () => undefined }).allowExcessArguments(false);
  return root;
}

/** The options that explaining and comparing share. */
function explaining(command: Command): Command {
  return aboutModel(command)
    .option('--conformal <kind>', 'intervals with a guarantee: auto, split, cv+, cqr or none (default auto: cv+)')
    .option('--row <n>', 'explain the prediction of this data row too (1 is the first below the header); may be repeated', collect, [])
    .option('--brief', 'leave out what takes long: effects, contributions, scores, and conformal intervals unless --conformal names a method');
}

/** The options of every command about a model of a target. */
function aboutModel(command: Command, makes: 'report' | 'checks' = 'report'): Command {
  const asked = command
    .option('--target <column>', 'column to explain (guessed when left out)')
    .option('--formula <formula>', 'Wilkinson formula as in R; replaces --target and --features')
    .option('--task <task>', 'regression or classification')
    .option('--features <columns>', 'columns to use, comma-separated')
    .option('--drop <columns>', 'columns to leave out, comma-separated')
    .option('--positive <value>', 'the class whose probability is modelled')
    .option('--categorical <columns>', 'columns to take as categorical, comma-separated')
    .option('--numeric <columns>', 'columns to take as numeric, comma-separated')
    .option('--missing <how>', 'impute (fill in, or a score of their own in the boosting machine) or drop (rows)')
    .option('--folds <k>', 'folds of cross-validation (default 5)')
    .option('--fold-column <name>', 'column whose values are the folds')
    .option('--group-column <name>', 'column whose groups stay together in a fold')
    .option('--holdout <share>', 'hold out a share of the rows instead; 0 fits on all and measures nothing')
    .option('--holdout-last', 'with --holdout: the last rows of the file rather than rows at random')
    .option('--duplicates <where>', 'rows that are alike in every feature and the target: apart (dealt like any rows) or together in a fold (default apart)')
    .option('--level <level>', 'level of the intervals (default 0.95)')
    .option('--seed <seed>', 'seed of everything random (default 1)')
    .option('--max-rows <n>', 'most rows to train on; more are sampled (default 1000000)')
    .option('--set <name=value>', `option of the model: ${exact}`, collect, [])
    .option('--recipe <file>', 'recipe, report or model file whose settings are the start')
    .option('--json <file>', `write the ${makes} as JSON to a file, or - for standard output`)
    .option('--quiet', 'print nothing but errors');
  return makes === 'checks' ? asked : asked
    .option('--html <file>', 'write the report as one HTML file that opens offline')
    .option('--save <file>', 'write the model file (.unveil.json)');
}

/** The options that commands without a target share. `what`: what is made; `columns`: those that `--out` adds. */
function exploring(command: Command, what: string, columns: string): Command {
  return sharing(command
    .option('--features <columns>', 'columns to use, comma-separated (default all but identifiers, free text and constants)')
    .option('--drop <columns>', 'columns to leave out, comma-separated')
    .option('--missing <how>', 'impute (median, commonest level) or drop (rows; default impute)'), what, columns);
}

/** The options of every command without a target. */
function sharing(command: Command, what: string, columns: string): Command {
  return command
    .option('--categorical <columns>', 'columns to take as categorical, comma-separated')
    .option('--numeric <columns>', 'columns to take as numeric, comma-separated')
    .option('--level <level>', 'level of the intervals (default 0.95)')
    .option('--seed <seed>', 'seed of everything random (default 1)')
    .option('--max-rows <n>', `most rows to make ${what} from; more are sampled (default 1000000)`)
    .option('--set <name=value>', `option of the method: ${exact}`, collect, [])
    .option('--recipe <file>', 'recipe, report or model file whose settings are the start')
    .option('--out <file>', `CSV file to write: the rows of the file with the columns ${columns}`)
    .option('--json <file>', 'write the report as JSON to a file, or - for standard output')
    .option('--html <file>', 'write the report as one HTML file that opens offline')
    .option('--save <file>', 'write the model file (.unveil.json)')
    .option('--quiet', 'print nothing but errors');
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** Standard error gets one sentence; never a stack trace. */
function fail(error: unknown): number {
  if (error instanceof CancelledError) return exitStatus.interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help') return exitStatus.done;
    say(error.message.replace(/^error: /, ''));
    return exitStatus.badInput;
  }
  const fault = toUserError(error);
  say(fault.message);
  if (process.env['UNVEIL_DEBUG'] && fault.place.detail) process.stderr.write(`${fault.place.detail}\n`);
  return fault.reason === 'internal' ? exitStatus.ourFault : exitStatus.badInput;
}

function say(message: string): void {
  process.stderr.write(`unveil: ${message.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd')}\n`);
}

async function main(): Promise<void> {
  useWorkers(join(__dirname, 'worker.js'));
  if (process.env['UNVEIL_DEBUG']) logTo(line => process.stderr.write(`${line}\n`));
  const progress = terminalProgress(() => context.finish());
  const context: CancellableContext = new CancellableContext(progress.show);
  const interrupt = (): void => {
    progress.clear();
    context.cancel();
    // Work that does not notice within a second is left behind: files are written whole or not at all.
    setTimeout(() => process.exit(exitStatus.interrupted), 1000).unref();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let status: number = exitStatus.done;
  try {
    if (process.argv.length <= 2) throw new UserError('badOption', 'Name a command: profile, check, explain, compare, recover, experiment, cluster, components, policy, predict, what-if, diff, card, edit, export or mcp (unveil --help tells more).');
    await program(context).parseAsync();
  } catch (error) {
    progress.clear();
    status = fail(error);
  }
  progress.clear();
  process.exitCode = status;
  await drained();
  process.exit(status);
}

/** Waits until what was printed has left the process, so that a pipe gets all of it. */
function drained(): Promise<void> {
  return new Promise(resolve => process.stdout.write('', () => resolve()));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitStatus.done);
});

void main();
