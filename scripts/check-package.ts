/**
 * Builds the package, lints it with publint, packs it, and uses the packed file as a stranger would:
 * installed in an empty folder, its doors imported, its command run.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const top = join(import.meta.dirname, '..');
const dist = join(top, 'dist');
const node = process.execPath;

execFileSync(node, [join(top, 'scripts/build-package.ts')], { stdio: 'inherit' });
const { messages, pkg } = await publint({ pkgDir: dist, strict: true, pack: false });
for (const message of messages) {
  process.stderr.write(`publint: ${formatMessage(message, pkg) ?? message.code}\n`);
}
if (messages.length > 0) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'vdasd-package-'));
try {
  const npm = (args: readonly string[]): string =>
    execFileSync('npm', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const [packed] = JSON.parse(npm(['pack', dist, '--json', '--silent'])) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error('npm pack listed no package');
  const stray = packed.files.filter(({ path }) =>
    /node_modules|^test|\.ts$(?<!\.d\.ts)/.test(path),
  );
  if (stray.length > 0)
    throw new Error(`the package carries ${stray.map(({ path }) => path).join(', ')}`);
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  npm([
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    join(folder, packed.filename),
    // The testing door hands out fast-check's arbitraries; its users bring it.
    'fast-check',
  ]);
  writeFileSync(
    join(folder, 'use.mjs'),
    "for (const door of ['vdasd', 'vdasd/inspect', 'vdasd/image', 'vdasd/store', 'vdasd/testing', 'vdasd/sim']) {\n" +
      '  const names = Object.keys(await import(door));\n' +
      '  if (names.length === 0) throw new Error(`${door} exports nothing`);\n' +
      '  console.log(door, names.length);\n}\n',
  );
  process.stdout.write(execFileSync(node, ['use.mjs'], { cwd: folder, encoding: 'utf8' }));
  const command = join(folder, 'node_modules/vdasd/bin/vdasd.mjs');
  process.stdout.write(execFileSync(node, [command, '--version'], { encoding: 'utf8' }));
  process.stdout.write(`package: ${packed.files.length} files, installed and used\n`);
} finally {
  rmSync(folder, { recursive: true });
}
