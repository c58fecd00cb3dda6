/** Files to explore, and the examples. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CancellableContext } from '../../../src/engine/context';
import { explore } from '../../../src/engine/explore';
import { Rng } from '../../../src/engine/math/random';
import type { TargetlessModelFile } from '../../../src/protocol/modelFile';
import type { TargetlessRequest } from '../../../src/protocol/recipe';
import type { Section } from '../../../src/protocol/report';

export const example = (name: string): string => resolve(__dirname, '../../../examples', name);

export const exploring = (request: TargetlessRequest): Promise<TargetlessModelFile> => explore(request, new CancellableContext());

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'unveil-explore-'));

  file(name: string): string {
    return join(this.path, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.file(name), text);
    return this.file(name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Independent normal numbers: neither clusters nor components. */
export function noise(rows: number, columns: number): string {
  const rng = new Rng(4);
  const lines = Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.normal().toFixed(4)).join(','));
  return `${Array.from({ length: columns }, (_, j) => `x${j}`).join(',')}\n${lines.join('\n')}\n`;
}

export function sectionOf<K extends Section['kind']>({ report }: Pick<TargetlessModelFile, 'report'>, kind: K, id: string): Extract<Section, { kind: K }> {
  const found = report.sections.find(section => section.kind === kind && section.id === id);
  if (!found) throw new Error(`no section ${id} of the kind ${kind}; there are ${report.sections.map(section => section.id).join(', ')}`);
  return found as Extract<Section, { kind: K }>;
}
