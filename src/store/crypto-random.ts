/**
 * Randomness that nobody can foretell, for tokens of a stored subsystem.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Random } from '../base/ports.ts';

/** Numbers of the system's own source. */
export class CryptoRandom implements Random {
  below(bound: number): number {
    // The part of the numbers that would favour the lower ones is thrown back.
    const fair = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const drawn = randomBytes(4).readUInt32LE();
      if (drawn < fair) return drawn % bound;
    }
  }

  fraction(): number {
    const bytes = randomBytes(7);
    return (bytes.readUIntLE(0, 6) * 32 + (bytes.readUInt8(6) >>> 3)) / 2 ** 53;
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(randomBytes(count));
  }
}
