/**
 * Bytes that a medium has changed behind everybody's back.
 *
 * @module
 */
import type { RecordingMedium } from '../../src/testing/recording-medium.ts';

/** Turns bits of one byte over, durably. @param bits - Which of them. */
export function changeByte(medium: RecordingMedium, file: string, offset: number, bits = 1): void {
  const byte = new Uint8Array(1);
  medium.open(file, 'read').read(offset, byte);
  medium.damage(
    file,
    offset,
    byte.map((value) => value ^ bits),
  );
}
