/** The section of the data checks, and the notes of what is severe. */
import { checkIds, checkTitles, type CheckId, type ChecksSection, type ReportChecks } from '../../protocol/checks';
import type { Note } from '../../protocol/profile';
import { countOf, formatCount, listWords } from './format';

export function checksSection(checks: ReportChecks): ChecksSection {
  const { findings, passed, notRun, rows, of } = checks;
  const [severe, warnings] = [findings.filter(f => f.severity === 'severe').length, findings.filter(f => f.severity === 'warning').length];
  const counts = [...(severe > 0 ? [`${formatCount(severe)} severe`] : []), ...(warnings > 0 ? [countOf(warnings, 'warning')] : [])];
  const found = findings.length === 0
    ? 'None of the checks found anything.'
    : `${countOf(findings.length, 'thing was', 'things were')} found${counts.length > 0 ? `, ${listWords(counts)}` : ', none of them serious'}.`;
  const nothing = findings.length === 0 || passed.length === 0 ? '' : ` Nothing was found by the checks of ${listWords(passed.map(spoken), 7)}.`;
  const looked = rows < of ? `${formatCount(rows)} rows at random of ${formatCount(of)}; duplicates, class sizes and levels on all rows` : `All ${countOf(of, 'row')}`;
  return {
    kind: 'checks', id: 'checks', panel: 'data', title: 'Checks', summary: found + nothing,
    method: `${looked}. Leakage by the held-out skill of each feature by itself; drift by cumulated deviations and rank correlation with the row number; collinearity by variance inflation.`,
    assumptions: [
      'A finding is a reason to look, not a proof: whether a column is known before the target is known to people only.',
      ...notRun.map(({ id, reason }) => `Not checked for ${spoken(id)}: ${reason}.`),
    ],
  };
}

const spoken = (id: CheckId): string => checkTitles[id].toLowerCase();

/** Severe findings stand at the top of the report; copies of the target that a note names already are not told twice. */
export function checkNotes({ findings }: ReportChecks, given: readonly Note[]): Note[] {
  return findings
    .filter(({ severity, columns }) => severity === 'severe' && !given.some(note => columns[0] !== undefined && note.text.includes(`"${columns[0]}" holds the same information`)))
    .map(({ sentence, id }) => ({ kind: 'warning', text: `${checkTitles[checkIds.find(one => one === id)!]}: ${sentence}` }));
}
