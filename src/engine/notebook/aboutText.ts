/** The Markdown of a notebook's first cell: what was modelled, how well, and how the run is repeated in a terminal. */
import { basename } from 'node:path';
import { explainsTarget, type AnyModelFile } from '../../protocol/modelFile';
import { commandLine } from '../card/commandLine';
import { bullets, codeBlock, markdownTable, paragraphs, plain } from '../card/markdown';
import { metricTitle } from '../evaluate/metrics';
import { countOf, formatLevel, formatNumber } from '../report/format';

/** `file`: where the data file is. `note`: what the saved output lacks. */
export function aboutText(model: AnyModelFile, file: string, note: string | undefined): string {
  return paragraphs([`# ${plain(model.name)}`, bullets(factsOf(model, file)), metricsTable(model), ...(note === undefined ? [] : [plain(note)]), ...repeatParts(model, file)]);
}

function factsOf(model: AnyModelFile, file: string): string[] {
  const { data, model: { title, headline } } = model.report;
  return [
    `Data: ${file}, ${countOf(data.rowsUsed, 'row')}`,
    ...(explainsTarget(model) ? [`Target: ${model.recipe.target}`] : headline === undefined ? [] : [`Found: ${headline}`]),
    `Model: ${title}`, `Made: ${model.created.slice(0, 10)}`,
  ];
}

function metricsTable(model: AnyModelFile): string {
  const { performance } = model.report;
  if (!explainsTarget(model) || !performance) return '';
  const { level } = model.recipe;
  const rows = performance.metrics.map(({ name, value, low, high, baseline }) => [
    metricTitle(name), formatNumber(value), low === undefined || high === undefined ? '–' : `${formatNumber(low)} to ${formatNumber(high)}`, baseline === undefined ? '–' : formatNumber(baseline)]);
  return paragraphs([plain(`Measured on ${countOf(performance.rows, 'row')} that the model was not fitted on (${performance.scheme}):`), markdownTable(['Metric', 'Value', `${formatLevel(level)} interval`, 'Baseline'], rows, [1, 3])]);
}

function repeatParts(model: AnyModelFile, file: string): string[] {
  const { edits = [], report } = model;
  const line = commandLine(model.recipe, basename(file.replaceAll('\\', '/')));
  const without = [
    ...(edits.length > 0 ? ['The cell below repeats the training, not the edits by hand: its output is that of the edited model until the cell is run.'] : []),
    ...('comparison' in report && report.comparison ? ['The comparison with other models is not repeated: the cell trains the model that was chosen.'] : []),
    ...(hasTimeLimit(model) ? ['The run had a limit of time: what is found within it depends on the computer.'] : []),
  ];
  return [
    'The cell below trains again with the same settings, and the same file gives the same numbers. Its saved output is the report as it is now; no kernel is needed to read it.',
    ...without.map(plain), ...(line === undefined ? [] : ['The same in a terminal:', codeBlock(line, 'sh')]),
  ];
}

function hasTimeLimit({ recipe }: AnyModelFile): boolean {
  return recipe.options['seconds'] !== undefined || recipe.model === 'formula' || (recipe.task === 'experiment' && recipe.study.seconds !== undefined);
}
