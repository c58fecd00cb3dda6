import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { commandIds, settingsSection } from '../../src/contributions';
import { extension, figure, projectPath } from './host';

interface Manifest {
  activationEvents?: string[];
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>;
    configuration: { properties: Record<string, { default?: unknown }> } | { properties: Record<string, { default?: unknown }> }[];
  };
}
const manifest = (): Manifest => JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as Manifest;

// Mocha runs the files in the order of their names: this one comes first, before anything has activated the extension.
describe('The extension', () => {
  it('is not active before it is asked for, and activates without work of seconds in the host', async () => {
    const found = extension();
    assert.equal(found.isActive, false, 'something activated it already');
    const cpu = process.cpuUsage();
    const start = performance.now();
    await found.activate();
    const wall = performance.now() - start;
    const used = process.cpuUsage(cpu);
    const cpuTime = (used.user + used.system) / 1000;
    figure(`activation: ${wall.toFixed(1)} ms wall, ${cpuTime.toFixed(1)} ms processor (bar: 100 ms)`);
    // Processor time of the whole host, loading included: other programs on the machine do not count.
    // The bar is told beside the figure; what is asserted holds on slow machines too.
    assert.ok(cpuTime < 1000, `activation took ${cpuTime} ms of processor time`);
  });

  it('never activates on start-up', () => {
    const events = manifest().activationEvents ?? [];
    assert.deepEqual(events.filter(event => event === '*' || event === 'onStartupFinished'), []);
  });

  it('registers every command that package.json contributes, and contributes every command it registers', async () => {
    await extension().activate();
    const registered = (await vscode.commands.getCommands(true)).filter(id => id.startsWith('unveil.') && Object.values(commandIds).includes(id as never)).sort();
    const contributed = manifest().contributes.commands.map(item => item.command).sort();
    assert.deepEqual(contributed, registered);
    assert.deepEqual(registered, Object.values(commandIds).sort());
  });

  it('offers Explain for data files in the Explorer, the editor title, the tab menu and the palette', () => {
    const { menus } = manifest().contributes;
    for (const place of ['explorer/context', 'editor/title', 'editor/title/context']) {
      const entry = menus[place]?.find(item => item.command === commandIds.explainFile || item.submenu !== undefined);
      assert.ok(entry?.when, `${place} has no entry`);
      assert.match(entry.when, /resource(Extname|Filename|Path)/, `${place} is bound to file names, not to languages`);
      assert.doesNotMatch(entry.when, /resourceLangId|editorLangId/);
    }
    const hidden = (menus['commandPalette'] ?? []).find(item => item.command === commandIds.explainFile);
    assert.notEqual(hidden?.when, 'false');
  });

  it('has settings with the defaults of package.json', () => {
    const { configuration } = manifest().contributes;
    const properties = Object.entries(Object.assign({}, ...[configuration].flat().map(item => item.properties)) as Record<string, { default?: unknown }>);
    assert.ok(properties.length > 0);
    for (const [name, { default: value }] of properties) {
      assert.ok(name.startsWith(`${settingsSection}.`));
      assert.deepEqual(vscode.workspace.getConfiguration().get(name), value);
    }
  });
});
