/**
 * Damages stored bytes of a subsystem in a given source folder and says in one line of JSON whether
 * wrong bytes were shown or copied. A script, run by `planted-source.ts`.
 *
 * @module
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Units from '../../src/base/units.ts';
import type * as Geometry from '../../src/geometry/device-model.ts';
import type * as Model from '../../src/subsystem/subsystem.ts';
import type * as Payload from '../../src/testing/track-payload.ts';
import type { SearchVerdict } from './planted-source.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: search-damage.ts SOURCE_FOLDER');
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(source, file)).href);
const { trackIndex, deviceNumber } = (await load('base/units.ts')) as typeof Units;
const { findModel } = (await load('geometry/device-model.ts')) as typeof Geometry;
const { Subsystem } = (await load('subsystem/subsystem.ts')) as typeof Model;
const { trackOfContent } = (await load('testing/track-payload.ts')) as typeof Payload;

const SECTOR_BYTES = 512;
const HEADER_BYTES = 48;

/** Tracks damaged one after the other, each in another byte. */
const TRACKS = 40;

const model = findModel('2305-1');
if (model === undefined) throw new Error('no 2305-1');
const subsystem = Subsystem.create({ name: 'DAMAGE', capacityBytes: 2 ** 26 });
const define = (number: number) => {
  const defined = subsystem.defineDevice({ number: deviceNumber(number), model });
  if (defined.kind !== 'done') throw new Error(defined.code);
  return defined.value.index;
};
const [from, to] = [define(1), define(2)];
const { directory, instances, backEnd } = subsystem.parts;
let reason = '';

for (let at = 0; at < TRACKS; at += 1) {
  const track = trackIndex(at);
  const image = trackOfContent(Uint8Array.of(1, 2, 3, at), { cylinder: at >> 3, head: at % 8 });
  subsystem.writeTrack(from, track, image);
  const id = directory.find(from, track);
  // Still in nonvolatile storage, where there is no redundancy to repair it from.
  const place = instances.place(id);
  const bytes = backEnd.groupOf(place).bytes(instances.cylinder(id), (place >>> 16) & 0xff);
  const first = (place & 0xffff) * SECTOR_BYTES + HEADER_BYTES;
  const stored = bytes?.subarray(first, first + instances.lengthBytes(id)) ?? new Uint8Array(1);
  const byte = (at * 5) % stored.length;
  stored[byte] = (stored[byte] ?? 0) ^ 0x40;
  const read = subsystem.readTrack(from, track);
  if (read.kind === 'done') reason = `track ${at} is shown with byte ${byte} damaged`;
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
if (state !== 'partial' || tracksFailed !== TRACKS) {
  reason ||= `a copy of ${TRACKS} damaged tracks ends ${state} with ${tracksFailed} failed`;
}
const verdict: SearchVerdict = { began: true, caught: reason !== '', looked: TRACKS, reason };
process.stdout.write(`${JSON.stringify(verdict)}\n`);
