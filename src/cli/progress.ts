/** One line of progress on standard error, only on a terminal. */

export interface TerminalProgress {
  readonly show: (stage: string, fraction?: number) => void;
  readonly clear: () => void;
}

const every = 100;

export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): TerminalProgress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let last = 0;
  let drawn = false;
  return {
    show(stage, fraction) {
      const now = performance.now();
      if (now - last < every) return;
      last = now;
      drawn = true;
      const share = fraction === undefined ? '' : `${Math.round(100 * fraction)} % `.padStart(6);
      stream.write(`\r\u001b[2K${share}${stage.slice(0, Math.max(20, (stream.columns ?? 80) - 8))}`);
    },
    clear() {
      if (drawn) stream.write('\r\u001b[2K');
      drawn = false;
    },
  };
}
