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
  deviceCountMax: SNAPSHOT_COUNT + 1,
});
const model = extendedModel(CYLINDER_COUNT_MAX);
const [source, ...targets] = Array.from({ length: SNAPSHOT_COUNT + 1 }, (_, at) => {
  const defined = subsystem.defineDevice({ number: deviceNumber(at), model });
  if (defined.kind === 'refused') throw new Error(defined.what);
  return defined.value;
});
if (source === undefined) throw new Error('no device');
const { index, trackCount } = source;

/** Content of a track after its n-th write; write 0 is the load. */
const low = (track: number): number => Math.imul(track, 0x9e37_79b1) >>> 0;
for (let track = 0; track < trackCount; track += 1) {
  subsystem.writeSignature(index, trackIndex(track), low(track), 0);
}
const loaded = memoryReport(subsystem);

const random = new SeededRandom(1, 'large-device');
const writtenTracks = new Uint32Array(SNAPSHOT_COUNT * WRITES_BETWEEN);
for (const [snapshot, target] of targets.entries()) {
  const wholeDevices = [{ source: index, target: target.index }];
  const answer = subsystem.snapshot({ wholeDevices, background: 'none' });
  if (answer.kind === 'refused') throw new Error(answer.what);
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
for (const [snapshot, target] of targets.entries()) {
  for (let at = 0; at < COMPARED_PER_SNAPSHOT; at += 1) {
    // Three of four are tracks that were written at some time; the others are any.
    const track =
      at % 4 === 0
        ? random.below(trackCount)
        : (writtenTracks[random.below(writtenTracks.length)] as number);
    const before = snapshot * WRITES_BETWEEN;
    const expected = (history.get(track) ?? []).findLast((write) => write <= before) ?? 0;
    subsystem.readSignature(target.index, trackIndex(track));
    compared += 1;
    if (subsystem.signatureHigh !== expected || subsystem.signatureLow !== low(track)) {
      different += 1;
    }
  }
}

process.stdout.write(
  JSON.stringify({
    tracks: trackCount,
    snapshots: targets.length,
    writes: writtenTracks.length,
    compared,
    different,
    bytesPerTrackLoaded: loaded.bytesPerInstance,
    rssBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
