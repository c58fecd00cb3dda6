/** Tabs of report panels outlive the process that noted them. */
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
    await tabs.set('__proto__', 'weights');
    await tabs.set('price-1', 'data');
    while (!existsSync(join(folder, 'tabs.json'))) await new Promise(resolve => setTimeout(resolve, 10));
    const next = new PanelTabs(folder, silentLog);
    expect(await next.get('__proto__')).toBe('weights');
    expect(await next.get('price-1')).toBe('data');
    expect(await next.get('other')).toBeUndefined();
  });

  it('are forgotten, without a fault, when the file is damaged', async () => {
    await writeFile(join(folder, 'tabs.json'), '[["a"');
    expect(await new PanelTabs(folder, silentLog).get('a')).toBeUndefined();
  });
});
