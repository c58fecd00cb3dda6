/** Exported networks: we compute them in single precision, the code in double, so predictions agree to single precision. */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportModel } from '../../../src/engine/export/exportModel';
import type { OptionValue, RunRequest } from '../../../src/protocol/recipe';
import { compare, load, parseCsv, train, withOddRows } from './support';

const example = (name: string): string => join(__dirname, '../../../examples', name);
const small = { epochs: 8, ensemble: 2, backend: 'simd' };

interface Case extends Partial<RunRequest> { readonly file: string; readonly options: Readonly<Record<string, OptionValue>> }

const dense: Readonly<Record<string, Case>> = {
  'numbers, relu': { file: example('penguins.csv'), target: 'body_mass_g', model: 'neural', options: { ...small, hidden: '12,6' } },
  'two classes, gelu': { file: example('penguins.csv'), target: 'sex', model: 'neural', options: { ...small, hidden: '8', activation: 'gelu', interactions: true } },
  'three classes, tanh': { file: example('iris.csv'), target: 'target', model: 'neural', options: { ...small, hidden: '5', activation: 'tanh' } },
  'complete cases, sigmoid': { file: example('penguins.csv'), target: 'flipper_length_mm', model: 'neural', missing: 'drop', options: { ...small, hidden: '6', activation: 'sigmoid' } },
  'dropout voices': { file: example('iris.csv'), target: 'target', model: 'neural', options: { ...small, ensemble: 1, hidden: '4', uncertainty: 'dropout', dropout: 0.2 } },
};
const attention: Readonly<Record<string, Case>> = {
  'one layer, numbers': { file: example('penguins.csv'), target: 'body_mass_g', model: 'attention', options: { ...small, epochs: 3, width: 8, heads: 2, layers: 1 } },
  'two layers, classes': { file: example('penguins.csv'), target: 'species', model: 'attention', options: { ...small, epochs: 3, width: 8, heads: 2, layers: 2 } },
};

async function differenceOf(request: Case, languages: readonly ('typescript' | 'python' | 'sql')[]): Promise<number[]> {
  const table = parseCsv(readFileSync(request.file, 'utf8'));
  const file = await train(request);
  const { features } = load(file);
  const words = features.filter(column => file.report.data.columns.some(c => c.name === column && c.kind !== 'numeric'));
  const difference = await compare(file, table.header, withOddRows(table, features, words, 60), languages);
  return Object.values(difference).filter(distance => !Number.isNaN(distance));
}

describe('the code of a network', () => {
  for (const [name, request] of Object.entries(dense)) {
    it(`predicts as the model does to single precision: ${name}`, async () => {
      const distances = await differenceOf(request, ['typescript', 'python', 'sql']);
      expect(distances).toHaveLength(4);
      for (const distance of distances) expect(distance).toBeLessThan(1e-6);
    });
  }

  for (const [name, request] of Object.entries(attention)) {
    it(`of attention predicts as the model does to single precision: ${name}`, async () => {
      const distances = await differenceOf(request, ['typescript', 'python']);
      expect(distances).toHaveLength(2);
      for (const distance of distances) expect(distance).toBeLessThan(1e-6);
    });
  }

  it('is refused in one sentence where it cannot be', async () => {
    const looking = await train(attention['one layer, numbers']!);
    expect(() => exportModel(load(looking), looking, 'sql')).toThrow('Attention models cannot be exported as SQL; export the model as TypeScript or Python.');
    const unsure = await train({ file: example('iris.csv'), target: 'target', model: 'neural', options: { ...small, hidden: '4', uncertainty: 'laplace' } });
    expect(() => exportModel(load(unsure), unsure, 'python')).toThrow(/uncertainty=laplace cannot be exported/);
    const wide = await train({ file: example('iris.csv'), target: 'target', model: 'neural', options: { ...small, epochs: 1, hidden: '128,128' } });
    expect(() => exportModel(load(wide), wide, 'sql')).toThrow(/too many for SQL/);
    expect(exportModel(load(wide), wide, 'typescript')).toContain('single precision');
  });
});
