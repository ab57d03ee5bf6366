/**
 * Which relation each target track belongs to: the last copy that was made onto it.
 *
 * A device's claims are sorted and never overlap. A new copy takes the tracks it covers away from the
 * older relations; what a relation still holds is what it may be asked about, discarded, or noted as
 * written.
 *
 * @module
 */
import type { DeviceIndex } from '../base/units.ts';
import { type DeviceTable, WATCH_TARGET } from '../mapping/device-table.ts';
import type { RelationId } from './relation.ts';

/** Target tracks from `first` up to `end` belong to a relation. */
export interface Claim {
  readonly first: number;
  readonly end: number;
  readonly relation: RelationId;
  /** Number of `first` among the relation's tracks, all its extents in order. */
  readonly offset: number;
}

/** Claims of all devices. */
export class TargetClaims {
  readonly #devices: DeviceTable;
  readonly #claims = new Map<DeviceIndex, Claim[]>();

  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  /** Claims of a device, ascending. */
  of(device: DeviceIndex): readonly Claim[] {
    return this.#claims.get(device) ?? [];
  }

  /** The claim on a track. */
  find(device: DeviceIndex, track: number): Claim | undefined {
    const claims = this.of(device);
    const claim = claims[firstEndingBehind(claims, track)];
    return claim !== undefined && claim.first <= track ? claim : undefined;
  }

  /** The claimed parts of a stretch, each cut to the stretch. */
  overlapping(device: DeviceIndex, first: number, end: number): Claim[] {
    const claims = this.of(device);
    const found: Claim[] = [];
    for (let at = firstEndingBehind(claims, first); at < claims.length; at += 1) {
      const claim = claims[at] as Claim;
      if (claim.first >= end) break;
      found.push(cut(claim, Math.max(first, claim.first), Math.min(end, claim.end)));
    }
    return found;
  }

  /**
   * Gives a stretch to a relation.
   *
   * @returns What was taken away from other relations.
   */
  add(device: DeviceIndex, claim: Claim): Claim[] {
    const taken = this.remove(device, claim.first, claim.end);
    const claims = this.#claims.get(device) ?? [];
    claims.splice(firstEndingBehind(claims, claim.first), 0, claim);
    this.#set(device, claims);
    return taken;
  }

  /** Takes a stretch away from whoever holds it. @returns What was taken. */
  remove(device: DeviceIndex, first: number, end: number): Claim[] {
    const taken = this.overlapping(device, first, end);
    if (taken.length === 0) return taken;
    const claims = this.#claims.get(device) ?? [];
    const at = firstEndingBehind(claims, first);
    const low = claims[at] as Claim;
    const high = claims[at + taken.length - 1] as Claim;
    const kept: Claim[] = [];
    if (low.first < first) kept.push(cut(low, low.first, first));
    if (end < high.end) kept.push(cut(high, end, high.end));
    claims.splice(at, taken.length, ...kept);
    this.#set(device, claims);
    return taken;
  }

  #set(device: DeviceIndex, claims: Claim[]): void {
    const { watches } = this.#devices;
    const watch = watches[device] as number;
    if (claims.length === 0) {
      this.#claims.delete(device);
      watches[device] = watch & ~WATCH_TARGET;
    } else {
      this.#claims.set(device, claims);
      watches[device] = watch | WATCH_TARGET;
    }
  }
}

/** Place of the first claim that ends behind a track. */
function firstEndingBehind(claims: readonly Claim[], track: number): number {
  let low = 0;
  let high = claims.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((claims[middle] as Claim).end > track) high = middle;
    else low = middle + 1;
  }
  return low;
}

function cut(claim: Claim, first: number, end: number): Claim {
  if (first === claim.first && end === claim.end) return claim;
  return { first, end, relation: claim.relation, offset: claim.offset + (first - claim.first) };
}
