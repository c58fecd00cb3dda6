/** Names and levels of any letters and signs, drawn at random, in all three languages; and names that the result of SQL would have twice. */
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/engine/data/table';
import { exportModel } from '../../../src/engine/export/exportModel';
import { missingMarkers } from '../../../src/engine/data/missing';
import { Rng } from '../../../src/engine/math/random';
import { BoostingModel } from '../../../src/engine/models/boosting/model';
import type { BoostedTerm, BoostingState, FeatureBins } from '../../../src/engine/models/boosting/state';
import { compare, compareModel, fileNamed, load, ours, readAs, runSql, train, furthest, writeCsvFile } from './support';

const pieces = [
  '"', "'", '\\', '\n', '\r\n', '`', '${x}', '*/', '--', '#', '%', '%s', '{0}', ';', ',', '\t', 'a', 'B', '0', ' ', '_', '"""', "'''", '\\n', '\\u0041', '\\x41', '<!--', '</script>',
  'é', 'e\u0301', 'ß', 'İ', 'ı', 'Σ', 'ς', 'Ж', '表', 'ア', 'ｱ', 'ع', 'ש', 'ไ', '한', '😀', '👩‍👩‍👧', '\u2028', '\u202e', '\u00ad', '\ufffd', '\u0007', 'null', 'None', 'NaN', '__proto__', 'constructor',
];

function texts(rng: Rng, count: number, taken: (text: string) => boolean): string[] {
  const found = new Map<string, string>();
  while (found.size < count) {
    const text = Array.from({ length: 1 + rng.integer(5) }, () => pieces[rng.integer(pieces.length)]!).join('').trim();
    if (text !== '' && !taken(text) && !found.has(text.toLowerCase())) found.set(text.toLowerCase(), text);
  }
  return [...found.values()];
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

describe('exported code with names and levels of all kinds', () => {
  for (const seed of [1, 2, 3]) {
    it(`predicts as the model does (draw ${seed})`, async () => {
      const rng = new Rng(seed);
      const names = texts(rng, 6, () => false);
      const classes = texts(rng, 3, () => false);
      const features = names.map((name): Extract<FeatureBins, { kind: 'level' }> => ({ kind: 'level', name, levels: texts(rng, 8, text => missingMarkers.includes(text) || isNumber(text)) }));
      const terms = features.map((bins, f): BoostedTerm => ({
        features: [f], bins: [bins], scores: Float64Array.from({ length: (bins.levels.length + 2) * 3 }, () => rng.normal()), weights: new Float64Array(bins.levels.length + 2).fill(1),
      }));
      const state: BoostingState = { task: 'classification', loss: 'softmax', classes, features, outputs: 3, intercept: [0, 0.1, -0.2], terms, statistics: [], notes: [] };
      const rows = 40;
      const columns = features.map(({ name, levels }): Column => {
        const all = [...levels, 'never seen'];
        return { name, kind: 'categorical', storage: 'code', levels: all, codes: Int32Array.from({ length: rows }, () => rng.integer(all.length + 1) - 1) };
      });
      const table: Table = { rows, columns };
      const cells = Array.from({ length: rows }, (_, i) => columns.map(column => (column.storage === 'code' && column.codes[i]! >= 0 ? column.levels[column.codes[i]!]! : '')));
      const difference = await compareModel(new BoostingModel(state), fileNamed(names[0]!), table, names, cells);
      for (const [language, distance] of Object.entries(difference)) expect(distance, language).toBeLessThan(1e-9);
    });
  }
});

describe('SQL of a table that has the names of the result', () => {
  const header = ['Prediction', 'unveil_v1', 'unveil_layer1', 'probability_yes', 'PROBABILITY_no', 'x', 'y'];
  const rows = Array.from({ length: 120 }, (_, i) => [String(i % 7), String(Math.sin(i)), `g${i % 3}`, String((i * 37) % 11), `h${i % 2}`, String(i % 13), (i * 31) % 13 < 6 ? 'yes' : 'no']);

  it('finds other names, of columns that the model reads and of those that it does not', async () => {
    for (const features of [['Prediction', 'unveil_v1', 'x'], ['x']]) {
      const csv = writeCsvFile(header, rows);
      const file = await train({ file: csv, target: 'y', features, model: 'logistic', positive: 'yes' });
      const code = exportModel(load(file), file, 'sql', 'unveil_layer1');
      expect(code).toContain('AS "_prediction"');
      expect(code).toContain('AS "_probability_yes"');
      expect(code).toContain('AS "_probability_no"');
      expect(code).toContain('-- prediction is named _prediction here, for there is another column of that name.');
      expect(exportModel(load(file), file, 'sql', 'unveil_layer1')).toBe(code);
      const expected = ours(load(file).predict(await readAs(file, csv)), load(file).classes);
      expect(furthest(await runSql(code, csv, 'unveil_layer1', 2, true), expected)).toBeLessThan(1e-9);
    }
  });

  it('tells classes apart that differ in capitals alone', async () => {
    const csv = writeCsvFile(['x', 'y'], rows.map((row, i) => [row[5]!, i % 3 === 0 ? 'a' : 'A']));
    const file = await train({ file: csv, target: 'y', model: 'logistic' });
    expect(file.report.model.task).toBe('classification');
    const difference = await compare(file, ['x', 'y'], rows.map(row => [row[5]!, 'a']), ['sql']);
    expect(difference.sql).toBeLessThan(1e-9);
    expect(exportModel(load(file), file, 'sql')).toMatch(/AS "probability_A",\n.*AS "_probability_a"/);
  });
});
