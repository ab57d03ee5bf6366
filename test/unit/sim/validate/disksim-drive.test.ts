import { describe, expect, it } from 'vitest';
import { DriveModel } from '../../../../sim/device/drive/drive-model.ts';
import type { DriveParameters } from '../../../../sim/device/drive/drive-parameters.ts';
import { readDescribedDrive } from '../../../../sim/validate/disksim-drive.ts';
import { changedDrive, DESCRIBED_DRIVE, folderOf } from '../../../support/described-drive.ts';

const read = (files = DESCRIBED_DRIVE) => readDescribedDrive(folderOf(files), 'made-up.parv');
const changed = (from: string | RegExp, to: string): DriveParameters =>
  read(changedDrive(from, to)).parameters;

describe('a drive description', () => {
  it('becomes the parameters of the model', () => {
    const { parameters, used, notes } = read();
    expect(notes).toEqual([]);
    expect(used).toEqual(['made-up.parv', 'made-up.diskspecs', 'made-up.model', 'made-up.seek']);
    expect(parameters).toMatchObject({
      name: 'MADE_UP',
      revolutionsPerMinute: 6000,
      surfaces: 2,
      sectorCount: 5000,
      headOrder: 'serpentine-by-zone',
      sparing: { unit: 'sector', stretch: 'zone', at: 'end', slipsUseSpares: true },
      positioning: { kind: 'full' },
      seek: { kind: 'table', distances: [1, 10, 29], times: [1, 2.8, 6.6] },
      headSwitch: 0.6,
      writeSettle: 0.3,
    });
    expect(parameters.zones[0]).toEqual({
      firstCylinder: 0,
      lastCylinder: 9,
      sectorsPerTrack: 100,
      trackSkew: 5,
      cylinderSkew: 8,
      firstSectorOffset: 3,
      reservedSectors: 10,
      spares: 7,
      slips: [40, 600],
      defects: [{ original: 50, replacement: 1999 }],
    });
    expect(new DriveModel(parameters).sectorCount).toBe(5000);
  });

  it('takes overheads times their scale, and the slowest step of the way for the bus', () => {
    const { overheads, bus, buffer } = read().parameters;
    expect(overheads).toMatchObject({
      request: 0.2,
      readHit: { afterRead: 0.4, afterWrite: 0.6 },
      writeMiss: { afterRead: 1.6, afterWrite: 1.8 },
      otherReselection: 0.1,
    });
    expect(overheads.extraDisconnect).toBeUndefined();
    expect(bus).toMatchObject({ readSector: 0.015, writeSector: 0.02, readWaterMark: 0.5 });
    expect(buffer).toMatchObject({
      segments: 3,
      segmentSectors: 64,
      readAhead: 'segment',
      maximumReadAhead: 32,
      fastWrite: 'always',
      almostHits: true,
      stopsInSector: false,
    });
    expect(
      changed('Extra write disconnect = 0', 'Extra write disconnect = 1').overheads,
    ).toMatchObject({
      extraDisconnect: { command: 0, seekDelay: 0 },
    });
  });

  it('has its seeks in any of the ways', () => {
    const seek = (type: string) => changed('Seek type = extracted', `Seek type = ${type}`).seek;
    expect(seek('constant')).toEqual({ kind: 'constant', time: 4 });
    expect(seek('linear')).toEqual({ kind: 'three-point-line', single: 1, average: 5, full: 9 });
    expect(seek('curve')).toEqual({ kind: 'three-point-curve', single: 1, average: 5, full: 9 });
    const law = { nearConstant: 2, nearRoot: 0.5, farConstant: 4, farSlope: 0.05 };
    const hpl = { kind: 'two-piece', boundary: 20, ...law };
    expect(seek('hpl')).toEqual({ ...hpl, shortest: [1.5] });
    expect(seek('hplplus10')).toEqual({ ...hpl, shortest: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    expect(() => seek('guessed')).toThrow(/made-up.model:\d+: 'Seek type' .*'guessed'/);
  });

  it('has its positioning in any of the ways', () => {
    const kind = (type: string) =>
      changed('trackSwitchPlusRotation', `${type}, Constant access time = 3.5`).positioning;
    expect(kind('averageRotation')).toEqual({ kind: 'average-rotation' });
    expect(kind('constant')).toEqual({ kind: 'constant', time: 3.5 });
  });

  it('knows every mapping and sparing scheme, and no other', () => {
    const mapping = (scheme: number) =>
      changed('mapping scheme = 1', `mapping scheme = ${scheme}`).headOrder;
    expect([0, 1, 2].map(mapping)).toEqual(['restart', 'serpentine-by-zone', 'serpentine']);
    expect(() => mapping(3)).toThrow(/'LBN-to-PBN mapping scheme'/);
    for (let scheme = 0; scheme <= 10; scheme += 1) {
      const drive = changed('scheme used = 9', `scheme used = ${scheme}`);
      expect(drive.sparing.unit).toBe(scheme === 1 ? 'track' : 'sector');
      expect(new DriveModel(drive).serviceNanos(0, 0, 2500, 300)).toBeGreaterThan(0);
    }
    expect(() => changed('scheme used = 9', 'scheme used = 11')).toThrow(/'Sparing scheme used'/);
  });

  it('takes skews in revolutions where it says so', () => {
    const drive = changed('Rangesize for', 'Skew units = revolutions,\nRangesize for');
    expect(drive.zones[1]).toMatchObject({ trackSkew: 320, cylinderSkew: 480 });
  });

  it('tells what it says and is not used', () => {
    const noted = read(changedDrive('Print stats = 1,\n   Avg', 'Colour = 3,\n   Avg')).notes;
    expect(noted).toEqual(["drive: 'Colour' is not known and not used"]);
    expect(read(changedDrive('error in rpms = 0.0', 'error in rpms = 1')).notes).toHaveLength(1);
    expect(read(changedDrive('Scale for delays = 0.0', 'Scale for delays = 1')).notes).toHaveLength(
      1,
    );
    expect(read(changedDrive('of cylinders = 30', 'of cylinders = 20')).notes[0]).toMatch(
      /cylinder 29/,
    );
  });

  it('is refused with its line when something is missing, wrong or of another kind', () => {
    expect(() => changed(/ +Fast write level = 2,\n/, '')).toThrow(
      /made-up.diskspecs:2: 'Fast write level' is missing/,
    );
    expect(() => changed('Fast write level = 2', 'Fast write level = often')).toThrow(/number/);
    expect(() => changed('Fast write level = 2', 'Fast write level = 3')).toThrow(/0 to 2/);
    expect(() => changed('Layout Model = dm_layout_g1 {', 'Layout Model = dm_layout_g4 {')).toThrow(
      /made-up.model:6: .*dm_layout_g4 is not known/,
    );
    expect(() => changed('Model = source made-up.model,', 'Model = 7,')).toThrow(/'Model'/);
    expect(() => changed('disk0 .. disk2 ] as MADE_UP', 'disk0 ] is MADE_UP')).toThrow(
      /'is' stands/,
    );
    expect(() => changed('disksim_disk MADE_UP', 'disksim_simpledisk MADE_UP')).toThrow(/no drive/);
    expect(() => changed('10, 2.8', '10 2.8 ms\n9, 3')).toThrow(/made-up.seek:4: '9, 3'/);
    expect(() => changed(/ {3}Block count = 5000,[^]*$/, '')).toThrow(/made-up.model:\d+/);
  });
});
