/**
 * The two versions of VS Code that Unveil is tested on: the oldest that package.json's engines.vscode allows, and the newest.
 * Each is an npm package code-server of the same number (4.100.3 is VS Code 1.100.3), with the Node that it wants.
 */

/**
 * `native`: modules of the server that are compiled here, with the file that comes of it. `ownNative`: the same of code-server itself.
 * `ripgrep`: folder in the server's packages that holds the binary of file search; `from` is the package that brings it where the
 * server's own packages do not.
 */
export const vscodeVersions = {
  oldest: {
    version: '1.100.3',
    codeServer: '4.100.3',
    node: { major: '20', version: '20.19.5' },
    native: {
      '@vscode/spdlog': 'build/Release/spdlog.node',
      'native-watchdog': 'build/Release/watchdog.node',
      'node-pty': 'build/Release/pty.node',
    },
    ownNative: { argon2: 'lib/binding/napi-v3/argon2.node' },
    ripgrep: { folder: '@vscode/ripgrep/bin', from: { name: `@vscode/ripgrep-${process.platform}-${process.arch}`, version: '1.18.0' } },
  },
  newest: {
    version: '1.139.1',
    codeServer: '4.139.1',
    node: { major: '24', version: '24.21.0' },
    // The other native modules come with binaries.
    native: {
      '@vscode/spdlog': 'build/Release/spdlog.node',
      '@vscode/native-watchdog': 'build/Release/watchdog.node',
    },
    ownNative: {},
    ripgrep: { folder: `@vscode/ripgrep-universal/bin/${process.platform}-${process.arch}` },
  },
};
