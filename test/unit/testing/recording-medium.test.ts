/**
 * The medium for tests itself: what it says is durable, what a power cut leaves, and how it fails.
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/base/random.ts';
import { MediumFault, type MediumFile } from '../../../src/store/medium.ts';
import { type CrashBounds, crashStates } from '../../../src/testing/crash-states.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';

const BOUNDS: CrashBounds = { combined: 4, single: 4, random: 8 };

function bytesOf(medium: RecordingMedium, name: string): Uint8Array {
  const file = medium.open(name, 'read');
  const bytes = new Uint8Array(file.sizeBytes);
  expect(file.read(0, bytes)).toBe(bytes.length);
  return bytes;
}

/** What a name holds after each of the cuts: `-` for no file, else the first byte of each sector. */
function outcomes(medium: RecordingMedium, name: string): string[] {
  const found = new Set<string>();
  for (const state of crashStates(medium, BOUNDS, new SeededRandom(1, 'cuts'))) {
    if (!state.medium.files.has(name)) {
      found.add('-');
      continue;
    }
    const bytes = bytesOf(state.medium, name);
    const sectors = Array.from(
      { length: Math.ceil(bytes.length / 512) },
      (_, at) => bytes[at * 512],
    );
    found.add(sectors.join(','));
  }
  return [...found].toSorted();
}

/** A durable file of so many sectors, each filled with its byte. */
function durableFile(medium: RecordingMedium, name: string, fills: readonly number[]): MediumFile {
  const file = medium.open(name, 'make');
  file.write(
    0,
    fills.map((fill) => new Uint8Array(512).fill(fill)),
  );
  file.flush();
  medium.flushFolder('');
  return file;
}

function sector(fill: number): Uint8Array[] {
  return [new Uint8Array(512).fill(fill)];
}

describe('a power cut', () => {
  it('leaves what was flushed, and nothing else for certain', () => {
    const medium = new RecordingMedium();
    const file = medium.open('a', 'make');
    expect(outcomes(medium, 'a')).toEqual(['', '-']);
    file.write(0, sector(1));
    file.flush();
    expect(outcomes(medium, 'a')).toEqual(['-', '1']);
    medium.flushFolder('');
    expect(outcomes(medium, 'a')).toEqual(['1']);
    expect(medium.pending).toEqual([]);
  });

  it('drops, keeps and reorders writes without a flush', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1, 1]);
    file.write(0, sector(2));
    file.write(512, sector(3));
    expect(outcomes(medium, 'a')).toEqual(['1,1', '1,3', '2,1', '2,3']);
    file.flush();
    expect(outcomes(medium, 'a')).toEqual(['2,3']);
  });

  it('tears a write between sectors and nowhere else', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1, 1, 1]);
    file.write(0, [new Uint8Array(1_536).fill(9)]);
    const found = outcomes(medium, 'a');
    for (const torn of ['1,1,1', '9,1,1', '1,9,9', '9,9,1', '1,1,9', '9,9,9']) {
      expect(found).toContain(torn);
    }
    for (const state of crashStates(medium, BOUNDS, new SeededRandom(1, 'cuts'))) {
      const bytes = bytesOf(state.medium, 'a');
      for (let at = 0; at < bytes.length; at += 512) {
        expect(new Set(bytes.subarray(at, at + 512)).size).toBe(1);
      }
    }
  });

  it('shows a sector that was written twice as it was before, between or after', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1]);
    file.write(0, [Uint8Array.of(2)]);
    file.write(1, [Uint8Array.of(2)]);
    const seen = new Set<string>();
    for (const state of crashStates(medium, BOUNDS, new SeededRandom(1, 'cuts'))) {
      seen.add(bytesOf(state.medium, 'a').subarray(0, 2).join(','));
    }
    expect([...seen].toSorted()).toEqual(['1,1', '2,1', '2,2']);
  });

  it('leaves zeros or nothing where a file grew', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1]);
    file.write(1_024, sector(5));
    expect(outcomes(medium, 'a')).toEqual(['1', '1,0,0', '1,0,5']);
  });

  it('leaves one of both files of a rename', () => {
    const medium = new RecordingMedium();
    durableFile(medium, 'old', [1]);
    durableFile(medium, 'new', [2]);
    medium.rename('new', 'old');
    expect(outcomes(medium, 'old')).toEqual(['1', '2']);
    for (const state of crashStates(medium, BOUNDS, new SeededRandom(1, 'cuts'))) {
      const isNew = bytesOf(state.medium, 'old')[0] === 2;
      expect(state.medium.files.has('new')).toBe(!isNew);
    }
    medium.flushFolder('');
    expect(outcomes(medium, 'old')).toEqual(['2']);
  });

  it('brings a removed file back, and loses files of a folder that is lost', () => {
    const medium = new RecordingMedium();
    durableFile(medium, 'a', [1]);
    medium.remove('a');
    expect(outcomes(medium, 'a')).toEqual(['-', '1']);
    medium.makeFolder('deep');
    medium.open('deep/b', 'make').write(0, sector(7));
    medium.flushFolder('deep');
    expect(outcomes(medium, 'deep/b')).toEqual(['', '-', '0', '7']);
    medium.flushFolder('');
    expect(outcomes(medium, 'a')).toEqual(['-']);
    expect(outcomes(medium, 'deep/b')).toEqual(['', '0', '7']);
  });

  it('cuts a file, or does not', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1, 2, 3]);
    file.resize(512);
    file.resize(1_024);
    expect(bytesOf(medium, 'a')[512]).toBe(0);
    expect(outcomes(medium, 'a')).toEqual(['1', '1,0', '1,2', '1,2,3']);
  });

  it('does not touch the medium that it is asked about', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1]);
    file.write(0, sector(2));
    const before = medium.fingerprint();
    for (const state of crashStates(medium, BOUNDS, new SeededRandom(1, 'cuts'))) {
      state.medium.open('a', 'write').write(0, sector(9));
    }
    expect(medium.fingerprint()).toBe(before);
    expect(outcomes(medium, 'a')).toEqual(['1', '2']);
  });
});

describe('a call that fails', () => {
  it('is the one that was asked for, and changes nothing', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1]);
    const next = medium.log.length + 1;
    medium.failure = ({ number }) => (number === next ? { fault: 'failed' } : undefined);
    expect(() => file.write(0, sector(2))).toThrow(MediumFault);
    expect(bytesOf(medium, 'a')[0]).toBe(1);
    file.write(0, sector(3));
    expect(bytesOf(medium, 'a')[0]).toBe(3);
  });

  it('may land in part', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1, 1]);
    medium.failure = () => ({ fault: 'full', landedBytes: 700 });
    expect(() => file.write(0, [new Uint8Array(1_024).fill(4)])).toThrow('as the test wants it');
    medium.failure = undefined;
    expect([...bytesOf(medium, 'a')].filter((byte) => byte === 4)).toHaveLength(700);
  });

  it('loses for good what a flush could not write, even if the next one succeeds', () => {
    const medium = new RecordingMedium();
    const file = durableFile(medium, 'a', [1]);
    file.write(0, sector(2));
    medium.failure = ({ operation }) => (operation === 'flush' ? { fault: 'failed' } : undefined);
    expect(() => file.flush()).toThrow(MediumFault);
    medium.failure = undefined;
    file.flush();
    expect(outcomes(medium, 'a')).toEqual(['1', '2']);
    file.write(0, sector(3));
    expect(outcomes(medium, 'a')).toEqual(['1', '2', '3']);
    file.flush();
    expect(outcomes(medium, 'a')).toEqual(['3']);
  });
});

it('has no more room than it was given', () => {
  const medium = new RecordingMedium({ capacityBytes: 8_192 });
  const file = medium.open('a', 'make');
  file.write(0, sector(1));
  file.write(8_192, sector(1));
  expect(() => file.write(4_096, sector(1))).toThrow('no space left');
  medium.capacityBytes = 12_288;
  file.write(4_096, sector(1));
  expect(bytesOf(medium, 'a')).toHaveLength(8_704);
});
