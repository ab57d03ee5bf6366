import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriveLayout } from '../../../../../sim/device/drive/drive-layout.ts';
import type {
  DriveParameters,
  DriveZone,
  HeadOrder,
  Sparing,
} from '../../../../../sim/device/drive/drive-parameters.ts';
import { NO_SPARES, SMALL_ZONE, smallDrive } from '../../../../support/small-drive.ts';

interface Place {
  readonly cylinder: number;
  readonly head: number;
  readonly angle: number;
  readonly track: string;
}

/** Sector after sector, as somebody would lay out a drive by hand. */
function layOut(drive: DriveParameters): readonly Place[] {
  return drive.zones.flatMap((zone) => {
    const { surfaces, sparing } = drive;
    const perTrack = zone.sectorsPerTrack;
    const total = (zone.lastCylinder - zone.firstCylinder + 1) * surfaces * perTrack;
    const unit = sparing.unit === 'track' ? perTrack : 1;
    const stretchOf = stretchName(sparing, perTrack, surfaces);
    const isSlipped = (at: number): boolean => zone.slips.includes(Math.floor(at / unit));
    const stretches = new Map<string, number[]>();
    for (let at = zone.reservedSectors; at < total; at += 1) {
      const name = stretchOf(at);
      stretches.set(name, [...(stretches.get(name) ?? []), at]);
    }
    const hasSpares = !['none', 'drive'].includes(sparing.stretch);
    const spares = hasSpares ? zone.spares * unit : 0;
    const used = [...stretches.values()].flatMap((sectors) => {
      const good = sectors.filter((at) => !isSlipped(at));
      const slipped = sectors.length - good.length;
      // Spares make up for what is slipped first; what is left of them stays empty.
      const left = sparing.slipsUseSpares ? Math.max(0, spares - slipped) : spares;
      const count = Math.max(0, good.length - left);
      return sparing.at === 'front' ? good.slice(good.length - count) : good.slice(0, count);
    });
    return used.map((at) => placeOf(moved(at, zone, unit), zone, drive));
  });
}

function stretchName(sparing: Sparing, perTrack: number, surfaces: number) {
  const sizes: Record<Sparing['stretch'], number> = {
    none: Number.POSITIVE_INFINITY,
    zone: Number.POSITIVE_INFINITY,
    drive: Number.POSITIVE_INFINITY,
    track: perTrack,
    cylinder: perTrack * surfaces,
    cylinders: perTrack * surfaces * sparing.stretchCylinders,
  };
  const size = sizes[sparing.stretch];
  return (at: number): string => String(Math.floor(at / size));
}

function moved(at: number, zone: DriveZone, unit: number): number {
  const defect = zone.defects.find(({ original }) => original === Math.floor(at / unit));
  return defect === undefined ? at : defect.replacement * unit + (at % unit);
}

function placeOf(at: number, zone: DriveZone, drive: DriveParameters): Place {
  const track = Math.floor(at / zone.sectorsPerTrack);
  const inZone = Math.floor(track / drive.surfaces);
  const order = track % drive.surfaces;
  const cylinder = zone.firstCylinder + inZone;
  let skew = 0;
  for (let one = 1; one <= track; one += 1) {
    skew += one % drive.surfaces === 0 ? zone.cylinderSkew : zone.trackSkew;
  }
  const odd = drive.headOrder === 'serpentine' ? cylinder % 2 === 1 : inZone % 2 === 1;
  const isBackwards = drive.headOrder !== 'restart' && odd;
  const turns =
    (zone.firstSectorOffset + skew + (at % zone.sectorsPerTrack)) / zone.sectorsPerTrack;
  return {
    cylinder,
    head: isBackwards ? drive.surfaces - 1 - order : order,
    angle: turns - Math.floor(turns),
    track: `${cylinder} ${order}`,
  };
}

const heads: readonly HeadOrder[] = ['restart', 'serpentine', 'serpentine-by-zone'];
const stretches: readonly Sparing['stretch'][] = [
  'none',
  'track',
  'cylinder',
  'cylinders',
  'zone',
  'drive',
];

const zone = (firstCylinder: number): fc.Arbitrary<DriveZone> =>
  fc
    .record({
      cylinders: fc.integer({ min: 1, max: 4 }),
      sectorsPerTrack: fc.integer({ min: 4, max: 9 }),
      trackSkew: fc.integer({ min: 0, max: 5 }),
      cylinderSkew: fc.integer({ min: -3, max: 5 }),
      firstSectorOffset: fc.integer({ min: 0, max: 3 }),
      reservedSectors: fc.integer({ min: 0, max: 12 }),
      spares: fc.integer({ min: 0, max: 2 }),
      slips: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
    })
    .map(({ cylinders, slips, ...rest }) => ({
      ...rest,
      firstCylinder,
      lastCylinder: firstCylinder + cylinders - 1,
      slips: slips.toSorted((a, b) => a - b),
      defects: [],
    }));

const drives: fc.Arbitrary<DriveParameters> = fc
  .record({
    surfaces: fc.integer({ min: 1, max: 3 }),
    headOrder: fc.constantFrom(...heads),
    stretch: fc.constantFrom(...stretches),
    slipsUseSpares: fc.boolean(),
    zones: fc.tuple(zone(0), zone(5)),
  })
  .map(({ stretch, slipsUseSpares, ...rest }) =>
    smallDrive({
      ...rest,
      sparing: { ...NO_SPARES, stretch, slipsUseSpares, stretchCylinders: 2 },
    }),
  );

describe('a layout', () => {
  it('puts every address where laying out by hand puts it', () => {
    fc.assert(
      fc.property(drives, (drive) => {
        const places = layOut(drive);
        fc.pre(places.length > 0);
        const layout = new DriveLayout(drive);
        expect(layout.sectorCount).toBe(places.length);
        for (const [address, place] of places.entries()) {
          layout.find(address);
          expect(layout.cylinder).toBe(place.cylinder);
          expect(layout.head).toBe(place.head);
          expect(layout.angle).toBeCloseTo(place.angle, 9);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells runs that follow each other on one track, and where tracks begin and end', () => {
    fc.assert(
      fc.property(drives, (drive) => {
        const places = layOut(drive);
        fc.pre(places.length > 0);
        const layout = new DriveLayout(drive);
        for (const [address, place] of places.entries()) {
          layout.find(address);
          const next = places[address + 1];
          const step = next === undefined ? 0 : next.angle - place.angle;
          const isNext =
            next?.track === place.track &&
            Math.abs(step - Math.floor(step) - 1 / layout.sectorsPerTrack) < 1e-9;
          expect(layout.runSectors > 1).toBe(isNext);
          const onTrack = places.flatMap(({ track }, at) => (track === place.track ? [at] : []));
          expect(layout.trackStart(address)).toBe(onTrack[0]);
          expect(layout.trackEnd(address)).toBe((onTrack.at(-1) ?? 0) + 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('puts spares at the front of cylinders where they belong there', () => {
    const at = { ...NO_SPARES, stretch: 'cylinder', at: 'front', slipsUseSpares: false } as const;
    const drive = smallDrive({ zones: [{ ...SMALL_ZONE, spares: 7, slips: [120] }], sparing: at });
    const places = layOut(drive);
    const layout = new DriveLayout(drive);
    for (const address of [0, 112, 113, 391, 392, 393, 800]) {
      layout.find(address);
      expect(layout.angle).toBeCloseTo(places[address]?.angle ?? -1, 9);
      expect(layout.cylinder).toBe(places[address]?.cylinder);
    }
  });

  it('counts whole tracks where whole tracks are spare', () => {
    const sparing = { ...NO_SPARES, unit: 'track', stretch: 'zone', slipsUseSpares: true } as const;
    const zones = [{ ...SMALL_ZONE, spares: 4, slips: [2] }];
    const layout = new DriveLayout(smallDrive({ zones, sparing }));
    expect(layout.sectorCount).toBe((80 - 4) * 100);
    layout.find(199);
    expect([layout.cylinder, layout.head]).toEqual([0, 1]);
    layout.find(200);
    expect([layout.cylinder, layout.head]).toEqual([0, 3]);
  });

  it('follows a replaced sector to its new place and back', () => {
    const zones = [{ ...SMALL_ZONE, defects: [{ original: 50, replacement: 799 }] }];
    const layout = new DriveLayout(smallDrive({ zones }));
    layout.find(49);
    expect([layout.cylinder, layout.head, layout.runSectors]).toEqual([0, 0, 1]);
    layout.find(50);
    expect([layout.cylinder, layout.head, layout.runSectors]).toEqual([1, 3, 1]);
    layout.find(51);
    expect([layout.cylinder, layout.head, layout.runSectors]).toEqual([0, 0, 49]);
  });

  it('ends where the drive says that it ends', () => {
    expect(new DriveLayout(smallDrive({ sectorCount: 1234 })).sectorCount).toBe(1234);
    expect(new DriveLayout(smallDrive({ sectorCount: 1e9 })).sectorCount).toBe(8000);
    const layout = new DriveLayout(smallDrive());
    expect(layout.cylinderEnd(399)).toBe(400);
    expect(layout.cylinderEnd(400)).toBe(800);
  });
});
