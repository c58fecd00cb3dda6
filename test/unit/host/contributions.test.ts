/** contributions.ts and package.json say the same, in both directions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as ids from '../../../src/contributions';

interface MenuItem { readonly command?: string; readonly submenu?: string; readonly when?: string; readonly group?: string }
interface Property { readonly default: unknown; readonly description?: string; readonly markdownDescription?: string }
const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
const { contributes } = manifest;
const menus = contributes.menus as Record<string, MenuItem[]>;
const commands = contributes.commands as { command: string; title: string; category: string; icon?: string }[];
const settings: Record<string, Property> = Object.assign({}, ...contributes.configuration.map((part: { properties: object }) => part.properties));

describe('the manifest', () => {
  it('has exactly the commands of contributions.ts', () => {
    expect(commands.map(item => item.command).sort()).toEqual(Object.values(ids.commandIds).sort());
  });

  it('has exactly the views of contributions.ts', () => {
    const views = contributes.views[ids.viewContainerId] as { id: string }[];
    expect(views.map(view => view.id).sort()).toEqual(Object.values(ids.viewIds).sort());
    expect(contributes.viewsContainers.activitybar[0].id).toBe(ids.viewContainerId);
  });

  it('has exactly the settings of contributions.ts, with the same defaults and a description each', () => {
    const names = Object.keys(settings).map(name => name.replace(/^unveil\./, ''));
    expect(names.sort()).toEqual(Object.keys(ids.settingDefaults).sort());
    for (const [name, value] of Object.entries(ids.settingDefaults)) {
      const property = settings[`${ids.settingsSection}.${name}`]!;
      expect(property.default).toEqual(value);
      expect(property.description ?? property.markdownDescription).toBeTruthy();
    }
  });

  it('names the panel, the editor and the submenu as the code does', () => {
    expect(contributes.customEditors[0].viewType).toBe(ids.modelEditorType);
    expect(manifest.activationEvents).toEqual([`onWebviewPanel:${ids.reportPanelType}`]);
    expect(contributes.submenus.map((menu: { id: string }) => menu.id)).toEqual([ids.submenuId]);
  });

  it('titles commands in title case under one category, with an ellipsis where input follows', () => {
    for (const { title, category } of commands) {
      expect(category).toBe('Unveil');
      expect(title).toMatch(/^[A-Z]/);
      expect(title).not.toMatch(/\.\.\./);
    }
  });

  it('offers menus only commands that exist, and items of views only kinds that exist', () => {
    const known = new Set<string>(Object.values(ids.commandIds));
    const kinds = new Set<string>(Object.values(ids.itemKinds));
    for (const item of Object.values(menus).flat()) {
      if (item.command) expect(known).toContain(item.command);
      if (item.submenu) expect(item.submenu).toBe(ids.submenuId);
      for (const [, kind] of (item.when ?? '').matchAll(/viewItem == ([\w.]+)/g)) expect(kinds).toContain(kind);
      for (const [, view] of (item.when ?? '').matchAll(/\bview == ([\w.]+)/g)) expect(Object.values(ids.viewIds)).toContain(view);
    }
  });

  it('gives every inline and navigation item an icon', () => {
    const withIcon = new Set(commands.filter(item => item.icon).map(item => item.command));
    for (const place of ['editor/title', 'view/title', 'view/item/context']) {
      for (const item of menus[place]!) {
        if (/^(navigation|inline)/.test(item.group ?? '')) expect(withIcon, item.command).toContain(item.command);
      }
    }
  });

  it('shows the main command on data files in the Explorer, never on folders or other files', () => {
    const { when } = menus['explorer/context']!.find(item => item.command === ids.commandIds.explainFile)!;
    const isShown = (name: string, isFolder = false): boolean => when!.split(' || ').some(alternative => alternative.split(' && ').every(term => {
      if (term === '!explorerResourceIsFolder') return !isFolder;
      const [, key, source, flags] = /^(\w+) =~ \/(.*)\/(\w*)$/.exec(term)!;
      const extension = /\.[^.]*$/.exec(name)?.[0] ?? '';
      return new RegExp(source!, flags).test(key === 'resourceExtname' ? extension : name);
    }));
    for (const name of ['a.csv', 'A.CSV', 'b.tsv', 'c.parquet', 'd.csv.gz', 'e.TSV.GZ', 'with space & (brackets).csv']) {
      expect(isShown(name), name).toBe(true);
      expect(ids.dataFilePattern.test(name), name).toBe(true);
    }
    for (const name of ['a.csv.bak', 'csv', 'a.gz', 'a.json', 'a.csvx', 'a.tar.gz']) {
      expect(isShown(name), name).toBe(false);
      expect(ids.dataFilePattern.test(name), name).toBe(false);
    }
    expect(isShown('folder.csv', true)).toBe(false);
  });

  it('matches data files by extension, never by language', () => {
    expect(JSON.stringify(menus)).not.toMatch(/LangId/);
  });

  it('has a PNG icon of 128 pixels or more, and is honest about trust and virtual workspaces', () => {
    const png = readFileSync(new URL(`../../../${manifest.icon}`, import.meta.url));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(128);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe(true);
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
    expect(manifest.extensionKind).toEqual(['workspace']);
  });
});
