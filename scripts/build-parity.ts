/**
 * `npm run build:parity`: assembles `src/media/parity.wat` into `src/media/parity-module.ts`, a
 * module of text that needs no file and no promise to be loaded.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

const media = join(import.meta.dirname, '../src/media');
const TARGET = join(media, 'parity-module.ts');
/** Characters of a line of base64. */
const LINE = 88;

/** Assembles the source; answers the text of the module that carries it. */
export async function assembleParityModule(): Promise<string> {
  const wabt = await loadWabt();
  const source = wabt.parseWat('parity.wat', readFileSync(join(media, 'parity.wat'), 'utf8'));
  source.resolveNames();
  source.validate();
  const { buffer } = source.toBinary({});
  const base64 = Buffer.from(buffer).toString('base64');
  source.destroy();
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `/**
 * The redundancy kernels, assembled from \`parity.wat\` by \`npm run build:parity\`. Not edited by hand.
 *
 * @module
 */

/** The WebAssembly binary of ${buffer.length} bytes, in base64. */
export const PARITY_MODULE_BASE64 = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
}

if (import.meta.main) writeFileSync(TARGET, await assembleParityModule());
