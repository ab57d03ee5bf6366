/**
 * Which device a backup goes to: pure rules on what the host knows of each candidate.
 *
 * Chosen by itself (step 203, "device usage criteria"), in this order: a device without a label, a
 * labelled one without data sets, and only with `reuse` the oldest backup of ours. Ties go to the
 * fewest cylinders, then to the lowest device number. A device that any running job uses, or whose
 * last copy is still pending, is never taken. A named target meets the same rules of fitness, but may
 * be any device whose loss nobody will regret: without data sets, taken offline by the operator, or,
 * with `reuse`, a backup of ours; with `overwrite`, whatever it holds.
 *
 * Source: docs/sources.md, S-01 (step 203). The order is our choice.
 *
 * @module
 */
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import { type DeviceNumber, formatDeviceNumber, type Nanos } from '../base/units.ts';
import type { DeviceType } from '../geometry/device-model.ts';

/** What a device's label track told. */
export type CandidateContent =
  | { readonly kind: 'unlabelled' }
  /** Labelled, VTOC readable; data sets other than the VTOC index and the VVDS are counted. */
  | { readonly kind: 'labelled'; readonly volser: string; readonly dataSetCount: number }
  /** Labelled, but the VTOC makes no sense: taken for full. */
  | { readonly kind: 'unreadable'; readonly volser: string; readonly why: string };

/** A device as the selection sees it. */
export interface TargetCandidate {
  readonly device: DeviceNumber;
  readonly subsystem: string;
  readonly type: DeviceType;
  /** Cylinders of the image that the device holds now. */
  readonly cylinders: number;
  /** Cylinders that the device can hold: primary and alternate. */
  readonly capacityCylinders: number;
  /** Shows a volume as it was; nobody writes it. */
  readonly readOnly: boolean;
  readonly online: boolean;
  readonly content: CandidateContent;
  /** Set where the host's records say that the device holds a backup of ours. */
  readonly backup?: { readonly name: string; readonly takenAt: Nanos };
  /** Who uses the device now, for instance a running job; `undefined` when nobody does. */
  readonly busyWith?: string;
  /** A background copy onto the device has not ended. */
  readonly copyPending: boolean;
  /** The redundancy group in which its tracks lie takes no new backups. */
  readonly isGroupCritical: boolean;
}

/** What a target must offer. */
export interface TargetNeed {
  readonly subsystem: string;
  readonly type: DeviceType;
  /** Cylinders of the source's image. */
  readonly cylinders: number;
  /** Whether the oldest backup of ours may be overwritten. */
  readonly reuse: boolean;
  /** Whether a target with a pending copy may be taken over. */
  readonly supersede: boolean;
  /** Whether a named target may be taken over that is online with data sets on it. */
  readonly overwrite: boolean;
}

/**
 * Chooses a target.
 *
 * @param exclude - Devices that are spoken for: the sources, and targets already chosen.
 * @returns The best candidate, or NO_TARGET with the number of devices left out by each rule.
 */
export function selectTarget(
  need: TargetNeed,
  candidates: readonly TargetCandidate[],
  exclude: ReadonlySet<DeviceNumber>,
): Outcome<TargetCandidate> {
  const reasons = new Map<string, number>();
  const fit: TargetCandidate[] = [];
  for (const candidate of candidates) {
    const reason = unfitReason(need, candidate, exclude);
    if (reason === undefined) fit.push(candidate);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const best = fit.toSorted(compareCandidates)[0];
  if (best !== undefined) return done(best);
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return refuse('NO_TARGET', {
    what: `target for ${need.cylinders} cylinders of ${need.type.name} in ${need.subsystem}`,
    limit: `of ${candidates.length} devices ${counted === '' ? 'none' : counted}`,
    fix: need.reuse
      ? 'define a device, or name the target'
      : 'define a device, name the target, or allow reuse of the oldest backup',
  });
}

/** Whether the need can be met by a target that the request names. */
export function checkNamedTarget(need: TargetNeed, target: TargetCandidate): Refusal | undefined {
  const what = `target ${formatDeviceNumber(target.device)}`;
  if (target.type !== need.type) {
    return refuse('GEOMETRY_MISMATCH', {
      what: `${what} is a ${target.type.name}`,
      limit: `the source is a ${need.type.name}`,
      fix: 'choose a target of the same device type',
    });
  }
  if (target.capacityCylinders < need.cylinders) {
    return refuse('TARGET_TOO_SMALL', {
      what: `${what} holds ${target.capacityCylinders} cylinders`,
      limit: `the source's image has ${need.cylinders}`,
      fix: 'choose a target at least as large as the source',
    });
  }
  if (target.readOnly) {
    return refuse('DEVICE_WRITE_PROTECTED', {
      what,
      limit: 'it shows a volume as it was, and nobody writes it',
      fix: 'choose another target',
    });
  }
  if (target.copyPending && !need.supersede) {
    return refuse('TARGET_STILL_PENDING', {
      what,
      limit: 'a copy onto it has not ended',
      fix: 'wait for its completion, withdraw it, or ask with supersede',
    });
  }
  if (target.isGroupCritical) {
    return refuse('SPACE_CRITICAL', {
      what,
      limit:
        'its redundancy group has reached the critical load, from which no new backups are taken',
      fix: 'choose a target in another group, or discard copies that are no longer needed',
    });
  }
  return checkLoss(need, target, what);
}

function checkLoss(need: TargetNeed, target: TargetCandidate, what: string): Refusal | undefined {
  const { content } = target;
  if (need.overwrite || !target.online || content.kind === 'unlabelled') return undefined;
  if (content.kind === 'labelled' && content.dataSetCount === 0) return undefined;
  if (need.reuse && target.backup !== undefined) return undefined;
  return refuse('TARGET_HAS_DATA', {
    what: `${what}, volume ${content.volser}, is online`,
    limit:
      content.kind === 'labelled'
        ? `it holds ${content.dataSetCount} data sets`
        : `its VTOC cannot be read: ${content.why}`,
    fix:
      target.backup === undefined
        ? 'ask to overwrite it if its data may go, vary it offline, or choose another target'
        : `ask with reuse to overwrite backup ${target.backup.name}`,
  });
}

/** Why a device cannot be chosen, in words that go with a count; `undefined` when it can. */
function unfitReason(
  need: TargetNeed,
  candidate: TargetCandidate,
  exclude: ReadonlySet<DeviceNumber>,
): string | undefined {
  if (candidate.subsystem !== need.subsystem) return 'in another subsystem';
  if (candidate.type !== need.type) return 'of another device type';
  if (candidate.capacityCylinders < need.cylinders) return 'too small';
  if (candidate.readOnly) return 'read-only';
  if (exclude.has(candidate.device) || candidate.busyWith !== undefined) return 'in use';
  // Superseding somebody's pending copy is for those who name the target, never for a choice.
  if (candidate.copyPending) return 'still being copied to';
  if (candidate.isGroupCritical) return 'in a group that is nearly full';
  const rank = usageRank(candidate);
  if (rank === USAGE_KEPT) return 'holding data';
  if (rank === USAGE_BACKUP && !need.reuse) return 'holding backups';
  return undefined;
}

const USAGE_UNLABELLED = 0;
const USAGE_EMPTY = 1;
const USAGE_BACKUP = 2;
const USAGE_KEPT = 3;

function usageRank(candidate: TargetCandidate): number {
  if (candidate.backup !== undefined) return USAGE_BACKUP;
  const { content } = candidate;
  if (content.kind === 'unlabelled') return USAGE_UNLABELLED;
  return content.kind === 'labelled' && content.dataSetCount === 0 ? USAGE_EMPTY : USAGE_KEPT;
}

function compareCandidates(one: TargetCandidate, other: TargetCandidate): number {
  const age = (one.backup?.takenAt ?? 0) - (other.backup?.takenAt ?? 0);
  return (
    usageRank(one) - usageRank(other) ||
    age ||
    one.cylinders - other.cylinders ||
    one.device - other.device
  );
}
