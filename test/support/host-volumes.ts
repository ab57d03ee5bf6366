/**
 * Volumes in memory for tests of the host's structures.
 *
 * @module
 */
import { expect } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import type { Outcome } from '../../src/base/refusal.ts';
import { trackIndex } from '../../src/base/units.ts';
import { type DeviceModel, extendedModel, findModel } from '../../src/geometry/device-model.ts';
import { textToEbcdic } from '../../src/host/ebcdic.ts';
import { type InitialiseOptions, initialiseVolume } from '../../src/host/initialise-volume.ts';
import { buildSampleVolume } from '../../src/host/sample-volume.ts';
import { VolumeBuilder } from '../../src/host/volume-builder.ts';
import { MemoryVolume, type TrackRange, type VolumeTracks } from '../../src/host/volume-tracks.ts';
import { readVtoc, type Vtoc } from '../../src/host/vtoc.ts';

/** The value of an outcome; the test fails when it is a refusal. */
export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') {
    throw new Error(`refused ${outcome.code}: ${outcome.what}; ${outcome.limit}`);
  }
  return outcome.value;
}

/** Reason code of a refusal; the test fails when it is none. */
export function codeOf(outcome: Outcome<unknown>): string {
  expect(outcome.kind).toBe('refused');
  return outcome.kind === 'refused' ? outcome.code : '';
}

/** A model by name; `3390-A:70000` for an extended one. */
export function modelOf(name: string): DeviceModel {
  const extended = /^3390-A:(\d+)$/.exec(name);
  const model = extended === null ? findModel(name) : extendedModel(Number(extended[1]));
  if (model === undefined) throw new Error(`no model ${name}`);
  return model;
}

/** An empty device in memory. */
export function emptyDevice(name: string, cylinders?: number): MemoryVolume {
  const model = modelOf(name);
  return new MemoryVolume(model.type, cylinders ?? model.primaryCylinders);
}

/** An initialised volume without data sets. */
export function freshVolume(
  name: string,
  options: Partial<InitialiseOptions> & { readonly cylinders?: number } = {},
): MemoryVolume {
  const { cylinders, ...rest } = options;
  const volume = emptyDevice(name, cylinders);
  valueOf(initialiseVolume(volume, { volser: 'TEST01', ...rest }));
  return volume;
}

const samples = new Map<string, MemoryVolume>();

/** The sample volume: a copy of one that is built once for each shape. */
export function sampleVolume(
  name: string,
  options: { readonly index?: boolean; readonly vvds?: boolean; readonly cylinders?: number } = {},
): MemoryVolume {
  const key = JSON.stringify([name, options]);
  const known = samples.get(key);
  if (known !== undefined) return copyOf(known);
  const { cylinders, ...rest } = options;
  const volume = emptyDevice(name, cylinders);
  const random = new SeededRandom(7, 'sample volume');
  valueOf(buildSampleVolume(volume, random, { volser: 'PROD01', ...rest }));
  samples.set(key, volume);
  return copyOf(volume);
}

/** The VTOC; the test fails when it cannot be read. */
export function vtocOf(volume: VolumeTracks): Vtoc {
  return valueOf(readVtoc(volume));
}

/** Builds on a volume and finishes. */
export function build(volume: VolumeTracks, work: (builder: VolumeBuilder) => void): void {
  const builder = valueOf(VolumeBuilder.open(volume));
  work(builder);
  valueOf(builder.finish());
}

/** A run of tracks. */
export function range(first: number, count: number): TrackRange {
  return { first: trackIndex(first), count };
}

/** Ranges as `[first, count]` pairs, for comparisons. */
export function pairs(ranges: Iterable<TrackRange>): readonly (readonly [number, number])[] {
  return [...ranges].map(({ first, count }) => [first, count]);
}

/** EBCDIC records of these lines. */
export function records(lines: readonly string[]): Uint8Array[] {
  return lines.map((line) => textToEbcdic(line));
}

/** A byte-for-byte copy of a volume on a device of the same type. */
export function copyOf(volume: MemoryVolume, cylinders = volume.cylinders): MemoryVolume {
  const copy = new MemoryVolume(volume.type, cylinders);
  for (const track of volume.writtenTracks()) copy.writeTrack(track, volume.readTrack(track));
  return copy;
}

/** All written tracks as hexadecimal text by track, for comparisons. */
export function contentOf(volume: MemoryVolume): ReadonlyMap<number, string> {
  return new Map(
    volume
      .writtenTracks()
      .map((track) => [track, Buffer.from(volume.readTrack(track)).toString('base64')]),
  );
}
