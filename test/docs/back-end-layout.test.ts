/**
 * `docs/back-end.md`: the bytes shown there are the bytes on the drive.
 */
import { expect, it } from 'vitest';
import { smallSubsystem, track, trackOf } from '../support/small-subsystem.ts';
import { projectText } from '../support/tree.ts';

/** Lines of the dump: offset, then sixteen bytes. */
const LINE = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} ?){16})$/gm;

it('shows the label and the stored track as they lie on a drive', () => {
  const { subsystem, devices } = smallSubsystem(['3390-1'], {
    capacityBytes: 2 ** 22,
    groups: [{ dataDrives: 2, redundancyDrives: 2, cylinderSectors: 256 }],
  });
  const [device] = devices;
  if (device === undefined) throw new Error('no device');
  subsystem.writeTrack(device.index, track(31), trackOf(device, 31, 0xa5, 20));
  subsystem.drives.closeOpen();
  expect(subsystem.drives.locate(device.index, track(31))).toMatchObject({ member: 0, sector: 1 });
  const bytes = subsystem.parts.backEnd.groupNumbered(0).read(0, 0, 0, 256) ?? new Uint8Array(0);

  const lines = [...projectText('docs/back-end.md').matchAll(LINE)];
  expect(lines.length).toBe(11);
  for (const [, offset = '', shown = ''] of lines) {
    const at = Number.parseInt(offset, 16);
    expect(Buffer.from(bytes.subarray(at, at + 16)).toString('hex')).toBe(
      shown.replaceAll(' ', ''),
    );
  }
});
