/** One running code-server: a real VS Code on a port of 127.0.0.1, with its own user data and extensions. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureCodeServer } from './ensureCodeServer.mjs';
import { freePort, mustRun, sleep, stopGroup } from './process.mjs';

/** Settings that keep a fresh workbench quiet. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // Looks through all processes every few seconds, on the extension host's own thread.
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false,
};

/** code-server's own environment variables are kept away, so that one VS Code can be started from another. */
function cleanEnvironment(extra) {
  const env = { ...process.env, ...extra };
  for (const name of Object.keys(env)) {
    if (name.startsWith('VSCODE_') || name.startsWith('CODE_SERVER_') || name === 'PASSWORD' || name === 'HASHED_PASSWORD') delete env[name];
  }
  return env;
}

/**
 * Starts code-server and waits until it answers.
 * @param {{home: string, settings?: object, keybindings?: object[], env?: object, port?: number, vscode?: string}} options home: folder for user data, extensions and the log;
 * vscode: 'oldest' or 'newest' of vscodeVersions
 * Answers {port, origin, home, extensions, address(folder, payload), stop()}.
 */
export async function startCodeServer({ home, settings = {}, env = {}, port, vscode = 'oldest' }) {
  const { node, entry } = await ensureCodeServer(vscode);
  port ??= await freePort();
  const userData = path.join(home, 'user-data');
  const extensions = path.join(home, 'extensions');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  writeSettings(home, settings);
  const log = createWriteStream(path.join(home, 'code-server.log'), { flags: 'a' });
  const child = spawn(node, [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check',
    '--disable-workspace-trust', '--disable-getting-started-override', '--config', path.join(home, 'config.yaml'),
    '--user-data-dir', userData, '--extensions-dir', extensions], { env: cleanEnvironment(env), cwd: home, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let gone;
  child.once('exit', (code, signal) => { gone = signal ?? code; });
  child.once('error', error => { gone = error.message; });
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (gone !== undefined) throw new Error(`code-server ended (${gone}) before it answered; its log is ${path.join(home, 'code-server.log')}`);
    try {
      const answer = await fetch(`${origin}/healthz`);
      if (answer.ok) break;
    } catch { /* not up yet */ }
    await sleep(100);
  }
  return {
    port,
    origin,
    home,
    extensions,
    process: child,
    /** Address that opens a folder; payload entries are [name, value] as the workbench knows them. */
    address(folder, payload = []) {
      const query = new URLSearchParams({ folder });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `${origin}/?${query}`;
    },
    /** The address form in which the workbench wants a path of the server. */
    remote(file) {
      return `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
    },
    async stop() {
      await stopGroup(child);
      log.end();
    },
  };
}

/** Writes the user settings of a home (before or while its server runs; the workbench picks them up). */
export function writeSettings(home, settings) {
  const folder = path.join(home, 'user-data', 'User');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/** Installs a VSIX into the extensions folder of a home, as `code --install-extension` does. */
export async function installVsix(home, vsix, vscode = 'oldest') {
  const { node, entry } = await ensureCodeServer(vscode);
  const output = await mustRun(node, [entry, '--config', path.join(home, 'config.yaml'), '--user-data-dir', path.join(home, 'user-data'),
    '--extensions-dir', path.join(home, 'extensions'), '--install-extension', vsix, '--force'], { env: cleanEnvironment({}), cwd: home });
  if (!/successfully installed/i.test(output)) throw new Error(`VS Code did not install ${path.basename(vsix)}:\n${output.trim()}`);
  return output;
}
