/** What the status bar says of the runs under way. No vscode. */
import { known, t } from './l10n';
import { plainText } from './plainText';
import type { Run } from './runs';

export interface RunStatus {
  readonly text: string;
  readonly tooltip: string;
  /** What a screen reader says: no icon, and no number that changes many times a second. */
  readonly spoken: string;
}

/** undefined: nothing runs. */
export function runStatus(runs: readonly Run[]): RunStatus | undefined {
  const [first] = runs;
  if (!first) return undefined;
  const tooltip = runs.map(run => `${plainText(run.name, 60)}: ${stageText(run)}`).join('\n');
  if (runs.length > 1) {
    const text = t('Unveil: {0} runs', runs.length);
    return { text: `$(sync~spin) ${text}`, tooltip, spoken: text };
  }
  return { text: `$(sync~spin) ${stageText(first)}`, tooltip, spoken: t('Unveil is working on {0}', plainText(first.name, 60)) };
}

/** The stage, with its percentage where it is known. */
export function stageText({ progress: { stage, fraction } }: Run): string {
  const text = plainText(known(stage), 60);
  return fraction === undefined ? text : `${text} ${Math.round(fraction * 100)} %`;
}
