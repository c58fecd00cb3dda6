/** contributions.ts and package.json say the same, in both directions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as ids from '../../../src/contributions';

interface MenuItem { readonly command?: string; readonly submenu?: string; readonly when?: string; readonly group?: string }
interface Property { readonly default: unknown; readonly description?: string; readonly markdownDescription?: string }
const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
const { contributes } = manifest;
const texts = JSON.parse(readFileSync(new URL('../../../package.nls.json', import.meta.url), 'utf8')) as Record<string, string>;
const plain = (text: string): string => (/^%.*%$/.test(text) ? texts[text.slice(1, -1)]! : text);
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
      expect(plain(property.description ?? property.markdownDescription ?? '')).toBeTruthy();
    }
  });

  it('has settings in groups, each with a place of its own', () => {
    const groups = contributes.configuration as { title: string; order: number; properties: Record<string, { order?: number }> }[];
    expect(new Set(groups.map(group => group.order)).size).toBe(groups.length);
    for (const { title, properties } of groups) {
      expect(plain(title)).toMatch(/^[A-Z]/);
      expect(Object.values(properties).map(property => property.order).sort()).toEqual(Object.keys(properties).map((_, index) => index + 1));
    }
  });

  it('has one walkthrough, whose steps have a picture that is there, one button first, and an end that can come', () => {
    const [tour, ...others] = contributes.walkthroughs as { id: string; steps: { id: string; description: string; media: { svg: string; altText: string }; completionEvents: string[] }[] }[];
    expect(others).toEqual([]);
    expect(tour!.id).toBe(ids.walkthroughId);
    expect(tour!.steps.map(step => step.id)).toEqual(['pick', 'train', 'read', 'whatIf', 'export']);
    const known = new Set<string>(Object.values(ids.commandIds));
    const contexts = new Set<string>(Object.values(ids.contextKeys));
    for (const { description, media, completionEvents } of tour!.steps) {
      const picture = readFileSync(new URL(`../../../${media.svg}`, import.meta.url), 'utf8');
      expect(picture).toMatch(/^<svg /);
      expect(picture.replace(/var\(--vscode[^)]*\)/g, '').replace(/xmlns="[^"]*"/, '')).not.toMatch(/#[0-9a-f]{3,6}\b|<script|https?:/i);
      // VS Code makes a button of a link that is a line of its own.
      expect(plain(description).split('\n').filter(line => /^\[[^\]]+\]\(command:[\w.]+\?%7B%22kind%22%3A%22tour%22%7D\)$/.test(line))).toHaveLength(1);
      for (const [, command] of plain(description).matchAll(/\(command:(unveil\.[\w.]+)\?/g)) expect(known).toContain(command);
      expect(completionEvents.length).toBeGreaterThan(0);
      for (const event of completionEvents) expect(event.startsWith('onContext:') ? contexts : known).toContain(event.replace(/^on(Command|Context):/, ''));
    }
  });

  it('has one button in each welcome view', () => {
    for (const { contents } of contributes.viewsWelcome as { contents: string }[]) {
      expect(plain(contents).split('\n').filter(line => /^\[[^\]]+\]\(command:[^)]+\)$/.test(line))).toHaveLength(1);
    }
  });

  it('names the panel, the editor and the submenu as the code does', () => {
    expect(contributes.customEditors[0].viewType).toBe(ids.modelEditorType);
    expect(manifest.activationEvents).toEqual([`onWebviewPanel:${ids.reportPanelType}`, `onWebviewPanel:${ids.besidePanelType}`]);
    expect(contributes.submenus.map((menu: { id: string }) => menu.id)).toEqual([ids.submenuId]);
  });

  it('draws reports in notebooks by the type that the code writes', () => {
    const { id, mimeType } = ids.notebookRenderer;
    expect(contributes.notebookRenderer).toEqual([expect.objectContaining({ id, mimeTypes: [mimeType], requiresMessaging: 'never' })]);
  });

  it('titles commands in title case under one category, with an ellipsis where input follows', () => {
    for (const { title, category } of commands) {
      expect(category).toBe('Unveil');
      expect(plain(title)).toMatch(/^[A-Z]/);
      expect(plain(title)).not.toMatch(/\.\.\./);
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
