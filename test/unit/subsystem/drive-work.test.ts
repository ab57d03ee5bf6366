import { describe, expect, it } from 'vitest';
import type { DriveWork } from '../../../src/base/ports.ts';
import { trackIndex } from '../../../src/base/units.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { finish, smallSubsystem, snap, whole } from '../../support/small-subsystem.ts';

/** Everything that was told, as text. */
class Listener implements DriveWork {
  told: string[] = [];

  cylinderWritten(group: number, cylinder: number): void {
    this.told.push(`written ${group}.${cylinder}`);
  }

  cylinderDropped(group: number, cylinder: number): void {
    this.told.push(`dropped ${group}.${cylinder}`);
  }

  rangeRead(
    group: number,
    cylinder: number,
    member: number,
    sector: number,
    sectors: number,
  ): void {
    this.told.push(`read ${group}.${cylinder}.${member} ${sector}+${sectors}`);
  }

  memberWritten(group: number, cylinder: number, member: number): void {
    this.told.push(`member ${group}.${cylinder}.${member}`);
  }

  /** What was told since the last time. */
  take(): string[] {
    const notes = this.told;
    this.told = [];
    return notes;
  }
}

/** Two devices in a group of 3 and 2 drives, nine tracks to a member, and who is told of its drives. */
function told(more: Partial<SubsystemInput> = {}) {
  const listener = new Listener();
  const groups = [{ dataDrives: 3, redundancyDrives: 2, cylinderSectors: 1024 }];
  const { subsystem, devices } = smallSubsystem(
    ['3390-1', '3390-1'],
    { content: 'signature', groups, spareDrives: 0, ...more },
    { driveWork: listener },
  );
  const [one, other] = devices as [(typeof devices)[number], (typeof devices)[number]];
  const write = (track: number): void => {
    expect(subsystem.writeSignature(one.index, trackIndex(track), track, 1)).not.toBe(0);
  };
  return { subsystem, listener, one, other, write };
}

describe('drive work', () => {
  it('is told of a cylinder when it is destaged, not before', () => {
    const { listener, write } = told();
    for (let at = 0; at < 27; at += 1) write(2 * at);
    expect(listener.take()).toEqual([]);
    write(100);
    expect(listener.take()).toEqual(['written 0.0']);
  });

  it('is told of a cylinder that dies while it waits in nonvolatile storage', () => {
    const { subsystem, listener, write } = told({ nvs: { destage: 'scheduled' } });
    for (let at = 0; at < 28; at += 1) write(2 * at);
    expect(listener.take()).toEqual([]);
    for (let at = 0; at < 27; at += 1) write(2 * at);
    // Deaths are entered together, at the latest before something is destaged.
    subsystem.drives.closeOpen();
    const notes = listener.take();
    expect(notes).toHaveLength(3);
    expect(notes).toEqual(expect.arrayContaining(['dropped 0.0', 'written 0.1', 'written 0.2']));
  });

  it('is told where background copies read, at the drives only', () => {
    const { subsystem, listener, one, other, write } = told();
    for (let at = 0; at < 28; at += 1) write(2 * at);
    listener.take();
    snap(subsystem, { wholeDevices: [whole(one, other)], background: 'copy' });
    expect(listener.take()).toEqual([]);
    finish(subsystem);
    const reads = listener.take().filter((note) => note.startsWith('read'));
    // The 28th track is still in nonvolatile storage.
    expect(reads).toHaveLength(27);
    expect(reads[0]).toBe('read 0.0.0 1+111');
    expect(reads[26]).toBe('read 0.0.2 889+111');
  });

  it('is told what rebuild reads and writes, and what takes the place of a failed drive', () => {
    const { subsystem, listener, one, other, write } = told();
    for (let at = 0; at < 28; at += 1) write(2 * at);
    listener.take();
    subsystem.drives.fail(0, 0);
    snap(subsystem, { wholeDevices: [whole(one, other)], background: 'copy' });
    subsystem.backgroundStep({ tracks: 5 });
    const reads = listener.take().filter((note) => note.startsWith('read 0.0'));
    // The same sectors of the three others that hold enough, for each of the tracks.
    expect(reads.slice(0, 3)).toEqual(['read 0.0.1 1+111', 'read 0.0.2 1+111', 'read 0.0.3 1+111']);
    subsystem.drives.replace(0, 0);
    subsystem.drives.requestScrub();
    finish(subsystem);
    const rebuilt = listener.take();
    expect(rebuilt).toContain('member 0.0.0');
    const at = rebuilt.indexOf('member 0.0.0');
    expect(rebuilt.slice(at - 3, at)).toEqual([
      'read 0.0.1 0+1024',
      'read 0.0.2 0+1024',
      'read 0.0.3 0+1024',
    ]);
    // Scrub reads all five.
    expect(rebuilt).toContain('read 0.0.4 0+1024');
  });
});

describe('places of tracks', () => {
  it('are those that the drives say', () => {
    const { subsystem, one, write } = told();
    for (let at = 0; at < 40; at += 1) write(at);
    const { places, drives } = subsystem;
    let onDrives = 0;
    for (let at = 0; at < 45; at += 1) {
      const range = drives.locate(one.index, trackIndex(at));
      const kind = places.find(one.index, at);
      expect(kind).toBe(at >= 40 ? 'none' : range === undefined ? 'nvs' : 'drive');
      if (range === undefined) continue;
      const { group, cylinder, member, sector, sectors } = places;
      expect({ group, cylinder, member, sector, sectors }).toEqual(range);
      onDrives += 1;
    }
    expect(onDrives).toBeGreaterThan(20);
  });

  it('say when redundancy has to help, with which members, and whether it can', () => {
    const { subsystem, one, write } = told();
    for (let at = 0; at < 28; at += 1) write(2 * at);
    const { places, drives } = subsystem;
    const into = new Int32Array(3);
    expect(places.find(one.index, 0)).toBe('drive');
    drives.fail(0, 0);
    expect(places.find(one.index, 0)).toBe('degraded');
    expect(places.isOnline(0, 0)).toBe(false);
    expect(places.survivors(0, places.cylinder, places.sector, places.sectors, into)).toBe(3);
    expect([...into]).toEqual([1, 2, 3]);
    drives.fail(0, 2);
    expect(places.survivors(0, 0, 1, 111, into)).toBe(3);
    expect([...into]).toEqual([1, 3, 4]);
    drives.fail(0, 3);
    expect(places.survivors(0, 0, 1, 111, into)).toBe(2);
  });
});
