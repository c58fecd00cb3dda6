/** A recovered formula: choosing among candidates, words, points of the front, tables, copying, and KaTeX's style sheet. */
import { execFileSync } from 'node:child_process';
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import type { FormulaSection } from '../../../src/protocol/formula';
import type { Report } from '../../../src/protocol/report';
import { frontChart } from '../../../webview/charts/frontChart';
import { equationLatex, nameLatex } from '../../../webview/math/equation';
import { formula, shownCandidate } from '../../../webview/sections/formula';
import { footOf, frontKey, frontOrder, frontPoints } from '../../../webview/sections/formulaFront';
import { frontTable, numbersTable, termsTable } from '../../../webview/sections/formulaTables';
import { copiesOf, copyButtons, formulaFacts, listedOf } from '../../../webview/sections/formulaView';
import { bitsText, candidateWords, r2Text, tagsOf } from '../../../webview/sections/formulaWords';
import type { SectionView } from '../../../webview/sections/section';
import { fromStored, initialState, toStored, withSection } from '../../../webview/state';
import type { SectionState } from '../../../webview/state';
import { formulaSection as section } from '../../fixtures/reports/formula';
import { theme } from './theme';

const viewOf = (state: SectionState = {}, more: Partial<SectionView> = {}): SectionView => ({ report: {} as Report, state, domId: 'd', change: () => undefined, ...more });
const textOf = (of: unknown): string => JSON.stringify(of, (_, value: unknown) => (typeof value === 'function' ? undefined : value));
const topOf = (of: FormulaSection, state: SectionState = {}): string => textOf(formula.render(of, viewOf(state)).controls);
const [constant, , shorter, exact, longer] = section.candidates;

describe('the formula shown', () => {
  const other: SectionState = { choice: { formula: shorter!.text } };

  test("is the report's until another one is chosen, and again when that one is in the report no more", () => {
    expect(shownCandidate(section, viewOf())).toBe(3);
    expect(shownCandidate(section, viewOf(other))).toBe(2);
    expect(shownCandidate(section, viewOf({ choice: { formula: 'gone' } }))).toBe(3);
  });

  test('of another one, the page says that the other sections stay with that of the report', () => {
    expect(topOf(section)).not.toContain("not the report's formula");
    expect(topOf(section, other)).toContain("not the report's formula");
    expect(topOf(section, other)).toContain(equationLatex('y', shorter!.latex).replaceAll('\\', '\\\\'));
  });

  test('survives being hidden', () => {
    const stored = JSON.parse(JSON.stringify(toStored(withSection(initialState, 'formula', other), 'name'))) as unknown;
    expect(fromStored(stored).state.sections.get('formula')).toEqual(other);
  });

  test('is chosen in the page by its text, with what other choosers hold kept', () => {
    const changes: SectionState[] = [];
    const body = formula.render(section, viewOf({ asTable: true, choice: { feature: 'a' } }, { change: change => changes.push(change) }));
    const cell = body.table!().rows[0]![1]!;
    const click = (cell.drawing!() as { values: unknown[] }).values.find(value => typeof value === 'function') as () => void;
    click();
    expect(changes).toEqual([{ choice: { feature: 'a', formula: constant!.text } }]);
  });

  test('stands below a plain sentence where no compact formula explains the rows', () => {
    expect(topOf(section)).not.toContain('No compact formula explains this.');
    expect(topOf({ ...section, verdict: 'none' })).toContain('No compact formula explains this.');
  });

  test('stands with the warnings', () => {
    expect(topOf(section)).toContain('Beyond x = 2.4');
  });

  test('is missing in words', () => {
    expect(formula.render({ ...section, candidates: [] }, viewOf()).empty).toBe('No formula was found.');
  });
});

describe('in words', () => {
  test('R² can be told from 1', () => {
    expect([1, 0.99987, 0.9965, -0.01, undefined].map(r2Text)).toEqual(['1', '1 − 1.3e-4', '0.9965', '-0.01000', '–']);
  });

  test('what is explained is that of the rows held out, else that of the fit', () => {
    expect(candidateWords(shorter!, 'y')).toMatch(/explains 99\.\d+ % of the variation of y on held-out rows, where a formula of this shape was found and fitted without them\. It has 13 nodes and 2 fitted numbers\./);
    const { heldOutR2: _, ...fitOnly } = shorter!;
    expect(candidateWords(fitOnly, 'y')).toContain('on the rows that it was fitted on');
    expect(candidateWords(exact!, 'y')).toContain('all but 0.013 % of');
    expect(candidateWords(exact!, 'y')).toContain('2 numbers snapped to simple ones');
    expect(candidateWords(constant!, 'y')).toContain('explains nothing of');
  });

  test('bits are odds', () => {
    expect(bitsText(0)).toBe('the shortest');
    expect(bitsText(10)).toBe('10 bits longer (odds of 1,000 to 1)');
    expect(bitsText(2350)).toContain('10¹²');
  });

  test('candidates have what sets them apart', () => {
    const listed = listedOf(section, 3);
    expect(listed).toEqual([3, 2, 4]);
    expect([...tagsOf(listed, section.candidates, 3).values()]).toEqual([["the report's"], ['shortest'], ['closest fit']]);
    expect(listedOf(section, 5)).toEqual([3, 2, 4, 5]);
  });

  test('facts name R² to rows and to the model, and the unit', () => {
    const facts = new Map(formulaFacts(section, exact!).map(({ label, value }) => [label, value]));
    expect(facts.get('R² on held-out rows')).toBe('1 − 1.3e-4');
    expect(facts.get('R² to the model')).toBe('0.9982');
    expect(facts.get('Root mean squared error')).toBe('0.1100 m/s');
    expect(formulaFacts(section, { ...section.candidates[5]! }).some(({ label }) => label === 'R² to the model')).toBe(false);
  });

  test('a given formula was not found by a search, and is not shorter than others', () => {
    const labels = (stage: string): string[] => formulaFacts(section, { ...exact!, stage }).map(({ label }) => label);
    expect(labels('enumeration')).toEqual(expect.arrayContaining(['Found by', 'Description']));
    expect(labels('given')).not.toContain('Found by');
    expect(labels('given')).not.toContain('Description');
  });

  test('a formula of one term has no shares of terms', () => {
    const drawn = (terms: FormulaSection['terms']): number => formula.render({ ...section, terms }, viewOf()).charts!.length;
    expect(drawn([section.terms[0]!])).toBe(1);
    expect(drawn([section.terms[0]!, section.terms[0]!])).toBe(2);
  });
});

describe('the front', () => {
  const order = frontOrder(section);

  test('is in order of size, without what cannot be drawn', () => {
    expect(order).toEqual([0, 1, 5, 2, 3, 4]);
    expect(frontOrder({ ...section, candidates: [{ ...exact!, r2: Number.NaN }, exact!] })).toEqual([1]);
  });

  test('marks the one shown, the listed, and who is on it; an exact formula stays above 0 for the logarithm', () => {
    const points = frontPoints({ ...section, candidates: section.candidates.map(one => (one === exact ? { ...one, r2: 1 } : one)) }, order, 2);
    expect(points.map(({ role }) => role)).toEqual(['other', 'other', 'other', 'shown', 'listed', 'listed']);
    expect(points.map(({ onFront }) => onFront)).toEqual([true, true, false, true, true, true]);
    // A power of ten under the least misfit of the others, 8.9e-5.
    expect(points[4]!.y).toBeCloseTo(1e-6, 12);
    expect(footOf({ ...section, candidates: [{ ...exact!, r2: 1 }] })).toBe(1e-15);
    expect(footOf(section)).toBeUndefined();
  });

  test('is walked along by keys', () => {
    expect(['ArrowRight', 'ArrowUp', 'ArrowLeft', 'Home', 'End', 'Enter'].map(key => frontKey(key, 2, 6))).toEqual([3, 3, 1, 0, 5, undefined]);
    expect(frontKey('ArrowRight', 5, 6)).toBe(5);
  });

  test('chooses the point that was clicked, and nothing far from every point', () => {
    const chosen: number[] = [];
    const chart = frontChart(theme, frontPoints(section, order, 3), { xTitle: 'x', yTitle: 'y', choose: index => chosen.push(index) });
    const { onClick } = chart.options as unknown as { onClick: (...event: unknown[]) => void };
    const elements = [{ datasetIndex: 1, index: 0, element: { x: 100, y: 50 } }];
    onClick({ x: 104, y: 52 }, elements, chart);
    onClick({ x: 304, y: 52 }, elements, chart);
    expect(chosen.map(place => order[place])).toEqual([2]);
  });

  test('calls the foot of the axis exact where exact formulas stand there', () => {
    const tick = (exactAt: number | undefined, value: number): unknown => {
      const chart = frontChart(theme, frontPoints(section, order, 3), { xTitle: 'x', yTitle: 'y', ...(exactAt !== undefined && { exactAt }), choose: () => undefined });
      return (chart.options as unknown as { scales: { y: { ticks: { callback(this: unknown, value: number): string } } } }).scales.y.ticks.callback.call({ chart: { width: 300 } }, value);
    };
    expect([tick(1e-6, 1e-6), tick(1e-6, 1e-5), tick(undefined, 1e-6)]).toEqual(['exact', '1e-5', '1e-6']);
  });
});

describe('tables', () => {
  test('of numbers mark the snapped ones, which have no interval', () => {
    const table = numbersTable(exact!, section.level);
    expect(table.columns[2]!.title).toBe('95 % interval');
    expect(table.rows.map(row => [row[0]!.value, row[2]!.text, row[3]!.value])).toEqual([
      ['3', '–', 'snapped'], ['0.5', '0.4992 to 0.5014', 'fitted'], ['1', '–', 'snapped'], ['0.2', '0.1992 to 0.2008', 'fitted'],
    ]);
  });

  test('of all formulas and of terms have a cell for each column', () => {
    for (const table of [frontTable(section, frontOrder(section), 3, () => undefined), termsTable(section)]) {
      expect(table.rows.every(row => row.length === table.columns.length)).toBe(true);
    }
  });

  test('leave out what no candidate was measured by', () => {
    const bare = section.candidates.map(({ heldOutR2: _h, modelR2: _m, ...one }) => one);
    const titles = frontTable({ ...section, candidates: bare }, [0], 0, () => undefined).columns.map(({ title }) => title);
    expect(titles).not.toContain('R², held out');
    expect(titles).not.toContain('R² to the model');
  });
});

describe('copying', () => {
  test('gives the whole equation as LaTeX and text, and code as it is', () => {
    const copies = new Map(copiesOf(section, longer!).map(({ label, text }) => [label, text]));
    expect([...copies.keys()]).toEqual(['LaTeX', 'Python', 'TypeScript', 'Excel', 'SQL', 'Text']);
    expect(copies.get('LaTeX')).toBe(`y = ${longer!.latex}`);
    expect(copies.get('Excel')).toBe(longer!.excel);
    expect(copies.get('Text')).toBe(`y = ${longer!.text}`);
  });

  test('puts the formula shown on the clipboard, and has no buttons where nothing can be copied', () => {
    const copied: string[] = [];
    const buttons = copyButtons(section, shorter!, { copy: text => copied.push(text) }) as { values: unknown[] };
    for (const button of buttons.values.find(value => Array.isArray(value)) as { values: unknown[] }[]) (button.values.find(value => typeof value === 'function') as () => void)();
    expect(copied).toEqual(copiesOf(section, shorter!).map(({ text }) => text));
    expect(textOf(formula.render(section, viewOf()).controls)).not.toContain('data-copy');
  });
});

describe('LaTeX', () => {
  test.each(['y', 'x1', 'speed', 'speed_of car [m/s]', '50% & $\\foo^~{', '', '# <b>', "it's `so`", 'Größe'])('of a target named “%s” is read by KaTeX, with MathML', name => {
    const made = katex.renderToString(equationLatex(name, exact!.latex), { output: 'htmlAndMathml', strict: 'ignore', throwOnError: true });
    expect(made).toContain('<math');
  });

  test('of one letter is italic, of a word upright', () => {
    expect(['y', 'x_12', 'speed', 'a b'].map(nameLatex)).toEqual(['y', 'x_{12}', '\\mathrm{speed}', '\\text{a b}']);
  });
});

describe('the style sheet of formulas', () => {
  const tool = new URL('../../../scripts/tools/mathStyle.mjs', import.meta.url).href;
  const css = execFileSync(process.execPath, ['--input-type=module', '-e', `import { mathStyle } from ${JSON.stringify(tool)}; process.stdout.write(mathStyle());`], { encoding: 'utf8' });

  test('asks for no file: the fonts that it names stand in it', () => {
    expect([...css.matchAll(/url\((.{10})/g)].map(([, start]) => start)).toEqual(Array.from({ length: 6 }, () => 'data:font/'));
    expect(css).toContain('.katex-mathml');
    expect(css.length).toBeLessThan(130_000);
  });
});

describe('a known formula with a rest', () => {
  const grey: FormulaSection = {
    ...section, verdict: 'none', chosen: 0, shortlist: [0], front: [0], candidates: [shorter!],
    parts: {
      items: [{ name: 'known', model: 'formula', title: 'Known formula', share: 0.6, low: 0.55, high: 0.65 }, { name: 'rest', model: 'ebm', title: 'Rest', share: 0.3, low: 0.25, high: 0.35 }, { name: 'noise', title: 'Neither', share: 0.1 }],
      shared: 0.02, rows: 80, heldOut: true,
    },
  };

  test('shows the sum, and the share of each part as bars and as a table instead of a front of one', () => {
    const body = formula.render(grey, viewOf());
    expect(textOf(body.controls)).toContain(' + rest');
    expect(textOf(body.controls)).not.toContain('No compact formula explains this.');
    expect(textOf(body.controls)).toContain('The known part by itself: ');
    expect(textOf(copyButtons(grey, shorter!, { copy: () => undefined }))).toContain('Copy the known part as');
    const [chart] = body.charts as unknown as { spec: { label: string } }[];
    expect(chart!.spec.label).toBe('Shares of the variance (80 held-out rows, by models that did not see them): Known formula 60.0 %, Rest 30.0 %, Neither 10.0 %.');
    expect(body.table!().rows.map(row => row[1]!.value)).toEqual([0.6, 0.3, 0.1]);
    expect(body.table!().rows.map(row => row[2]!.text)).toEqual(['55.0 % to 65.0 %', '25.0 % to 35.0 %', '']);
  });

  test('without a rest, nothing of the kind', () => {
    expect(textOf(topOf(section))).not.toContain('+ rest');
  });
});

describe('rules about slopes', () => {
  const rules = [{ column: 'x', rule: 'increasing', text: '∂y/∂x ≥ 0', where: 'rows', points: 4400, violated: 0 }, { column: 'z', rule: 'flat@0', text: '∂y/∂z = 0 at z = 0', where: 'rows', points: 200, violated: 0.25 }];

  test('stand with how they are kept, and whose formula that is', () => {
    const kept = topOf({ ...section, rules });
    expect(kept).toContain('∂y/∂x ≥ 0: kept at all 4,400 points (rows)');
    expect(kept).toContain('∂y/∂z = 0 at z = 0: broken at 25.0 % of 200 points (rows)');
    expect(kept).not.toContain("Of the report's formula:");
    expect(topOf({ ...section, rules }, { choice: { formula: shorter!.text } })).toContain("Of the report's formula:");
    expect(topOf(section)).not.toContain('data-rules');
  });
});
