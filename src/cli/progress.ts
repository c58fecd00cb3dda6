/** One line of progress on standard error, only on a terminal; Enter asks training to stop and keep the best. */
import { readFileSync } from 'node:fs';

import type { LiveCurve } from '../protocol/engine';

export interface TerminalProgress {
  readonly show: (stage: string, fraction?: number, live?: LiveCurve) => void;
  readonly clear: () => void;
}

const every = 100;
const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const sparkWidth = 16;

/** `onEnter` runs when Enter is pressed while a curve is shown that can be finished. */
export function terminalProgress(onEnter?: () => void, stream: NodeJS.WriteStream = process.stderr): TerminalProgress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let last = 0;
  let drawn = false;
  const enter = onEnter && new EnterKey(onEnter);
  return {
    show(stage, fraction, live) {
      const canFinish = live?.canFinish === true && enter?.listen() === true;
      if (!canFinish) enter?.ignore();
      const now = performance.now();
      if (now - last < every) return;
      last = now;
      drawn = true;
      stream.write(`\r\u001b[2K${progressLine(stage, fraction, live, canFinish, stream.columns ?? 80)}`);
    },
    clear() {
      if (drawn) stream.write('\r\u001b[2K');
      drawn = false;
      enter?.ignore();
    },
  };
}

/** e.g. " 34 % Training network, epoch 12: validation loss 0.31 ▇▅▃▂▁ (Enter: stop and keep the best)", cut to the width. */
export function progressLine(stage: string, fraction: number | undefined, live: LiveCurve | undefined, canFinish: boolean, columns: number): string {
  const share = fraction === undefined ? '' : `${Math.round(100 * fraction)} % `.padStart(6);
  const spark = live === undefined ? '' : ` ${sparkline(live.lines.at(-1)?.y ?? [])}`;
  const hint = canFinish ? ' (Enter: stop and keep the best)' : '';
  const room = Math.max(20, columns - 2) - share.length;
  for (const end of [`${spark}${hint}`, hint, spark]) {
    if (stage.length + end.length <= room) return `${share}${stage}${end}`;
  }
  return share + stage.slice(0, room);
}

/** The values as a row of bars, lowest to highest; means of neighbours where there are more values than bars. */
export function sparkline(values: readonly number[], width = sparkWidth): string {
  const bins = Math.min(width, values.length);
  const means = Array.from({ length: bins }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / bins), Math.floor(((i + 1) * values.length) / bins));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const low = Math.min(...means);
  const range = Math.max(...means) - low;
  return means.map(value => bars[range > 0 ? Math.round(((value - low) / range) * (bars.length - 1)) : 0]).join('');
}

/** Listens for Enter on the terminal's own line input, so that Ctrl-C keeps its meaning. */
class EnterKey {
  private listening = false;

  constructor(private readonly onEnter: () => void, private readonly input: NodeJS.ReadStream = process.stdin) {}

  /** Whether somebody can press Enter: reading as a background job would stop the process. */
  listen(): boolean {
    if (this.listening) return true;
    if (!this.input.isTTY || !inForeground()) return false;
    this.input.on('data', this.onEnter);
    this.input.on('error', ignoreError);
    this.input.resume();
    this.listening = true;
    return true;
  }

  ignore(): void {
    if (!this.listening) return;
    this.input.off('data', this.onEnter);
    this.input.pause();
    this.listening = false;
  }
}

function ignoreError(): void { /* a terminal that went away cannot be read: nobody can press Enter */ }

/** On Linux, whether the process group has the terminal (proc(5): fields 5 and 8 of stat); elsewhere taken for granted. */
function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
