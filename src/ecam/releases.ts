/**
 * Releases that hosts have asked for, each under the name that its path group gave it.
 *
 * A release that was done is not done again when its request comes twice, because in between the
 * tracks may have got another owner: the request is answered as before. A release is remembered for
 * as long as it can be undone, and for the life of a source token at least.
 *
 * @module
 */
import type { CommitOrder } from '../base/commit-order.ts';
import type { Journal } from '../base/ports.ts';
import { RecordTable } from '../base/record-table.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Nanos } from '../base/units.ts';
import type { PointId } from '../mapping/retained-point.ts';
import type { DefinedDevice } from './definitions.ts';
import type { ReleaseUndone, SpaceReleased } from './messages.ts';
import type { PathGroupId } from './path-group-id.ts';
import type { TokenKey } from './token.ts';

/** The name of a request together with its path group. */
export type RequestKey = string;

/** A release that was done. */
export interface RememberedRelease {
  readonly key: RequestKey;
  readonly pathGroup: PathGroupId;
  readonly device: DefinedDevice;
  /** Checksum of the request's bytes. */
  readonly fingerprint: string;
  /** How the request was answered, but for the token. */
  readonly answer: Omit<SpaceReleased, 'undoToken'>;
  /** Its hold and the token for it, while there is one. */
  readonly undo: { readonly token: TokenKey; readonly hold: PointId } | null;
  /** How undoing it was answered. */
  readonly undone: ReleaseUndone | null;
  readonly forgetAt: Nanos;
}

/** Releases by request. */
export class ReleaseTable {
  readonly #releases: RecordTable<RequestKey, RememberedRelease>;
  readonly #byToken = new Map<TokenKey, RequestKey>();
  readonly #countsByGroup = new Map<PathGroupId, number>();
  readonly #perPathGroupMax: number;

  constructor(perPathGroupMax: number, order: CommitOrder, journal: Journal) {
    this.#perPathGroupMax = perPathGroupMax;
    this.#releases = new RecordTable('release', order, journal);
    journal.keep({
      kind: 'figures',
      name: 'ecam.releases',
      save: () => null,
      restore: () => {
        this.#derive();
      },
    });
  }

  get(key: RequestKey): RememberedRelease | undefined {
    return this.#releases.get(key);
  }

  findByToken(token: TokenKey): RememberedRelease | undefined {
    const key = this.#byToken.get(token);
    return key === undefined ? undefined : this.#releases.require(key);
  }

  /** Why a path group cannot have one more remembered now, if so. */
  checkRoom(pathGroup: PathGroupId, now: Nanos): Refusal | undefined {
    let count = this.#countsByGroup.get(pathGroup) ?? 0;
    if (count < this.#perPathGroupMax) return undefined;
    for (const release of this.#releases.values()) {
      if (release.pathGroup === pathGroup && release.forgetAt <= now) count -= 1;
    }
    if (count < this.#perPathGroupMax) return undefined;
    return refuse('BUSY_RETRY', {
      what: `one more release; ${count} are remembered for the path group`,
      limit: `at most ${this.#perPathGroupMax}`,
      fix: 'release several stretches with one request, or wait until holds are over',
    });
  }

  /** Remembers a release for which there is room, and forgets those whose time is over. */
  add(release: RememberedRelease, now: Nanos): void {
    for (const { key, forgetAt } of this.#releases.values()) {
      if (forgetAt <= now) this.#forget(key);
    }
    this.#releases.insert(release.key, release);
    this.#index(release);
  }

  /** Notes how an undoing was answered. */
  noteUndone(key: RequestKey, undone: ReleaseUndone): void {
    this.#releases.replace(key, { ...this.#releases.require(key), undone });
  }

  #index({ key, pathGroup, undo }: RememberedRelease): void {
    if (undo !== null) this.#byToken.set(undo.token, key);
    this.#countsByGroup.set(pathGroup, (this.#countsByGroup.get(pathGroup) ?? 0) + 1);
  }

  /** Indexes are not kept: the records tell them. */
  #derive(): void {
    this.#byToken.clear();
    this.#countsByGroup.clear();
    for (const release of this.#releases.values()) this.#index(release);
  }

  #forget(key: RequestKey): void {
    const { pathGroup, undo } = this.#releases.require(key);
    this.#releases.delete(key);
    if (undo !== null) this.#byToken.delete(undo.token);
    const left = (this.#countsByGroup.get(pathGroup) ?? 0) - 1;
    if (left === 0) this.#countsByGroup.delete(pathGroup);
    else this.#countsByGroup.set(pathGroup, left);
  }
}
