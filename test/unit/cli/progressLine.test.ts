/** The line of progress on a terminal. */
import { describe, expect, it } from 'vitest';
import { progressLine, sparkline, terminalProgress } from '../../../src/cli/progress';
import type { LiveCurve } from '../../../src/protocol/engine';

const live: LiveCurve = {
  title: 'Loss by epoch', xTitle: 'Epoch', yTitle: 'Loss', canFinish: true,
  lines: [{ name: 'Training rows', x: [1, 2], y: [3, 1] }, { name: 'Validation rows', x: [1, 2, 3, 4], y: [0.8, 0.46, 0.1, 0.2] }],
};
const stage = 'Training network, epoch 4: validation loss 0.2';

describe('the line of progress', () => {
  it('shows share, stage, the validation loss as bars, and what Enter does', () => {
    expect(progressLine(stage, 0.34, live, true, 120)).toBe(` 34 % ${stage} █▅▁▂ (Enter: stop and keep the best)`);
  });

  it('leaves out the bars first where the terminal is narrow, then the hint, and cuts the stage last', () => {
    expect(progressLine(stage, 0.34, live, true, 88)).toBe(` 34 % ${stage} (Enter: stop and keep the best)`);
    expect(progressLine(stage, 0.34, live, true, 60)).toBe(` 34 % ${stage} █▅▁▂`);
    expect(progressLine(stage, 0.34, live, true, 40)).toBe(` 34 % ${stage.slice(0, 32)}`);
  });

  it('is the stage alone where there is no curve', () => {
    expect(progressLine('Reading', undefined, undefined, false, 80)).toBe('Reading');
  });

  it('draws many values as 16 bars, each the mean of its neighbours, and a constant as the lowest bar', () => {
    expect(sparkline(Array.from({ length: 320 }, (_, i) => 320 - i))).toBe('██▇▇▆▆▅▅▄▄▃▃▂▂▁▁');
    expect(sparkline([2, 2, 2])).toBe('▁▁▁');
    expect(sparkline([])).toBe('');
  });

  it('writes nothing where there is no terminal', () => {
    const written: string[] = [];
    const progress = terminalProgress(undefined, { isTTY: false, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream);
    progress.show(stage, 0.5, live);
    progress.clear();
    expect(written).toEqual([]);
  });
});
