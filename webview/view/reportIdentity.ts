/** Which report a card was drawn for: one that differs in its comparison alone redraws the card of the comparison and no other. */
import type { AnyReport, Section } from '../../src/protocol/report';

/** The report that another one took the place of, for all that is not the comparison. */
const drawnFor = new WeakMap<AnyReport, AnyReport>();

/** What a card is guarded by. */
export function identityFor(section: Section, report: AnyReport): AnyReport {
  return section.kind === 'comparison' ? report : modelOf(report);
}

/** The same for all reports that differ in their comparison alone: those of one model. */
export function modelOf(report: AnyReport): AnyReport {
  return drawnFor.get(report) ?? report;
}

/** `next` with the sections of `old` where it says the same but for the comparison, whose rows arrive one by one; else as it is. */
export function withDrawnSections(old: AnyReport | undefined, next: AnyReport): AnyReport {
  // Without another comparison nothing is compared: reports are long.
  if (!old || JSON.stringify(old.comparison) === JSON.stringify(next.comparison) || restOf(old) !== restOf(next)) return next;
  const before = new Map(old.sections.map(section => [section.id, section]));
  const sections = next.sections.map(section => (section.kind === 'comparison' ? section : before.get(section.id) ?? section));
  const report = { ...next, sections };
  drawnFor.set(report, drawnFor.get(old) ?? old);
  return report;
}

function restOf({ comparison: _comparison, sections, ...rest }: AnyReport): string {
  return JSON.stringify([rest, sections.filter(({ kind }) => kind !== 'comparison')]);
}
