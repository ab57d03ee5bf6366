/**
 * The work of large-device.test.ts, run as a process of its own; prints one JSON object.
 *
 * @module
 */

import { CYLINDER_COUNT_MAX } from '../../src/base/limits.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import { extendedModel } from '../../src/geometry/device-model.ts';
import { memoryReport } from '../../src/inspect.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';

const SNAPSHOT_COUNT = 1_000;
const WRITES_BETWEEN = 1_000;
const COMPARED_PER_SNAPSHOT = 200;

const subsystem = Subsystem.create({
  name: 'LARGE',
  content: 'signature',
  capacityBytes: 2 ** 41,
  deviceCountMax: 2,
});
const defined = subsystem.defineDevice({
  number: deviceNumber(0xb00),
  model: extendedModel(CYLINDER_COUNT_MAX),
});
if (defined.kind === 'refused') throw new Error(defined.what);
const { index, trackCount } = defined.value;

/** Content of a track after its n-th write; write 0 is the load. */
const low = (track: number): number => Math.imul(track, 0x9e37_79b1) >>> 0;
for (let track = 0; track < trackCount; track += 1) {
  subsystem.writeSignature(index, trackIndex(track), low(track), 0);
}
const loaded = memoryReport(subsystem);

// Retained points are snapshots that need no target device: the same share of the same root.
const random = new SeededRandom(1, 'large-device');
const writtenTracks = new Uint32Array(SNAPSHOT_COUNT * WRITES_BETWEEN);
const points = [];
for (let snapshot = 0; snapshot < SNAPSHOT_COUNT; snapshot += 1) {
  points.push(subsystem.retain(index, `snapshot ${snapshot}`));
  for (let at = 0; at < WRITES_BETWEEN; at += 1) {
    const write = snapshot * WRITES_BETWEEN + at;
    const track = random.below(trackCount);
    writtenTracks[write] = track;
    if (subsystem.writeSignature(index, trackIndex(track), low(track), write + 1) === 0) {
      throw new Error('no space');
    }
  }
}

/** Writes of each track that was ever written again, ascending. */
const history = new Map<number, number[]>();
writtenTracks.forEach((track, write) => {
  const writes = history.get(track);
  if (writes === undefined) history.set(track, [write + 1]);
  else writes.push(write + 1);
});

let compared = 0;
let different = 0;
const { parts } = subsystem;
for (const [snapshot, id] of points.entries()) {
  const { tree } = parts.points.require(id);
  for (let at = 0; at < COMPARED_PER_SNAPSHOT; at += 1) {
    // Three of four are tracks that were written at some time; the others are any.
    const track =
      at % 4 === 0
        ? random.below(trackCount)
        : (writtenTracks[random.below(writtenTracks.length)] as number);
    const before = snapshot * WRITES_BETWEEN;
    const expected = (history.get(track) ?? []).findLast((write) => write <= before) ?? 0;
    parts.instances.loadSignature(parts.directory.findIn(tree.root, tree.levels, track));
    compared += 1;
    if (parts.instances.high !== expected || parts.instances.low !== low(track)) different += 1;
  }
}

process.stdout.write(
  JSON.stringify({
    tracks: trackCount,
    snapshots: points.length,
    writes: writtenTracks.length,
    compared,
    different,
    bytesPerTrackLoaded: loaded.bytesPerInstance,
    rssBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
