/** Running other programs: to the end with their output, or in the background with a clean stop. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { existsSync } from 'node:fs';

/** Says one line to the person who runs a script. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a program to its end. `echo` streams its output to ours.
 * Answers {status, output}; never throws for a status other than 0.
 */
export function run(command, args, { echo = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = target => chunk => {
      output += chunk;
      if (echo) target.write(chunk);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? 1, signal, output }));
  });
}

/** Like `run`, but a status other than 0 is an error that carries the end of the program's output. */
export async function mustRun(command, args, options) {
  const result = await run(command, args, options);
  if (result.status !== 0) {
    const tail = result.output.trim().split('\n').slice(-25).join('\n');
    throw new Error(`\`${path.basename(command)} ${args.join(' ')}\` ended with status ${result.status}:\n${tail}`);
  }
  return result.output;
}

/** npm as installed with the given Node, or the one on PATH. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** First of the named programs that stands on PATH, or undefined. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (folder && existsSync(file)) return file;
      }
    }
  }
  return undefined;
}

/** A port of 127.0.0.1 that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Ends a child that leads its own process group (spawned with `detached`), and everything that it started. */
export async function stopGroup(child, patience = 5000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  const signal = name => {
    try {
      if (process.platform === 'win32') child.kill(name);
      else process.kill(-child.pid, name);
    } catch { /* it has gone already */ }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
  signal('SIGKILL');
}

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
