/**
 * Comparing what an engine shows with what the twin shows, track by track.
 *
 * A track of the engine must be equal. Only while a redundancy group is damaged past its redundancy may
 * a track be lost instead, and then it must be named: by the code of the refusal, and where that says
 * that drives are gone, in the engine's list of lost tracks as well.
 *
 * @module
 */

import type { TrackContent } from './copy-engine.ts';
import { type Answer, type CopyEngine, contentsEqual, formatContent } from './copy-engine.ts';
import type { DamageRecord } from './damage-record.ts';
import type { LostPlace } from './engine-drives.ts';
import { mismatch } from './model-mismatch.ts';
import type { NaiveTwin } from './naive-twin.ts';
import { countUp, type SessionCounts } from './session-counts.ts';

/** What came of comparing a track: equal, refused on both sides, or lost. */
export type Compared =
  | { readonly kind: 'equal'; readonly content: TrackContent }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'lost'; readonly code: string };

/** The refusal of a lost track that must stand in the list of lost tracks. */
const NAMED_LOSS = 'TRACK_LOST';

/** Compares one engine with its twin. */
export class TrackComparison {
  readonly #engine: CopyEngine;
  readonly #twin: NaiveTwin;
  readonly #damage: DamageRecord;
  readonly #counts: SessionCounts;
  /** Devices and tracks that the engine names as lost, as text; asked for once between changes. */
  #named: ReadonlySet<string> | undefined;

  constructor(engine: CopyEngine, twin: NaiveTwin, damage: DamageRecord, counts: SessionCounts) {
    this.#engine = engine;
    this.#twin = twin;
    this.#damage = damage;
    this.#counts = counts;
  }

  /** Something may have changed. */
  noteChange(): void {
    this.#named = undefined;
  }

  /** Reads a track on both sides. @throws ModelMismatch when they differ. */
  track(device: number, track: number): Compared {
    const expected = this.#twin.read(device, track);
    const answer = this.#engine.read(device, track);
    if (expected.kind === 'refused') {
      if (answer.kind === 'done')
        mismatch(`device ${device} track ${track} reads, but is not there`);
      return answer;
    }
    const where = `device ${device} track ${track}`;
    const compared = this.#compare(where, answer, expected.value);
    if (compared.kind === 'lost') this.#checkLoss(device, track, compared.code);
    return compared;
  }

  /** All tracks of a device. @returns How many are lost. */
  device(name: number): number {
    const trackCount = this.#twin.device(name)?.trackCount ?? 0;
    let lost = 0;
    for (let track = 0; track < trackCount; track += 1) {
      if (this.track(name, track).kind === 'lost') lost += 1;
    }
    return lost;
  }

  /** All tracks of all devices. */
  all(): void {
    for (const { name } of this.#twin.devices()) this.device(name);
  }

  /** All tracks of a point. @returns How many are lost. */
  point(point: number): number {
    const trackCount = this.#twin.pointTracks(point);
    let lost = 0;
    for (let track = 0; track < trackCount; track += 1) {
      const expected = this.#twin.readPoint(point, track);
      const answer = this.#engine.readPoint?.(point, track);
      if (expected.kind === 'refused' || answer === undefined) continue;
      const compared = this.#compare(`point ${point} track ${track}`, answer, expected.value);
      if (compared.kind === 'lost') lost += 1;
    }
    return lost;
  }

  /** The engine's list of lost tracks: every one of them must really be lost, and may be. */
  losses(): number {
    const places = this.#engine.drives?.lostTracks() ?? [];
    let count = 0;
    for (const { group, shownBy } of places) {
      if (!this.#damage.isPastIn(group)) {
        const [first] = shownBy;
        const what =
          first === undefined ? 'a track' : `device ${first.device} track ${first.first}`;
        mismatch(`${what} is named as lost by group ${group}, which has its redundancy`);
      }
      for (const { device, first } of shownBy) {
        count += 1;
        if (this.track(device, first).kind === 'lost') continue;
        mismatch(`device ${device} track ${first} is named as lost, but reads`);
      }
    }
    return count;
  }

  #compare(where: string, answer: Answer<TrackContent>, expected: TrackContent): Compared {
    const { isWhole, isPast } = this.#damage;
    this.#counts.tracksCompared += 1;
    if (isPast) this.#counts.comparedPast += 1;
    else if (!isWhole) this.#counts.comparedDamaged += 1;
    if (answer.kind === 'refused') {
      const isLoss = this.#engine.drives?.lossCodes.includes(answer.code) ?? false;
      if (!isLoss || !this.#damage.isPast || expected.kind !== 'bytes') {
        mismatch(`${where} is refused with ${answer.code}`);
      }
      countUp(this.#counts.lost, answer.code);
      return { kind: 'lost', code: answer.code };
    }
    if (contentsEqual(answer.value, expected)) return { kind: 'equal', content: expected };
    return mismatch(
      `${where} shows ${formatContent(answer.value)}, not ${formatContent(expected)}`,
    );
  }

  #checkLoss(device: number, track: number, code: string): void {
    const where = `device ${device} track ${track}`;
    const group = this.#engine.drives?.groupOf(device, track);
    if (group === undefined) mismatch(`${where} is refused with ${code}, but lies on no drive`);
    if (!this.#damage.isPastIn(group)) {
      mismatch(`${where} is refused with ${code} by group ${group}, which has its redundancy`);
    }
    if (code !== NAMED_LOSS) return;
    this.#named ??= namesOf(this.#engine.drives?.lostTracks() ?? []);
    if (!this.#named.has(`${device}/${track}`)) mismatch(`${where} is lost, but is not named`);
  }
}

function namesOf(places: readonly LostPlace[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { device, first, count } of places.flatMap(({ shownBy }) => shownBy)) {
    for (let track = first; track < first + count; track += 1) names.add(`${device}/${track}`);
  }
  return names;
}
