/**
 * Plain images: a header, then every track in a slot of fixed size; one file or a set of files of
 * whole cylinders each. What lies in a slot behind the end marker is left over from longer tracks and
 * never looked at.
 *
 * A scan reads half a mebibyte a call and checks the tracks where they lie; nothing is copied.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { ByteSource } from '../base/ports.ts';
import { type TrackIndex, trackIndex } from '../base/units.ts';
import { DEVICE_HEADER_BYTES, type DeviceHeader } from './device-header.ts';
import { imageFault, readExactly } from './image-fault.ts';
import { checkedTrackLength, contentOf } from './slot-track.ts';
import {
  checkRange,
  cylindersMax,
  type ImageGeometry,
  type TrackContent,
  type TrackSource,
  type TrackVisitor,
} from './track-source.ts';

/** One file of a set with its header. */
export interface PlainFile {
  readonly source: ByteSource;
  readonly header: DeviceHeader;
}

interface Part {
  readonly source: ByteSource;
  readonly firstTrack: number;
  readonly trackCount: number;
}

/** Bytes that a scan asks for at once: big enough to hide the call, small enough for the cache. */
const WINDOW_BYTES = 524_288;

/** Reads the slots of a set of plain files that has been put in order. */
export class PlainImage implements TrackSource {
  readonly geometry: ImageGeometry;
  readonly #parts: readonly Part[];
  readonly #window: Uint8Array;
  readonly #windowTracks: number;

  /** @throws InputError IMAGE_PART_MISSING, IMAGE_PART_ORDER, IMAGE_GEOMETRY, IMAGE_TRUNCATED */
  constructor(files: readonly PlainFile[]) {
    const first = files[0]?.header;
    invariant(first !== undefined, 'image-has-a-part');
    checkSequence(files);
    const { type, slotBytes, serial } = first;
    const parts: Part[] = [];
    let cylinders = 0;
    for (const file of files) {
      checkSameShape(file, first);
      const own = wholeCylinders(file);
      checkHighCylinder(file, cylinders + own);
      const trackCount = own * type.headCount;
      parts.push({ source: file.source, firstTrack: cylinders * type.headCount, trackCount });
      cylinders += own;
    }
    if (cylinders > cylindersMax(type)) {
      throw imageFault('IMAGE_GEOMETRY', lastOf(files).source, DEVICE_HEADER_BYTES, {
        what: `${cylinders} cylinders`,
        limit: `a ${type.name} volume has at most ${cylindersMax(type)}`,
      });
    }
    this.geometry = Object.freeze({
      type,
      slotBytes,
      cylinders,
      trackCount: cylinders * type.headCount,
      ...(serial === undefined ? {} : { serial }),
    });
    this.#parts = parts;
    this.#windowTracks = Math.max(1, Math.floor(WINDOW_BYTES / slotBytes));
    this.#window = new Uint8Array(this.#windowTracks * slotBytes);
  }

  readTrack(track: TrackIndex): TrackContent {
    let result: TrackContent | undefined;
    this.scan(track, 1, (_, content) => {
      result = content.kind === 'null' ? content : { kind: 'bytes', bytes: content.bytes.slice() };
    });
    invariant(result !== undefined, 'scan-visits-its-tracks');
    return result;
  }

  scan(first: number, count: number, visit: TrackVisitor): void {
    checkRange(this.geometry, first, count);
    const end = first + count;
    for (const part of this.#parts) {
      const partEnd = Math.min(end, part.firstTrack + part.trackCount);
      for (let at = Math.max(first, part.firstTrack); at < partEnd; ) {
        const tracks = Math.min(this.#windowTracks, partEnd - at);
        this.#visitWindow(part, at, tracks, visit);
        at += tracks;
      }
    }
  }

  #visitWindow(part: Part, first: number, count: number, visit: TrackVisitor): void {
    const { geometry } = this;
    const { slotBytes } = geometry;
    const window = this.#window.subarray(0, count * slotBytes);
    const start = DEVICE_HEADER_BYTES + (first - part.firstTrack) * slotBytes;
    readExactly(part.source, start, window, 'its tracks');
    for (let at = 0; at < count; at += 1) {
      const track = trackIndex(first + at);
      const offset = at * slotBytes;
      const place = { source: part.source, fileOffset: start + offset };
      const limit = offset + slotBytes;
      const length = checkedTrackLength(window, offset, limit, track, geometry, place);
      visit(track, contentOf(window.subarray(offset, offset + length), track, geometry));
    }
  }
}

/** Numbers of a set must be 1, 2, … in the order given; 0 marks an only file. */
function checkSequence(files: readonly PlainFile[]): void {
  const numbers = files.map((file) => file.header.sequence);
  for (const [at, file] of files.entries()) {
    const { sequence, highCylinder } = file.header;
    const place = file.source;
    const expected = files.length === 1 && sequence === 0 ? 0 : at + 1;
    if (sequence !== expected) {
      const given = numbers.includes(expected) || sequence < expected;
      throw imageFault(given ? 'IMAGE_PART_ORDER' : 'IMAGE_PART_MISSING', place, 17, {
        what: given
          ? `this is part ${sequence} of its set, given in place ${at + 1}`
          : `this is part ${sequence} of its set, and part ${expected} is missing`,
        limit: 'the parts of a set are numbered 1, 2, … without a gap',
      });
    }
    const isLast = at === files.length - 1;
    if (!isLast && highCylinder === 0) {
      throw imageFault('IMAGE_PART_ORDER', place, 18, {
        what: `part ${sequence} says that it is the last, and ${files.length} parts are given`,
        limit: 'only the last part gives no highest cylinder',
      });
    }
    if (isLast && sequence !== 0 && highCylinder !== 0) {
      throw imageFault('IMAGE_PART_MISSING', place, 18, {
        what: `part ${sequence} ends at cylinder ${highCylinder} and says that part ${sequence + 1} follows`,
        limit: 'a set is read from its first part to its last',
      });
    }
  }
}

function checkSameShape(file: PlainFile, first: DeviceHeader): void {
  const { header } = file;
  if (header.type === first.type && header.slotBytes === first.slotBytes) return;
  throw imageFault('IMAGE_PART_ORDER', file.source, 8, {
    what: `this part is of a ${header.type.name} with slots of ${header.slotBytes} bytes`,
    limit: `the first part is of a ${first.type.name} with slots of ${first.slotBytes} bytes`,
  });
}

function wholeCylinders(file: PlainFile): number {
  const { source, header } = file;
  const cylinderBytes = header.type.headCount * header.slotBytes;
  const content = source.sizeBytes - DEVICE_HEADER_BYTES;
  const cylinders = Math.floor(content / cylinderBytes);
  if (cylinders >= 1 && cylinders * cylinderBytes === content) return cylinders;
  throw imageFault('IMAGE_TRUNCATED', source, source.sizeBytes, {
    what: `the file has ${source.sizeBytes} bytes and ends inside cylinder ${cylinders}`,
    limit: `it must be ${DEVICE_HEADER_BYTES} bytes and one or more whole cylinders of ${cylinderBytes}`,
  });
}

function checkHighCylinder(file: PlainFile, cylindersSoFar: number): void {
  const { source, header } = file;
  const { highCylinder } = header;
  // The field has 16 bits; beyond them nothing can be compared.
  if (highCylinder === 0 || highCylinder === cylindersSoFar - 1) return;
  const short = cylindersSoFar - 1 < highCylinder;
  throw imageFault(short ? 'IMAGE_TRUNCATED' : 'IMAGE_GEOMETRY', source, 18, {
    what: `the header gives ${highCylinder} as the highest cylinder, and the file ends with ${cylindersSoFar - 1}`,
    limit: 'a part holds exactly the cylinders that its header gives',
  });
}

function lastOf(files: readonly PlainFile[]): PlainFile {
  const last = files[files.length - 1];
  invariant(last !== undefined, 'image-has-a-part');
  return last;
}
