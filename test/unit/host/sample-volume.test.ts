import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/base/random.ts';
import { recordsFit } from '../../../src/geometry/track-capacity.ts';
import { readSequential, recordText } from '../../../src/host/data-set-reading.ts';
import { listMembers, readMember } from '../../../src/host/partitioned.ts';
import { buildSampleVolume } from '../../../src/host/sample-volume.ts';
import { findDataSet } from '../../../src/host/vtoc.ts';
import { parseTrack } from '../../../src/track/track-image.ts';
import {
  codeOf,
  contentOf,
  emptyDevice,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../../support/host-volumes.ts';

describe('sample volume', () => {
  test.each([
    '2314-1',
    '3330-1',
    '3340-1',
    '3350-1',
    '3375-1',
    '3380-K',
    '3390-1',
    '3390-9',
    '9345-1',
    '3390-A:1182006',
  ])('%s: consistent, and no track overfull', (name) => {
    const volume = sampleVolume(name);
    expect(vtocOf(volume).warnings).toEqual([]);
    for (const track of volume.writtenTracks()) {
      const [, ...records] = parseTrack(volume.readTrack(track));
      expect(recordsFit(volume.type, records)).toBe(true);
    }
  });

  test('the same stream gives the same volume, another one another', () => {
    const again = emptyDevice('3390-1');
    valueOf(buildSampleVolume(again, new SeededRandom(7, 'sample volume'), { volser: 'PROD01' }));
    expect(contentOf(again)).toEqual(contentOf(sampleVolume('3390-1')));
    const other = emptyDevice('3390-1');
    valueOf(buildSampleVolume(other, new SeededRandom(8, 'sample volume'), { volser: 'PROD01' }));
    expect(contentOf(other)).not.toEqual(contentOf(sampleVolume('3390-1')));
  });

  test('its content is readable', () => {
    const volume = sampleVolume('3390-1');
    const vtoc = vtocOf(volume);
    const library = valueOf(findDataSet(vtoc, 'PROD.SOURCE.COBOL'));
    const members = valueOf(listMembers(volume, library));
    expect(members.filter((one) => !one.isAlias).length).toBe(24);
    expect(members.filter((one) => one.isAlias).map((one) => one.name)).toEqual([
      'MAIN1',
      'MAIN2',
      'MAIN3',
    ]);
    for (const member of members.filter((one) => !one.isAlias)) {
      const text = [...valueOf(readMember(volume, library, member.name))].map((r) => recordText(r));
      expect(text[1]).toBe(`       PROGRAM-ID. ${member.name}.\n`);
      expect(text.length).toBe(member.statistics?.lineCount);
    }
    const log = valueOf(findDataSet(vtoc, 'PROD.LOG'));
    const lines = [...valueOf(readSequential(volume, log))].map((record) => recordText(record));
    expect(lines[0]).toMatch(/^00\.00\.00 /);
    expect(new Set(lines.map((line) => line.length)).size).toBeGreaterThan(10);
    expect(log.lastUsed.track).toBeGreaterThan(15);
  });

  test('a volume that is too small is refused', () => {
    const small = emptyDevice('3390-1', 10);
    const random = new SeededRandom(1, 'sample volume');
    expect(codeOf(buildSampleVolume(small, random, { volser: 'A' }))).toBe('SPACE_NOT_ON_VOLUME');
  });

  test('a scale that cannot fit is refused before its content is made', () => {
    const random = new SeededRandom(1, 'sample volume');
    const options = { volser: 'A', scale: 1_000_000_000 };
    const refused = buildSampleVolume(emptyDevice('3390-1'), random, options);
    expect(codeOf(refused)).toBe('SPACE_NOT_ON_VOLUME');
  });
});
