/** What stands in exported code as text cannot leave its quotes or its comment, and the code is right for its compilers. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/engine/export/exportModel';
import { inComment, quoted, singleText, sqlName, sqlText } from '../../../src/engine/export/literals';
import { printPython } from '../../../src/engine/export/printPython';
import { printSql } from '../../../src/engine/export/printSql';
import { printTypescript } from '../../../src/engine/export/printTypescript';
import type { Program } from '../../../src/engine/export/program';
import { Rng } from '../../../src/engine/math/random';
import { LinearModel } from '../../../src/engine/models/linear/model';
import { load, newPath, runPythons, runSql, runTypescript, train, writeCsvFile, type Row } from './support';

const nasty = ['"', "'", '\\', '\n', '\r\n', '\u2028', '"""', '*/', '${1+1}', '`', '\ud83d\ude00', '\ud800', '\u202e', '-- x', ';', '"; throw new Error("in") //', "'); DROP TABLE t; --", '\\u000a', '\t', '\u0007'];

/** A program that tests one text cell for one text, with the text in every place where names and levels can stand. */
function programWith(text: string): Program {
  return {
    remarks: [`Predicts ${text}`],
    steps: [
      { kind: 'textCell', result: 1, column: text, missing: [''] },
      { kind: 'lookup', result: 2, text: 1, table: { texts: [[text.trim(), 1]], numbers: [], words: [[text.toLowerCase(), 1]], missing: 0, unknown: 0 } },
      { kind: 'textTest', result: 3, text: 1, texts: [text.trim()], numbers: [] },
      { kind: 'value', result: 4, value: { kind: 'call', operation: '*', of: [{ kind: 'value', name: 2 }, { kind: 'constant', value: 0.75 }] } },
      { kind: 'value', result: 5, value: { kind: 'call', operation: '-', of: [{ kind: 'constant', value: 1 }, { kind: 'value', name: 4 }] } },
    ],
    output: { kind: 'classes', classes: ['no', text], probabilities: [{ kind: 'value', name: 5 }, { kind: 'value', name: 4 }] },
  };
}

describe('texts in exported code', () => {
  it('stay within their quotes and comments in TypeScript and Python', async () => {
    const rowsOf = (text: string): Row[] => [{ [text]: `${text.trim()}x` }, ...(text.trim() === '' ? [] : [{ [text]: text }])];
    const wanted = (text: string): string[] => (text.trim() === '' ? ['no'] : ['no', text]);
    for (const text of nasty) {
      const found = await runTypescript(printTypescript(programWith(text)), rowsOf(text));
      expect(found.map(answer => answer.label), JSON.stringify(text)).toEqual(wanted(text));
    }
    // JSON between the processes cannot carry half a character.
    const whole = nasty.filter(text => text !== '\ud800');
    const found = runPythons(whole.map(text => ({ code: printPython(programWith(text)), rows: rowsOf(text), classes: ['no', text] })));
    whole.forEach((text, i) => expect(found[i]!.map(answer => answer.label), JSON.stringify(text)).toEqual(wanted(text)));
  });

  it('stay within their quotes and comments in SQL', async () => {
    for (const text of nasty.filter(item => item !== '\ud800' && item.trim() !== '' && !/[\n\r]/.test(item))) {
      const csv = writeCsvFile([text], [[`${text.trim()}x`], [text]]);
      const answers = await runSql(printSql(programWith(text), text), csv, text, 2, false);
      expect(answers.map(answer => answer.label), JSON.stringify(text)).toEqual(['no', text]);
    }
    expect(() => sqlName('a\0b')).toThrow(/NUL/);
    expect(sqlText("it's")).toBe("'it''s'");
    expect(sqlName('a "b"')).toBe('"a ""b"""');
  });

  it('show no control characters and no marks of direction', () => {
    for (const text of nasty) {
      expect(quoted(text)).not.toMatch(/[\u0000-\u001f\u2028\u202e]/);
      expect(JSON.parse(quoted(text))).toBe(text);
      expect(inComment(text)).not.toMatch(/[\u0000-\u001f\u2028\u202e]/);
    }
  });

  it('of names that SQL cannot tell apart are refused, and own names keep clear of the columns', () => {
    const cell = (result: number, column: string): Program['steps'][number] => ({ kind: 'numberCell', result, column });
    const sum: Program['output'] = { kind: 'number', value: { kind: 'call', operation: '+', of: [{ kind: 'value', name: 1 }, { kind: 'value', name: 2 }] } };
    expect(() => printSql({ remarks: [], steps: [cell(1, 'Age'), cell(2, 'age')], output: sum }, 't')).toThrow('The columns "Age" and "age" are one name to SQL');
    expect(printSql({ remarks: [], steps: [cell(1, 'unveil_v1'), cell(2, 'age')], output: sum }, 't')).toContain('AS unveil__v1');
  });

  it('give numbers of single precision back exactly', () => {
    const rng = new Rng(3);
    for (let i = 0; i < 2000; i++) {
      const value = Math.fround(rng.normal() * 10 ** (rng.integer(40) - 20));
      expect(Math.fround(Number(singleText(value)))).toBe(value);
    }
  });
});

describe('exported code', () => {
  it('passes the TypeScript compiler at its strictest, and Python with warnings as errors', async () => {
    const iris = join(__dirname, '../../../examples/iris.csv');
    const files = await Promise.all([
      train({ file: join(__dirname, '../../../examples/penguins.csv'), formula: 'body_mass_g ~ C(year) + log(flipper_length_mm) + I(sex == "male" & year > 2007) + species' }),
      train({ file: iris, target: 'target', model: 'attention', options: { epochs: 1, ensemble: 1, width: 4, heads: 2, backend: 'simd' } }),
      train({ file: iris, target: 'target', model: 'neural', options: { epochs: 1, ensemble: 1, hidden: '3', backend: 'simd' } }),
    ]);
    const paths = files.map(file => {
      const path = newPath('.ts');
      writeFileSync(path, exportModel(load(file), file, 'typescript'));
      return path;
    });
    const program = ts.createProgram(paths, {
      strict: true, noEmit: true, noUncheckedIndexedAccess: true, noUnusedLocals: true, noUnusedParameters: true, noImplicitReturns: true, exactOptionalPropertyTypes: true,
      types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, lib: ['lib.es2022.d.ts'],
    });
    expect(ts.getPreEmitDiagnostics(program).map(d => ts.flattenDiagnosticMessageText(d.messageText, ' '))).toEqual([]);
    for (const file of files) {
      const path = newPath('.py');
      writeFileSync(path, exportModel(load(file), file, 'python'));
      execFileSync('python3', ['-W', 'error', path]);
    }
  });

  it('is refused for a model whose predictions are more than its linear predictor', async () => {
    const file = await train({ file: join(__dirname, '../../../examples/diabetes.csv'), target: 'target', model: 'linear' });
    class Averaged extends LinearModel {
      override predict(...given: Parameters<LinearModel['predict']>): ReturnType<LinearModel['predict']> { return super.predict(...given); }
    }
    const { state } = load(file) as LinearModel;
    expect(() => exportModel(new Averaged(state), file, 'python')).toThrow('The predictions of this model (Linear regression) cannot be written as code.');
  });
});
