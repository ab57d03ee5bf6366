/** A subsystem in a store: what was committed is there when it is opened again, however it ended. */
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { commitSequence, deviceNumber, nanos } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';
import type { Device } from '../../../src/mapping/device-table.ts';
import { JournalReader } from '../../../src/store/journal-reader.ts';
import { driveFile, segmentFile } from '../../../src/store/store-layout.ts';
import { StoredSubsystem, type StorePorts } from '../../../src/store/stored-subsystem.ts';
import type { SubsystemInput } from '../../../src/subsystem/configuration.ts';
import { RecordingMedium } from '../../../src/testing/recording-medium.ts';
import {
  fillOf,
  finish,
  snap,
  value,
  violationsOf,
  whole,
  write,
} from '../../support/small-subsystem.ts';

const INPUT: SubsystemInput = {
  name: 'STORED',
  capacityBytes: 8 * 2 ** 20,
  groups: [{ dataDrives: 2, redundancyDrives: 2, cylinderSectors: 256 }],
  deviceCountMax: 8,
};

/** A store on a medium in memory, and what its tracks should show. */
class Rig {
  medium = new RecordingMedium();
  readonly ports: StorePorts;
  stored: StoredSubsystem;
  readonly fills = new Map<number, number>();

  constructor(input: Partial<SubsystemInput> = {}, ports: Partial<StorePorts> = {}) {
    this.ports = {
      clock: new ManualClock(),
      random: new SeededRandom(1, 'stored'),
      journalBytes: 2 ** 20,
      segmentBytes: 2 ** 18,
      ...ports,
    };
    this.stored = StoredSubsystem.create(this.medium, { ...INPUT, ...input }, this.ports);
    this.define();
    this.define();
  }

  get subsystem(): StoredSubsystem['subsystem'] {
    return this.stored.subsystem;
  }

  get devices(): readonly Device[] {
    return this.subsystem.devices();
  }

  get device(): Device {
    return this.devices[0] as Device;
  }

  define(): void {
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model');
    const number = deviceNumber(0xa80 + this.devices.length);
    value(this.subsystem.defineDevice({ number, model }));
  }

  write(track: number, fill: number, bytes = 20_000): void {
    expect(write(this.subsystem, this.device, track, fill, bytes).kind).toBe('done');
    this.fills.set(track, fill);
  }

  writeMany(first: number, count: number, fill: number): void {
    for (let at = 0; at < count; at += 1) this.write(first + at, (fill + at) % 251);
  }

  /** Opens the store as it lies on the medium; a process that did not close it is gone. */
  open(mode: 'write' | 'read' = 'write', ports: StorePorts = this.ports): StoredSubsystem {
    return StoredSubsystem.open(this.medium, { mode, ports });
  }

  reopen(): void {
    this.stored = this.open();
    this.verify();
  }

  /** The power goes, and takes everything that was not flushed. */
  cutPower(): void {
    this.medium = this.medium.afterPowerCut(() => false);
    this.reopen();
  }

  verify(stored: StoredSubsystem = this.stored): void {
    const device = stored.subsystem.devices()[0] as Device;
    for (const [track, fill] of this.fills) {
      expect([track, fillOf(stored.subsystem, device, track)]).toEqual([track, fill]);
    }
    expect(violationsOf(stored.subsystem)).toEqual([]);
  }
}

describe('a stored subsystem', () => {
  it('has everything that was committed, and nothing else, when the power goes', () => {
    const rig = new Rig();
    rig.writeMany(0, 40, 1);
    rig.stored.commit();
    const before = rig.stored.committed;
    expect(write(rig.subsystem, rig.device, 3, 200).kind).toBe('done');
    rig.cutPower();
    expect(rig.stored.committed).toBe(before);
    expect(rig.stored.recovery).toMatchObject({ recordCount: 1, wasClosed: false });
    expect(rig.stored.recovery.cylindersWrittenAgain).toBeGreaterThan(0);
  });

  it('goes on through many openings, with and without closing', () => {
    const rig = new Rig();
    for (let round = 0; round < 12; round += 1) {
      for (let commit = 0; commit < 3; commit += 1) {
        rig.writeMany((round * 17 + commit * 5) % 150, 6, round * 11 + commit);
        rig.stored.commit();
      }
      if (round === 4) {
        const [source, target] = rig.devices as [Device, Device];
        snap(rig.subsystem, { wholeDevices: [whole(source, target)], background: 'copy' });
      }
      rig.subsystem.backgroundStep({ tracks: 20 });
      rig.stored.commit();
      if (round % 3 === 0) rig.cutPower();
      else {
        if (round % 3 === 1) rig.stored.close();
        rig.reopen();
        expect(rig.stored.recovery.wasClosed).toBe(round % 3 === 1);
      }
    }
    finish(rig.subsystem);
    rig.stored.close();
    rig.reopen();
    expect(rig.stored.recovery.checkpoint).toBeGreaterThan(3);
    expect(rig.stored.recovery.damage).toEqual([]);
  });

  it('journals nothing but tracks, which vouch for themselves', () => {
    const rig = new Rig({}, { journalBytes: 2 ** 30, segmentBytes: 2 ** 30 });
    rig.writeMany(0, 50, 1);
    rig.stored.commit();
    rig.writeMany(20, 13, 1);
    rig.stored.commit();
    const journal = { segment: 1, offset: 0, sequence: 1, opening: 0, chain: 0 };
    const storeId = new Uint8Array(Buffer.from(rig.stored.storeId, 'hex'));
    const reader = new JournalReader(rig.medium, storeId, journal);
    let ranges = 0;
    for (let step = reader.next(); step.kind === 'record'; step = reader.next()) {
      for (const { isOfTracks } of step.ranges) {
        expect(isOfTracks).toBe(true);
        ranges += 1;
      }
    }
    expect(ranges).toBeGreaterThan(10);
  });

  it('makes a snapshot of any size durable with one record and one flush', () => {
    const rig = new Rig();
    rig.writeMany(0, 120, 1);
    rig.stored.checkpoint();
    rig.write(0, 9);
    rig.stored.commit();
    const [source, target] = rig.devices as [Device, Device];
    snap(rig.subsystem, { wholeDevices: [whole(source, target)] });
    rig.medium.log.length = 0;
    rig.stored.commit();
    const calls = rig.medium.log.map(({ operation, file }) => `${operation} ${file}`);
    expect(calls).toEqual([`write ${segmentFile(2)}`, `flush ${segmentFile(2)}`]);
    expect(rig.medium.log[0]?.bytes).toBeLessThan(2_048);
    rig.cutPower();
    expect(fillOf(rig.subsystem, rig.devices[1] as Device, 0)).toBe(9);
  });

  it('writes nothing when nothing has changed', () => {
    const rig = new Rig();
    rig.stored.commit();
    rig.medium.log.length = 0;
    rig.stored.commit();
    expect(rig.medium.log).toEqual([]);
    rig.stored.close();
    rig.reopen();
    rig.medium.log.length = 0;
    rig.stored.close();
    expect(rig.medium.log.filter(({ operation }) => operation === 'write')).toEqual([]);
  });

  it('keeps no bytes that went to drives in the journal when it works in bulk', () => {
    const rig = new Rig();
    rig.stored.commit();
    rig.stored.bulk(() => rig.writeMany(0, 100, 5));
    rig.medium.log.length = 0;
    rig.stored.commit();
    const operations = rig.medium.log.filter(({ operation }) => operation !== 'read');
    const record = operations.find(({ operation }) => operation === 'write');
    expect(record?.bytes).toBeLessThan(2 * 256 * 512 + 65_536);
    const flushes = operations.filter(({ operation }) => operation === 'flush');
    expect(flushes.map(({ file }) => file)).toEqual([
      driveFile(0, 0),
      driveFile(0, 1),
      driveFile(0, 2),
      driveFile(0, 3),
      segmentFile(1),
    ]);
    rig.cutPower();
    expect(rig.stored.recovery.cylindersWrittenAgain).toBe(0);
  });

  it('commits for all who ask in one turn of the event loop at once', async () => {
    const rig = new Rig();
    rig.stored.commit();
    rig.medium.log.length = 0;
    const asked = [1, 2, 3, 4].map((fill) => {
      rig.write(fill, fill);
      return rig.stored.commitSoon();
    });
    const sequences = await Promise.all(asked);
    expect(new Set(sequences)).toEqual(new Set([rig.subsystem.commits.last()]));
    expect(rig.medium.log.filter(({ operation }) => operation === 'flush')).toHaveLength(1);
    rig.write(9, 9);
    const last = rig.stored.commitSoon();
    rig.stored.close();
    expect(await last).toBe(rig.stored.committed);
    rig.reopen();
  });

  it('takes nothing any more after a failure, until it is opened again', async () => {
    const rig = new Rig();
    rig.writeMany(0, 5, 1);
    rig.stored.commit();
    rig.medium.failure = ({ operation }) =>
      operation === 'flush' ? { fault: 'failed' } : undefined;
    expect(write(rig.subsystem, rig.device, 3, 77).kind).toBe('done');
    expect(() => rig.stored.commit()).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    rig.medium.failure = undefined;
    expect(rig.stored.isFailed).toBe(true);
    expect(() => rig.stored.commit()).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    await expect(rig.stored.commitSoon()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    rig.stored.close();
    // The record is there for all to see, so it counts from now on, and is made durable.
    rig.stored = rig.open();
    expect(fillOf(rig.subsystem, rig.device, 3)).toBe(77);
    rig.fills.set(3, 77);
    rig.write(4, 78);
    rig.stored.commit();
    rig.cutPower();
  });

  it('says that there is no space, and goes on when there is', () => {
    const rig = new Rig();
    rig.writeMany(0, 5, 1);
    rig.stored.commit();
    rig.medium.failure = ({ operation }) => (operation === 'write' ? { fault: 'full' } : undefined);
    expect(write(rig.subsystem, rig.device, 3, 77).kind).toBe('done');
    expect(() => rig.stored.commit()).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
    rig.medium.failure = undefined;
    rig.stored.close();
    rig.reopen();
    rig.write(3, 78);
    rig.stored.commit();
    rig.cutPower();
  });

  it('goes on with the journal while there is no space for a checkpoint', () => {
    const rig = new Rig();
    rig.stored.commit();
    rig.medium.failure = ({ operation, file }) =>
      operation === 'write' && file.startsWith('checkpoints/') ? { fault: 'full' } : undefined;
    for (let round = 0; round < 30; round += 1) {
      rig.writeMany((round * 3) % 100, 3, round);
      rig.stored.commit();
    }
    expect(rig.stored.isFailed).toBe(false);
    expect(() => rig.stored.checkpoint()).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
    rig.medium.failure = undefined;
    rig.stored.close();
    rig.reopen();
    expect(rig.stored.recovery).toMatchObject({ checkpoint: 1, recordCount: 31 });
    rig.stored.checkpoint();
    rig.cutPower();
    expect(rig.stored.recovery).toMatchObject({ checkpoint: 2, recordCount: 0 });
  });

  it('counts drives without files as failed, and everything can be read', () => {
    const rig = new Rig({ spareDrives: 1 });
    rig.writeMany(0, 120, 1);
    rig.stored.close();
    rig.medium.remove(driveFile(0, 0));
    rig.medium.open(driveFile(0, 3), 'write').resize(512);
    const reader = rig.open('read');
    expect(reader.recovery.missingDrives).toEqual([
      { group: 0, member: 0 },
      { group: 0, member: 3 },
    ]);
    rig.verify(reader);
    rig.reopen();
    expect(rig.stored.recovery.missingDrives).toHaveLength(2);
    // The spare has taken one place, and the other waits for a drive.
    rig.cutPower();
    expect(rig.stored.recovery.missingDrives).toEqual([]);
    value(rig.subsystem.drives.replace(0, 3));
    finish(rig.subsystem);
    rig.stored.commit();
    rig.cutPower();
    expect(rig.subsystem.drives.report().groups[0]?.redundancy).toBe('full');
    expect(rig.medium.list('drives')).toHaveLength(4);
  });

  it('counts a drive as failed whose file is an empty one', () => {
    const rig = new Rig({ spareDrives: 0 });
    rig.writeMany(0, 120, 1);
    rig.stored.close();
    const file = rig.medium.open(driveFile(0, 2), 'write');
    const { sizeBytes } = file;
    file.resize(0);
    file.resize(sizeBytes);
    // Damage to a single label of another drive is another matter.
    rig.medium.damage(driveFile(0, 1), 0, new Uint8Array(512));
    rig.reopen();
    expect(rig.stored.recovery.missingDrives).toEqual([{ group: 0, member: 2 }]);
    value(rig.subsystem.drives.replace(0, 2));
    finish(rig.subsystem);
    rig.stored.close();
    rig.reopen();
    expect(rig.stored.recovery.missingDrives).toEqual([]);
    expect(rig.subsystem.drives.report().groups[0]?.redundancy).toBe('full');
  });

  it('forgets a drive that was exchanged when that was not committed', () => {
    const rig = new Rig({ spareDrives: 0 });
    rig.writeMany(0, 60, 1);
    rig.stored.commit();
    value(rig.subsystem.drives.fail(0, 1));
    value(rig.subsystem.drives.replace(0, 1));
    rig.medium.flushFolder('drives');
    rig.cutPower();
    expect(rig.subsystem.drives.report().groups[0]?.redundancy).toBe('full');
    expect(rig.medium.list('drives')).toHaveLength(4);
  });

  it('brings an exchanged drive to its place when the power goes before it has got there', () => {
    const rig = new Rig({ spareDrives: 0 });
    rig.writeMany(0, 60, 1);
    rig.stored.commit();
    value(rig.subsystem.drives.fail(0, 1));
    value(rig.subsystem.drives.replace(0, 1));
    rig.stored.commit();
    // The renaming after the commit is not durable yet.
    const after = rig.medium.afterPowerCut(() => false);
    expect(after.list('drives')).toContain('group0-member01.exchange-1');
    const reader = StoredSubsystem.open(after, { mode: 'read', ports: rig.ports });
    rig.verify(reader);
    expect(reader.recovery.missingDrives).toEqual([]);
    rig.cutPower();
    expect(rig.medium.list('drives')).not.toContain('group0-member01.exchange-1');
    finish(rig.subsystem);
    rig.verify();
  });

  it('lets readers read beside the writer, and writes nothing for them', () => {
    const rig = new Rig();
    rig.writeMany(0, 80, 1);
    rig.stored.commit();
    const fingerprint = rig.medium.fingerprint();
    const reader = rig.open('read');
    rig.verify(reader);
    expect(() => reader.commit()).toThrow(expect.objectContaining({ code: 'STORE_READ_ONLY' }));
    expect(write(reader.subsystem, reader.subsystem.devices()[0] as Device, 1, 99).kind).toBe(
      'done',
    );
    reader.subsystem.drives.closeOpen();
    reader.close();
    expect(rig.medium.fingerprint()).toBe(fingerprint);
    rig.write(2, 55);
    rig.stored.commit();
    rig.verify(rig.open('read'));
  });

  it('uses no freed space again that a reader may still look at', () => {
    let seen = Number.MAX_SAFE_INTEGER;
    const rig = new Rig({}, { readersSee: () => commitSequence(seen) });
    rig.writeMany(0, 100, 1);
    rig.stored.commit();
    seen = rig.stored.committed;
    const reader = rig.open('read');
    const expected = new Map(rig.fills);
    const { journal } = rig.stored;
    for (let round = 1; round < 4; round += 1) {
      for (let at = 0; at < 60; at += 1) write(rig.subsystem, rig.device, at, round, 20_000);
      rig.stored.commit();
      expect(journal.durable()).toBe(seen);
    }
    rig.verify(reader);
    expect(expected.size).toBe(100);
    seen = Number.MAX_SAFE_INTEGER;
    expect(write(rig.subsystem, rig.device, 0, 1, 20_000).kind).toBe('done');
    rig.stored.commit();
    expect(journal.durable()).toBe(rig.stored.committed);
  });

  it('takes a damaged copy of a checkpoint from the other, and writes it anew', () => {
    for (const copy of ['a', 'b']) {
      const rig = new Rig();
      rig.writeMany(0, 30, 1);
      rig.stored.checkpoint();
      rig.stored.close();
      const file = rig.medium.list('checkpoints').find((name) => name.endsWith(copy)) as string;
      rig.medium.damage(`checkpoints/${file}`, 100, new Uint8Array(64).fill(0x5a));
      rig.reopen();
      const healed = copy === 'a' ? [{ outcome: 'healed' }] : [];
      expect(rig.stored.recovery.damage).toMatchObject(healed);
      rig.reopen();
      expect(rig.stored.recovery.damage).toEqual([]);
    }
  });

  it('refuses damage before the end of the journal, and goes back before it when it must', () => {
    const rig = new Rig({}, { segmentBytes: 2 ** 20 });
    rig.stored.commit();
    rig.writeMany(0, 10, 1);
    rig.stored.commit();
    rig.write(0, 99);
    rig.stored.commit();
    const place = rig.medium.log.findLast(({ operation }) => operation === 'write')?.offset;
    rig.write(1, 98);
    rig.stored.commit();
    rig.medium.damage(segmentFile(1), (place as number) + 85, new Uint8Array(4).fill(0xee));
    expect(() => rig.open()).toThrow(
      expect.objectContaining({
        code: 'STORE_DAMAGED',
        place: { file: segmentFile(1), offset: place },
      }),
    );
    const salvaged = StoredSubsystem.open(rig.medium, {
      mode: 'write',
      ports: rig.ports,
      salvage: true,
    });
    expect(salvaged.recovery.damage).toMatchObject([{ outcome: 'lost' }]);
    rig.stored = salvaged;
    rig.fills.set(0, 1);
    rig.fills.set(1, 2);
    rig.verify();
    rig.write(5, 44);
    rig.stored.commit();
    rig.cutPower();
    expect(rig.stored.recovery.damage).toEqual([]);
  });

  it('keeps a subsystem with signatures, which has no drives', () => {
    const rig = new Rig({ content: 'signature' });
    const { index } = rig.device;
    for (let track = 0; track < 100; track += 1) {
      expect(rig.subsystem.writeSignature(index, track as never, track, 7, 50_000)).not.toBe(0);
    }
    rig.stored.commit();
    rig.cutPower();
    expect(rig.medium.list('drives')).toEqual([]);
    expect(rig.subsystem.readSignature(index, 32 as never)).toBe(true);
    expect(rig.subsystem.signatureLow).toBe(32);
  });

  it('lets time go on where it stood', () => {
    const clock = new ManualClock();
    const rig = new Rig({}, { clock });
    clock.advance(nanos(5_000_000_000));
    rig.write(0, 1);
    rig.stored.commit();
    const real = StoredSubsystem.open(rig.medium, { mode: 'read' });
    expect(real.recovery.resumedAt).toBe(5_000_000_000);
    expect(real.subsystem.ports.clock.now()).toBeGreaterThanOrEqual(5_000_000_000);
  });

  it('is made where there is none, and opened where there is one', () => {
    const rig = new Rig();
    rig.stored.close();
    expect(() => StoredSubsystem.create(rig.medium, INPUT)).toThrow(
      expect.objectContaining({ code: 'STORE_EXISTS' }),
    );
    expect(() => StoredSubsystem.open(new RecordingMedium(), { mode: 'read' })).toThrow(
      expect.objectContaining({ code: 'STORE_ABSENT' }),
    );
    expect(() => rig.stored.commit()).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
  });
});

describe('who reads', () => {
  it('is asked when space is wanted, and not at every commit', () => {
    let asked = 0;
    const readersSee = () => {
      asked += 1;
      return commitSequence(Number.MAX_SAFE_INTEGER);
    };
    const rig = new Rig({}, { readersSee });
    rig.write(0, 1);
    rig.stored.commit();
    rig.write(1, 1);
    rig.stored.commit();
    expect(asked).toBe(0);
    for (let round = 0; round < 12; round += 1) {
      rig.writeMany(0, 12, round);
      rig.stored.commit();
    }
    expect(asked).toBeGreaterThan(0);
  });

  it('and cannot be told in the middle of a change: nothing of it becomes durable', () => {
    let isUnknown = false;
    const readersSee = () => {
      if (isUnknown) throw new Error('nobody knows');
      return commitSequence(Number.MAX_SAFE_INTEGER);
    };
    const rig = new Rig({}, { readersSee });
    rig.writeMany(0, 12, 1);
    rig.stored.commit();
    isUnknown = true;
    const change = (): void => {
      for (let round = 0; round < 12; round += 1) rig.writeMany(0, 12, round);
    };
    expect(change).toThrow('nobody knows');
    expect(rig.stored.isFailed).toBe(true);
    expect(() => rig.stored.commit()).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    rig.stored.abandon();
    const again = StoredSubsystem.open(rig.medium, { mode: 'read' });
    expect(violationsOf(again.subsystem)).toEqual([]);
  });
});
