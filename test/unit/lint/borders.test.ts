// The borders of docs/architecture.md are kept by lint: each rule is shown to bite on a line that breaks it.
import { ESLint } from 'eslint';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let eslint: ESLint;

beforeAll(() => {
  // The files are not on disk, so rules that ask for types are left out.
  eslint = new ESLint({
    cwd: root,
    overrideConfig: {
      languageOptions: { parserOptions: { project: null } },
      rules: Object.fromEntries(['no-floating-promises', 'no-misused-promises', 'await-thenable', 'switch-exhaustiveness-check'].map(rule => [`@typescript-eslint/${rule}`, 'off'])),
    },
  });
});

async function faults(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: resolve(root, file) });
  return result!.messages.map(message => message.ruleId ?? message.message);
}

const useOf = (specifier: string): string => `import { x } from '${specifier}';\nexport const y = x;\n`;

describe('lint keeps the borders', () => {
  it.each([
    ['src/engine/data/zz.ts', 'vscode', 'no-restricted-imports'],
    ['src/cli/zz.ts', 'vscode', 'no-restricted-imports'],
    ['src/protocol/zz.ts', 'vscode', 'no-restricted-imports'],
    ['src/protocol/zz.ts', 'node:fs', 'no-restricted-imports'],
    ['src/protocol/zz.ts', '../engine/context', 'import-x/no-restricted-paths'],
    ['webview/zz.ts', 'vscode', 'no-restricted-imports'],
    ['webview/zz.ts', 'node:fs', 'no-restricted-imports'],
    ['webview/zz.ts', '../src/engine/context', 'import-x/no-restricted-paths'],
    ['webview/zz.ts', '../src/contributions', 'import-x/no-restricted-paths'],
    ['src/services/zz.ts', '../engine/context', 'import-x/no-restricted-paths'],
    ['src/services/zz.ts', '../panels/reportPanel', 'import-x/no-restricted-paths'],
    ['src/commands/zz.ts', '../engine/context', 'import-x/no-restricted-paths'],
    ['src/engine/zz.ts', '../services/settings', 'import-x/no-restricted-paths'],
    ['src/engine/zz.ts', '../cli/main', 'import-x/no-restricted-paths'],
    ['src/cli/zz.ts', '../services/settings', 'import-x/no-restricted-paths'],
    ['src/tools/zz.ts', 'vscode', 'no-restricted-imports'],
    ['src/tools/zz.ts', '../engine/context', 'import-x/no-restricted-paths'],
    ['src/mcp/zz.ts', '../services/settings', 'import-x/no-restricted-paths'],
    ['src/lm/zz.ts', '../engine/context', 'import-x/no-restricted-paths'],
    ['src/lm/zz.ts', '../mcp/engineHost', 'import-x/no-restricted-paths'],
    ['src/engine/math/zz.ts', '../data/table', 'import-x/no-restricted-paths'],
    ['src/engine/data/zz.ts', '../models/model', 'import-x/no-restricted-paths'],
    ['src/engine/models/zz.ts', '../evaluate/metrics', 'import-x/no-restricted-paths'],
    ['src/engine/evaluate/zz.ts', '../report/assemble', 'import-x/no-restricted-paths'],
    ['src/engine/report/zz.ts', '../run', 'import-x/no-restricted-paths'],
    ['src/engine/unlabelled/zz.ts', '../models/model', 'import-x/no-restricted-paths'],
    ['src/engine/models/zz.ts', '../unlabelled/kmeans/fit', 'import-x/no-restricted-paths'],
    ['src/engine/report/zz.ts', '../explorers/explorer', 'import-x/no-restricted-paths'],
  ])('%s does not import %s', async (file, specifier, rule) => {
    expect(await faults(file, useOf(specifier))).toContain(rule);
  });

  it.each([
    ['src/services/zz.ts', 'vscode'],
    ['src/services/zz.ts', '../protocol/errors'],
    ['src/engine/models/zz.ts', '../data/table'],
    ['src/engine/report/zz.ts', '../unlabelled/kmeans/fit'],
    ['src/engine/models/zz.ts', '../unlabelled/components/components'],
    ['src/engine/explorers/zz.ts', '../report/format'],
    ['src/engine/models/zz.ts', '../math/random'],
    ['src/cli/zz.ts', '../engine/run'],
    ['webview/zz.ts', '../src/protocol/errors'],
  ])('%s may import %s', async (file, specifier) => {
    expect(await faults(file, useOf(specifier))).toEqual([]);
  });

  it.each([
    ['a default export', 'export default 1;\n'],
    ['a barrel of everything', "export * from '../protocol/errors';\n"],
    ['a barrel of names', "export { UserError } from '../protocol/errors';\n"],
  ])('%s is refused', async (_, code) => {
    expect(await faults('src/engine/zz.ts', code)).toContain('no-restricted-syntax');
  });

  it('a type is imported as a type', async () => {
    expect(await faults('src/engine/zz.ts', "import { WorkContext } from './context';\nexport const f = (c: WorkContext): WorkContext => c;\n"))
      .toContain('@typescript-eslint/consistent-type-imports');
  });
});
