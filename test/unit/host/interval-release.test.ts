/**
 * Interval release: which tracks belong to nobody, which volumes are left alone, and undoing it.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deviceNumber, nanos, trackIndex } from '../../../src/base/units.ts';
import type { DataProcessor } from '../../../src/host/data-processor.ts';
import { allocatedRanges } from '../../../src/host/data-set-entry.ts';
import {
  IntervalReleaseJob,
  type IntervalReleaseRequest,
  tracksOfNobody,
  type VolumeRelease,
} from '../../../src/host/interval-release.ts';
import { planScratch, ScratchJob } from '../../../src/host/scratch-data-set.ts';
import { scratchDataSet } from '../../../src/host/volume-builder.ts';
import type { VolumeTracks } from '../../../src/host/volume-tracks.ts';
import {
  codeOf,
  freshVolume,
  pairs,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';
import { type MachineRoom, must, usualRoom } from '../backup/machine-room.ts';

const LIBRARY = 'PROD01.SOURCE.LIBRARY';

function release(host: DataProcessor, request: IntervalReleaseRequest = {}): VolumeRelease[] {
  const job = new IntervalReleaseJob(host, request);
  for (let steps = 0; steps < 1_000; steps += 1) {
    const step = job.step();
    if (step.kind !== 'again') return [...must(step)];
  }
  throw new Error('a job without end');
}

const outcomes = (releases: readonly VolumeRelease[]): readonly string[] =>
  releases.map((one) =>
    one.kind === 'released' ? `${one.volser} ${one.tracks}` : `${one.volser} ${one.why.code}`,
  );

/** Writes tracks that no data set covers. */
function litter(room: MachineRoom, host: DataProcessor, device: number, tracks: number[]): void {
  for (const track of tracks) room.scribble(host, device, track, `LITTER ${track}`);
}

/** Switches bits of DS4VTOCI, where the flag byte of the first DSCB of the VTOC stands. */
function setVtocFlags(volume: VolumeTracks, on: number): void {
  const { extent } = vtocOf(volume);
  const image = volume.readTrack(extent.first).slice();
  const at = 21 + 8 + 58;
  image[at] = (image[at] ?? 0) | on;
  volume.writeTrack(extent.first, image);
}

describe('tracks of nobody', () => {
  it.each(['2314-1', '3330-1', '3380-1', '3390-1'])(
    'are all but label, VTOC and data sets on a sample volume of a %s',
    (model) => {
      const vtoc = vtocOf(sampleVolume(model));
      const left = valueOf(tracksOfNobody(vtoc, false));
      expect(pairs(left)).toEqual(pairs(vtoc.freeSpace.extents));
      const owned = new Set<number>([0]);
      for (const { first, count } of [vtoc.extent, ...vtoc.entries.flatMap(allocatedRanges)]) {
        for (let at = 0; at < count; at += 1) owned.add(first + at);
      }
      let freeCount = 0;
      for (const { first, count } of left) {
        for (let at = 0; at < count; at += 1) expect(owned.has(first + at)).toBe(false);
        freeCount += count;
      }
      expect(freeCount + owned.size).toBe(vtoc.usableTracks);
    },
  );

  it('do not include alternate tracks at the end of a volume', () => {
    const vtoc = vtocOf(freshVolume('3390-1', { cylinders: 1114, alternateCylinders: 1 }));
    expect(pairs(valueOf(tracksOfNobody(vtoc, true))).at(-1)?.[1]).toBeGreaterThan(0);
    const [last] = valueOf(tracksOfNobody(vtoc, true)).toReversed();
    expect((last?.first ?? 0) + (last?.count ?? 0)).toBe(1113 * 15);
  });

  it('are not known where the VTOC is in doubt', () => {
    const incomplete = sampleVolume('3390-1');
    setVtocFlags(incomplete, 0x04);
    expect(codeOf(tracksOfNobody(vtocOf(incomplete), false))).toBe('VTOC_INVALID');
    // Free space that the owner records otherwise than the data sets leave it.
    const scratched = sampleVolume('3390-1');
    const { writes } = valueOf(planScratch(scratched, ['PROD.PAYROLL.MASTER'])).metadata;
    const last = writes.at(-1);
    if (last === undefined) throw new Error('no writes');
    scratched.writeTrack(last.track, last.image);
    const after = vtocOf(scratched);
    expect(after.warnings.length).toBeGreaterThan(0);
    expect(codeOf(tracksOfNobody(after, false))).toBe('VTOC_INVALID');
    // And the whole plan carried out is no doubt at all.
    for (const { track, image } of writes) scratched.writeTrack(track, image);
    expect(pairs(valueOf(tracksOfNobody(vtocOf(scratched), false)))).toEqual(
      pairs(vtocOf(scratched).freeSpace.extents),
    );
  });

  it('are nothing to be sure of on a volume without data sets', () => {
    const volume = freshVolume('3390-1', { index: true, vvds: true });
    expect(codeOf(tracksOfNobody(vtocOf(volume), false))).toBe('VOLUME_EMPTY');
    expect(valueOf(tracksOfNobody(vtocOf(volume), true)).length).toBeGreaterThan(0);
  });
});

describe('an interval release', () => {
  it('frees what belongs to nobody on every online volume, and nothing else', () => {
    const { room, host } = usualRoom();
    const prod01 = room.digest(0x0a80);
    const prod02 = room.digest(0x0a82);
    litter(room, host, 0x0a80, [30, 31, 149]);
    litter(room, host, 0x0a82, [44]);
    litter(room, host, 0x0a81, [44]);
    expect(outcomes(release(host))).toEqual(['PROD01 3', 'BACK01 VOLUME_EMPTY', 'PROD02 1']);
    expect([room.digest(0x0a80), room.digest(0x0a82)]).toEqual([prod01, prod02]);
    expect(outcomes(release(host, { emptyVolumes: true }))).toEqual([
      'PROD01 0',
      'BACK01 1',
      'PROD02 0',
    ]);
    expect(room.violations()).toEqual([]);
  });

  it('finds the tracks of a data set that was scratched without telling the subsystem', () => {
    const { host } = usualRoom();
    const job = new ScratchJob(host, { volser: 'PROD01', dataSets: [LIBRARY], release: false });
    while (job.step().kind === 'again');
    const [told] = release(host, { volumes: ['PROD01'], dryRun: true });
    const [released] = release(host, { volumes: ['PROD01'] });
    if (told?.kind !== 'released' || released?.kind !== 'released') throw new Error('left alone');
    expect(released).toEqual(told);
    expect(released.tracks).toBeGreaterThan(0);
    expect(released.bytes).toBeGreaterThan(0);
    expect(released.undoTokens).toEqual([]);
  });

  it('can be undone when it was wrong: every byte is back', () => {
    const { room, host } = usualRoom();
    litter(
      room,
      host,
      0x0a80,
      Array.from({ length: 60 }, (_, at) => 60 + at),
    );
    // Somebody takes the data set out of the VTOC by mistake.
    const volume = room.volume(0x0a80);
    must(scratchDataSet(volume, LIBRARY));
    const before = room.digest(0x0a80);
    const [released] = release(host, { volumes: ['PROD01'], hold: nanos(1_000_000) });
    if (released?.kind !== 'released') throw new Error('left alone');
    expect(released.tracks).toBeGreaterThan(60);
    room.background(1_000);
    expect(room.digest(0x0a80)).not.toBe(before);
    for (const undoToken of released.undoTokens) {
      const undone = must(host.exchange('DSS3', { kind: 'undoRelease', undoToken }));
      expect(undone).toMatchObject({ tracks: released.tracks, changedTracks: 0 });
    }
    expect(room.digest(0x0a80)).toBe(before);
    room.background(1_000);
    expect(room.digest(0x0a80)).toBe(before);
    expect(room.violations()).toEqual([]);
  });

  it('leaves volumes alone that are excluded here or there, inconsistent, or in use', () => {
    const { room, host } = usualRoom();
    const { subsystem } = room.store();
    for (const device of [0x0a80, 0x0a82]) litter(room, host, device, [44]);
    expect(outcomes(release(host, { exclude: ['PROD01', 'BACK01'] }))).toEqual(['PROD02 1']);
    litter(room, host, 0x0a82, [44]);
    const device = subsystem.findDevice(deviceNumber(0x0a82));
    if (device === undefined) throw new Error('no device');
    subsystem.deletedSpace.setExcluded(device.index, true);
    setVtocFlags(room.volume(0x0a80), 0x04);
    const before = [room.digest(0x0a80), room.digest(0x0a82)];
    const volumes = ['PROD01', 'PROD02', 'NOWHER'];
    expect(outcomes(release(host, { volumes }))).toEqual([
      'PROD01 VTOC_INVALID',
      'PROD02 RELEASE_EXCLUDED',
      'NOWHER VOLUME_UNKNOWN',
    ]);
    const holder = must(
      room.complex.serialization.request(
        'job',
        [{ major: 'SYSVTOC', minor: 'PROD02', mode: 'shared' }],
        'refuse',
      ),
    );
    expect(outcomes(release(host, { volumes: ['PROD02'], onBusy: 'refuse' }))).toEqual([
      'PROD02 VOLUME_BUSY',
    ]);
    const waiting = new IntervalReleaseJob(host, { volumes: ['PROD02'] });
    expect(waiting.step()).toMatchObject({ kind: 'again' });
    expect(waiting.step()).toMatchObject({ kind: 'waiting', for: 'lock' });
    holder.release();
    while (waiting.step().kind === 'again');
    expect([room.digest(0x0a80), room.digest(0x0a82)]).toEqual(before);
    expect(room.violations()).toEqual([]);
  });

  it('leaves tracks behind the end of a volume that is smaller than its device alone', () => {
    const { room, host } = usualRoom();
    const { subsystem } = room.store();
    const device = subsystem.findDevice(deviceNumber(0x0a80));
    if (device === undefined) throw new Error('no device');
    must(subsystem.setCylinders(device.index, 12));
    must(host.recognise(host.findVolume('PROD01') ?? (undefined as never)));
    litter(room, host, 0x0a80, [149, 150]);
    expect(outcomes(release(host, { volumes: ['PROD01'] }))).toEqual(['PROD01 1']);
    expect(room.volume(0x0a80).readTrack(trackIndex(150)).length).toBeGreaterThan(29);
  });
});
