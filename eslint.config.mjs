// Lint: TypeScript's own mistakes, and the borders between the parts of the program (docs/architecture.md).
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const noDefaultExports = 'Export by name.';
const noVscode = { name: 'vscode', message: 'Only extension.ts, language.ts, commands, views, panels, services and lm import vscode.' };

/** Everything of `from` that is not in `except` is closed to `target`. Paths are from the project's folder. */
const closed = (target, from, except, message) => ({ target: `./${target}`, from: `./${from}`, except: except.map(name => `./${name}`), message });

// Inside the engine imports run one way: data, math ← formula ← models ← explain, uncertainty, evaluate ← experiments, report ← the files beside main.ts.
const ground = ['context.ts', 'writeWhole.ts'];
const numerics = ['math', ...ground];
const data = ['data', ...numerics];
const models = ['models', 'compute', 'formula', 'unlabelled/components', 'unlabelled/shared', ...data];
const explaining = ['explain', 'uncertainty', 'evaluate', ...models];
const layers = {
  math: numerics, data, models, compute: [...numerics, 'compute'], formula: [...numerics, 'compute', 'formula'],
  explain: explaining, uncertainty: explaining, evaluate: explaining, checks: [...explaining, 'checks'],
  whatIf: [...explaining, 'report', 'predict.ts', 'whatIf'],
  unlabelled: [...data, 'compute', 'unlabelled'], policy: [...data, 'compute', 'policy'],
  export: [...models, 'export'], experiments: [...explaining, 'experiments'], report: [...explaining, 'unlabelled', 'policy', 'experiments', 'report'], studies: [...explaining, 'experiments', 'report', 'studies'], explorers: [...explaining, 'unlabelled', 'policy', 'report', 'resolve.ts', 'explorers'], compare: [...explaining, 'report', 'compare'], sideBySide: [...explaining, 'report', 'sideBySide'], card: [...explaining, 'report', 'sideBySide', 'card'],
};
const engineZones = Object.entries(layers).map(([layer, open]) =>
  closed(`src/engine/${layer}`, 'src/engine', open, `engine/${layer} imports only ${open.join(', ')} of the engine.`));

const zones = [
  closed('src/protocol', 'src', ['protocol'], 'protocol/ imports nothing of the program.'),
  closed('src/protocol', 'webview', [], 'protocol/ imports nothing of the program.'),
  closed('src/engine', 'src', ['engine', 'protocol'], 'engine/ imports only itself and protocol/.'),
  closed('src/engine', 'webview', [], 'engine/ imports only itself and protocol/.'),
  closed('src/cli', 'src', ['cli', 'mcp', 'tools', 'engine', 'protocol'], 'cli/ imports only itself, mcp/, tools/, engine/ and protocol/.'),
  closed('src/cli', 'webview', [], 'cli/ imports only itself, engine/ and protocol/.'),
  closed('src/tools', 'src', ['tools', 'files', 'protocol'], 'tools/ imports only itself, files/ and protocol/.'),
  closed('src/tools', 'webview', [], 'tools/ imports only itself and protocol/.'),
  closed('src/mcp', 'src', ['mcp', 'tools', 'engine', 'protocol'], 'mcp/ imports only itself, tools/, engine/ and protocol/.'),
  closed('src/mcp', 'webview', [], 'mcp/ imports only itself, tools/, engine/ and protocol/.'),
  closed('webview', 'src', ['protocol'], 'webview/ imports only itself and protocol/.'),
  ...['commands', 'views', 'panels', 'services', 'lm', 'extension.ts', 'language.ts', 'contributions.ts'].flatMap(part => [
    closed(`src/${part}`, 'src/engine', [], 'The extension host reaches the engine only through protocol/.'),
    closed(`src/${part}`, 'src/cli', [], 'The extension host does not import cli/.'),
    closed(`src/${part}`, 'src/mcp', [], 'The extension host does not import mcp/.'),
    closed(`src/${part}`, 'webview', [], 'The extension host does not import webview/.'),
  ]),
  closed('src/files', 'src', ['files'], 'files/ imports nothing of the program.'),
  closed('src/services', 'src', ['services', 'files', 'protocol', 'contributions.ts'], 'services/ know nothing of commands, views and panels.'),
  ...engineZones,
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.vscode-test/', 'test-results/', 'coverage/', 'test/fixtures/', 'src/engine/math/kernels/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.webview.json', './test/ui/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.mjs', '.json'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: noDefaultExports },
        { selector: 'ExportAllDeclaration', message: 'No barrel files: import from the file that defines the name.' },
        { selector: 'ExportNamedDeclaration[source]', message: 'No barrel files: import from the file that defines the name.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    ignores: ['src/{extension,language}.ts', 'src/{commands,views,panels,services,lm}/**'],
    rules: { 'no-restricted-imports': ['error', { paths: [noVscode] }] },
  },
  {
    // protocol/ imports nothing: no package and no Node module either.
    files: ['src/protocol/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^[^.]', message: 'protocol/ imports nothing but its own files.' }] }] },
  },
  {
    files: ['webview/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noVscode], patterns: [{ regex: '^node:', message: 'webview/ runs in a browser.' }] }] },
  },
  {
    // The ids of package.json carry the types of their arguments; nothing of VS Code is loaded for that.
    files: ['src/contributions.ts'],
    rules: { 'no-restricted-imports': 'off', '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ ...noVscode, allowTypeImports: true }] }] },
  },
  {
    // These tools want a default export.
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: ['**/*.mjs'],
    rules: { eqeqeq: ['error', 'always', { null: 'ignore' }], 'prefer-const': 'error', 'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }], 'no-unreachable': 'error' },
    languageOptions: {
      globals: Object.fromEntries(['process', 'console', 'fetch', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'URL', 'URLSearchParams', 'Buffer',
        'globalThis', 'performance', 'structuredClone', 'AbortController', 'TextDecoder', 'TextEncoder'].map(name => [name, 'readonly'])),
    },
  },
);
