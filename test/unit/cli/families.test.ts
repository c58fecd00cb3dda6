/**
 * Every model family through the whole program: one code path, so each gets importance, effects, contributions, intervals,
 * scores, explanations of rows, a model file and predictions. Networks are small here; their accuracy is measured elsewhere.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { assertFiniteReport } from '../../../src/engine/report/finite';
import type { Report, Section } from '../../../src/protocol/report';
import { examples, explainJson, run } from './run';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'unveil-families-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quick = ['--set', 'ensemble=2', '--set', 'epochs=15', '--set', 'patience=5'];
const runs: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['linear', 'diabetes.csv', 'target', []],
  ['logistic', 'penguins.csv', 'sex', []],
  ['bayes', 'diabetes.csv', 'target', []],
  ['bayes', 'penguins.csv', 'species', []],
  ['formula', 'diabetes.csv', 'target', ['--set', 'known=target = a*bmi*bp + b*s5 + c']],
  ['neural', 'diabetes.csv', 'target', [...quick, '--set', 'hidden=16', '--set', 'prune=false']],
  ['neural', 'penguins.csv', 'species', [...quick, '--set', 'hidden=8,8', '--set', 'prune=false']],
  ['attention', 'diabetes.csv', 'target', [...quick, '--set', 'width=8', '--set', 'heads=2']],
  ['attention', 'penguins.csv', 'sex', [...quick, '--set', 'width=8', '--set', 'heads=2']],
];

const find = (report: Report, id: string): Section => {
  const section = report.sections.find(item => item.id === id);
  if (!section) throw new Error(`no section ${id} among ${report.sections.map(item => item.id).join(', ')}`);
  return section;
};

describe.each(runs)('%s on %s, target %s', (model, file, target, options) => {
  const args = (): string[] => [join(examples, file), '--target', target, '--model', model, '--folds', '3', '--row', '7', ...options];
  let report: Report;
  let saved: string;

  beforeAll(async () => {
    saved = join(folder, `${model}-${file}-${target}.unveil.json`);
    report = await explainJson([...args(), '--save', saved]);
  });

  it('reports importance, effects of each kind, scores, and sections in every panel', () => {
    expect(report.model.family).toBe(model);
    expect(report.importance!.length).toBeGreaterThan(0);
    expect(new Set(report.effects!.map(effect => effect.kind))).toEqual(new Set(['adjusted', 'partialDependence', 'ale']));
    const panels = new Set(report.sections.map(section => section.panel));
    for (const panel of ['overview', 'importance', 'effects', 'intervals', 'interpretability', 'row', 'data']) expect(panels).toContain(panel);
    const names = report.scores!.map(score => score.name);
    for (const name of ['featuresUsed', 'interactionStrength', 'fidelityTree', 'deletionGap', 'importanceStability']) expect(names).toContain(name);
    expect(() => assertFiniteReport(report)).not.toThrow();
  });

  it('has conformal intervals with their guarantee and measured coverage', () => {
    const { conformal } = report.intervals!;
    expect(conformal!.guarantee).toBeGreaterThan(0.8);
    expect(conformal!.guarantee).toBeLessThanOrEqual(0.95);
    // 344 or 442 rows at 95 %: the 99.9 % binomial range ends below 0.91.
    expect(conformal!.coverage).toBeGreaterThan(0.9);
  });

  it('takes the prediction of a row apart without a rest', () => {
    const section = find(report, 'rowContributions7');
    if (section.kind !== 'contributions') throw new Error(section.kind);
    const sum = section.items.reduce((total, item) => total + item.contribution, section.base);
    expect(Math.abs(sum - section.output)).toBeLessThan(1e-9 * Math.max(1, Math.abs(section.output)));
    expect(section.residual).toBeLessThan(1e-9 * Math.max(1, Math.abs(section.output)));
  });

  it('gives the same numbers again for the same seed', async () => {
    const again = await explainJson(args());
    const { timings: _timings, ...rest } = again;
    const { timings: _before, ...expected } = report;
    expect(rest).toEqual(expected);
  });

  it('comes back from its model file: predictions with conformal intervals or sets', async () => {
    const out = join(folder, `${model}-${file}.csv`);
    const ran = await run(['predict', saved, join(examples, file), '--out', out, '--intervals', 'conformal']);
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    const [header, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
    expect(header).toMatch(report.model.task === 'regression' ? /prediction,low,high(?:,top\d_(?:feature|contribution))*$/ : /,set(?:,top\d_(?:feature|contribution))*$/);
    expect(rows.every(row => row.split(',').length >= header!.split(',').length)).toBe(true);
  });
});

describe('what only some families have', () => {
  it('Bayesian regression: posterior densities and credible intervals', async () => {
    const report = await explainJson([join(examples, 'diabetes.csv'), '--target', 'target', '--model', 'bayes', '--brief']);
    expect(find(report, 'posterior').kind).toBe('densities');
    expect(find(report, 'intervals').summary).toContain('credible');
    expect(report.weights!.every(weight => weight.pValue === undefined)).toBe(true);
  });

  it('networks: the drawing, heat maps, activations, loss curves and pruning', async () => {
    const report = await explainJson([join(examples, 'diabetes.csv'), '--target', 'target', '--model', 'neural', '--folds', '2', ...quick, '--set', 'hidden=12']);
    for (const id of ['network', 'networkWeights', 'activations', 'training', 'pruning', 'gradients', 'uncertaintyParts']) find(report, id);
  });

  it('attention: weights that sum to 1 beside importance, controls and a verdict', async () => {
    const report = await explainJson([join(examples, 'diabetes.csv'), '--target', 'target', '--model', 'attention', '--folds', '2', ...quick, '--set', 'width=8', '--set', 'heads=2']);
    const sum = report.importance!.reduce((total, item) => total + (item.attention?.value ?? 0), 0);
    expect(sum).toBeCloseTo(1, 6);
    const verdict = find(report, 'attentionVerdict');
    expect(verdict.summary).toMatch(/faithful|no better than random|mixed/i);
  });

  it('brief runs leave out what takes long', async () => {
    const report = await explainJson([join(examples, 'diabetes.csv'), '--target', 'target', '--brief']);
    expect(report.scores).toBeUndefined();
    expect(report.intervals!.conformal).toBeUndefined();
    expect(report.effects!.every(effect => effect.kind === 'adjusted')).toBe(true);
  });
});
