/**
 * Where the addresses of a drive lie on its surfaces: zones, skew, spares, slipped and replaced
 * sectors.
 *
 * The whole mapping is a list of pieces, each a run of addresses whose sectors follow each other
 * physically; it is worked out once, and finding an address is a binary search.
 *
 * @module
 */
import type { DriveParameters, DriveZone, Sparing } from './drive-parameters.ts';

/** Pieces of one zone while they are collected. */
interface Piece {
  readonly physical: number;
  readonly sectors: number;
}

/**
 * Finds sectors. `find` fills the fields, so that nothing is allocated for a request.
 *
 * Angles are parts of a revolution, from 0 up to 1.
 */
export class DriveLayout {
  /** Addresses of the drive. */
  readonly sectorCount: number;
  /** What `find` found. */
  cylinder = 0;
  head = 0;
  /** Where the sector begins on the circle. */
  angle = 0;
  /** Sectors on the track. */
  sectorsPerTrack = 1;
  /** Sectors, the found one included, that follow each other on this track. */
  runSectors = 0;
  readonly #surfaces: number;
  readonly #zones: readonly DriveZone[];
  /** 0 every cylinder from head 0, 1 odd cylinders backwards, 2 odd cylinders of the zone backwards. */
  readonly #headOrder: number;
  readonly #firstAddress: Float64Array;
  readonly #firstSector: Float64Array;
  readonly #zoneOf: Int32Array;
  #piece = 0;

  constructor(parameters: DriveParameters) {
    this.#surfaces = parameters.surfaces;
    this.#zones = parameters.zones;
    this.#headOrder = ['restart', 'serpentine', 'serpentine-by-zone'].indexOf(parameters.headOrder);
    const pieces = parameters.zones.map((zone) =>
      piecesOf(zone, parameters.surfaces, parameters.sparing),
    );
    const count = pieces.reduce((sum, of) => sum + of.length, 0);
    this.#firstAddress = new Float64Array(count + 1);
    this.#firstSector = new Float64Array(count + 1);
    this.#zoneOf = new Int32Array(count + 1);
    let at = 0;
    let address = 0;
    for (const [zone, list] of pieces.entries()) {
      for (const piece of list) {
        this.#firstAddress[at] = address;
        this.#firstSector[at] = piece.physical;
        this.#zoneOf[at] = zone;
        address += piece.sectors;
        at += 1;
      }
    }
    this.#firstAddress[at] = address;
    this.#zoneOf[at] = -1;
    this.sectorCount = Math.min(address, parameters.sectorCount ?? address);
  }

  /** Finds an address and fills the fields. The caller has checked that the drive has it. */
  find(address: number): void {
    const piece = this.#pieceOf(address);
    const inPiece = address - (this.#firstAddress[piece] as number);
    const physical = (this.#firstSector[piece] as number) + inPiece;
    const zone = this.#zones[this.#zoneOf[piece] as number] as DriveZone;
    const perTrack = zone.sectorsPerTrack;
    const track = Math.floor(physical / perTrack);
    const sector = physical - track * perTrack;
    const inZone = Math.floor(track / this.#surfaces);
    const order = track - inZone * this.#surfaces;
    this.cylinder = zone.firstCylinder + inZone;
    this.head = this.#headAt(order, inZone, this.cylinder);
    const skew =
      inZone * (zone.cylinderSkew + (this.#surfaces - 1) * zone.trackSkew) + order * zone.trackSkew;
    const turns = (zone.firstSectorOffset + skew + sector) / perTrack;
    this.angle = turns - Math.floor(turns);
    this.sectorsPerTrack = perTrack;
    const leftInPiece = (this.#firstAddress[piece + 1] as number) - address;
    this.runSectors = Math.min(perTrack - sector, leftInPiece);
  }

  /** First address on the track of an address. */
  trackStart(address: number): number {
    const piece = this.#pieceOf(address);
    const perTrack = this.#sectorsPerTrack(piece);
    const physical = this.#physicalOf(address, piece);
    return this.#firstFrom(piece, Math.floor(physical / perTrack) * perTrack);
  }

  /** First address behind the track of an address. */
  trackEnd(address: number): number {
    return this.#endOf(address, this.#sectorsPerTrack(this.#pieceOf(address)));
  }

  /** First address behind the cylinder of an address. */
  cylinderEnd(address: number): number {
    const perTrack = this.#sectorsPerTrack(this.#pieceOf(address));
    return this.#endOf(address, perTrack * this.#surfaces);
  }

  #headAt(order: number, inZone: number, cylinder: number): number {
    const counted = this.#headOrder === 1 ? cylinder : inZone;
    const isBackwards = this.#headOrder !== 0 && counted % 2 === 1;
    return isBackwards ? this.#surfaces - 1 - order : order;
  }

  #sectorsPerTrack(piece: number): number {
    return (this.#zones[this.#zoneOf[piece] as number] as DriveZone).sectorsPerTrack;
  }

  #physicalOf(address: number, piece: number): number {
    return (this.#firstSector[piece] as number) + address - (this.#firstAddress[piece] as number);
  }

  #endOf(address: number, stretch: number): number {
    let piece = this.#pieceOf(address);
    const zone = this.#zoneOf[piece] as number;
    const end = (Math.floor(this.#physicalOf(address, piece) / stretch) + 1) * stretch;
    // A slipped sector cuts a track into pieces, so the next ones may still lie on it.
    while (this.#zoneOf[piece + 1] === zone) {
      const next = this.#firstSector[piece + 1] as number;
      if (next >= end || next < (this.#firstSector[piece] as number)) break;
      piece += 1;
    }
    const left = end - (this.#firstSector[piece] as number);
    const first = this.#firstAddress[piece] as number;
    return Math.min(first + left, this.#firstAddress[piece + 1] as number, this.sectorCount);
  }

  #firstFrom(from: number, physical: number): number {
    let piece = from;
    const zone = this.#zoneOf[piece] as number;
    while (piece > 0 && (this.#firstSector[piece] as number) > physical) {
      const isEarlier =
        (this.#firstSector[piece - 1] as number) < (this.#firstSector[piece] as number);
      if (this.#zoneOf[piece - 1] !== zone || !isEarlier) break;
      const sectors =
        (this.#firstAddress[piece] as number) - (this.#firstAddress[piece - 1] as number);
      if ((this.#firstSector[piece - 1] as number) + sectors <= physical) break;
      piece -= 1;
    }
    const into = Math.max(0, physical - (this.#firstSector[piece] as number));
    return (this.#firstAddress[piece] as number) + into;
  }

  #pieceOf(address: number): number {
    const starts = this.#firstAddress;
    const last = this.#piece;
    if (address >= (starts[last] as number) && address < (starts[last + 1] as number)) return last;
    let low = 0;
    let high = starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= address) low = middle;
      else high = middle - 1;
    }
    this.#piece = low;
    return low;
  }
}

/** The runs of sectors of a zone that hold addresses, in the order of the addresses. */
function piecesOf(zone: DriveZone, surfaces: number, sparing: Sparing): readonly Piece[] {
  const unit = sparing.unit === 'track' ? zone.sectorsPerTrack : 1;
  const perCylinder = zone.sectorsPerTrack * surfaces;
  const total = (zone.lastCylinder - zone.firstCylinder + 1) * perCylinder;
  const stretch = stretchSectors(zone, perCylinder, total, sparing);
  const hasSpares = sparing.stretch !== 'none' && sparing.stretch !== 'drive';
  const spares = hasSpares ? zone.spares * unit : 0;
  const pieces: Piece[] = [];
  let slip = 0;
  for (let from = 0; from < total; from += stretch) {
    const to = Math.min(from + stretch, total);
    const slips: number[] = [];
    for (; slip < zone.slips.length; slip += 1) {
      const place = (zone.slips[slip] as number) * unit;
      if (place >= to) break;
      if (place >= zone.reservedSectors) slips.push(place);
    }
    const area = { from: Math.max(from, zone.reservedSectors), to };
    addStretch(pieces, area, spares, slips, unit, sparing);
  }
  return zone.defects.reduce<readonly Piece[]>(
    (list, defect) => replaced(list, defect.original * unit, defect.replacement * unit, unit),
    pieces,
  );
}

function stretchSectors(
  zone: DriveZone,
  perCylinder: number,
  total: number,
  sparing: Sparing,
): number {
  switch (sparing.stretch) {
    case 'track':
      return zone.sectorsPerTrack;
    case 'cylinder':
      return perCylinder;
    case 'cylinders':
      return perCylinder * sparing.stretchCylinders;
    default:
      return total;
  }
}

/** Adds the addresses of one stretch: what is not spare, around the slipped sectors. */
function addStretch(
  pieces: Piece[],
  area: { readonly from: number; readonly to: number },
  spares: number,
  slips: readonly number[],
  unit: number,
  sparing: Sparing,
): void {
  const usesSpares = sparing.slipsUseSpares && spares > 0;
  const lost = slips.length * unit;
  let left = area.to - area.from - spares - (usesSpares ? Math.max(0, lost - spares) : lost);
  // Spares in front are taken by what is slipped behind them.
  let at =
    sparing.at === 'front'
      ? area.from + spares - (usesSpares ? Math.min(lost, spares) : 0)
      : area.from;
  for (const slip of [...slips, Number.POSITIVE_INFINITY]) {
    if (left <= 0) return;
    if (slip < at) continue;
    const sectors = Math.min(left, slip - at);
    if (sectors > 0) addPiece(pieces, at, sectors);
    left -= sectors;
    at = slip + unit;
  }
}

function addPiece(pieces: Piece[], physical: number, sectors: number): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.physical + last.sectors === physical) {
    pieces[pieces.length - 1] = { physical: last.physical, sectors: last.sectors + sectors };
  } else {
    pieces.push({ physical, sectors });
  }
}

/** The pieces with `sectors` from `original` on moved to `replacement`. */
function replaced(
  pieces: readonly Piece[],
  original: number,
  replacement: number,
  sectors: number,
): readonly Piece[] {
  return pieces.flatMap((piece) => {
    const end = piece.physical + piece.sectors;
    const from = Math.max(piece.physical, original);
    const to = Math.min(end, original + sectors);
    if (from >= to) return [piece];
    return [
      { physical: piece.physical, sectors: from - piece.physical },
      { physical: replacement + from - original, sectors: to - from },
      { physical: to, sectors: end - to },
    ].filter((part) => part.sectors > 0);
  });
}
