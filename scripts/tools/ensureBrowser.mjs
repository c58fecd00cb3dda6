/**
 * A Chromium for the tests: CHROME_PATH, else an installed Chrome or Chromium, else npm's @sparticuz/chromium, which
 * brings its own binary (it needs libnss3, libnspr4 and libexpat1 of the system) and is cached in .vscode-test/.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache } from './paths.mjs';
import { mustRun, npm, onPath, run, say } from './process.mjs';

const packageVersion = '143.0.4';

function installedBrowser() {
  const found = onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge');
  if (found) return found;
  const usual = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return usual.find(file => existsSync(file));
}

async function packagedBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome or Chromium was found. Install one, or name it in CHROME_PATH.');
  }
  const folder = path.join(cache, `chromium-${packageVersion}`);
  const binary = path.join(folder, 'chromium');
  if (existsSync(binary)) return binary;
  say(`Fetching Chromium (npm package @sparticuz/chromium@${packageVersion}) into .vscode-test/`);
  const partial = `${folder}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await mustRun(npm, ['install', '--prefix', partial, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', `@sparticuz/chromium@${packageVersion}`], { cwd: partial });
  const main = createRequire(path.join(partial, 'x.js')).resolve('@sparticuz/chromium');
  // The package unpacks itself into the folder for temporary files.
  const unpack = `import(${JSON.stringify(pathToFileURL(main).href)}).then(m => m.default.executablePath()).then(p => console.log(p))`;
  await mustRun(process.execPath, ['-e', unpack], { env: { ...process.env, TMPDIR: partial }, cwd: partial });
  if (!existsSync(path.join(partial, 'chromium'))) {
    throw new Error(`@sparticuz/chromium unpacked no binary: ${readdirSync(partial).join(', ')}`);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return binary;
}

/** Path of a Chromium that starts; an error says what to install when none does. */
export async function ensureBrowser() {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROME_PATH names no file: ${named}`);
  const binary = named || installedBrowser() || await packagedBrowser();
  const { status, output } = await run(binary, ['--version']);
  if (status !== 0) {
    throw new Error(`The browser ${binary} does not start: ${output.trim().split('\n').at(-1)}\n`
      + 'On Debian or Ubuntu: apt-get install chromium, or libnss3 libnspr4 libexpat1 for the packaged one.');
  }
  return binary;
}
