/** `unveil notebook`: a Jupyter notebook with the report of a model file as its output and the code that repeats the run. */
import { dirname, join, resolve } from 'node:path';
import { notebookOf } from '../engine/notebook/notebook';
import { readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { writeResult } from './output';

export interface NotebookFlags { out: string }

/** A data file that is not named by its whole path is looked for beside the model file. */
export async function notebookCommand(modelFile: string, { out }: NotebookFlags): Promise<void> {
  if (out !== '-') await requireOther(out, [modelFile]);
  const model = await readModelFile(modelFile);
  const file = resolve(dirname(modelFile), model.recipe.file);
  if (out !== '-') await requireOther(out, [file]);
  const notebook = notebookOf({ model, file, program: join(__dirname, 'cli.js'), node: process.execPath });
  await writeResult(out, `${JSON.stringify(notebook, undefined, 1)}\n`);
}
