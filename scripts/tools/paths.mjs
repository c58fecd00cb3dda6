/** Where things are: the project's folder and the caches and outputs inside it (all git-ignored). */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What tests and `npm start` fetch once and keep: code-server, a browser, helper binaries. */
export const cache = path.join(root, '.vscode-test');
/** Results, logs and screenshots of the last test run. */
export const results = path.join(root, 'test-results');

export const inRoot = (...parts) => path.join(root, ...parts);
