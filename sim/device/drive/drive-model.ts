/**
 * A drive: how long each request takes, in closed form.
 *
 * A request is a few sums: overhead of the electronics, arm, spindle, sectors, bus. What a drive does
 * between requests (reading on, writing what it has already acknowledged) is worked out when the
 * next request asks. Nothing is allocated for a request, and there is no step for a sector.
 *
 * @module
 */
import { SavedNumbers } from '../../engine/saved-numbers.ts';
import { DriveMechanics } from './drive-mechanics.ts';
import type { ByPrevious, DriveParameters } from './drive-parameters.ts';
import { ReadAhead } from './read-ahead.ts';
import { SegmentTable } from './segment-table.ts';

const NANOS_PER_MILLI = 1e6;
const READ = 0;
const WRITE = 1;

/** A drive that serves one request at a time. Times are nanoseconds. */
export class DriveModel {
  readonly parameters: DriveParameters;
  /** Sectors that the drive offers: addresses 0 to one less. */
  readonly sectorCount: number;
  /** Whether the last request was complete without waiting for the medium. */
  isHit = false;
  /** Time of the electronics in the last request. */
  overheadNanos = 0;
  /** The arm's part in the last request. Parts may overlap; writing later counts for no request. */
  seekNanos = 0;
  /** The spindle's part in the last request. */
  latencyNanos = 0;
  /** Sectors under the head, or over the bus where the medium was not waited for. */
  transferNanos = 0;
  readonly #mechanics: DriveMechanics;
  readonly #segments: SegmentTable;
  readonly #readAhead: ReadAhead;
  readonly #readSector: number;
  readonly #writeSector: number;
  #previous: 0 | 1 = READ;
  /** Behind the last sector written, and the segment it lies in. */
  #writtenEnd = -1;
  #writtenSegment = -1;
  /** When everything acknowledged is on the medium. */
  #flushedAt = 0;

  /** @param parameters - Checked by whoever loaded them. The arm begins at cylinder 0, time 0. */
  constructor(parameters: DriveParameters) {
    this.parameters = parameters;
    this.#mechanics = new DriveMechanics(parameters);
    this.#segments = new SegmentTable(parameters.buffer);
    this.#readAhead = new ReadAhead(
      this.#mechanics,
      this.#segments,
      parameters.buffer.stopsInSector,
    );
    this.sectorCount = this.#mechanics.layout.sectorCount;
    this.#readSector = parameters.bus.readSector * NANOS_PER_MILLI;
    this.#writeSector = parameters.bus.writeSector * NANOS_PER_MILLI;
  }

  /**
   * Serves a request and moves the drive on.
   *
   * @param now - When the request reaches the drive; not before the end of the one before.
   * @param operation - 0 reads, 1 writes.
   * @param lbn - First sector.
   * @param sectors - How many; at least 1.
   * @returns Whole nanoseconds until the drive reports completion.
   * @throws RangeError for sectors that the drive does not have.
   */
  serviceNanos(now: number, operation: 0 | 1, lbn: number, sectors: number): number {
    if (lbn < 0 || sectors < 1 || lbn + sectors > this.sectorCount) {
      throw new RangeError(
        `sectors ${lbn} to ${lbn + sectors - 1} of a drive with ${this.sectorCount}`,
      );
    }
    this.seekNanos = 0;
    this.latencyNanos = 0;
    this.transferNanos = 0;
    this.#readAhead.advance(now);
    const end = operation === READ ? this.#read(now, lbn, sectors) : this.#write(now, lbn, sectors);
    this.#previous = operation;
    return Math.max(1, Math.round(end - now));
  }

  /** The whole state, for a run that goes on later. */
  save(): Float64Array {
    return Float64Array.from([
      ...this.#mechanics.save(),
      ...this.#segments.save(),
      ...this.#readAhead.save(),
      this.#previous,
      this.#writtenEnd,
      this.#writtenSegment,
      this.#flushedAt,
    ]);
  }

  /** Goes back to a saved state of a drive with the same parameters. */
  restore(values: Float64Array): void {
    const saved = new SavedNumbers(values);
    this.#mechanics.restore(saved);
    this.#segments.restore(saved);
    this.#readAhead.restore(saved);
    this.#previous = saved.next() === WRITE ? WRITE : READ;
    this.#writtenEnd = saved.next();
    this.#writtenSegment = saved.next();
    this.#flushedAt = saved.next();
  }

  #read(now: number, lbn: number, sectors: number): number {
    const { overheads, buffer } = this.parameters;
    const segment = this.#segments.holding(lbn);
    if (segment < 0) {
      const isNext = this.#readAhead.isActive && lbn === this.#readAhead.next;
      if (isNext && buffer.almostHits)
        return this.#readOn(now, this.#readAhead.segment, lbn, sectors);
      return this.#readMiss(now, lbn, sectors);
    }
    const held = (this.#segments.end[segment] as number) - lbn;
    if (held < sectors) return this.#readOn(now, segment, lbn, sectors);
    this.isHit = true;
    this.#segments.touch(segment);
    const overhead = this.#overhead(overheads.readHit);
    const ready = Math.max(now + overhead, this.#flushedAt);
    this.overheadNanos =
      overhead + (overheads.dataPreparation + overheads.readCompletion) * NANOS_PER_MILLI;
    this.transferNanos = sectors * this.#readSector;
    if (this.#readAhead.isActive && this.#readAhead.segment === segment) {
      this.#readAhead.extend(this.#readAheadLimit(lbn, lbn + sectors));
    } else if (buffer.readsOnAfterHit) {
      const free = this.#readAhead.stop(ready);
      const from = this.#segments.end[segment] as number;
      const limit = this.#readAheadLimit(lbn, lbn + sectors);
      this.#readAhead.start(segment, from, limit, from, free);
    }
    return ready + this.overheadNanos - overhead + this.transferNanos;
  }

  /** A read whose first sectors are in the buffer: the rest comes from the medium behind them. */
  #readOn(now: number, segment: number, lbn: number, sectors: number): number {
    const { overheads, bus } = this.parameters;
    const stream = this.#readAhead;
    const from = this.#segments.end[segment] as number;
    const before = from - lbn;
    const overhead = this.#overhead(overheads.readHit);
    const ready = Math.max(now + overhead, this.#flushedAt);
    const isStreaming = stream.isActive && stream.segment === segment;
    const start = isStreaming ? stream.time : stream.stop(ready);
    stream.isActive = false;
    const mark = this.#mark(sectors);
    this.#mechanics.read(start, from, sectors - before, before, mark, this.#readSector, false);
    this.#takeParts();
    const preparation = overheads.dataPreparation * NANOS_PER_MILLI;
    const completion = overheads.readCompletion * NANOS_PER_MILLI;
    this.overheadNanos = overhead + preparation + completion;
    this.isHit = false;
    let begin = ready + preparation;
    if (before < mark && !bus.sendsPartialHits) begin = Math.max(begin, this.#mechanics.markAt);
    const sent = Math.max(begin + sectors * this.#readSector, this.#mechanics.pacedAt);
    this.#segments.touch(segment);
    this.#afterRead(segment, lbn, sectors);
    return sent + completion;
  }

  #readMiss(now: number, lbn: number, sectors: number): number {
    const { overheads, bus, buffer } = this.parameters;
    const overhead = this.#overhead(overheads.readMiss);
    const command = now + overhead;
    const start = Math.max(command, this.#readAhead.stop(now), this.#flushedAt);
    const mechanics = this.#mechanics;
    mechanics.read(
      start,
      lbn,
      sectors,
      0,
      this.#mark(sectors),
      this.#readSector,
      buffer.zeroLatencyRead,
    );
    this.#takeParts();
    let reconnect = mechanics.markAt;
    let outside = overheads.dataPreparation * NANOS_PER_MILLI;
    if (!bus.neverDisconnect) {
      const disconnect = this.#byPrevious(overheads.readDisconnect);
      reconnect = Math.max(reconnect, command + disconnect);
      outside += overheads.firstReselection * NANOS_PER_MILLI;
    }
    let sent = reconnect + outside + sectors * this.#readSector;
    if (sent < mechanics.pacedAt) {
      // The buffer ran empty on the way: a drive that let go of the bus has to ask for it again.
      const again = bus.holdRead || bus.neverDisconnect ? 0 : overheads.otherReselection;
      sent = mechanics.pacedAt + again * NANOS_PER_MILLI;
    }
    const completion = overheads.readCompletion * NANOS_PER_MILLI;
    this.overheadNanos = overhead + outside + completion;
    this.isHit = false;
    const segment = this.#segments.takeForRead(lbn);
    this.#segments.extend(segment, lbn + sectors);
    this.#afterRead(segment, lbn, sectors);
    return sent + completion;
  }

  /** Keeps what passed under the head and goes on reading. */
  #afterRead(segment: number, lbn: number, sectors: number): void {
    const { buffer } = this.parameters;
    const end = lbn + sectors;
    const mechanics = this.#mechanics;
    this.#segments.extend(segment, end);
    const limit = this.#readAheadLimit(lbn, end);
    const minimum = Math.min(this.sectorCount, end + buffer.minimumReadAhead);
    this.#readAhead.start(segment, end, limit, minimum, mechanics.freeAt);
    if (!this.#keepsTrack()) return;
    // A drive that takes sectors as they come has the track after one revolution.
    const from = Math.max(mechanics.layout.trackStart(end - 1), limit - buffer.segmentSectors);
    if (from < lbn)
      this.#readAhead.keepTrack(segment, from, mechanics.onTrackAt + mechanics.revolution);
  }

  #write(now: number, lbn: number, sectors: number): number {
    const { buffer } = this.parameters;
    const end = lbn + sectors;
    const isAppending = buffer.combinesWrites && lbn === this.#writtenEnd;
    const segment = isAppending ? this.#writtenSegment : this.#segments.takeForWrite(lbn);
    const isFast =
      buffer.fastWrite === 'always' ||
      (buffer.fastWrite === 'appending' && isAppending && this.#previous === WRITE);
    const isHit = isFast && sectors <= buffer.segmentSectors;
    const free =
      isHit && !buffer.writesStopReadAhead ? this.#readAhead.finish() : this.#readAhead.stop(now);
    const done = isHit
      ? this.#writeHit(now, lbn, sectors, Math.max(free, this.#flushedAt), isAppending)
      : this.#writeMiss(now, lbn, sectors, Math.max(free, this.#flushedAt), isAppending);
    this.#segments.drop(lbn, end, segment);
    this.#segments.extend(segment, end);
    this.#segments.touch(segment);
    this.#writtenEnd = end;
    this.#writtenSegment = segment;
    this.#flushedAt = this.#mechanics.freeAt;
    this.isHit = isHit;
    return done;
  }

  /** A write that is complete when its data is in the buffer. */
  #writeHit(now: number, lbn: number, sectors: number, free: number, isAppending: boolean): number {
    const { overheads, buffer } = this.parameters;
    const overhead = this.#overhead(overheads.writeHit);
    // What continues the data in the buffer may join it; anything else waits until that is written.
    const ready = isAppending ? now + overhead : Math.max(now + overhead, this.#flushedAt);
    const preparation = overheads.dataPreparation * NANOS_PER_MILLI;
    const completion = overheads.writeCompletion * NANOS_PER_MILLI;
    const data = ready + preparation;
    const mechanics = this.#mechanics;
    const written = mechanics.write(
      Math.max(ready, free),
      lbn,
      sectors,
      data,
      this.#writeSector,
      0,
      buffer.zeroLatencyWrite,
    );
    this.overheadNanos = overhead + preparation + completion;
    this.transferNanos = sectors * this.#writeSector;
    // A segment has room for so much that is not written yet.
    const sectorTime = mechanics.revolution / mechanics.layout.sectorsPerTrack;
    const room = written - buffer.segmentSectors * sectorTime;
    return Math.max(data + this.transferNanos, isAppending ? room : 0) + completion;
  }

  /** A write that is complete when it is on the medium. */
  #writeMiss(
    now: number,
    lbn: number,
    sectors: number,
    free: number,
    isAppending: boolean,
  ): number {
    const { overheads, bus, buffer } = this.parameters;
    const extra = bus.neverDisconnect ? undefined : overheads.extraDisconnect;
    const request = overheads.request * NANOS_PER_MILLI;
    const overhead =
      extra === undefined
        ? this.#overhead(overheads.writeMiss)
        : request + extra.command * NANOS_PER_MILLI;
    const command = now + overhead;
    let data = command + overheads.dataPreparation * NANOS_PER_MILLI;
    let arm = command;
    if (extra !== undefined) {
      const away = extra.first + extra.between + overheads.firstReselection;
      data += away * NANOS_PER_MILLI;
      arm += extra.seekDelay * NANOS_PER_MILLI;
    }
    const sectorBus = this.#writeSector;
    const notBefore = isAppending ? 0 : command + overheads.minimumSeek * NANOS_PER_MILLI;
    const written = this.#mechanics.write(
      Math.max(arm, free),
      lbn,
      sectors,
      data,
      sectorBus,
      notBefore,
      buffer.zeroLatencyWrite,
    );
    this.#takeParts();
    let done = written;
    let outside = overheads.dataPreparation + overheads.writeCompletion;
    if (!bus.neverDisconnect) {
      const disconnect = extra?.second ?? overheads.writeDisconnect;
      const reselect =
        extra === undefined ? overheads.firstReselection : overheads.otherReselection;
      done = Math.max(done, data + sectors * sectorBus + disconnect * NANOS_PER_MILLI);
      done += reselect * NANOS_PER_MILLI;
      outside += reselect;
    }
    this.overheadNanos = overhead + outside * NANOS_PER_MILLI;
    return done + overheads.writeCompletion * NANOS_PER_MILLI;
  }

  /** First address that is no longer read ahead after a read of `lbn` up to `end`. */
  #readAheadLimit(lbn: number, end: number): number {
    const { buffer } = this.parameters;
    const { layout } = this.#mechanics;
    let limit = end + buffer.minimumReadAhead;
    if (buffer.readAhead === 'track') limit = layout.trackEnd(end - 1);
    else if (buffer.readAhead === 'cylinder') limit = layout.cylinderEnd(end - 1);
    else if (buffer.readAhead === 'segment') limit = Number.POSITIVE_INFINITY;
    else if (buffer.readAhead === 'next-track') limit = this.#nextTrackLimit(end);
    const room = (buffer.replacesRequested ? end : lbn) + buffer.segmentSectors;
    return Math.min(limit, room, end + buffer.maximumReadAhead, this.sectorCount);
  }

  /** Where a drive that stays a track ahead stops. */
  #nextTrackLimit(end: number): number {
    // Without whole tracks in the buffer the segment is what there is to fill.
    if (!this.#keepsTrack()) return Number.POSITIVE_INFINITY;
    const { layout } = this.#mechanics;
    const trackEnd = layout.trackEnd(end - 1);
    const before = layout.trackStart(end - 1) - 1;
    const isSequential = before >= 0 && this.#segments.remembers(before);
    return isSequential && trackEnd < this.sectorCount ? layout.trackEnd(trackEnd) : trackEnd;
  }

  #keepsTrack(): boolean {
    const { buffer } = this.parameters;
    return buffer.keepsPassing && buffer.zeroLatencyRead;
  }

  /** Which sector of a request has to be there before the drive asks for the bus. */
  #mark(sectors: number): number {
    const { bus, buffer } = this.parameters;
    const of = bus.waterMarkOf === 'request' ? sectors : buffer.segmentSectors;
    return Math.min(sectors, Math.max(1, Math.ceil(bus.readWaterMark * of)));
  }

  #overhead(times: ByPrevious): number {
    return this.#byPrevious(times) + this.parameters.overheads.request * NANOS_PER_MILLI;
  }

  #byPrevious(times: ByPrevious): number {
    return (this.#previous === READ ? times.afterRead : times.afterWrite) * NANOS_PER_MILLI;
  }

  #takeParts(): void {
    this.seekNanos = this.#mechanics.seekNanos;
    this.latencyNanos = this.#mechanics.latencyNanos;
    this.transferNanos = this.#mechanics.transferNanos;
  }
}
