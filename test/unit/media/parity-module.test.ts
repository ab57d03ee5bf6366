/**
 * The committed bytes of the redundancy kernels are what their source assembles to.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assembleParityModule } from '../../../scripts/build-parity.ts';

it('is what npm run build:parity makes of parity.wat', async () => {
  const path = join(import.meta.dirname, '../../../src/media/parity-module.ts');
  expect(await assembleParityModule()).toBe(readFileSync(path, 'utf8'));
});
