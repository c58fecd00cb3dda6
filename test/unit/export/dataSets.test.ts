/** Exported code on real data sets: its predictions are those of the model, in three languages, whatever the cells are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editModel } from '../../../src/engine/editModel';
import type { ModelEdit } from '../../../src/protocol/engine';
import type { RunRequest } from '../../../src/protocol/recipe';
import { referenceFile } from '../families/support';
import { compare, context, load, ours, parseCsv, readAs, train, withOddRows, writeCsvFile } from './support';

const example = (name: string): string => join(__dirname, '../../../examples', name);

interface Case extends Partial<RunRequest> { readonly data: string }

const cases: Readonly<Record<string, Case>> = {
  'least squares with categories and missing cells': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear' },
  'ridge with interactions': { data: example('penguins.csv'), target: 'flipper_length_mm', model: 'linear', options: { penalty: 'ridge', interactions: true } },
  'lasso with squares, standardised': { data: example('diabetes.csv'), target: 'target', features: ['bmi', 'bp', 's5', 'sex'], model: 'linear', options: { penalty: 'lasso', polynomial: 2, standardise: true } },
  'complete cases only': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear', missing: 'drop' },
  'multinomial logistic regression': { data: example('penguins.csv'), target: 'species', model: 'logistic' },
  'penalised multinomial': { data: example('wine.csv'), target: 'target', model: 'logistic', options: { penalty: 'ridge' } },
  'two classes': { data: referenceFile('titanic_r_expanded.csv'), target: 'Survived', model: 'logistic' },
  'two classes, complete cases': { data: referenceFile('heart_cleveland.csv'), model: 'logistic', missing: 'drop' },
  'a Bayesian linear model': { data: example('diabetes.csv'), target: 'target', model: 'bayes' },
  'rare levels pooled': { data: example('penguins.csv'), target: 'body_mass_g', model: 'linear', options: { maxLevels: 2 } },
  'a Bayesian model of two classes': { data: example('breast_cancer.csv'), target: 'target', model: 'bayes' },
  'an explainable boosting machine of classes': { data: referenceFile('titanic_r_expanded.csv'), target: 'Survived', model: 'ebm', options: { bags: 2, rounds: 60 } },
  'an explainable boosting machine of a number, with pairs': { data: example('penguins.csv'), target: 'body_mass_g', model: 'ebm', options: { bags: 2, rounds: 60, pairs: 2 } },
  'an explainable boosting machine of three classes': { data: example('penguins.csv'), target: 'species', model: 'ebm', options: { bags: 2, rounds: 40, pairs: 1 } },
  'an explainable boosting machine of counts': { data: referenceFile('warpbreaks.csv'), target: 'breaks', model: 'ebm', options: { bags: 2, rounds: 60, objective: 'poisson' } },
  'relevance determination': { data: example('penguins.csv'), target: 'body_mass_g', model: 'bayes', options: { prior: 'ard' } },
  'numbers as categories': { data: referenceFile('mtcars.csv'), target: 'mpg', model: 'linear', categorical: ['cyl', 'gear'], features: ['cyl', 'gear', 'wt'] },
  'logarithms, polynomials and products': { data: referenceFile('mtcars.csv'), formula: 'mpg ~ log(hp) + poly(wt, 3) + C(cyl) * qsec + I(disp > 200) + ifelse(gear == 4, drat, drat^2)' },
  'a formula of categories': { data: referenceFile('carData_Salaries.csv'), formula: 'salary ~ rank * discipline * sex + rank:scale(yrs.service) + log1p(yrs.service)' },
  'a formula without an intercept': { data: referenceFile('warpbreaks.csv'), formula: 'log(breaks) ~ 0 + wool:tension' },
  'a formula for classes': { data: example('penguins.csv'), formula: 'sex ~ bill_length_mm * species + sqrt(body_mass_g) + I(island %in% c("Biscoe", "Dream")) + I(island == "Dream")' },
};

describe('the code of a model', () => {
  for (const [name, { data, ...request }] of Object.entries(cases)) {
    it(`predicts as the model does: ${name}`, async () => {
      const table = parseCsv(readFileSync(data, 'utf8'));
      const file = await train({ file: data, ...request });
      const features = load(file).features;
      const words = features.filter(column => file.report.data.columns.some(c => c.name === column && c.kind !== 'numeric'));
      const difference = await compare(file, table.header, withOddRows(table, features, words));
      for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
    });
  }

  it('of a model that a person edited predicts as that does: removed, smoothed, made monotone', async () => {
    const data = example('penguins.csv');
    const table = parseCsv(readFileSync(data, 'utf8'));
    let file = await train({ file: data, target: 'body_mass_g', model: 'ebm', options: { bags: 2, rounds: 60, pairs: 1 } });
    const fitted = await compare(file, table.header, table.rows.slice(0, 5), ['typescript']);
    expect(fitted.typescript).toBeLessThan(1e-9);
    const before = ours(load(file).predict(await readAs(file, data)), undefined);
    const edits: ModelEdit[] = [{ kind: 'remove', term: 'year' }, { kind: 'smooth', term: 'flipper_length_mm' }, { kind: 'monotone', term: 'bill_length_mm', direction: 'increasing' }];
    for (const edit of edits) ({ model: file } = await editModel({ model: file, edit }, context));
    expect(ours(load(file).predict(await readAs(file, data)), undefined)).not.toEqual(before);
    const features = load(file).features;
    const difference = await compare(file, table.header, withOddRows(table, features, ['island', 'species']));
    for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
  });

  it('of odd names, levels, dates and booleans predicts as the model does', async () => {
    const header = ['when', 'class', 'is "ok"', '__proto__', 'ünï "\'; DROP', '*/ -- \u202e', 'return', 'y'];
    const levels = ['it\'s', 'a "b"', 'c\\', '${x}', 'üñ–☃', '#'];
    const rows = Array.from({ length: 160 }, (_, i) => {
      const level = i % levels.length;
      const day = new Date(Date.UTC(2020, 0, 1 + 3 * i, i % 24, i % 60)).toISOString();
      return [i % 5 === 3 ? day : day.slice(0, i % 2 === 0 ? 10 : 19), levels[level]!, i % 3 === 0 ? 'TRUE' : 'FALSE', String(i % 7), String(Math.sin(i)), String((i * 37) % 11), ['a', 'b', 'c'][(i * i) % 3]!,
        String(level + 0.01 * i + (i % 3 === 0 ? 2 : 0) + Math.sin(i) + ((i * 7919) % 13) / 13)];
    });
    const path = writeCsvFile(header, rows);
    const file = await train({ file: path, target: 'y', model: 'linear' });
    expect(load(file).features).toEqual(header.slice(0, -1));
    const odd = withOddRows({ header, rows }, header.slice(0, -1), ['class']);
    odd.push(rows[1]!.map((cell, j) => (j === 2 ? 'yes' : cell)));
    const difference = await compare(file, header, odd);
    for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
  });
});
