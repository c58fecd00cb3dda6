/** The program `unveil`: the engine from a terminal. Exit status: 0 done, 1 a fault of ours, 2 bad usage or input, 130 interrupted. */
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';

import { CancelledError, UserError } from '../protocol/errors';
import { logTo } from '../engine/compute/log';
import { useWorkers } from '../engine/compute/pool';
import { toUserError } from '../engine/faults';
import { CancellableContext } from '../engine/context';
import { compareCommand, type CompareFlags } from './compareCommand';
import { editCommand, type EditFlags } from './editCommand';
import { explainCommand, type ExplainFlags } from './explainCommand';
import { exportCommand, type ExportFlags } from './exportCommand';
import { predictCommand, type PredictFlags } from './predictCommand';
import { recoverCommand, type RecoverFlags } from './recoverCommand';
import { profileCommand, type ProfileFlags } from './profileCommand';
import { terminalProgress } from './progress';

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
    .option('--units <units>', 'units of the columns, such as a=m,b=s,target=m/s, or none (default: those that headers name, as in "speed [m/s]")'))
    .action((file: string, flags: RecoverFlags) => recoverCommand(file, flags, context));

  root.command('predict').argument('<model>', 'model file (.unveil.json)').argument('<file>', 'data file with the features')
    .description('predict the rows of a file with a trained model')
    .option('--out <file>', 'CSV file to write, or - for standard output; needed')
    .option('--level <level>', 'level of the intervals (default: that of the model, 0.95 unless set)')
    .option('--intervals <kind>', 'model or conformal (default: the conformal ones that the report measured, and beside sets the model\'s own; the model\'s own where there are no conformal ones)')
    .option('--quiet', 'print nothing but errors')
    .action((model: string, file: string, flags: PredictFlags) => predictCommand(model, file, flags, context));

  root.command('export').argument('<model>', 'model file (.unveil.json)')
    .description('write a model as code that needs no library')
    .requiredOption('--as <language>', 'typescript, python or sql (DuckDB)')
    .option('--out <file>', 'file to write, or - for standard output', '-')
    .option('--table <name>', 'with sql: the table that holds the rows (default data)')
    .action((model: string, flags: ExportFlags) => exportCommand(model, flags));

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

  for (const command of root.commands) command.exitOverride().configureOutput({ writeErr: () => undefined }).allowExcessArguments(false);
  return root;
}

/** The options that explaining and comparing share. */
function explaining(command: Command): Command {
  return command
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
    .option('--level <level>', 'level of the intervals (default 0.95)')
    .option('--conformal <kind>', 'intervals with a guarantee: auto, split, cv+, cqr or none (default auto: cv+)')
    .option('--seed <seed>', 'seed of everything random (default 1)')
    .option('--max-rows <n>', 'most rows to train on; more are sampled (default 1000000)')
    .option('--set <name=value>', `option of the model: ${exact}`, collect, [])
    .option('--recipe <file>', 'recipe, report or model file whose settings are the start')
    .option('--row <n>', 'explain the prediction of this data row too (1 is the first below the header); may be repeated', collect, [])
    .option('--brief', 'leave out what takes long: effects, contributions, scores, and conformal intervals unless --conformal names a method')
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
    if (process.argv.length <= 2) throw new UserError('badOption', 'Name a command: profile, explain, compare, recover, predict, edit or export (unveil --help tells more).');
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
