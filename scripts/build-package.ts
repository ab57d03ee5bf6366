/**
 * Makes `dist/`: the published package. JavaScript and declarations by `tsc`, the launcher, the
 * shipped scenarios, and a manifest without the pinned runtimes and development tools.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const top = join(import.meta.dirname, '..');
const dist = join(top, 'dist');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

rmSync(dist, { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join(top, 'node_modules/typescript/bin/tsc'), '-p', join(top, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

cpSync(join(top, 'sim/scenarios'), join(dist, 'sim/scenarios'), { recursive: true });
cpSync(join(top, 'sim/samples'), join(dist, 'sim/samples'), { recursive: true });
cpSync(join(top, 'sim/device/parameters'), join(dist, 'sim/device/parameters'), {
  recursive: true,
});
for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md'])
  cpSync(join(top, name), join(dist, name));
mkdirSync(join(dist, 'bin'));
const launcher = readFileSync(join(top, 'bin/vdasd.mjs'), 'utf8');
writeFileSync(join(dist, 'bin/vdasd.mjs'), launcher.replaceAll('main.ts', 'main.js'), {
  mode: 0o755,
});

const root = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Manifest;
const exported = Object.entries(root.exports).map(([door, file]) => {
  const built = file.replace(/\.ts$/, '');
  return [door, { types: `${built}.d.ts`, default: `${built}.js` }] as const;
});
const manifest = {
  name: root.name,
  version: root.version,
  description: root.description,
  license: root.license,
  type: 'module',
  engines: root.engines,
  bin: { vdasd: 'bin/vdasd.mjs' },
  exports: Object.fromEntries(exported),
  files: ['bin', 'src', 'sim', 'README.md', 'LICENSE', 'CHANGELOG.md'],
  dependencies: root.dependencies,
  // The testing door hands out fast-check's own arbitraries, so both sides must share one copy.
  peerDependencies: { 'fast-check': `^${root.devDependencies['fast-check']}` },
  peerDependenciesMeta: { 'fast-check': { optional: true } },
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
