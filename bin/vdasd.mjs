#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the pinned one of `npm ci`.
// Old syntax on purpose: it must parse on any Node.
import { spawn } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const have = process.versions.node.split('.').map(Number);
const suits = have[0] > 24 || (have[0] === 24 && have[1] >= 12);

function pinnedNode() {
  const name =
    'node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch;
  try {
    const manifest = createRequire(import.meta.url).resolve(name + '/package.json');
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

if (suits) {
  // What was compiled once is kept in the folder for temporary files: commands begin in half the time.
  // Threads do the same when the environment says so.
  const cache = module.enableCompileCache ? module.enableCompileCache().directory : undefined;
  if (cache) process.env.NODE_COMPILE_CACHE = dirname(cache);
  const { main } = await import(new URL('../sim/cli/main.ts', import.meta.url).href);
  await main(process.argv.slice(2));
} else {
  const node = process.env.VDASD_RELAUNCHED === '1' ? undefined : pinnedNode();
  if (node === undefined) {
    process.stderr.write(
      'vdasd: needs Node 24.12 or newer, this is ' +
        process.versions.node +
        ', and no pinned Node is installed; run "npm ci" in ' +
        root +
        ' or install Node 24\n',
    );
    process.exit(78);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { VDASD_RELAUNCHED: '1' }),
  });
  // A terminal sends Ctrl-C to both of us: the child ends in its own way, and we report how.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => {
    process.stderr.write('vdasd: cannot start the pinned Node: ' + error.message + '\n');
    process.exit(78);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal ? 128 + constants.signals[signal] : code);
  });
}
