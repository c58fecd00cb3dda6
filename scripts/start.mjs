// `npm start`: builds Unveil and opens it on examples/, in a desktop VS Code where there is one, else in a VS Code
// served to the browser. `npm start -- --headless` explains an example in the terminal and writes the HTML report.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCodeServer } from './tools/codeServer.mjs';
import { buildProject, ensureDependencies } from './tools/ensureDependencies.mjs';
import { cache, inRoot } from './tools/paths.mjs';
import { onPath, say } from './tools/process.mjs';

const usage = `npm start [-- OPTIONS]
  --headless     explain examples/penguins.csv in the terminal and write the report as HTML
  --browser      serve VS Code to the browser even where a desktop VS Code is installed
  --port NUMBER  port for the browser (default: a free one)
  --out FILE     where --headless writes the report (default: unveil-report.html)`;

const example = { file: 'penguins.csv', target: 'species' };

function options() {
  try {
    return parseArgs({ options: {
      headless: { type: 'boolean' }, browser: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, port: { type: 'string' }, out: { type: 'string' },
    } }).values;
  } catch (error) {
    say(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

/** `code` of a desktop VS Code: not the one of a remote terminal, which cannot load an extension in development. */
function desktopCode() {
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return display ? onPath('code', 'code-insiders', 'codium') : undefined;
}

/** Runs a program in this terminal; answers its status. */
function inTerminal(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' && command.endsWith('.cmd') });
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 1));
  });
}

async function headless(out) {
  const report = path.resolve(out ?? 'unveil-report.html');
  const args = [inRoot('dist', 'cli.js'), 'explain', inRoot('examples', example.file), '--target', example.target, '--seconds', '0', '--html', report];
  say(`Explaining ${example.target} of examples/${example.file}`);
  const status = await inTerminal(process.execPath, args);
  if (status === 0) console.log(`Report: ${report}`);
  return status;
}

async function desktop(code) {
  say(`Opening VS Code (${code}) with Unveil on examples/`);
  const status = await inTerminal(code, [`--extensionDevelopmentPath=${inRoot()}`, '--new-window', inRoot('examples')]);
  say('Right-click penguins.csv in the Explorer and choose "Explain".');
  return status;
}

async function inBrowser(port) {
  const home = path.join(cache, 'start');
  const extensions = path.join(home, 'extensions');
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(extensions, { recursive: true });
  symlinkSync(inRoot(), path.join(extensions, 'unveil.unveil-0.1.0'), process.platform === 'win32' ? 'junction' : 'dir');
  const server = await startCodeServer({ home, port: port ? Number(port) : undefined });
  console.log(`Unveil is ready: ${server.address(inRoot('examples'))}`);
  say('Right-click penguins.csv in the Explorer and choose "Explain". Ctrl-C here ends it.');
  await new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
    server.process.once('exit', resolve);
  });
  await server.stop();
  return 0;
}

const chosen = options();
if (chosen.help) {
  console.log(usage);
} else {
  try {
    await ensureDependencies();
    await buildProject();
    if (!existsSync(inRoot('examples', example.file))) throw new Error(`examples/${example.file} is missing.`);
    const code = chosen.browser || chosen.headless ? undefined : desktopCode();
    process.exitCode = chosen.headless ? await headless(chosen.out) : code ? await desktop(code) : await inBrowser(chosen.port);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
