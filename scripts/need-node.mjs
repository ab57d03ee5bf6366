// Stops with one clear line when the running Node cannot run this project (type stripping, APIs).
// Old syntax on purpose: it must parse on any Node.
var wanted = [24, 12];
var have = process.versions.node.split('.').map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  process.stderr.write(
    'vdasd: needs Node ' +
      wanted.join('.') +
      ' or newer, this is ' +
      process.versions.node +
      '. Run "npm ci" (it installs a pinned Node on Linux and Windows x64/arm64) and start through npm, ' +
      'or install Node 24.\n',
  );
  process.exit(78);
}
