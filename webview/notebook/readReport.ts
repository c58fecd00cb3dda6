/** The report in an output, or the sentence that stands in its place. */
import { reportFormat, reportVersion } from '../../src/protocol/report';
import type { AnyReport } from '../../src/protocol/report';
import { t } from '../l10n';

/** A notebook comes from anywhere: what is in it is looked at as far as the view relies on it, whose parts guard themselves. */
export function readReport(value: unknown): AnyReport | string {
  const none = t('This output holds no report of Unveil that can be read.');
  if (!isObject(value) || value['format'] !== reportFormat) return none;
  const { version, sections, notes, recipe, data, model, timings } = value;
  if (typeof version === 'number' && version > reportVersion) return t('This report was made by a later version of Unveil (format {0}); update Unveil to see it.', version);
  const whole = Array.isArray(sections) && sections.every(isSection) && Array.isArray(notes) && isObject(recipe) && Array.isArray(recipe['features']) && Array.isArray(recipe['dropped'])
    && typeof recipe['file'] === 'string' && isObject(recipe['options']) && isObject(data) && Array.isArray(data['dropped']) && Array.isArray(data['columns']) && isObject(model) && isObject(timings);
  return whole ? value as unknown as AnyReport : none;
}

function isSection(section: unknown): boolean {
  return isObject(section) && ['id', 'panel', 'kind', 'title', 'summary'].every(name => typeof section[name] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
