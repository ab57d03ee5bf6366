import { describe, expect, test } from 'vitest';
import { trackIndex } from '../../../src/base/units.ts';
import { initialiseVolume } from '../../../src/host/initialise-volume.ts';
import { readVtoc } from '../../../src/host/vtoc.ts';
import {
  codeOf,
  emptyDevice,
  freshVolume,
  pairs,
  range,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

describe('initialising a volume', () => {
  test.each([
    ['2314-1', 'format5'],
    ['3330-2', 'format5'],
    ['3340-1', 'format5'],
    ['3350-1', 'format5'],
    ['3375-1', 'format5'],
    ['3380-3', 'format5'],
    ['3390-3', 'format5'],
    ['3390-9', 'format7'],
    ['3390-54', 'format7'],
    ['3390-A:70000', 'format7'],
    ['9345-2', 'format5'],
  ])('%s: everything behind cylinder 0 is free, and %s says so', (name, authority) => {
    const volume = freshVolume(name);
    const vtoc = vtocOf(volume);
    expect(vtoc.warnings).toEqual([]);
    expect(vtoc.entries).toEqual([]);
    const heads = volume.type.headCount;
    expect(pairs(vtoc.freeSpace.extents)).toEqual([[heads, (volume.cylinders - 1) * heads]]);
    expect(vtoc.freeSpace.authority).toBe(authority);
    expect(vtoc.format4.flags).toBe(authority === 'format7' ? 0xa0 : 0x00);
    expect(volume.writtenTracks().length).toBe(heads);
  });

  test.each(['2314-1', '3350-1', '3390-1', '3390-9', '3390-A:262668'])(
    '%s with index and VVDS',
    (name) => {
      const volume = freshVolume(name, { index: true, vvds: true, catalogs: ['CATALOG.A'] });
      const vtoc = vtocOf(volume);
      expect(vtoc.warnings).toEqual([]);
      expect(vtoc.entries.map((entry) => entry.name)).toEqual([
        'SYS1.VVDS.VTEST01',
        'SYS1.VTOCIX.TEST01',
      ]);
      expect(vtoc.freeSpace.authority).toBe('index');
      expect(vtoc.format4.flags).toBe(0x81);
      expect(vtoc.freeSpace.recorded).toEqual(vtoc.freeSpace.recomputed);
      expect(vtoc.index?.content?.names.length).toBe(2);
      expect(vtoc.vvds?.content?.catalogs).toEqual(['CATALOG.A']);
      expect(vtoc.vvds?.content?.entries[0]).toMatchObject({ isSelf: true, organisation: 'E' });
    },
  );

  test('VTOC of a chosen place and size, owner, alternates', () => {
    const volume = freshVolume('3390-1', {
      cylinders: 1114,
      vtoc: range(750, 30),
      owner: 'JONES',
      alternateCylinders: 1,
    });
    const vtoc = vtocOf(volume);
    expect(vtoc.label).toEqual({
      volser: 'TEST01',
      owner: 'JONES',
      vtoc: { track: 750, record: 1 },
    });
    expect(pairs([vtoc.extent])).toEqual([[750, 30]]);
    expect(vtoc.usableTracks).toBe(16_695);
    expect(pairs(vtoc.freeSpace.extents)).toEqual([
      [1, 749],
      [780, 15_915],
    ]);
    expect(vtoc.format4.freeRecords).toBe(1498);
    expect(vtoc.slots.length).toBe(1500);
  });

  test('nothing is written when it is refused', () => {
    const attempts = [
      { volser: 'lower' },
      { volser: 'A', vtoc: range(0, 5) },
      { volser: 'A', vtoc: range(16_690, 6) },
      { volser: 'A', vtoc: range(1, 0) },
    ];
    for (const attempt of attempts) {
      const volume = emptyDevice('3390-1');
      const code = codeOf(initialiseVolume(volume, attempt));
      expect(['VOLSER_INVALID', 'SPACE_NOT_ON_VOLUME']).toContain(code);
      expect(volume.writtenTracks()).toEqual([]);
    }
    const small = emptyDevice('2311-1');
    expect(codeOf(initialiseVolume(small, { volser: 'A', vvds: true }))).toBe(
      'DATA_SET_UNSUPPORTED',
    );
    expect(small.writtenTracks()).toEqual([]);
  });

  test('tracks that it does not need keep their content', () => {
    const volume = emptyDevice('3390-1');
    const image = volume.readTrack(trackIndex(500)).slice();
    volume.writeTrack(trackIndex(500), image);
    const made = valueOf(initialiseVolume(volume, { volser: 'A1' }));
    expect(made.tracks).toEqual(Array.from({ length: 15 }, (_, at) => at));
    expect(volume.readTrack(trackIndex(500))).toEqual(image);
    expect(readVtoc(volume).kind).toBe('done');
  });
});
