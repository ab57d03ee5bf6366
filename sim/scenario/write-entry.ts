/**
 * The entry `write`: an application changes tracks, one channel program each.
 *
 * The laboratory knows what is on the track (as an application does that has read it before) and
 * sends the whole track with new data. In signature content the load is generated inside the
 * subsystem: no bytes exist that could cross a channel.
 *
 * @module
 */
import {
  type DataProcessor,
  deviceVolume,
  parseTrack,
  type Random,
  refuse,
  type TrackIndex,
  toTrackAddress,
  type UnitControlBlock,
} from '../../src/index.ts';
import { type EntryMachine, type EntryStep, ended } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import type { EntryOf } from './scenario.ts';
import {
  fillTrack,
  hasRecordsToRewrite,
  type RecordLayout,
  rewriteRecords,
} from './track-content.ts';
import { drawPlaces, findArea, type WriteArea } from './write-area.ts';

/** Draws in a row that may meet tracks with nothing to rewrite before one is written as it is. */
const DRAWS_MAX = 64;
const TWO_32 = 2 ** 32;

/** One track that is about to be written. */
interface NextWrite {
  readonly track: TrackIndex;
  readonly layout: RecordLayout;
  image: Uint8Array | undefined;
}

/** The machine of a `write`. */
export function writeEntry(laboratory: Laboratory, entry: EntryOf<'write'>): EntryMachine {
  const { fields } = entry;
  const { volume, tracks, pattern } = fields;
  const host = laboratory.host(fields.host);
  const random = laboratory.random(`write ${entry.path.join('.')}`);
  const written = new Set<TrackIndex>();
  let writer: TrackWriter | undefined;
  let count = 0;
  const step = (): EntryStep => {
    if (writer === undefined) {
      const opened = openWriter(laboratory, host, entry, random);
      if (!(opened instanceof TrackWriter)) return opened;
      writer = opened;
    }
    if (count === tracks) {
      return ended({ volume, tracks, distinctTracks: written.size, pattern });
    }
    const done = writer.writeNext();
    if (done.kind !== 'done') return done;
    written.add(done.value);
    count += 1;
    return { kind: 'again' };
  };
  const where = fields.dataSet === undefined ? volume : `${fields.dataSet} on ${volume}`;
  return { title: `write ${tracks} tracks of ${where} (${pattern})`, step };
}

function openWriter(
  laboratory: Laboratory,
  host: DataProcessor,
  entry: EntryOf<'write'>,
  random: Random,
): TrackWriter | ReturnType<typeof refuse> {
  const { fields } = entry;
  const block = host.findVolume(fields.volume);
  const placed = block && laboratory.device(block.subsystem, block.device);
  if (block === undefined || placed === undefined) {
    return refuse('VOLUME_UNKNOWN', {
      what: `volume ${fields.volume}`,
      limit: `no device of ${host.name} has it online`,
      fix: 'write to a volume that is online',
    });
  }
  const { owner, device } = placed;
  const area = owner.meter.unseen(() =>
    findArea(deviceVolume(owner.subsystem, device), {
      area: fields.area,
      dataSet: fields.dataSet,
    }),
  );
  if (area.kind === 'refused') return area;
  return new TrackWriter(laboratory, { host, block, placed }, area.value, {
    places: drawPlaces(fields.pattern, area.value.trackCount, random),
    random,
  });
}

/** Writes one track after the other. */
class TrackWriter {
  readonly #laboratory: Laboratory;
  readonly #to: { host: DataProcessor; block: UnitControlBlock; placed: PlacedDevice };
  readonly #area: WriteArea;
  readonly #drawn: { places: Generator<number, never>; random: Random };
  /** A write that had to wait, to be tried again with the same bytes. */
  #next: NextWrite | undefined;

  constructor(
    laboratory: Laboratory,
    to: { host: DataProcessor; block: UnitControlBlock; placed: PlacedDevice },
    area: WriteArea,
    drawn: { places: Generator<number, never>; random: Random },
  ) {
    this.#laboratory = laboratory;
    this.#to = to;
    this.#area = area;
    this.#drawn = drawn;
  }

  /** Writes the next track; gives the track. */
  writeNext():
    | { readonly kind: 'done'; readonly value: TrackIndex }
    | Exclude<EntryStep, { kind: 'done' }> {
    const { owner } = this.#to.placed;
    const isSignature = owner.subsystem.configuration.content === 'signature';
    const next = (this.#next ??= isSignature ? this.#drawTrack() : this.#drawChange());
    const stopped = isSignature ? this.#writeSignature(next) : this.#writeBytes(next);
    if (stopped !== undefined) return stopped;
    this.#next = undefined;
    this.#laboratory.writes.noteWrite(this.#to.placed, next.track);
    return { kind: 'done', value: next.track };
  }

  #writeBytes(next: NextWrite): Exclude<EntryStep, { kind: 'done' }> | undefined {
    const { host, block } = this.#to;
    const image = (next.image ??= this.#newContent(next));
    const step = host.writeTrack(block, next.track, image);
    return step.kind === 'done' ? undefined : step;
  }

  #writeSignature(next: NextWrite): Exclude<EntryStep, { kind: 'done' }> | undefined {
    const { random } = this.#drawn;
    const { owner, device } = this.#to.placed;
    const low = random.below(TWO_32);
    const high = random.below(TWO_32);
    const sequence = owner.subsystem.writeSignature(device.index, next.track, low, high);
    return sequence === 0 ? owner.subsystem.shortageAnswer(device.index) : undefined;
  }

  #drawTrack(): NextWrite {
    const { track, layout } = this.#area.at(this.#drawn.places.next().value);
    return { track, layout, image: undefined };
  }

  /** A track whose data can change; after many draws, any. */
  #drawChange(): NextWrite {
    let next = this.#drawTrack();
    for (let draw = 1; draw < DRAWS_MAX; draw += 1) {
      const track = this.#read(next.track);
      if (hasRecordsToRewrite(track) || isBare(track)) return next;
      next = this.#drawTrack();
    }
    return next;
  }

  #newContent(next: NextWrite): Uint8Array {
    const { device } = this.#to.placed;
    const { random } = this.#drawn;
    const { type } = device.model;
    const track = this.#read(next.track);
    return isBare(track)
      ? fillTrack(type, toTrackAddress(next.track, type.headCount), next.layout, random)
      : rewriteRecords(track, next.layout, random);
  }

  #read(track: TrackIndex): Uint8Array {
    const { owner, device } = this.#to.placed;
    return owner.meter.unseen(() => deviceVolume(owner.subsystem, device).readTrack(track));
  }
}

/** Whether a track holds nothing but record 0. */
function isBare(track: Uint8Array): boolean {
  return parseTrack(track).length === 1;
}
