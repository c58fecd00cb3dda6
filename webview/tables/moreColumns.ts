/** Words for a table that is wider than its place. */
import { t } from '../l10n';

/** How far it goes on, in words; empty where all is seen. `left`, `width`, `whole`: px, of the place and of what is in it. */
export function moreWords(left: number, width: number, whole: number): string {
  const before = left > 1;
  const after = left + width < whole - 1;
  if (!before && !after) return '';
  return before && after ? t('← more columns on both sides →') : after ? t('more columns: scroll sideways →') : t('← more columns');
}
