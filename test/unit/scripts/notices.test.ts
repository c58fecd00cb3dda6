/** The notices of what is shipped: by the lock file, and no build with code under a licence that does not allow it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAllowed } from '../../../scripts/tools/licences.mjs';
import { notices } from '../../../scripts/tools/notices.mjs';

describe('Allowed licences', () => {
  it('are those that let the code be passed on with other code', () => {
    for (const name of ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'Unlicense', 'CC0-1.0', 'BlueOak-1.0.0']) expect(isAllowed(name), name).toBe(true);
    for (const name of ['GPL-3.0-or-later', 'AGPL-3.0', 'LGPL-2.1', 'SEE LICENSE IN LICENSE.txt', 'UNLICENSED', '', 'undefined', 'mit']) expect(isAllowed(name), name).toBe(false);
  });

  it('need one of two that are offered, and all of those that hold together', () => {
    expect(isAllowed('(MIT OR GPL-3.0-or-later)')).toBe(true);
    expect(isAllowed('(GPL-3.0-or-later OR MIT)')).toBe(true);
    expect(isAllowed('MIT AND GPL-3.0-or-later')).toBe(false);
    expect(isAllowed('(MIT AND Zlib)')).toBe(true);
    expect(isAllowed('GPL-2.0 OR MIT AND ISC')).toBe(true);
    expect(isAllowed('(GPL-2.0 OR MIT) AND SSPL-1.0')).toBe(false);
    for (const broken of ['(MIT', 'MIT)', 'MIT ISC', 'MIT OR', 'OR MIT', '()']) expect(isAllowed(broken), broken).toBe(false);
  });
});

describe('The notices', () => {
  let root: string;
  const locked: Record<string, { version: string; license?: string }> = {};

  /** Installs a package and names it in the lock file; `locks` is what the lock file says where it differs. */
  function install(folder: string, manifest: { version: string; license?: string; author?: string }, files: Record<string, string>, locks: object = {}): void {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, folder, 'package.json'), JSON.stringify({ name: folder.split('node_modules/').at(-1), ...manifest }));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, folder, name), text);
    locked[folder] = { version: manifest.version, ...(manifest.license === undefined ? {} : { license: manifest.license }), ...locks };
  }

  const made = (...files: string[]): string => {
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
    return notices([{ inputs: Object.fromEntries(files.map(file => [file, {}])) }], root);
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'unveil-notices-'));
    for (const name of Object.keys(locked)) delete locked[name];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('name each package of the bundles once, with its licence and what it says of others', () => {
    install('node_modules/one', { version: '1.0.0', license: 'MIT' }, { LICENSE: 'The terms of one.' });
    install('node_modules/@two/part', { version: '2.0.0', license: 'Apache-2.0' }, { 'LICENSE.md': 'The terms of two.', NOTICE: 'Two holds parts of three.' });
    install('node_modules/one/node_modules/inner', { version: '0.1.0', license: 'ISC' }, { license: 'The inner terms.' });
    install('node_modules/unused', { version: '1.0.0', license: 'MIT' }, { LICENSE: 'Not this.' });
    const text = made('src/main.ts', 'node_modules/one/a.js', 'node_modules/one/b.js', '../elsewhere/node_modules/@two/part/lib/c.js', 'node_modules/one/node_modules/inner/d.js');
    expect(text.match(/^\S+ \d+\.\d+\.\d+ \(.+\)$/gm)).toEqual(['@two/part 2.0.0 (Apache-2.0)', 'one 1.0.0 (MIT)', 'inner 0.1.0 (ISC)']);
    for (const part of ['The terms of one.', 'The terms of two.', 'Two holds parts of three.', 'The inner terms.']) expect(text).toContain(part);
    expect(text).not.toContain('Not this.');
  });

  it('quote the licence from the README, or in its own words, where a package brings no file of it', () => {
    install('node_modules/read', { version: '1.0.0', license: 'MIT' }, { 'README.md': '# Read\n\nAbout.\n\n## License\n\nCopyright 2019 A. Person.\n\nPermission is hereby granted, free of charge.' });
    install('node_modules/bare', { version: '1.0.0', license: 'MIT', author: 'B. Person' }, {});
    const [bare, read] = made('node_modules/read/a.js', 'node_modules/bare/a.js').split('-'.repeat(80));
    expect(read).toContain('Copyright 2019 A. Person.');
    expect(read).not.toContain('About.');
    expect(bare).toMatch(/B\. Person[\s\S]*Permission is hereby granted/);
  });

  it('are not made when a package is not in the lock file, or is installed in another version', () => {
    install('node_modules/one', { version: '1.0.1', license: 'MIT' }, { LICENSE: 'Terms.' }, { version: '1.0.0' });
    expect(() => made('node_modules/one/a.js')).toThrow('one is installed as 1.0.1, package-lock.json names 1.0.0');
    delete locked['node_modules/one'];
    expect(() => made('node_modules/one/a.js')).toThrow('package-lock.json does not name it');
  });

  it('are not made when a package has no licence, no text of it, or one that is not allowed', () => {
    install('node_modules/one', { version: '1.0.0' }, { LICENSE: 'Terms.' });
    expect(() => made('node_modules/one/a.js')).toThrow('names no licence');
    install('node_modules/one', { version: '1.0.0', license: 'GPL-3.0-or-later' }, { LICENSE: 'Terms.' });
    expect(() => made('node_modules/one/a.js')).toThrow('GPL-3.0-or-later');
    install('node_modules/two', { version: '1.0.0', license: 'BSD-3-Clause' }, {});
    expect(() => made('node_modules/two/a.js')).toThrow('brings no text');
  });

  it('can be made for all that the project depends on: every licence of its own dependencies is allowed', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { license?: string; dependencies?: object; dev?: boolean }> };
    const direct = Object.keys(packages['']!.dependencies ?? {});
    expect(direct.length).toBeGreaterThan(5);
    for (const name of direct) expect(isAllowed(packages[`node_modules/${name}`]?.license ?? ''), name).toBe(true);
  });
});
