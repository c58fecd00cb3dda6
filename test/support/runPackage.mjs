/** The package suite: what is in the VSIX, how large it is, and whether it works where it is installed. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { buildForPackages, packFor } from '../../scripts/package.mjs';
import { ownTarget, packageTargets } from '../../scripts/tools/packageTargets.mjs';
import { installVsix } from '../../scripts/tools/codeServer.mjs';
import { results } from '../../scripts/tools/paths.mjs';
import { mustRun } from '../../scripts/tools/process.mjs';
import { vscodeVersions } from '../../scripts/tools/vscodeVersions.mjs';
import { report, writeResults } from './results.mjs';
import { runUi } from './runUi.mjs';

/** Every file that a VSIX holds, as patterns; a new file belongs here before it ships. */
const allowed = [
  /^extension\/dist\/THIRD_PARTY_NOTICES\.txt$/,
  /^\[Content_Types\]\.xml$/, /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/dist\/(extension|engine|cli|mcp|worker|tensorflow)\.js$/,
  /^extension\/dist\/wasm\/tfjs-backend-wasm(-simd)?\.wasm$/,
  /^extension\/dist\/webview\/(report|beside|inspector|offline|math|notebook)\.js$/,
  /^extension\/dist\/webview\/(report|inspector|math)\.css$/,
  /^extension\/media\/(walkthrough\/)?[\w.-]+\.(svg|png|md)$/,
  /^extension\/package\.nls(\.zh-cn)?\.json$/, /^extension\/l10n\/bundle\.l10n(\.zh-cn)?\.json$/,
  /^extension\/examples\/penguins\.csv$/,
  /^extension\/node_modules\/@duckdb\/node-api\/(package\.json|LICENSE|lib\/[\w/]+\.js)$/,
  /^extension\/node_modules\/@duckdb\/node-bindings\/(package\.json|LICENSE|duckdb\.js)$/,
  new RegExp(`^extension/node_modules/@duckdb/node-bindings-${process.platform}-${process.arch}(-musl)?/(package\\.json|LICENSE|duckdb\\.node|(lib)?duckdb\\.(so|dylib|dll))$`),
  /^extension\/node_modules\/detect-libc\/(package\.json|LICENSE|lib\/[\w-]+\.js)$/,
];

/** Files that the extension cannot do without. */
const needed = [
  'extension/package.json', 'extension/package.nls.json', 'extension/package.nls.zh-cn.json', 'extension/l10n/bundle.l10n.zh-cn.json', 'extension/examples/penguins.csv', 'extension/LICENSE.txt', 'extension/dist/extension.js', 'extension/dist/engine.js', 'extension/dist/cli.js', 'extension/dist/mcp.js',
  'extension/dist/worker.js', 'extension/dist/tensorflow.js', 'extension/dist/wasm/tfjs-backend-wasm.wasm', 'extension/dist/wasm/tfjs-backend-wasm-simd.wasm',
  'extension/dist/THIRD_PARTY_NOTICES.txt', 'extension/dist/webview/report.js', 'extension/dist/webview/report.css', 'extension/dist/webview/math.js', 'extension/dist/webview/notebook.js', 'extension/dist/webview/math.css', 'extension/dist/webview/inspector.js',
  'extension/node_modules/@duckdb/node-api/lib/index.js', 'extension/node_modules/@duckdb/node-bindings/duckdb.js',
  `extension/node_modules/@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`,
];

/** Packages whose licences the VSIX must carry, for their code is in its bundles or beside them. */
const noticed = ['@duckdb/node-api', '@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm', 'workerpool', 'XNNPACK', 'chart.js', 'vscode-jsonrpc', '@modelcontextprotocol/sdk', 'zod'];
/** Packages that must not be in it. */
const unwanted = ['tfjs-node', 'node-fetch'];

const mostMegabytes = 40;

/** Text of one file of a zip archive. */
async function zipText(file, name) {
  return mustRun('python3', ['-c', 'import sys, zipfile\nsys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))', file, name]);
}

/** Names of the files in a zip archive, read from its central directory. */
async function zipNames(file) {
  const program = 'import sys, zipfile\nfor name in zipfile.ZipFile(sys.argv[1]).namelist(): print(name)';
  const output = await mustRun('python3', ['-c', program, file]);
  return output.trim().split('\n').map(name => name.trim());
}

async function test(tests, name, body) {
  const start = Date.now();
  try {
    await body();
    tests.push({ name, state: 'passed', milliseconds: Date.now() - start });
    console.log(`  ✓ ${name}`);
  } catch (error) {
    tests.push({ name, state: 'failed', milliseconds: Date.now() - start, error: error.message });
    console.log(`  ✗ ${name}\n${error.message}`);
  }
}

async function main() {
  mkdirSync(results, { recursive: true });
  const tests = [];
  const figures = [];
  let vsix;
  await test(tests, `the VSIX for ${ownTarget()} is packed`, async () => {
    await buildForPackages();
    vsix = await packFor(ownTarget());
  });
  await test(tests, 'a VSIX for another platform has the binary of that platform alone', async () => {
    // Whichever the registry gives: some carry the binaries of few platforms only.
    const others = packageTargets().filter(({ target }) => target !== ownTarget());
    for (const { target, binary } of others) {
      const file = await packFor(target).catch(error => {
        if (!error.message.includes('the registry does not give')) throw error;
        return undefined;
      });
      if (file === undefined) continue;
      const binaries = (await zipNames(file)).filter(name => /node-bindings-.*\.(node|so|dylib|dll)$/.test(name));
      rmSync(file);
      if (binaries.length === 0 || binaries.some(name => !name.startsWith(`extension/node_modules/${binary.name}/`))) throw new Error(`${target} holds ${binaries.join(', ') || 'no binary'}`);
      figures.push(`a VSIX for ${target} is packed too`);
      return;
    }
    throw new Error('the registry gives no binary of another platform');
  });
  if (vsix) {
    const names = await zipNames(vsix);
    const size = statSync(vsix).size / 2 ** 20;
    figures.push(`VSIX: ${size.toFixed(1)} MB, ${names.length} files (bar: ${mostMegabytes} MB)`);
    await test(tests, 'the VSIX holds only what is allowed', () => {
      const others = names.filter(name => !allowed.some(pattern => pattern.test(name)));
      if (others.length > 0) throw new Error(`not on the list: ${others.slice(0, 20).join(', ')}`);
    });
    await test(tests, 'the VSIX holds all that is needed', () => {
      const missing = needed.filter(name => !names.includes(name));
      if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
    });
    await test(tests, 'the VSIX names the licences of what it contains, and contains nothing of native TensorFlow', async () => {
      const text = await zipText(vsix, 'extension/dist/THIRD_PARTY_NOTICES.txt');
      const missing = noticed.filter(name => !text.includes(name));
      if (missing.length > 0) throw new Error(`no notice for ${missing.join(', ')}`);
      const wrong = unwanted.filter(name => names.some(file => file.includes(name)) || text.includes(`${name} `));
      if (wrong.length > 0) throw new Error(`contains ${wrong.join(', ')}`);
    });
    await test(tests, `the VSIX is no larger than ${mostMegabytes} MB`, () => {
      if (size > mostMegabytes) throw new Error(`${size.toFixed(1)} MB`);
    });
    for (const [vscode, { version }] of Object.entries(vscodeVersions)) {
      await test(tests, `VS Code ${version} (${vscode}) installs the VSIX`, async () => {
        const inVsCode = await runUi({ suite: `package-${vscode}`, folder: 'package', vscode, prepare: home => installVsix(home, vsix, vscode) });
        tests.push(...inVsCode.tests.map(one => ({ ...one, name: `${one.name}, in VS Code ${version}` })));
        figures.push(...inVsCode.figures);
      });
    }
  }
  writeResults('package', tests, figures);
  process.exitCode = report('package', tests, figures) > 0 ? 1 : 0;
}

await main();
