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

describe('the answers of a what-if panel that a tab takes off the page', () => {
  interface Panel {
    host: unknown; changes: unknown; nearest: unknown; changesOf: unknown; nearestOf: unknown; values: unknown;
    set(name: string, value: number, done: boolean): void; search(): Promise<void>; readNearest(): Promise<void>; disconnectedCallback(): void;
  }
  const [changes, nearest] = [{ kind: 'changes', items: [], method: 'm' }, { kind: 'nearest', rows: [], method: 'm' }];
  const open = async (host: object): Promise<Panel> => {
    const panel = new Element() as unknown as Panel;
    panel.host = host;
    await vi.advanceTimersByTimeAsync(5000);
    return panel;
  };
  /** A panel that has found both, and its host. */
  async function found() {
    vi.useFakeTimers();
    const { host } = slowHost(10);
    const asked: string[] = [];
    const ask = async (one: WhatIfAsk): Promise<unknown> => {
      asked.push(one.kind);
      return one.kind === 'changes' ? changes : one.kind === 'nearest' ? nearest : host.ask(one);
    };
    const panel = await open({ ...host, ask });
    await panel.search();
    await panel.readNearest();
    expect([panel.changes, panel.nearest]).toEqual([changes, nearest]);
    return { panel, asked, host: { ...host, ask } };
  }

  it('are there when it comes back, about the values that it has, and are not asked anew', async () => {
    const { panel, asked, host } = await found();
    panel.disconnectedCallback();
    asked.length = 0;
    const back = await open({ ...host, report: { sections: [], comparison: {} } });
    expect([back.changes, back.nearest]).toEqual([changes, nearest]);
    expect([back.changesOf === back.values, back.nearestOf === back.values]).toEqual([true, true]);
    expect(asked.filter(kind => kind === 'changes' || kind === 'nearest')).toEqual([]);
  });

  it('are of other values where these were changed meanwhile', async () => {
    const { panel, host } = await found();
    panel.set('a', 5, true);
    await panel.readNearest();
    panel.disconnectedCallback();
    const back = await open({ ...host, state: { ...host.state, values: { a: 5 } } });
    expect([back.changes, back.nearest]).toEqual([changes, nearest]);
    expect([back.changesOf === back.values, back.nearestOf === back.values]).toEqual([false, true]);
  });

  it('are gone for another model, on the page and off it', async () => {
    const { panel, host } = await found();
    panel.disconnectedCallback();
    const other = await open({ ...host, model: { sections: [] } });
    expect([other.changes, other.nearest]).toEqual([undefined, undefined]);
    // One of other features: the values do not fit it.
    const features = [{ name: 'b', kind: 'number', typical: 1 }];
    panel.host = { ...host, model: { sections: [] }, ask: async (one: WhatIfAsk) => ({ ...await host.ask(one) as object, ...(one.kind === 'model' && { features }) }) };
    await vi.advanceTimersByTimeAsync(5000);
    expect([panel.changes, panel.nearest]).toEqual([undefined, undefined]);
  });

  it('that come after another model was opened are not taken for its own', async () => {
    const { panel, host } = await found();
    panel.host = { ...host, ask: async (one: WhatIfAsk) => {
      if (one.kind === 'changes') await new Promise(resolve => setTimeout(resolve, 4000));
      return host.ask(one);
    } };
    const searching = panel.search();
    panel.host = { ...host, model: { sections: [] } };
    await vi.advanceTimersByTimeAsync(5000);
    await searching;
    expect(panel.changes).toBeUndefined();
  });
});
