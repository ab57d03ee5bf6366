import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriveModel } from '../../../../../sim/device/drive/drive-model.ts';
import { type DriveChange, SMALL_ZONE, smallDrive } from '../../../../support/small-drive.ts';

const READ = 0;
const WRITE = 1;
const MILLI = 1e6;
/** A track of the small drive passes in 10 ms, a sector in 0.1 ms. */
const SECTOR = 0.1 * MILLI;

const model = (change: DriveChange = {}): DriveModel => new DriveModel(smallDrive(change));
const both = (time: number) => ({ afterRead: time, afterWrite: time });

describe('a read', () => {
  it('is overhead, arm, spindle and sectors', () => {
    const drive = model({ overheads: { request: 0.25, readMiss: both(0.5) } });
    // Cylinder 2, first track: the skews put it 2 * (25 + 3 * 12) = 122 sectors behind the mark.
    const time = drive.serviceNanos(0, READ, 800, 10);
    expect(drive.overheadNanos).toBe(0.75 * MILLI);
    expect(drive.seekNanos).toBeCloseTo(1.2 * MILLI, 3);
    expect(drive.transferNanos).toBeCloseTo(10 * SECTOR, 3);
    expect(drive.latencyNanos).toBeCloseTo(2.2 * MILLI - 1.95 * MILLI, 3);
    expect(time).toBe(Math.round(3.2 * MILLI));
    expect(drive.isHit).toBe(false);
  });

  it('depends on where the spindle is: the same command a little later waits a little less', () => {
    const early = model().serviceNanos(0, READ, 50, 1);
    const late = model().serviceNanos(2 * MILLI, READ, 50, 1);
    const missed = model().serviceNanos(5.05 * MILLI, READ, 50, 1);
    const turnsLater = model().serviceNanos(3e15 + 2 * MILLI, READ, 50, 1);
    expect([early, late, missed]).toEqual([5.1 * MILLI, 3.1 * MILLI, 10.05 * MILLI]);
    expect(turnsLater).toBe(late);
  });

  it('knows what the request before was', () => {
    const readMiss = { afterRead: 1, afterWrite: 3 };
    const drive = model({ overheads: { readMiss } });
    drive.serviceNanos(0, READ, 0, 1);
    expect(drive.overheadNanos).toBe(1 * MILLI);
    drive.serviceNanos(100 * MILLI, WRITE, 500, 1);
    drive.serviceNanos(200 * MILLI, READ, 1000, 1);
    expect(drive.overheadNanos).toBe(3 * MILLI);
  });

  it('asks for the bus when enough of it is there', () => {
    const bus = { readSector: 0.02, readWaterMark: 0.5 };
    const overheads = { firstReselection: 0.3, dataPreparation: 0.1, readCompletion: 0.05 };
    const drive = model({ bus, overheads });
    // Half of 20 sectors are read at 1.0 ms; the bus could send from 1.4 ms on and ends with the last.
    expect(drive.serviceNanos(0, READ, 0, 20)).toBe(Math.round(2.07 * MILLI));
    const late = model({ bus: { readSector: 0.02, readWaterMark: 1 }, overheads });
    expect(late.serviceNanos(0, READ, 0, 20)).toBe(Math.round((2 + 0.4 + 0.4 + 0.05) * MILLI));
    const held = model({ bus: { ...bus, neverDisconnect: true }, overheads });
    expect(held.serviceNanos(0, READ, 0, 2)).toBe(
      Math.round((0.1 + 0.1 + 2 * 0.02 + 0.05) * MILLI),
    );
  });

  it('has to be of sectors that are there', () => {
    const drive = model();
    expect(() => drive.serviceNanos(0, READ, 7999, 2)).toThrow(/7999 to 8000 of a drive with 8000/);
    expect(() => drive.serviceNanos(0, READ, -1, 1)).toThrow(RangeError);
    expect(() => drive.serviceNanos(0, READ, 0, 0)).toThrow(RangeError);
  });
});

describe('reading on', () => {
  const ahead: DriveChange = {
    overheads: { readHit: both(0.2) },
    bus: { readSector: 0.01 },
    buffer: { readAhead: 'segment' },
  };

  it('lets what follows be found in the buffer', () => {
    const drive = model(ahead);
    drive.serviceNanos(0, READ, 0, 10);
    expect(drive.serviceNanos(50 * MILLI, READ, 100, 10)).toBe(Math.round(0.3 * MILLI));
    expect(drive.isHit).toBe(true);
    expect(drive.seekNanos + drive.latencyNanos).toBe(0);
  });

  it('has come only as far as there was time', () => {
    const drive = model(ahead);
    const first = drive.serviceNanos(0, READ, 0, 10);
    // 3 ms later 30 more sectors are there; the rest of the request comes as it passes.
    const time = drive.serviceNanos(first + 3 * MILLI, READ, 30, 40);
    const end = 70 * SECTOR + 0.01 * MILLI;
    expect(first + 3 * MILLI + time).toBeCloseTo(end, -3);
    expect(drive.isHit).toBe(false);
  });

  it('stops where it is told to', () => {
    const reach = (change: NonNullable<DriveChange['buffer']>, from = 20, sectors = 10): number => {
      const drive = model({ ...ahead, buffer: { readAhead: 'segment', ...change } });
      drive.serviceNanos(0, READ, from, sectors);
      let end = from + sectors;
      for (;;) {
        const copy = model({ ...ahead, buffer: { readAhead: 'segment', ...change } });
        copy.restore(drive.save());
        copy.serviceNanos(500 * MILLI, READ, end, 1);
        if (!copy.isHit) return end;
        end += 1;
      }
    };
    expect(reach({ readAhead: 'none' })).toBe(30);
    expect(reach({ readAhead: 'none', minimumReadAhead: 5 })).toBe(35);
    expect(reach({ readAhead: 'track' })).toBe(100);
    expect(reach({ readAhead: 'cylinder', segmentSectors: 900, maximumReadAhead: 900 })).toBe(400);
    expect(reach({})).toBe(170);
    expect(reach({ replacesRequested: true })).toBe(180);
    expect(reach({ maximumReadAhead: 60 })).toBe(90);
    expect(reach({ readAhead: 'next-track' })).toBe(170);
    const zero = { keepsPassing: true, zeroLatencyRead: true, segmentSectors: 300 };
    expect(reach({ readAhead: 'next-track', ...zero })).toBe(100);
  });

  it('keeps the whole track where sectors are taken as they come', () => {
    const zero = { keepsPassing: true, zeroLatencyRead: true, readAhead: 'track' } as const;
    const found = (after: number, buffer: NonNullable<DriveChange['buffer']>): boolean => {
      const drive = model({ ...ahead, buffer });
      const end = drive.serviceNanos(0, READ, 60, 10);
      drive.serviceNanos(end + after, READ, 20, 10);
      return drive.isHit;
    };
    expect(found(30 * MILLI, zero)).toBe(true);
    expect(found(30 * MILLI, { readAhead: 'track' })).toBe(false);
    expect(found(30 * MILLI, { ...zero, segmentSectors: 30 })).toBe(false);
  });

  it('is given up for a request elsewhere, at once or at the end of a sector', () => {
    const free = (stopsInSector: boolean): number => {
      const drive = model({ ...ahead, buffer: { readAhead: 'segment', stopsInSector } });
      drive.serviceNanos(0, READ, 0, 10);
      drive.serviceNanos(1.32 * MILLI, READ, 4000, 1);
      return drive.seekNanos + drive.latencyNanos + drive.transferNanos;
    };
    // The arm starts 0.08 ms later when the sector is read to its end, and waits so much less.
    expect(free(true) - free(false)).toBeCloseTo(0.08 * MILLI, 0);
  });

  it('goes on after a hit only where the drive does so', () => {
    const hitsAgain = (readsOnAfterHit: boolean): boolean => {
      const drive = model({ ...ahead, buffer: { readAhead: 'segment', readsOnAfterHit } });
      drive.serviceNanos(0, READ, 0, 10);
      drive.serviceNanos(100 * MILLI, READ, 140, 10);
      drive.serviceNanos(300 * MILLI, READ, 150, 10);
      return drive.isHit;
    };
    expect(hitsAgain(true)).toBe(true);
    expect(hitsAgain(false)).toBe(false);
  });

  it('reads in order as fast as the medium gives it', () => {
    const buffer = { readAhead: 'segment', almostHits: true } as const;
    const drive = model({ bus: { readSector: 0.001 }, buffer });
    let now = drive.serviceNanos(0, READ, 0, 20);
    const from = now;
    for (let at = 20; at < 4000; at += 20) now += drive.serviceNanos(now, READ, at, 20);
    // 40 tracks: a revolution each, skews between them.
    const exact = 39.8 * 10 * MILLI + (30 * 1.2 + 9 * 2.5) * MILLI;
    expect((now - from) / exact).toBeCloseTo(1, 2);
  });

  it('keeps as many streams as there are segments', () => {
    const hits = (streams: number): number => {
      const drive = model({ ...ahead, buffer: { readAhead: 'segment', segments: 4 } });
      let now = 0;
      let count = 0;
      for (let round = 0; round < 5; round += 1) {
        for (let stream = 0; stream < streams; stream += 1) {
          now += drive.serviceNanos(now, READ, stream * 1000 + round * 20, 20) + 50 * MILLI;
          if (drive.isHit) count += 1;
        }
      }
      return count;
    };
    expect(hits(4)).toBe(16);
    expect(hits(5)).toBe(0);
  });
});

describe('a write', () => {
  it('is complete when it is on the medium, with settling after a move', () => {
    const drive = model({ overheads: { writeMiss: both(0.4), writeCompletion: 0.1 } });
    const time = drive.serviceNanos(0, WRITE, 800, 10);
    expect(drive.seekNanos).toBeCloseTo(1.7 * MILLI, 3);
    expect(time).toBe(Math.round(3.3 * MILLI));
    expect(model().serviceNanos(0, WRITE, 0, 10)).toBe(MILLI);
  });

  it('waits a revolution more when its data comes too slowly', () => {
    const ample = model({ bus: { writeSector: 0.1 } });
    const scarce = model({ bus: { writeSector: 0.11 } });
    expect(scarce.serviceNanos(0, WRITE, 50, 40) - ample.serviceNanos(0, WRITE, 50, 40)).toBe(0);
    // From sector 2 on 0.2 ms ahead are not enough for 40 sectors that come 0.01 ms too slowly each.
    const [late, inTime] = [
      model({ bus: { writeSector: 0.11 } }),
      model({ bus: { writeSector: 0.1 } }),
    ];
    expect(late.serviceNanos(0, WRITE, 2, 40) - inTime.serviceNanos(0, WRITE, 2, 40)).toBe(
      10 * MILLI,
    );
  });

  it('lets go of the bus before its data where a drive does so', () => {
    const extraDisconnect = { command: 0.6, first: 0.1, between: 0.4, second: 0.2, seekDelay: 0.3 };
    const drive = model({
      overheads: { writeMiss: both(9), extraDisconnect, otherReselection: 0.15 },
    });
    const time = drive.serviceNanos(0, WRITE, 50, 10);
    expect(time).toBe(Math.round(6.15 * MILLI));
    const busy = model({
      overheads: { extraDisconnect, otherReselection: 0.15 },
      bus: { writeSector: 0.5 },
    });
    // The bus ends after the medium could: 0.6 + 0.1 + 0.4 + 10 * 0.5, and 0.2 + 0.15 around it.
    expect(busy.serviceNanos(0, WRITE, 99, 1)).toBe(Math.round(10.15 * MILLI));
  });

  it('waits for the shortest time to the medium unless it goes on where the last one ended', () => {
    const drive = model({ overheads: { minimumSeek: 0.7 } });
    expect(drive.serviceNanos(0, WRITE, 5, 5)).toBe(Math.round(11 * MILLI));
    const end = drive.serviceNanos(11 * MILLI, WRITE, 10, 5);
    expect(end).toBe(Math.round(0.5 * MILLI));
  });

  const fast: DriveChange = {
    overheads: { writeHit: both(0.2) },
    bus: { writeSector: 0.02 },
    buffer: { fastWrite: 'always' },
  };

  it('is complete in the buffer where a drive acknowledges so, and is written afterwards', () => {
    const drive = model(fast);
    expect(drive.serviceNanos(0, WRITE, 4000, 10)).toBe(Math.round(0.4 * MILLI));
    expect(drive.isHit).toBe(true);
    // What comes too early waits until it is on the medium.
    const waits = drive.serviceNanos(0.5 * MILLI, READ, 4010, 1);
    const later = drive.serviceNanos(500 * MILLI, READ, 4010, 1);
    expect(waits).toBeGreaterThan(later - 10 * MILLI);
    expect(waits).toBeGreaterThan(2 * MILLI);
  });

  it('joins what it continues without waiting, and misses no revolution', () => {
    const drive = model({ ...fast, bus: { writeSector: 0.05 } });
    let now = 0;
    for (let at = 0; at < 20; at += 1) now += drive.serviceNanos(now, WRITE, at * 5, 5);
    // Twenty acknowledgments of 0.45 ms; the medium is never more than a segment behind.
    expect(now).toBeLessThan(20 * 0.5 * MILLI);
    const after = drive.serviceNanos(now, READ, 100, 1);
    expect(now + after).toBeLessThan(25 * MILLI);
  });

  it('is acknowledged only in a stream where a drive does only that', () => {
    const drive = model({ ...fast, buffer: { fastWrite: 'appending' } });
    drive.serviceNanos(0, WRITE, 0, 5);
    expect(drive.isHit).toBe(false);
    drive.serviceNanos(50 * MILLI, WRITE, 5, 5);
    expect(drive.isHit).toBe(true);
    drive.serviceNanos(100 * MILLI, WRITE, 500, 5);
    expect(drive.isHit).toBe(false);
    drive.serviceNanos(150 * MILLI, WRITE, 900, 151);
    expect(drive.isHit).toBe(false);
  });

  it('ends the segments that it goes through', () => {
    const drive = model({ buffer: { readAhead: 'segment', segments: 6 } });
    drive.serviceNanos(0, READ, 0, 10);
    drive.serviceNanos(100 * MILLI, READ, 1000, 10);
    drive.serviceNanos(200 * MILLI, WRITE, 50, 5);
    drive.serviceNanos(300 * MILLI, READ, 20, 5);
    expect(drive.isHit).toBe(false);
    drive.serviceNanos(400 * MILLI, READ, 1020, 5);
    expect(drive.isHit).toBe(true);
  });

  it('may be read from the buffer where a drive allows it', () => {
    const hits = (readsWrittenData: boolean): boolean => {
      const drive = model({ buffer: { readsWrittenData } });
      drive.serviceNanos(0, WRITE, 300, 10);
      drive.serviceNanos(100 * MILLI, READ, 303, 4);
      return drive.isHit;
    };
    expect(hits(true)).toBe(true);
    expect(hits(false)).toBe(false);
  });
});

describe('a drive', () => {
  const requests = fc.array(
    fc.record({
      operation: fc.constantFrom<0 | 1>(READ, WRITE),
      lbn: fc.integer({ min: 0, max: 7800 }),
      sectors: fc.integer({ min: 1, max: 200 }),
      pause: fc.integer({ min: 0, max: 60_000_000 }),
    }),
    { minLength: 2, maxLength: 30 },
  );
  const buffers = fc.record({
    readAhead: fc.constantFrom('none', 'track', 'cylinder', 'segment', 'next-track' as const),
    fastWrite: fc.constantFrom('never', 'appending', 'always' as const),
    keepsPassing: fc.boolean(),
    zeroLatencyRead: fc.boolean(),
    zeroLatencyWrite: fc.boolean(),
    replacesRequested: fc.boolean(),
    readsOnAfterHit: fc.boolean(),
    almostHits: fc.boolean(),
    readsWrittenData: fc.boolean(),
    hasOwnWriteSegment: fc.boolean(),
    stopsInSector: fc.boolean(),
    minimumReadAhead: fc.integer({ min: 0, max: 30 }),
  });

  it('goes on from a saved state as if it had never stopped', () => {
    fc.assert(
      fc.property(requests, buffers, (list, buffer) => {
        const change = { buffer, bus: { readSector: 0.05, writeSector: 0.05 } };
        const one = model(change);
        let now = 0;
        for (const [at, { operation, lbn, sectors, pause }] of list.entries()) {
          const other = model(change);
          other.restore(one.save());
          const time = one.serviceNanos(now, operation, lbn, sectors);
          expect(other.serviceNanos(now, operation, lbn, sectors)).toBe(time);
          if (at % 2 === 0) expect(other.save()).toEqual(one.save());
          now += time + pause;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('never answers sooner than the bus can carry, nor later than two revolutions a track allow', () => {
    fc.assert(
      fc.property(requests, buffers, (list, buffer) => {
        const drive = model({ buffer, bus: { readSector: 0.05, writeSector: 0.05 } });
        let now = 0;
        let pending = 0;
        for (const { operation, lbn, sectors, pause } of list) {
          const time = drive.serviceNanos(now, operation, lbn, sectors);
          expect(time).toBeGreaterThanOrEqual(Math.floor(sectors * 0.05 * MILLI));
          const most = (Math.ceil(sectors / 100) + 2) * 25 * MILLI;
          expect(time).toBeLessThanOrEqual(most + pending);
          // Acknowledged writes and forced reading ahead may be waited for by the next request.
          pending = most;
          now += time + pause;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is as slow inside as its zones are', () => {
    const zones = [
      { ...SMALL_ZONE, lastCylinder: 9, sectorsPerTrack: 200 },
      { ...SMALL_ZONE, firstCylinder: 10, lastCylinder: 19 },
    ];
    const drive = model({ zones });
    drive.serviceNanos(0, READ, 0, 50);
    expect(drive.transferNanos).toBeCloseTo(2.5 * MILLI, 3);
    drive.serviceNanos(1e9, READ, 8000, 50);
    expect(drive.transferNanos).toBeCloseTo(5 * MILLI, 3);
  });
});
