/** A model file in the workspace that shows every kind of section, whatever the engine makes of the examples. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made by hand. */
export const everySection = 'every section.unveil.json';

export function placeEverySection(): void {
  copyFileSync(join(unveilUi.project, 'test/fixtures/reports/interpretability.json'), join(unveilUi.folder, everySection));
}
