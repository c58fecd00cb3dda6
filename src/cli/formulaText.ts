/** A recovered formula as text for a terminal: the chosen one with its numbers, two more, the front, warnings. */
import { formatLevel, formatNumber } from '../engine/report/format';
import type { FormulaCandidate, FormulaSection, Report } from '../protocol/report';
import { textTable } from './output';

/** Formulas longer than this are cut in tables. */
const widest = 100;

export function formulaText(report: Report): string {
  const section = report.sections.find(item => item.kind === 'formula');
  const chosen = section?.candidates[section.chosen];
  if (!section || !chosen) return '';
  const held = report.performance?.metrics.find(({ name }) => name === 'r2');
  const parts = [
    `${section.target} = ${chosen.text}`,
    `R² ${formatNumber(chosen.r2, 4)} on the rows of the fit${held ? `, ${formatNumber(held.value, 4)} on held-out rows (of a search without them)` : ''}; ${chosen.complexity} ${chosen.complexity === 1 ? 'node' : 'nodes'}`,
    ...(chosen.unit === undefined ? [] : [`Unit by the columns: ${chosen.unit}.`]),
    section.summary,
    ...section.warnings,
  ];
  return `${parts.join('\n')}\n${numbersTable(chosen, section.level)}${candidatesTable('Formulas to look at', section, section.shortlist)}${candidatesTable('Front: the best formula of each length', section, section.front)}`;
}

function numbersTable({ numbers }: FormulaCandidate, level: number): string {
  if (numbers.length === 0) return '';
  const rows = numbers.map(({ text, estimate, low, high, snapped }) => [text, formatNumber(estimate), low === undefined || high === undefined ? '' : `${formatNumber(low)} to ${formatNumber(high)}`, snapped ? 'snapped' : 'fitted']);
  return `\nNumbers\n${textTable(['number', 'estimate', `${formatLevel(level)} interval`, ''], rows, [false, true, true, false])}`;
}

function candidatesTable(title: string, { candidates }: FormulaSection, indices: readonly number[]): string {
  const rows = indices.flatMap(index => {
    const each = candidates[index];
    return each ? [[String(each.complexity), formatNumber(each.r2, 4), each.heldOutR2 === undefined ? '' : formatNumber(each.heldOutR2, 4), each.modelR2 === undefined ? '' : formatNumber(each.modelR2, 4), formatNumber(each.bits, 3), each.text]] : [];
  });
  const header = ['nodes', 'R²', 'held-out R²', 'R² to the model', 'bits', 'formula'];
  const filled = header.map((_, j) => rows.some(row => row[j] !== ''));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, j) => filled[j]);
  return `\n${title}\n${textTable(keep(header), rows.map(keep), keep([true, true, true, true, true, false]), widest)}`;
}
