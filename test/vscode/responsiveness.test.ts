import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { explain, figure, workspacePath, writeRows } from './host';

interface Watch { stop(): { longest: number; over20: number; at: number } }

/** Notes the longest time that the event loop of this host gave no turn. Milliseconds. */
function watchEventLoop(): Watch {
  const started = performance.now();
  let last = started;
  let longest = 0;
  let over20 = 0;
  let at = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    // A timer of 1 ms that comes after 25 ms was held up for 24.
    const held = now - last - 1;
    if (held > longest) [longest, at] = [held, now - started];
    if (held > 20) over20++;
    last = now;
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      return { longest, over20, at };
    },
  };
}

describe('While the engine trains', () => {
  it('the extension host is never held up for more than 20 ms', async () => {
    const file = workspacePath('big.csv');
    if (!existsSync(file)) await writeRows(file, 200_000);
    await explain({ file: workspacePath('iris.csv'), target: 'target', prompt: false });

    // The baseline: as long and with as busy processors, but without Unveil. What it shows is the machine's and VS Code's own.
    const watch = watchEventLoop();
    const start = performance.now();
    const report = await explain({ file, target: 'outcome', prompt: false });
    const seconds = (performance.now() - start) / 1000;
    const training = watch.stop();
    assert.equal(report.data.rows, 200_000);

    const burners = Array.from({ length: availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore', env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }));
    await new Promise(resolve => setTimeout(resolve, 300));
    const rest = watchEventLoop();
    await new Promise(resolve => setTimeout(resolve, Math.min(20_000, seconds * 1000)));
    const baseline = rest.stop();
    for (const burner of burners) burner.kill('SIGKILL');

    figure(`extension host held up at most: ${training.longest.toFixed(1)} ms while training on 200,000 rows for ${seconds.toFixed(1)} s `
      + `(bar: 20 ms; at ${(training.at / 1000).toFixed(1)} s, ${training.over20} times over 20 ms); ${baseline.longest.toFixed(1)} ms on busy processors without Unveil`);
    assert.ok(training.longest <= Math.max(20, baseline.longest), `held up for ${training.longest} ms, baseline ${baseline.longest} ms`);
  });
});
