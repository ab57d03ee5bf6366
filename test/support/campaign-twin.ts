/**
 * The naive twin of a kill campaign: a map from device and track to content. It knows nothing of
 * pointers, drives or journals.
 *
 * @module
 */
import {
  CAMPAIGN_TRACKS,
  type CampaignAnswer,
  type CampaignOperation,
} from './campaign-operation.ts';

/** Most tracks that the repair of a copy's metadata may change: label, VTOC, index, VVDS. */
const METADATA_TRACKS_MAX = 40;

/** Contents by device. */
export class CampaignTwin {
  readonly #devices = new Map<number, readonly string[]>();
  readonly #empty: string;
  readonly #imported: readonly string[];
  readonly #contentOfFill: (track: number, fill: number) => string;

  /**
   * @param empty - Content of a track that was never written.
   * @param imported - Contents of the image that is imported.
   */
  constructor(
    empty: string,
    imported: readonly string[],
    contentOfFill: (track: number, fill: number) => string,
  ) {
    this.#empty = empty;
    this.#imported = imported;
    this.#contentOfFill = contentOfFill;
  }

  /** A twin that goes its own way. */
  copy(): CampaignTwin {
    const twin = new CampaignTwin(this.#empty, this.#imported, this.#contentOfFill);
    for (const [device, tracks] of this.#devices) twin.#devices.set(device, tracks);
    return twin;
  }

  /** What an operation that was done means. */
  apply(operation: CampaignOperation, { changed = [] }: CampaignAnswer): void {
    switch (operation.kind) {
      case 'define':
        this.#devices.set(
          operation.device,
          Array.from({ length: CAMPAIGN_TRACKS }, () => this.#empty),
        );
        break;
      case 'import':
        this.#devices.set(operation.device, this.#imported);
        break;
      case 'remove':
        this.#devices.delete(operation.device);
        break;
      case 'write':
        for (const { track, fill } of operation.tracks) {
          this.#change(operation.device, [[track, this.#contentOfFill(track, fill)]]);
        }
        break;
      case 'snapshot':
        this.#devices.set(operation.target, this.#tracks(operation.source));
        break;
      case 'range': {
        const { first, count } = operation;
        const source = this.#tracks(operation.source);
        this.#change(
          operation.target,
          source.slice(first, first + count).map((content, at) => [first + at, content] as const),
        );
        break;
      }
      case 'backup':
        this.#devices.set(operation.target, this.#tracks(operation.source));
        this.#change(operation.target, changed);
        break;
      default:
        break;
    }
  }

  /** Where a state differs from this; none where it does not. */
  difference(state: ReadonlyMap<number, readonly string[]>): string | undefined {
    const names = [...this.#devices.keys()].toSorted((one, other) => one - other);
    const others = [...state.keys()].toSorted((one, other) => one - other);
    if (names.join() !== others.join()) return `devices ${names.join()} against ${others.join()}`;
    const places: string[] = [];
    for (const [device, tracks] of this.#devices) {
      const found = state.get(device) ?? [];
      const differing = [...tracks.keys()].filter((track) => tracks[track] !== found[track]);
      const [first] = differing;
      if (first === undefined) continue;
      places.push(
        `device ${device.toString(16)}, tracks ${differing.join()}: ` +
          `expected ${tracks[first]}, found ${found[first]}`,
      );
    }
    if (places.length > 0) return places.join('; ');
    return undefined;
  }

  /**
   * Which of the contents of a backup's target are its metadata, when the process died before it could
   * say so: everything that differs from the source, which is little.
   */
  guessChanged(
    operation: Extract<CampaignOperation, { readonly kind: 'backup' }>,
    state: ReadonlyMap<number, readonly string[]>,
  ): CampaignAnswer | undefined {
    const source = this.#devices.get(operation.source);
    const target = state.get(operation.target);
    if (source === undefined || target === undefined) return undefined;
    const changed = target
      .map((content, track) => [track, content] as const)
      .filter(([track, content]) => content !== source[track]);
    return changed.length <= METADATA_TRACKS_MAX ? { kind: 'done', changed } : undefined;
  }

  #tracks(device: number): readonly string[] {
    const tracks = this.#devices.get(device);
    if (tracks === undefined) throw new Error(`the twin has no device ${device}`);
    return tracks;
  }

  #change(device: number, contents: readonly (readonly [number, string])[]): void {
    const tracks = [...this.#tracks(device)];
    for (const [track, content] of contents) tracks[track] = content;
    this.#devices.set(device, tracks);
  }
}
