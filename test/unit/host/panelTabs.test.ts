/** Tabs of report panels, and the rows they explained, outlive the process that noted them. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/services/log';
import { PanelTabs } from '../../../src/services/panelTabs';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'unveil-tabs-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the tabs of panels', () => {
  it('are known to the next process, ids from data included', async () => {
    const tabs = new PanelTabs(folder, silentLog);
    await tabs.set('__proto__', { tab: 'weights' });
    await tabs.set('price-1', { tab: 'row', row: 3 });
    while (!existsSync(join(folder, 'tabs.json'))) await new Promise(resolve => setTimeout(resolve, 10));
    const next = new PanelTabs(folder, silentLog);
    expect(await next.get('__proto__')).toEqual({ tab: 'weights' });
    expect(await next.get('price-1')).toEqual({ tab: 'row', row: 3 });
    expect(await next.get('other')).toBeUndefined();
  });

  it('are read from what an earlier version or somebody else wrote, as far as they can be', async () => {
    await writeFile(join(folder, 'tabs.json'), JSON.stringify([['a', 'data'], ['b', 'row', -1], ['c', 'row', '7'], ['d'], 3, null]));
    const tabs = new PanelTabs(folder, silentLog);
    expect([await tabs.get('a'), await tabs.get('b'), await tabs.get('c'), await tabs.get('d')]).toEqual([{ tab: 'data' }, { tab: 'row' }, { tab: 'row' }, undefined]);
  });

  it('are forgotten, without a fault, when the file is damaged', async () => {
    await writeFile(join(folder, 'tabs.json'), '[["a"');
    expect(await new PanelTabs(folder, silentLog).get('a')).toBeUndefined();
  });
});
