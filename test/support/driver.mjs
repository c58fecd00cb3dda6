/**
 * A small extension that runs the extension-host suite in a VS Code whose workbench takes no tests by its address
 * (from some version on, code-server's does not), and the extension under test beside it as if it were installed.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const manifest = {
  name: 'driver', publisher: 'unveil-tests', version: '0.0.1', engines: { vscode: '^1.100.0' },
  main: './driver.js', activationEvents: ['onStartupFinished'], extensionKind: ['workspace'],
};

/** Runs the suite of the file once it is activated. What keeps the suite from loading goes to the log of the extension host. */
const program = suite => `exports.activate = () => { void require(${JSON.stringify(suite)}).run(); };\n`;

/**
 * Writes the driver of a suite (the path of its index.js) and a link to the extension into the folder for extensions.
 * @param {{extensions: string, extension: string, suite: string}} options
 */
export function placeDriver({ extensions, extension, suite }) {
  const folder = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(path.join(folder, 'driver.js'), program(suite));
  symlinkSync(extension, path.join(extensions, 'unveil.unveil-0.1.0'), process.platform === 'win32' ? 'junction' : 'dir');
}
