/** What an experiment found as text for a terminal: the findings, and every table that the report has. */
import { formatNumber } from '../engine/report/format';
import type { TableSection } from '../protocol/chartSections';
import type { ExperimentReport } from '../protocol/report';
import { foundText } from './exploreText';
import { textTable } from './output';

const mostRows = 60;

export function experimentText(report: ExperimentReport): string {
  const { experiment, sections } = report;
  const findings = (experiment?.findings ?? []).map(text => `- ${text}\n`).join('');
  const tables = sections.filter((section): section is TableSection => section.kind === 'table' && section.panel !== 'data' && section.id !== 'found');
  return foundText(report, [`Found\n${findings}`, ...tables.map(tableText)]);
}

function tableText({ title, header, rows }: TableSection): string {
  const cells = rows.slice(0, mostRows).map(row => row.map(cell => (typeof cell === 'number' ? formatNumber(cell) : cell)));
  const more = rows.length > mostRows ? `… and ${rows.length - mostRows} more rows (--json or --html has them all)\n` : '';
  return `${title}\n${textTable(header.map(column => column.title), cells, header.map(column => column.numeric === true))}${more}`;
}
