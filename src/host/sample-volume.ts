/**
 * A realistic volume from nothing: label, VTOC, index, VVDS, sequential and partitioned data sets of
 * readable content, one of them in three extents. Deterministic: the same volume for the same random
 * stream. Used by the shipped scenario, the tests and the benches.
 *
 * @module
 */
import type { Random } from '../base/ports.ts';
import { type Outcome, refuse } from '../base/refusal.ts';
import { trackIndex } from '../base/units.ts';
import { recordsPerTrack } from '../geometry/track-capacity.ts';
import { TRACK_MANAGED_CYLINDERS } from './dscb-volume.ts';
import { textToEbcdic } from './ebcdic.ts';
import { initialiseVolume } from './initialise-volume.ts';
import type { MemberStatistics } from './member-statistics.ts';
import { directoryBlocksFor, type NewMember } from './partitioned-layout.ts';
import { logLine, payrollRecord, programLines } from './sample-text.ts';
import { VolumeBuilder } from './volume-builder.ts';
import type { TrackRange, VolumeTracks } from './volume-tracks.ts';
import { readVtoc, type Vtoc } from './vtoc.ts';
import { intervalsPerTrack } from './vvds.ts';

/** What a sample volume shall be. */
export interface SampleOptions {
  readonly volser: string;
  readonly owner?: string;
  readonly index?: boolean;
  readonly vvds?: boolean;
  /** How much content, 1 for about a hundred tracks on a 3390. */
  readonly scale?: number;
}

/** Block length of the sample data sets: small enough for every device type but the 2311. */
const BLOCK_BYTES = 3120;
const MEMBER_COUNT = 24;
const LINE_BYTES_MAX = 255;
const RECORDS_PER_SCALE = 12_000;
const PAYROLL_BYTES = 120;
/** Space of the log for each scale. */
const LOG_BYTES = 750_000;
/** Space of the sources for each scale. */
const SOURCE_BYTES = 700_000;

/**
 * Initialises a volume and fills it. Refused as initialising and building are, for instance on a
 * volume that is too small.
 */
export function buildSampleVolume(
  volume: VolumeTracks,
  random: Random,
  options: SampleOptions,
): Outcome<Vtoc> {
  const index = options.index ?? true;
  const vvds = options.vvds ?? intervalsPerTrack(volume.type) > 0;
  const made = initialiseVolume(volume, {
    volser: options.volser,
    owner: options.owner ?? 'VDASD',
    index,
    vvds,
    catalogs: vvds ? ['CATALOG.PROD'] : [],
  });
  if (made.kind === 'refused') return made;
  const opened = VolumeBuilder.open(volume);
  if (opened.kind === 'refused') return opened;
  const scale = options.scale ?? 1;
  const refusal = checkScale(volume, scale);
  if (refusal !== undefined) return refusal;
  const steps = [addPayroll, addSources, addLog, addScratchPad, vvds ? addLedger : addNothing];
  for (const step of steps) {
    const refused = step(opened.value, volume, random, scale);
    if (refused !== undefined) return refused;
  }
  const finished = opened.value.finish();
  return finished.kind === 'refused' ? finished : readVtoc(volume);
}

/** The content is made in memory: a scale that cannot fit is refused before that. */
function checkScale(volume: VolumeTracks, scale: number): ReturnType<SampleStep> {
  const bytes = PAYROLL_BYTES * RECORDS_PER_SCALE + SOURCE_BYTES + LOG_BYTES;
  const wanted = tracksFor(bytes * scale, volume);
  const there = volume.cylinders * volume.type.headCount;
  if (wanted <= there) return undefined;
  return refuse('SPACE_NOT_ON_VOLUME', {
    what: `a sample of scale ${scale}, ${wanted} tracks and more`,
    limit: `the volume has ${there} tracks`,
    fix: 'choose a smaller scale or a larger volume',
  });
}

/** Tracks that so many bytes take in our blocks. */
function tracksFor(bytes: number, volume: VolumeTracks): number {
  const perTrack = recordsPerTrack(volume.type, { keyBytes: 0, dataBytes: BLOCK_BYTES });
  return Math.ceil(bytes / (perTrack * BLOCK_BYTES));
}

type SampleStep = (
  builder: VolumeBuilder,
  volume: VolumeTracks,
  random: Random,
  scale: number,
) => Extract<Outcome<never>, { kind: 'refused' }> | undefined;

const addPayroll: SampleStep = (builder, _volume, random, scale) => {
  const count = RECORDS_PER_SCALE * scale;
  const records = Array.from({ length: count }, (_, at) =>
    textToEbcdic(payrollRecord(at + 1, random)),
  );
  return refusalOf(
    builder.addSequential({
      name: 'PROD.PAYROLL.MASTER',
      recordFormat: 'FB',
      recordLength: PAYROLL_BYTES,
      blockLength: BLOCK_BYTES,
      records,
      secondary: { unit: 'cylinders', quantity: 1 },
    }),
  );
};

const addSources: SampleStep = (builder, volume, random, scale) => {
  const members = Array.from({ length: MEMBER_COUNT }, (_, at): NewMember => {
    const name = `PAY${String(at + 1).padStart(3, '0')}`;
    const lineCount = 40 + random.below(200 * scale);
    const lines = [...programLines(name, lineCount, random)];
    return {
      name,
      records: lines.map((line) => textToEbcdic(line, 80)),
      statistics: sampleStatistics(lines.length, at),
      ...(at % 8 === 0 ? { aliases: [`MAIN${at / 8 + 1}`] } : {}),
    };
  });
  return refusalOf(
    builder.addPartitioned({
      name: 'PROD.SOURCE.COBOL',
      recordFormat: 'FB',
      recordLength: 80,
      blockLength: BLOCK_BYTES,
      directoryBlocks: directoryBlocksFor(MEMBER_COUNT + 3) + 2,
      members,
      space: {
        cylinders: Math.ceil(tracksFor(SOURCE_BYTES * scale, volume) / volume.type.headCount),
      },
    }),
  );
};

/** A log in three extents with gaps between them. */
const addLog: SampleStep = (builder, volume, random, scale) => {
  const { headCount } = volume.type;
  const extentTracks = Math.max(headCount, tracksFor((LOG_BYTES / 3) * scale, volume));
  const from = Math.floor(Math.min(volume.cylinders, TRACK_MANAGED_CYLINDERS) / 4) * headCount;
  const ranges = [0, 1, 2].map((at): TrackRange => {
    const first = trackIndex(from + at * (extentTracks + 2 * headCount));
    return { first, count: extentTracks };
  });
  const lines = Array.from({ length: 2 * RECORDS_PER_SCALE * scale }, (_, at) =>
    textToEbcdic(logLine(at, random)),
  );
  // As many lines as fit well inside the extents, whatever the device's track holds.
  const perTrack = recordsPerTrack(volume.type, { keyBytes: 0, dataBytes: BLOCK_BYTES });
  const room = (3 * extentTracks - 1) * perTrack * (BLOCK_BYTES - LINE_BYTES_MAX);
  let used = 0;
  const records = lines.filter((line) => {
    used += line.length + 4;
    return used < room;
  });
  return refusalOf(
    builder.addSequential({
      name: 'PROD.LOG',
      recordFormat: 'VB',
      recordLength: LINE_BYTES_MAX,
      blockLength: BLOCK_BYTES,
      records,
      space: { ranges },
    }),
  );
};

/** Space that nobody has written yet. */
const addScratchPad: SampleStep = (builder) =>
  refusalOf(
    builder.addSequential({
      name: 'PROD.WORK.SORTIN',
      recordFormat: 'FB',
      recordLength: 80,
      blockLength: BLOCK_BYTES,
      records: [],
      space: { cylinders: 5 },
    }),
  );

const addLedger: SampleStep = (builder, _volume, random, scale) => {
  const intervals = Array.from({ length: 24 * scale }, () => random.bytes(2048));
  return refusalOf(
    builder.addVsam({
      name: 'PROD.LEDGER.DATA',
      cluster: 'PROD.LEDGER',
      catalog: 'CATALOG.PROD',
      organisation: 'E',
      controlIntervalBytes: 2048,
      intervals,
    }),
  );
};

const addNothing: SampleStep = () => undefined;

function refusalOf(outcome: Outcome<unknown>): ReturnType<SampleStep> {
  return outcome.kind === 'refused' ? outcome : undefined;
}

function sampleStatistics(lineCount: number, at: number): MemberStatistics {
  return {
    version: 1,
    modification: at,
    created: { year: 1997, day: 100 + at },
    changed: { year: 1998, day: 40 + at, hour: 9 + (at % 8), minute: (at * 7) % 60 },
    lineCount,
    initialLineCount: lineCount,
    changedLineCount: 0,
    user: 'WHITE',
  };
}
