/** Exported models on principal components: the code reads the columns, and predicts as the model does, whatever is missing or new. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/engine/export/exportModel';
import type { OptionValue, RunRequest } from '../../../src/protocol/recipe';
import { compare, load, parseCsv, train, withOddRows, writeCsvFile } from './support';

const example = (name: string): string => join(__dirname, '../../../examples', name);
interface Case extends Partial<RunRequest> { readonly data: string; readonly options: Readonly<Record<string, OptionValue>>; readonly tolerance?: number; readonly folded: boolean }

const cases: Readonly<Record<string, Case>> = {
  'least squares beside categories': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear', options: { components: 2 }, folded: true },
  'ridge on all components': { data: example('diabetes.csv'), target: 'target', model: 'linear', options: { components: 10, penalty: 'ridge' }, folded: true },
  'complete cases': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear', missing: 'drop', options: { components: 2 }, folded: false },
  'squares and products of scores': { data: example('diabetes.csv'), target: 'target', model: 'linear', options: { components: 3, polynomial: 2, interactions: true }, folded: false },
  'standardised scores': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear', options: { components: 2, standardise: true }, folded: false },
  'two classes': { data: example('breast_cancer.csv'), target: 'target', model: 'logistic', options: { components: 4 }, folded: true },
  'three classes': { data: example('penguins.csv'), target: 'species', model: 'logistic', options: { components: 2 }, folded: true },
  'a Bayesian model of classes': { data: example('wine.csv'), target: 'target', model: 'bayes', options: { components: 3 }, folded: true },
  'an explainable boosting machine': { data: example('penguins.csv'), target: 'body_mass_g', model: 'ebm', options: { components: 3, bags: 2, rounds: 40, pairs: 1 }, folded: false },
  'a network': { data: example('penguins.csv'), target: 'sex', model: 'neural', options: { components: 2, epochs: 6, ensemble: 2, hidden: '6', backend: 'simd' }, tolerance: 1e-6, folded: false },
};

describe('the code of a model on principal components', () => {
  for (const [name, { data, tolerance = 1e-9, folded, ...request }] of Object.entries(cases)) {
    it(`predicts as the model does: ${name}`, async () => {
      const table = parseCsv(readFileSync(data, 'utf8'));
      const file = await train({ file: data, ...request });
      const model = load(file);
      const words = model.features.filter(column => file.report.data.columns.some(c => c.name === column && c.kind !== 'numeric'));
      const difference = await compare(file, table.header, withOddRows(table, model.features, words, 150));
      expect(Object.keys(difference)).toHaveLength(4);
      for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(tolerance);
      const code = exportModel(model, file, 'python');
      const numbers = [...code.matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g)].map(match => Number(match[0]));
      const written = (value: number): boolean => numbers.some(number => Math.abs(Math.abs(number) - Math.abs(value)) < 1e-10 * Math.abs(value));
      const led = (model.weights?.(0.95) ?? []).filter(weight => weight.feature !== undefined && weight.level === undefined && model.features.includes(weight.feature));
      expect(led.length > 0 && led.every(({ estimate }) => written(estimate)), 'the weights of the columns are in the code').toBe(folded);
      expect(code).not.toMatch(/PC1/);
    });
  }

  it('reads dates as the components do, in days', async () => {
    const header = ['when', 'size', 'y'];
    const rows = Array.from({ length: 120 }, (_, i) => [new Date(Date.UTC(2021, 0, 1 + 5 * ((i * 37) % 120), i % 24)).toISOString(), String(Math.sin(i) + i / 50), String(i / 10 + Math.cos(3 * i))]);
    for (const model of ['linear', 'ebm']) {
      const file = await train({ file: writeCsvFile(header, rows), target: 'y', model, options: { components: 2, ...(model === 'ebm' && { bags: 2, rounds: 30, pairs: 0 }) } });
      expect([...load(file).features].sort()).toEqual(['size', 'when']);
      const difference = await compare(file, header, withOddRows({ header, rows }, ['when', 'size'], []));
      for (const [language, distance] of Object.entries(difference)) expect(distance, `${model} ${language}`).toBeLessThan(1e-9);
    }
  });

  it('has one sentence for a family that a language cannot hold', async () => {
    const file = await train({ file: example('penguins.csv'), target: 'body_mass_g', model: 'attention', options: { components: 2, epochs: 1, ensemble: 1, width: 8, heads: 2, layers: 1, backend: 'simd' } });
    expect(() => exportModel(load(file), file, 'sql')).toThrow('Attention models cannot be exported as SQL; export the model as TypeScript or Python.');
    expect(exportModel(load(file), file, 'typescript')).toContain('single precision');
  });
});
