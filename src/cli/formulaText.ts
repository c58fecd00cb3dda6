/** A recovered formula as text for a terminal: the chosen one with its numbers, two more, the front, warnings. */
import { formatLevel, formatNumber } from '../engine/report/format';
import type { FormulaCandidate, FormulaPart, FormulaRule, FormulaSection } from '../protocol/formula';
import type { Report } from '../protocol/report';
import { textTable } from './output';

/** Formulas longer than this are cut in tables. */
const widest = 100;

export function formulaText(report: Report): string {
  const section = report.sections.find(item => item.kind === 'formula');
  const chosen = section?.candidates[section.chosen];
  if (!section || !chosen) return '';
  const held = report.performance?.metrics.find(({ name }) => name === 'r2');
  const parts = [
    `${section.target} = ${chosen.text}${section.parts ? ' + rest' : ''}`,
    section.parts ? sumWords(chosen, held?.value)
      : `R² ${formatNumber(chosen.r2, 4)} on the rows of the fit${held ? `, ${formatNumber(held.value, 4)} on held-out rows (of a search without them)` : ''}; ${chosen.complexity} ${chosen.complexity === 1 ? 'node' : 'nodes'}`,
    ...(chosen.unit === undefined ? [] : [`Unit by the columns: ${chosen.unit}.`]),
    section.summary,
    ...(section.rules ?? []).map(ruleWords),
    ...section.warnings,
  ];
  return `${parts.join('\n')}\n${numbersTable(chosen, section.level)}${section.parts ? partsTable(section.parts.items, section.level) : candidatesTables(section)}`;
}

/** Of a known formula with a rest. */
function sumWords({ r2 }: FormulaCandidate, held: number | undefined): string {
  return `R² of the known part alone ${formatNumber(r2, 4)} on the rows of the fit${held === undefined ? '' : `; of the sum ${formatNumber(held, 4)} on held-out rows`}`;
}

function candidatesTables(section: FormulaSection): string {
  return `${candidatesTable('Formulas to look at', section, section.shortlist)}${candidatesTable('Front: the best formula of each length', section, section.front)}`;
}

/** Whether the formula keeps a rule about its slope. */
function ruleWords({ text, where, points, violated }: FormulaRule): string {
  return `Rule ${text}: ${violated === 0 ? 'kept' : `broken at ${formatNumber(100 * violated, 3)} %`} ${violated === 0 ? 'at all' : 'of'} ${points} points (${where}).`;
}

function partsTable(items: readonly FormulaPart[], level: number): string {
  const percent = (share: number): string => `${formatNumber(100 * share, 3)} %`;
  const rows = items.map(({ title, share, low, high }) => [title, percent(share), low === undefined || high === undefined ? '' : `${percent(low)} to ${percent(high)}`]);
  return `\nShares of the variance\n${textTable(['part', 'share', `${formatLevel(level)} interval`], rows, [false, true, true])}`;
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
