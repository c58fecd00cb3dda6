/** `unveil check`: what may be wrong with the data before a model is trained, how to mend it, and what that does to the score. */
import { checkTitles, type CheckFinding, type CheckSeverity } from '../protocol/checks';
import type { CheckResult } from '../protocol/engine';
import { check } from '../engine/check';
import type { WorkContext } from '../engine/context';
import { formatCount } from '../engine/report/format';
import { requireOther } from '../engine/sameFile';
import { runRequest, type RunFlags } from './arguments';
import { asJson, print, writeResult } from './output';

export interface CheckFlags extends RunFlags { json?: string; effects?: boolean; quiet?: boolean }

export async function checkCommand(file: string, flags: CheckFlags, context: WorkContext): Promise<void> {
  if (flags.json !== undefined) await requireOther(flags.json, [file, ...(flags.recipe === undefined ? [] : [flags.recipe])]);
  const result = await check({ ...(await runRequest(file, flags)), ...(flags.effects && { effects: true }) }, context);
  if (flags.json !== undefined) await writeResult(flags.json, asJson({ format: 'unveil-checks', version: 1, ...result }));
  if (!flags.quiet && flags.json !== '-') await print(checkText(result));
}

const words: Readonly<Record<CheckSeverity, string>> = { severe: 'SEVERE', warning: 'warning', information: 'note' };

function checkText({ recipe, checks: { findings, passed, notRun, rows, of }, notes }: CheckResult): string {
  const looked = rows < of ? `${formatCount(rows)} rows at random of ${formatCount(of)} (duplicates, classes and levels: all)` : `${formatCount(of)} rows`;
  const head = `Checks of ${recipe.target} by ${recipe.features.length} features, ${looked}\n`;
  const told = findings.length === 0 ? '\nNothing was found.\n' : findings.map(finding => `\n${findingText(finding)}`).join('');
  const clean = passed.length > 0 && findings.length > 0 ? `\nNothing was found of: ${passed.map(id => checkTitles[id].toLowerCase()).join(', ')}.\n` : '';
  const left = notRun.map(({ id, reason }) => `Not checked: ${checkTitles[id].toLowerCase()} (${reason}).\n`).join('');
  return visible(`${head}${notes.map(({ text }) => `- ${text}\n`).join('')}${told}${clean}${left}`);
}

function findingText({ id, severity, sentence, fix, effect, effectFailed }: CheckFinding): string {
  return [
    `${checkTitles[id]} (${words[severity]})`, `  ${sentence}`,
    ...(fix ? [`  Fix: ${fix.title}: ${fix.flags}`] : []),
    ...(effect ? [`  ${effect.sentence}`] : []), ...(effectFailed === undefined ? [] : [`  ${effectFailed}`]),
  ].join('\n') + '\n';
}

/** Control characters of names and levels do nothing to a terminal. */
const visible = (text: string): string => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '\u00b7');
