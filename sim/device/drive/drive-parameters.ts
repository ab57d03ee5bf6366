/**
 * What a drive is: everything that its service times follow from, in the units of data sheets.
 *
 * A set of parameters comes from a YAML file (`drive-loading.ts`) or from the description files of a
 * measured drive; the model (`drive-model.ts`) cannot tell which. Times are milliseconds, because
 * data sheets give them so; the model turns them into nanoseconds once.
 *
 * @module
 */

/** Which head comes first on the next cylinder when addresses run on. */
export type HeadOrder =
  /** Every cylinder begins at head 0. */
  | 'restart'
  /** Odd cylinders are walked backwards, so that a cylinder switch keeps its head. */
  | 'serpentine'
  /** As serpentine, and every zone begins at head 0. */
  | 'serpentine-by-zone';

/** Where the spare sectors lie. */
export interface Sparing {
  /** What spares, slips and defects of the zones count. */
  readonly unit: 'sector' | 'track';
  /** The stretch that each has its own spares; `drive` keeps them all behind the last address. */
  readonly stretch: 'none' | 'track' | 'cylinder' | 'cylinders' | 'zone' | 'drive';
  /** Cylinders of a stretch, where the stretch is `cylinders`. */
  readonly stretchCylinders: number;
  /** Spares lie at the front or at the end of their stretch. */
  readonly at: 'front' | 'end';
  /** Whether a slipped sector is made up for by a spare of its stretch, or moves all that follow. */
  readonly slipsUseSpares: boolean;
}

/** A sector (or track) that was found bad and lives elsewhere; both count from the zone's front. */
export interface DriveDefect {
  readonly original: number;
  readonly replacement: number;
}

/** Cylinders with the same number of sectors on every track. */
export interface DriveZone {
  readonly firstCylinder: number;
  /** Last cylinder, included. */
  readonly lastCylinder: number;
  readonly sectorsPerTrack: number;
  /** Sectors by which the next track of a cylinder begins later on the circle. */
  readonly trackSkew: number;
  /** Sectors by which the first track of the next cylinder begins later. */
  readonly cylinderSkew: number;
  /** Where sector 0 of the zone's first track stands, in its own sectors after the index mark. */
  readonly firstSectorOffset: number;
  /** Sectors at the zone's front that hold no addresses. */
  readonly reservedSectors: number;
  /** Spares of every stretch, in the unit of the sparing. */
  readonly spares: number;
  /** Places that are passed over, ascending from the zone's front, in the unit of the sparing. */
  readonly slips: readonly number[];
  readonly defects: readonly DriveDefect[];
}

/** Time of the arm over a distance in cylinders. Milliseconds. */
export type SeekParameters =
  | { readonly kind: 'constant'; readonly time: number }
  /** Measured points, distances ascending; straight lines between them. */
  | {
      readonly kind: 'table';
      readonly distances: readonly number[];
      readonly times: readonly number[];
    }
  /** `nearConstant + nearRoot * sqrt(d)` below `boundary`, `farConstant + farSlope * d` from there. */
  | {
      readonly kind: 'two-piece';
      readonly boundary: number;
      readonly nearConstant: number;
      readonly nearRoot: number;
      readonly farConstant: number;
      readonly farSlope: number;
      /** Measured times of the shortest distances from one cylinder up, in place of the law. */
      readonly shortest: readonly number[];
    }
  /** Straight lines through one cylinder, the mean at a third of the stroke, and the full stroke. */
  | ({ readonly kind: 'three-point-line' } & ThreePoints)
  /** Root and line through the same three points (Lee and Katz). */
  | ({ readonly kind: 'three-point-curve' } & ThreePoints);

interface ThreePoints {
  readonly single: number;
  readonly average: number;
  readonly full: number;
}

/** How much of the positioning is modelled. */
export type Positioning =
  | { readonly kind: 'full' }
  /** Seeks, and half a revolution for every access. */
  | { readonly kind: 'average-rotation' }
  | { readonly kind: 'constant'; readonly time: number };

/** A time that depends on what the request before was. Milliseconds. */
export interface ByPrevious {
  readonly afterRead: number;
  readonly afterWrite: number;
}

/** Times of the drive's own electronics and of its protocol. Milliseconds. */
export interface DriveOverheads {
  /** Of every request. */
  readonly request: number;
  readonly readHit: ByPrevious;
  readonly readMiss: ByPrevious;
  readonly writeHit: ByPrevious;
  readonly writeMiss: ByPrevious;
  readonly readCompletion: number;
  readonly writeCompletion: number;
  /** Before data goes over the bus. */
  readonly dataPreparation: number;
  readonly firstReselection: number;
  readonly otherReselection: number;
  readonly readDisconnect: ByPrevious;
  readonly writeDisconnect: number;
  /** Of drives that let go of the bus before the data of a write; absent for others. */
  readonly extraDisconnect?: ExtraDisconnect;
  /** Shortest time from command to medium of a write that does not continue the one before. */
  readonly minimumSeek: number;
}

/** A write that lets go of the bus before its data. Milliseconds. */
interface ExtraDisconnect {
  /** In place of the overhead of a write. */
  readonly command: number;
  readonly first: number;
  readonly between: number;
  readonly second: number;
  /** From the command's end to the start of the arm. */
  readonly seekDelay: number;
}

/** The way between drive and controller. */
export interface DriveBus {
  /** Milliseconds for one sector towards the host. */
  readonly readSector: number;
  /** Milliseconds for one sector towards the drive. */
  readonly writeSector: number;
  /** Part of a read (0 to 1) that has to be in the buffer before it is sent. */
  readonly readWaterMark: number;
  /** Whether the mark is a part of the request or of a segment. */
  readonly waterMarkOf: 'request' | 'segment';
  /** Whether the bus is kept through a read even when the medium is slower. */
  readonly holdRead: boolean;
  /** Whether the front of a read that is in the buffer is sent before the water mark is reached. */
  readonly sendsPartialHits: boolean;
  readonly neverDisconnect: boolean;
}

/** How far a drive reads on after a read. */
export type ReadAhead = 'none' | 'track' | 'cylinder' | 'segment' | 'next-track';

/** The drive's own buffer. */
export interface DriveBuffer {
  readonly isCaching: boolean;
  readonly segments: number;
  readonly segmentSectors: number;
  /** Most segments that hold written data. */
  readonly writeSegments: number;
  /** One segment serves writes only, and the only one they use. */
  readonly hasOwnWriteSegment: boolean;
  readonly readAhead: ReadAhead;
  readonly minimumReadAhead: number;
  readonly maximumReadAhead: number;
  /** Whether reading on may replace what the request itself has read. */
  readonly replacesRequested: boolean;
  /** Whether a read that was wholly in the buffer starts reading on. */
  readonly readsOnAfterHit: boolean;
  /** Whether sectors in front of the request are kept when they pass under the head. */
  readonly keepsPassing: boolean;
  /** Sectors are read, or written, in the order in which they pass under the head. */
  readonly zeroLatencyRead: boolean;
  readonly zeroLatencyWrite: boolean;
  /** A read of the sector that is just being read ahead waits for it. */
  readonly almostHits: boolean;
  readonly readsWrittenData: boolean;
  /** Which writes are complete when their data is in the buffer. */
  readonly fastWrite: 'never' | 'appending' | 'always';
  /** A write that continues the one before shares its segment. */
  readonly combinesWrites: boolean;
  /** Whether an acknowledged write ends reading on; otherwise that is finished first. */
  readonly writesStopReadAhead: boolean;
  /** Reading on stops at once, or at the end of the sector under the head. */
  readonly stopsInSector: boolean;
}

/** A drive. */
export interface DriveParameters {
  readonly name: string;
  /** Where the figures come from. */
  readonly source: string;
  readonly revolutionsPerMinute: number;
  /** Surfaces that hold data. */
  readonly surfaces: number;
  readonly headOrder: HeadOrder;
  readonly sparing: Sparing;
  /** Sectors that the drive offers; what the zones hold when left out. */
  readonly sectorCount?: number;
  readonly zones: readonly DriveZone[];
  readonly positioning: Positioning;
  readonly seek: SeekParameters;
  /** Milliseconds to change the head without moving the arm. */
  readonly headSwitch: number;
  /** Milliseconds more after a seek or head switch before a sector may be written. */
  readonly writeSettle: number;
  readonly overheads: DriveOverheads;
  readonly bus: DriveBus;
  readonly buffer: DriveBuffer;
}
