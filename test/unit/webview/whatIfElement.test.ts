/** The what-if panel's questions to the host: no endless quick ones. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WhatIfAnswer, WhatIfAsk } from '../../../src/protocol/whatIf';

vi.mock('lit', async original => ({ ...await original<object>(), render: () => undefined }));

/** As far as is needed here: the types of the page itself want a page. */
let Element: new () => { host: unknown; set(name: string, value: number, done: boolean): void };
const source = '../../../webview/whatIf/element';

beforeAll(async () => {
  vi.stubGlobal('HTMLElement', class {});
  vi.stubGlobal('customElements', { get: () => true, define: () => undefined });
  Element = ((await import(/* @vite-ignore */ source)) as { UnveilWhatIf: typeof Element }).UnveilWhatIf;
});

afterEach(() => vi.useRealTimers());

/** A host that answers quick questions after so many milliseconds. */
function slowHost(delay: number) {
  const asked: { a: unknown; detail: string }[] = [];
  const model = { kind: 'model', name: 'm', target: 'y', task: 'regression', level: 0.9, rows: 3, takesMissing: false, features: [{ name: 'a', kind: 'number', typical: 1 }] };
  const ask = async (one: WhatIfAsk): Promise<WhatIfAnswer> => {
    if (one.kind === 'model') return model as never;
    if (one.kind === 'row') return { kind: 'row', row: 1, values: { a: 1 }, actual: 1 };
    if (one.kind === 'prediction') asked.push({ a: one.values['a'], detail: one.detail });
    await new Promise(resolve => setTimeout(resolve, delay));
    return { kind: 'prediction', value: 1, intervals: [], notes: [] } as never;
  };
  const report = { sections: [] };
  const host = { model: report, report: { sections: [] }, state: { row: 1, start: { a: 1 }, values: { a: 1 } }, card: {}, ask, change: () => undefined, changeCard: () => undefined, copy: () => undefined };
  return { asked, host };
}

describe('a what-if panel whose quick answers are slower than the time of settling', () => {
  it('asks in full once, about the newest values', async () => {
    vi.useFakeTimers();
    const { asked, host } = slowHost(1000);
    const element = new Element();
    element.host = host;
    await vi.advanceTimersByTimeAsync(100);
    element.set('a', 5, true);
    await vi.advanceTimersByTimeAsync(20_000);
    // The first two are the row as it is, for comparison, and as it was kept.
    expect(asked).toEqual([{ a: 1, detail: 'quick' }, { a: 1, detail: 'quick' }, { a: 5, detail: 'quick' }, { a: 5, detail: 'full' }]);
    // A report that got another row of its comparison is the same model: nothing is asked anew, what was found stays.
    asked.length = 0;
    element.host = { ...host, report: { sections: [], comparison: {} } };
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toEqual([]);
    element.host = { ...host, model: { sections: [] } };
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('starts with typical values where the data file is gone, and says why without a fault', async () => {
    vi.useFakeTimers();
    const { asked, host } = slowHost(10);
    const element = new Element() as unknown as { host: unknown; withoutRow?: string; failed: Map<string, string> };
    element.host = {
      ...host, state: {},
      ask: (one: WhatIfAsk) => (one.kind === 'row' ? Promise.resolve({ kind: 'failed', message: 'rows.csv does not exist.' }) : host.ask(one)),
    };
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked.at(-1)).toEqual({ a: 1, detail: 'full' });
    expect(element.withoutRow).toBe('rows.csv does not exist.');
    expect([...element.failed]).toEqual([]);
  });

  it('takes no newer question for a fault', async () => {
    vi.useFakeTimers();
    const { host } = slowHost(10);
    const element = new Element() as unknown as { host: unknown; failed: Map<string, string> };
    element.host = { ...host, ask: (one: WhatIfAsk) => (one.kind === 'prediction' ? Promise.resolve({ kind: 'failed', message: 'x', superseded: true }) : host.ask(one)) };
    await vi.advanceTimersByTimeAsync(5000);
    expect([...element.failed]).toEqual([]);
  });
});
