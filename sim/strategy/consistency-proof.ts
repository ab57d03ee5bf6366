/**
 * Whether a copy shows its source at one instant, proved track by track against the twin.
 *
 * The content of every track of the copy names the moments at which the source's track held it. The
 * instant of the copy is the moment that most tracks agree on; tracks that never held their content
 * at that moment are *torn*. Moments are counted over all tracks at once by a difference array, so
 * the proof costs the tracks and the changes, not their product.
 *
 * Where several moments serve, the claimed one is reported if it is among them, otherwise the
 * latest: a copy that is equal to its source now is no older than now.
 *
 * @module
 */
import type { TrackContents } from './track-contents.ts';
import type { VersionHistory } from './version-history.ts';

/** What the proof found. */
export interface ConsistencyProof {
  /** Tracks of the copy that were compared. */
  readonly tracks: number;
  /** Tracks that do not show the instant. */
  readonly tornTracks: number;
  /** Of these: tracks that show what the source never held while the twin looked. */
  readonly foreignTracks: number;
  /** Moment of the source that most tracks show. */
  readonly moment: number;
  /** Simulated time at which that moment began. */
  readonly momentNanos: number;
  /** Whether the moment that the method claims is as good as any; `true` where none is claimed. */
  readonly claimHolds: boolean;
}

/** What is compared beside the contents. */
export interface ProofOptions {
  /** Moment that the copy claims to show; none where it claims nothing. */
  readonly claim?: number;
  /** Tracks that were not to be copied, or rewritten on purpose, such as label and VTOC. */
  readonly except?: ReadonlySet<number>;
}

/** Compares a copy with everything that its source held. */
export function proveConsistency(
  history: VersionHistory,
  copy: TrackContents,
  options: ProofOptions = {},
): ConsistencyProof {
  const { claim } = options;
  const except = options.except?.size === 0 ? undefined : options.except;
  const steps = new Int32Array(history.moment + 2);
  let tracks = 0;
  let foreignTracks = 0;
  for (let track = 0; track < history.trackCount; track += 1) {
    if (except?.has(track) === true) continue;
    tracks += 1;
    copy.load(track);
    if (!history.markStretches(track, copy.low, copy.high, steps)) foreignTracks += 1;
  }
  const best = bestMoment(steps, history.moment, claim);
  return {
    tracks,
    tornTracks: tracks - best.tracks,
    foreignTracks,
    moment: best.moment,
    momentNanos: history.timeOf(best.moment),
    claimHolds: claim === undefined || best.moment === claim,
  };
}

/** The moment that most tracks show: the claimed one where it is one of those, else the latest. */
function bestMoment(
  steps: Int32Array,
  last: number,
  claim: number | undefined,
): { readonly moment: number; readonly tracks: number } {
  let showing = 0;
  let best = { moment: 0, tracks: -1 };
  for (let moment = 0; moment <= last; moment += 1) {
    showing += steps[moment] as number;
    const isKept = best.moment === claim && showing === best.tracks;
    if (showing >= best.tracks && !isKept) best = { moment, tracks: showing };
  }
  return best;
}
