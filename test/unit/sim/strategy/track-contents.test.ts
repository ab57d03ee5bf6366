import { describe, expect, it } from 'vitest';
import { DeviceContents, HeldContents } from '../../../../sim/strategy/track-contents.ts';
import { putTrackInside, takeTrack } from '../../../../sim/strategy/track-image.ts';
import { trackIndex } from '../../../../src/index.ts';
import { TrackLook } from '../../../../src/inspect.ts';
import { smallSubsystem, whole, write } from '../../../support/small-subsystem.ts';

const CYLINDERS = 4;
const TRACKS = CYLINDERS * 15;

/** A source with tracks of every kind, and an empty target. */
function devices(): {
  readonly subsystem: ReturnType<typeof smallSubsystem>['subsystem'];
  readonly source: ReturnType<typeof smallSubsystem>['devices'][number];
  readonly target: ReturnType<typeof smallSubsystem>['devices'][number];
} {
  const { subsystem, devices: made } = smallSubsystem(['3390-1', '3390-1'], {
    content: 'signature',
  });
  const [source, target] = made as [(typeof made)[number], (typeof made)[number]];
  for (const { index } of made) subsystem.setCylinders(index, CYLINDERS);
  write(subsystem, source, 0, 7);
  subsystem.loadNullTrack(source.index, trackIndex(1), 1);
  for (let track = 2; track < 40; track += 1) {
    subsystem.writeSignature(source.index, trackIndex(track), track, 77, 1000 + track);
  }
  return { subsystem, source, target };
}

function shown(contents: HeldContents | DeviceContents): readonly string[] {
  return Array.from({ length: contents.trackCount }, (_, track) => {
    contents.load(track);
    return `${contents.low} ${contents.high}`;
  });
}

describe('contents of tracks', () => {
  it('of a device are its signatures, checksums and empty tracks', () => {
    const { subsystem, source } = devices();
    const contents = new DeviceContents(subsystem, source.index);
    expect(contents.trackCount).toBe(TRACKS);
    contents.load(0);
    expect(contents.low).not.toBe(0);
    contents.load(1);
    expect([contents.low, contents.isWritten]).toEqual([0, true]);
    contents.load(39);
    expect([contents.low, contents.high]).toEqual([39, 77]);
    contents.load(40);
    expect([contents.low, contents.isWritten]).toEqual([0, false]);
  });

  it('share an entry as long as a snapshot does', () => {
    const { subsystem, source, target } = devices();
    subsystem.snapshot({ wholeDevices: [whole(source, target)], background: 'none' });
    subsystem.writeSignature(source.index, trackIndex(5), 1, 1);
    const look = new TrackLook(subsystem);
    const differing: number[] = [];
    for (let track = 0; track < TRACKS; track += 1) {
      look.look(source.index, track);
      const { entry } = look;
      look.look(target.index, track);
      if (look.entry !== entry) differing.push(track);
    }
    expect(differing).toEqual([5]);
  });

  it('take the sectors that the device is told to take', () => {
    for (const compression of ['none', { ratio: 4 }] as const) {
      const { subsystem, devices: made } = smallSubsystem(['3390-1'], {
        content: 'signature',
        groups: [{ compression }],
      });
      const [device] = made as [(typeof made)[number]];
      subsystem.writeSignature(device.index, trackIndex(3), 1, 1, 40_000);
      const look = new TrackLook(subsystem);
      look.look(device.index, 3);
      expect(look.bytes).toBe(40_000);
      expect(look.storedBytes).toBe(subsystem.space.device(device.index).storedBytes);
      expect(look.storedBytes).toBeLessThan(compression === 'none' ? 42_000 : 12_000);
    }
  });

  it('can be held, and do not follow the device then', () => {
    const { subsystem, source } = devices();
    const contents = new DeviceContents(subsystem, source.index);
    const held = HeldContents.of(contents);
    expect(shown(held)).toEqual(shown(contents));
    subsystem.writeSignature(source.index, trackIndex(5), 1, 1);
    expect(shown(held)).not.toEqual(shown(contents));
    held.take(5, contents);
    expect(shown(held)).toEqual(shown(contents));
  });

  it('are told without healing, where reading heals', () => {
    const { subsystem, source } = devices();
    subsystem.drives.closeOpen();
    const place = subsystem.drives.locate(source.index, trackIndex(9));
    if (place === undefined) throw new Error('track 9 lies nowhere');
    subsystem.drives.fail(place.group, place.member);
    const where = (): unknown => subsystem.drives.locate(source.index, trackIndex(9));
    new DeviceContents(subsystem, source.index).load(9);
    expect(where()).toEqual(place);
    subsystem.readSignature(source.index, trackIndex(9));
    expect(where()).not.toEqual(place);
  });

  it('are the same on a device to which every track was taken', () => {
    const { subsystem, source, target } = devices();
    for (let track = 0; track < TRACKS; track += 1) {
      const image = takeTrack(subsystem, source.index, track);
      expect(putTrackInside(subsystem, target.index, track, image)).toBe(true);
    }
    const [one, other] = [source, target].map(({ index }) => new DeviceContents(subsystem, index));
    expect(shown(other as DeviceContents)).toEqual(shown(one as DeviceContents));
    expect(subsystem.trackEntry(target.index, trackIndex(1))).toEqual({ kind: 'null', format: 1 });
    expect(subsystem.trackEntry(target.index, trackIndex(50)).kind).toBe('neverWritten');
    expect(subsystem.check().violations).toEqual([]);
  });
});
