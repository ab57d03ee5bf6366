/**
 * Where a `write` entry may write: the tracks of data sets, or every track that is not the volume's
 * own; and which of them comes next.
 *
 * @module
 */
import {
  type DataSetEntry,
  findDataSet,
  type Outcome,
  type Random,
  readVtoc,
  refuse,
  type TrackIndex,
  trackIndex,
  type VolumeTracks,
  type Vtoc,
} from '../../src/index.ts';
import type { RecordLayout } from './track-content.ts';

/** A run of tracks with the layout of its records. */
interface AreaRun {
  readonly first: number;
  readonly count: number;
  readonly layout: RecordLayout;
}

/** Data sets that the system keeps about the volume: not an application's to write. */
const OWN_DATA_SET = /^SYS1\.(VTOCIX|VVDS)\./;
const UNKNOWN_LAYOUT: RecordLayout = Object.freeze({ recordFormat: '', blockLength: 0 });

/** Tracks that may be written, as one row. */
export class WriteArea {
  readonly trackCount: number;
  readonly #runs: readonly AreaRun[];

  constructor(runs: readonly AreaRun[]) {
    this.#runs = runs;
    this.trackCount = runs.reduce((sum, run) => sum + run.count, 0);
  }

  /** The track at a place of the row, and how its records are laid out. */
  at(place: number): { readonly track: TrackIndex; readonly layout: RecordLayout } {
    let rest = place;
    for (const run of this.#runs) {
      if (rest < run.count) return { track: trackIndex(run.first + rest), layout: run.layout };
      rest -= run.count;
    }
    throw new RangeError(`place ${place} of ${this.trackCount}`);
  }

  /** The runs of the row, in order. */
  runs(): readonly { readonly first: number; readonly count: number }[] {
    return this.#runs;
  }

  /** The track at every place of the row. */
  tracks(): Int32Array {
    const tracks = new Int32Array(this.trackCount);
    let place = 0;
    for (const { first, count } of this.#runs) {
      for (let at = 0; at < count; at += 1) {
        tracks[place] = first + at;
        place += 1;
      }
    }
    return tracks;
  }
}

/** Finds the tracks that an entry may write. */
export function findArea(
  volume: VolumeTracks,
  wanted: { readonly area: 'dataSets' | 'any'; readonly dataSet?: string | undefined },
): Outcome<WriteArea> {
  const vtoc = readVtoc(volume);
  if (vtoc.kind === 'refused') return vtoc;
  const chosen = chooseDataSets(vtoc.value, wanted.dataSet);
  if (chosen.kind === 'refused') return chosen;
  const runs =
    wanted.area === 'any'
      ? everyTrackBut(ownRuns(vtoc.value), vtoc.value, volume)
      : chosen.value.flatMap((entry) => runsOf(entry));
  const area = new WriteArea(runs);
  if (area.trackCount > 0) return { kind: 'done', value: area };
  return refuse('SPACE_NOT_ON_VOLUME', {
    what: `writing to ${vtoc.value.label.volser}`,
    limit: 'it has no data set with tracks to write',
    fix: 'write to a volume with data sets, or with area: any',
  });
}

/** How the next place is drawn. */
export type Pattern = 'uniform' | 'sequential' | 'hot';

/** Share of the area that is hot, and share of the writes that go there. */
const HOT_AREA = 0.2;
const HOT_WRITES = 0.8;

/** Draws places of an area without end. */
export function* drawPlaces(
  pattern: Pattern,
  trackCount: number,
  random: Random,
): Generator<number, never> {
  const start = random.below(trackCount);
  const hotCount = Math.max(1, Math.round(trackCount * HOT_AREA));
  for (let at = 0; ; at += 1) {
    if (pattern === 'sequential') yield (start + at) % trackCount;
    else if (pattern === 'uniform') yield random.below(trackCount);
    else {
      const isHot = random.fraction() < HOT_WRITES;
      const place = isHot ? random.below(hotCount) : random.below(trackCount);
      yield (start + place) % trackCount;
    }
  }
}

function chooseDataSets(vtoc: Vtoc, name: string | undefined): Outcome<readonly DataSetEntry[]> {
  if (name === undefined) {
    const entries = vtoc.entries.filter((entry) => !OWN_DATA_SET.test(entry.name));
    return { kind: 'done', value: entries };
  }
  const found = findDataSet(vtoc, name);
  return found.kind === 'refused' ? found : { kind: 'done', value: [found.value] };
}

function runsOf(entry: DataSetEntry): readonly AreaRun[] {
  const { recordFormat, blockLength } = entry;
  const layout = { recordFormat, blockLength };
  return entry.extents.map(({ first, count }) => ({ first, count, layout }));
}

/** Label, VTOC, index and VVDS. */
function ownRuns(vtoc: Vtoc): readonly { readonly first: number; readonly count: number }[] {
  const own = vtoc.entries.filter((entry) => OWN_DATA_SET.test(entry.name));
  return [{ first: 0, count: 1 }, vtoc.extent, ...own.flatMap((entry) => entry.extents)];
}

function everyTrackBut(
  own: readonly { readonly first: number; readonly count: number }[],
  vtoc: Vtoc,
  volume: VolumeTracks,
): readonly AreaRun[] {
  // Data sets keep their layout; what lies between them is filled with blocks of a usual length.
  const dataSets = vtoc.entries
    .filter((entry) => !OWN_DATA_SET.test(entry.name))
    .flatMap((entry) => runsOf(entry));
  const taken = [...own, ...dataSets].toSorted((left, right) => left.first - right.first);
  const between: AreaRun[] = [];
  let first = 0;
  for (const run of [...taken, { first: volume.cylinders * volume.type.headCount, count: 0 }]) {
    if (run.first > first) {
      between.push({ first, count: run.first - first, layout: UNKNOWN_LAYOUT });
    }
    first = Math.max(first, run.first + run.count);
  }
  return [...dataSets, ...between].toSorted((left, right) => left.first - right.first);
}
