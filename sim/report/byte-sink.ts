/**
 * Where the bytes of a file go, piece by piece.
 *
 * @module
 */

/** Takes the bytes of one file in order. What it needs of a piece, it takes before it returns. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

/** Pieces one after the other. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
