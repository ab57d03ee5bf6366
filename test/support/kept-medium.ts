/**
 * A medium as one file that can be kept for ever: what every file of it holds, compressed.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RecordingMedium } from '../../src/testing/recording-medium.ts';

const PIECE_BYTES = 4_096;

interface KeptFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Pieces that hold anything: offset, and bytes in base 64. */
  readonly pieces: readonly (readonly [number, string])[];
}

/** A medium, and what else is to be kept with it. */
export interface KeptMedium<Note> {
  readonly medium: RecordingMedium;
  readonly note: Note;
}

/** Writes a medium and a note of plain data to a file. */
export function keepMedium<Note>(path: string, { medium, note }: KeptMedium<Note>): void {
  const files: KeptFile[] = [];
  const folders: string[] = [];
  for (const [name, entry] of medium.files) {
    if (entry === 'folder') folders.push(name);
    else files.push(fileOf(medium, name));
  }
  const text = JSON.stringify({ note, folders, files });
  writeFileSync(path, gzipSync(text, { level: 9 }));
}

/** Reads what {@link keepMedium} wrote. Everything on the medium is durable. */
export function keptMedium<Note>(path: string): KeptMedium<Note> {
  const { note, folders, files } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    note: Note;
    folders: readonly string[];
    files: readonly KeptFile[];
  };
  const medium = new RecordingMedium();
  for (const folder of folders) medium.makeFolder(folder);
  for (const { name, sizeBytes, pieces } of files) {
    const file = medium.open(name, 'make');
    file.resize(sizeBytes);
    for (const [offset, text] of pieces) {
      file.write(offset, [new Uint8Array(Buffer.from(text, 'base64'))]);
    }
  }
  return { medium: medium.afterPowerCut(() => true), note };
}

function fileOf(medium: RecordingMedium, name: string): KeptFile {
  const file = medium.open(name, 'read');
  const pieces: (readonly [number, string])[] = [];
  for (let offset = 0; offset < file.sizeBytes; offset += PIECE_BYTES) {
    const bytes = Buffer.alloc(Math.min(PIECE_BYTES, file.sizeBytes - offset));
    file.read(offset, bytes);
    if (bytes.some((byte) => byte !== 0)) pieces.push([offset, bytes.toString('base64')]);
  }
  return { name, sizeBytes: file.sizeBytes, pieces };
}
