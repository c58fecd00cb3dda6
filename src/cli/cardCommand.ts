/** `unveil card`: the model card of a model file, as Markdown. */
import { modelCard } from '../engine/card/modelCard';
import { readModelFile } from '../engine/run';
import { requireOther } from '../engine/sameFile';
import { writeResult } from './output';

export interface CardFlags { out: string }

export async function cardCommand(modelFile: string, { out }: CardFlags, version: string): Promise<void> {
  if (out !== '-') await requireOther(out, [modelFile]);
  const model = await readModelFile(modelFile);
  if (out !== '-') await requireOther(out, [model.recipe.file]);
  await writeResult(out, modelCard({ model, version }));
}
