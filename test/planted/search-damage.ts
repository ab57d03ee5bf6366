/**
 * Damages stored tracks of a subsystem without redundancy in a given source folder, byte by byte and by
 * exchanging them, and says in one line of JSON whether anything was shown or copied that does not
 * belong there. A script, run by `planted-source.ts`.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Units from '../../src/base/units.ts';
import type * as Geometry from '../../src/geometry/device-model.ts';
import type * as Places from '../../src/media/logical-cylinder.ts';
import type * as Model from '../../src/subsystem/subsystem.ts';
import type * as Payload from '../../src/testing/track-payload.ts';
import type { SearchVerdict } from './planted-source.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: search-damage.ts SOURCE_FOLDER');
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(source, file)).href);
const { trackIndex, deviceNumber } = (await load('base/units.ts')) as typeof Units;
const { findModel } = (await load('geometry/device-model.ts')) as typeof Geometry;
const { TRACK_HEADER_BYTES } = (await load('media/logical-cylinder.ts')) as typeof Places;
const { Subsystem } = (await load('subsystem/subsystem.ts')) as typeof Model;
const { trackOfContent } = (await load('testing/track-payload.ts')) as typeof Payload;

/** Tracks damaged one after the other, each in another byte. */
const TRACKS = 40;
/** Tracks whose sectors are exchanged for those of an equal track of another device. */
const EXCHANGED = 8;

const model = findModel('2305-1');
if (model === undefined) throw new Error('no 2305-1');
const subsystem = Subsystem.create({
  name: 'DAMAGE',
  capacityBytes: 2 ** 26,
  groups: [{ redundancyDrives: 0 }],
});
const define = (number: number) => {
  const defined = subsystem.defineDevice({ number: deviceNumber(number), model });
  if (defined.kind !== 'done') throw new Error(defined.code);
  return defined.value.index;
};
const [from, to, other] = [define(1), define(2), define(3)];
const { backEnd, instances, directory } = subsystem.parts;
let reason = '';

const write = (device: typeof from, at: number): void => {
  const image = trackOfContent(Uint8Array.of(1, 2, 3, at), { cylinder: at >> 3, head: at % 8 });
  subsystem.writeTrack(device, trackIndex(at), image);
};
/** The stored bytes of a track on its drive, header and all. */
const storedOf = (device: typeof from, at: number): Uint8Array => {
  const place = subsystem.drives.locate(device, trackIndex(at));
  if (place === undefined) throw new Error(`track ${at} is not on the drives`);
  const { group, cylinder, member, sector, sectors } = place;
  const bytes = backEnd.groupNumbered(group).read(cylinder, member, sector, sectors);
  const length = TRACK_HEADER_BYTES + instances.lengthBytes(directory.find(device, at));
  if (bytes === undefined) throw new Error('a drive without bytes');
  return bytes.subarray(0, length);
};

for (let at = 0; at < TRACKS + EXCHANGED; at += 1) {
  write(from, at);
  write(other, at);
}
subsystem.drives.closeOpen();
for (let at = 0; at < TRACKS; at += 1) {
  const stored = storedOf(from, at);
  const byte = (at * 5) % stored.length;
  stored[byte] = (stored[byte] ?? 0) ^ 0x40;
  const read = subsystem.readTrack(from, trackIndex(at));
  if (read.kind === 'done') reason = `track ${at} is shown with byte ${byte} damaged`;
}
for (let at = TRACKS; at < TRACKS + EXCHANGED; at += 1) {
  // Byte for byte the same track, written for another device: intact, but not what was asked for.
  storedOf(from, at).set(storedOf(other, at));
  const read = subsystem.readTrack(from, trackIndex(at));
  if (read.kind === 'done') reason = `track ${at} is taken for what was written for another device`;
}

const copied = subsystem.snapshot({
  wholeDevices: [{ source: from, target: to }],
  background: 'copy',
});
if (copied.kind !== 'done') throw new Error(copied.code);
while (!subsystem.backgroundStep({ tracks: 100 }).idle);
const [relation] = copied.value.relations;
if (relation === undefined) throw new Error('no relation');
const { state, tracksFailed } = subsystem.relationState(relation);
if (state !== 'partial' || tracksFailed !== TRACKS + EXCHANGED) {
  reason ||= `a copy of ${TRACKS + EXCHANGED} damaged tracks ends ${state} with ${tracksFailed} failed`;
}
const looked = TRACKS + EXCHANGED;
const verdict: SearchVerdict = { began: true, caught: reason !== '', looked, reason };
process.stdout.write(`${JSON.stringify(verdict)}\n`);
