/** A notebook with a model's report in its output and the code that makes it again. */
import type { NotebookParams } from '../../protocol/engine';
import { reportMime, type Lines, type Notebook } from '../../protocol/notebook';
import { aboutText } from './aboutText';
import { plainOutput } from './plainOutput';
import { repeatCode } from './repeatCode';
import { savedReport } from './savedReport';

/** `file`, `program`, `node`: where the data, the command line and what runs it are on this machine. */
export function notebookOf({ model, file, program, node }: NotebookParams): Notebook {
  const { report, note } = savedReport(model.report);
  const output = { output_type: 'display_data', data: { [reportMime]: report, 'text/plain': lines(plainOutput(model, file)) }, metadata: {} } as const;
  return {
    nbformat: 4, nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' }, language_info: { name: 'python' } },
    cells: [
      { cell_type: 'markdown', id: 'about', metadata: {}, source: lines(aboutText(model, file, note)) },
      { cell_type: 'code', id: 'run', metadata: {}, execution_count: null, source: lines(repeatCode(model.recipe, { file, program, node })), outputs: [output] },
    ],
  };
}

function lines(text: string): Lines {
  return text.split('\n').map((line, i, all) => (i === all.length - 1 ? line : `${line}\n`)).filter(line => line !== '');
}
