/** The curve that grows while a study runs. */
import type { MeasuredSetting, Varied } from '../../../protocol/experiments';
import type { WorkContext } from '../../context';

/** The held-out loss so far against the first varied choice, a line for each value of the second. */
export function liveCurve(varied: readonly Varied[], settings: readonly MeasuredSetting[], lossName: string): Parameters<WorkContext['progress']>[2] {
  const [first, second] = varied;
  if (varied.length > 2 || !first!.values.every(value => typeof value === 'number')) return undefined;
  const lines = (second?.values ?? [undefined]).map(value => {
    const points = settings.slice(1).filter(({ setting, loss }) => loss && (second === undefined || setting[second.name] === value))
      .map(({ setting, loss }) => [setting[first!.name] as number, loss!.value] as const);
    return { name: second ? `${second.name} ${String(value)}` : 'Held-out rows', x: points.map(([x]) => x), y: points.map(([, y]) => y) };
  }).filter(line => line.x.length > 0);
  return lines.length === 0 ? undefined : { title: 'Settings so far', xTitle: first!.name, yTitle: `Held-out ${lossName}`, lines, canFinish: true };
}
