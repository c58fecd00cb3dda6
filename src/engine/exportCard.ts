/** Writes the card of a model as a Markdown file. */
import type { CardParams } from '../protocol/engine';
import { modelCard } from './card/modelCard';
import { requireOther } from './sameFile';
import { writeWhole } from './writeWhole';

/** Throws UserError where the file would take the place of the data file, or cannot be written. */
export async function exportCard({ model, out, version }: CardParams): Promise<{ readonly out: string }> {
  await requireOther(out, [model.recipe.file]);
  await writeWhole(out, modelCard({ model, version }));
  return { out };
}
