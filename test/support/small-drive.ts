/**
 * A small drive with round figures, and any part of it changed.
 *
 * A revolution is 10 ms; tracks have 100 sectors, so a sector takes 0.1 ms.
 *
 * @module
 */
import type {
  DriveParameters,
  DriveZone,
  Sparing,
} from '../../sim/device/drive/drive-parameters.ts';

/** Nothing is spare. */
export const NO_SPARES: Sparing = {
  unit: 'sector',
  stretch: 'none',
  stretchCylinders: 1,
  at: 'end',
  slipsUseSpares: false,
};

/** 20 cylinders of 100 sectors a track. */
export const SMALL_ZONE: DriveZone = {
  firstCylinder: 0,
  lastCylinder: 19,
  sectorsPerTrack: 100,
  trackSkew: 12,
  cylinderSkew: 25,
  firstSectorOffset: 0,
  reservedSectors: 0,
  spares: 0,
  slips: [],
  defects: [],
};

const NO_TIME = { afterRead: 0, afterWrite: 0 };

/** 4 surfaces, seeks of 1 + 0.1 d ms, head switch 1 ms, settle 0.5 ms; no overheads, no cache, a free bus. */
const SMALL_DRIVE: DriveParameters = {
  name: 'small',
  source: 'for tests',
  revolutionsPerMinute: 6000,
  surfaces: 4,
  headOrder: 'restart',
  sparing: NO_SPARES,
  zones: [SMALL_ZONE],
  positioning: { kind: 'full' },
  seek: { kind: 'table', distances: [1, 1000], times: [1.1, 101] },
  headSwitch: 1,
  writeSettle: 0.5,
  overheads: {
    request: 0,
    readHit: NO_TIME,
    readMiss: NO_TIME,
    writeHit: NO_TIME,
    writeMiss: NO_TIME,
    readCompletion: 0,
    writeCompletion: 0,
    dataPreparation: 0,
    firstReselection: 0,
    otherReselection: 0,
    readDisconnect: NO_TIME,
    writeDisconnect: 0,
    minimumSeek: 0,
  },
  bus: {
    readSector: 0,
    writeSector: 0,
    readWaterMark: 0,
    waterMarkOf: 'request',
    holdRead: false,
    sendsPartialHits: true,
    neverDisconnect: false,
  },
  buffer: {
    isCaching: true,
    segments: 4,
    segmentSectors: 150,
    writeSegments: 1,
    hasOwnWriteSegment: false,
    readAhead: 'none',
    minimumReadAhead: 0,
    maximumReadAhead: 150,
    replacesRequested: false,
    readsOnAfterHit: false,
    keepsPassing: false,
    zeroLatencyRead: false,
    zeroLatencyWrite: false,
    almostHits: false,
    readsWrittenData: false,
    fastWrite: 'never',
    combinesWrites: true,
    writesStopReadAhead: true,
    stopsInSector: true,
  },
};

/** Any part of the parameters, to be laid over the small drive's. */
export interface DriveChange
  extends Partial<Omit<DriveParameters, 'overheads' | 'bus' | 'buffer'>> {
  readonly overheads?: Partial<DriveParameters['overheads']>;
  readonly bus?: Partial<DriveParameters['bus']>;
  readonly buffer?: Partial<DriveParameters['buffer']>;
}

/** The small drive with a change. */
export function smallDrive(change: DriveChange = {}): DriveParameters {
  return {
    ...SMALL_DRIVE,
    ...change,
    overheads: { ...SMALL_DRIVE.overheads, ...change.overheads },
    bus: { ...SMALL_DRIVE.bus, ...change.bus },
    buffer: { ...SMALL_DRIVE.buffer, ...change.buffer },
  };
}
