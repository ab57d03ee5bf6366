/**
 * What a backup or a restore is asked with, and the complete form that the steps see.
 *
 * @module
 */
import { done, type Outcome, type Refusal, refuse } from '../base/refusal.ts';
import type { DeviceNumber } from '../base/units.ts';
import type { Separation } from '../copy/relation.ts';
import type { IdentityMode } from '../host/host-records.ts';
import type { OnBusy } from '../host/serialization.ts';
import { checkVolser } from '../host/volume-label.ts';

/** A device named by its number, or by the serial of the volume on it. */
export type VolumeName =
  | { readonly kind: 'volser'; readonly volser: string }
  | { readonly kind: 'device'; readonly device: DeviceNumber };

/** Where a copy goes: a named device, or one that the host chooses. */
export type TargetName = VolumeName | { readonly kind: 'auto' };

/** The choice left to the host. */
const AUTO_TARGET: TargetName = Object.freeze({ kind: 'auto' });

/** How the data is to be moved: by pointers where possible, or by the host in any case. */
type MethodChoice = 'pointer' | 'hostCopy';

/** Options that backup and restore share. Every field has its default in {@link completeTransfer}. */
interface TransferInput {
  /** One instant for everything (default), or one execution per extent as in the patent. */
  readonly atomic?: 'group' | 'serial';
  /** Whether a physical copy follows the pointers; default `none`. */
  readonly copy?: 'none' | 'background';
  readonly separation?: Separation;
  /** How long the job inquires: until the pointers are in place (default), or the data. */
  readonly wait?: 'logical' | 'physical';
  /** What to do when a resource is held by somebody else; default `wait`. */
  readonly onBusy?: OnBusy;
  /** Take over a target for which another copy still owes background work; default false. */
  readonly supersede?: boolean;
  /** Take over a named target even where it is online with data sets on it; default false. */
  readonly overwrite?: boolean;
  /** Default `pointer`. */
  readonly method?: MethodChoice;
}

/** The complete form of {@link TransferInput}. */
export type TransferOptions = Required<TransferInput>;

/** A backup as it is asked for. */
export interface BackupRequest extends TransferInput {
  /** Name by which inquiries and restores find the job. */
  readonly name: string;
  /** Serials of the volumes; several are one consistency unit. */
  readonly source: string | readonly string[];
  /** One for each source, or one `auto` for all; default `auto`. */
  readonly target?: TargetName | readonly TargetName[];
  /** Whole image (default), or only label, VTOC and the extents of data sets. */
  readonly extents?: 'volume' | 'allocated';
  /** Default `relabel`. */
  readonly identity?: IdentityMode;
  /** New serials for `relabel` and `conditioned`, one for each source; default the targets' own. */
  readonly volser?: string | readonly string[];
  /** Whether the oldest backup of ours may be overwritten; default false. */
  readonly reuse?: boolean;
}

/** One source with its target in a complete backup request. */
export interface BackupPair {
  readonly source: string;
  readonly target: TargetName;
  /** Serial that the copy shall bear, where one was given. */
  readonly volser: string | undefined;
}

/** The complete form of {@link BackupRequest}. */
export interface BackupOptions extends TransferOptions {
  readonly name: string;
  readonly pairs: readonly BackupPair[];
  readonly extents: 'volume' | 'allocated';
  readonly identity: IdentityMode;
  readonly reuse: boolean;
}

/** A restore as it is asked for. */
export interface RestoreRequest extends TransferInput {
  /** Name of the restore's own record; default `restore of ` and the backup's name. */
  readonly name?: string;
  /** Name of the backup. */
  readonly backup: string;
  /** Serials of the volumes to restore, as they were when backed up; default all of the backup. */
  readonly volumes?: readonly string[];
  /** Where to: default each volume's own device; a name needs exactly one volume. */
  readonly to?: VolumeName;
}

/** The complete form of {@link RestoreRequest}. */
export interface RestoreOptions extends TransferOptions {
  readonly name: string;
  readonly backup: string;
  readonly volumes: readonly string[] | undefined;
  readonly to: VolumeName | undefined;
}

/** Fills in the defaults of a backup and refuses what can never work. */
export function completeBackup(request: BackupRequest): Outcome<BackupOptions> {
  const sources = asList(request.source);
  const targets = asList(request.target ?? AUTO_TARGET);
  const volsers = asList(request.volser ?? []);
  const identity = request.identity ?? 'relabel';
  const transfer = completeTransfer(request);
  const pairs = sources.map((source, at) => ({
    source,
    target: targets[at] ?? AUTO_TARGET,
    volser: volsers[at],
  }));
  const refusal =
    checkWait(transfer) ??
    checkCounts(sources, targets, volsers) ??
    checkSerials([...sources, ...volsers]) ??
    checkIdentity(identity, sources, volsers);
  if (refusal !== undefined) return refusal;
  return done({
    ...transfer,
    name: request.name,
    pairs,
    extents: request.extents ?? 'volume',
    identity,
    reuse: request.reuse ?? false,
  });
}

/** Fills in the defaults of a restore and refuses what can never work. */
export function completeRestore(request: RestoreRequest): Outcome<RestoreOptions> {
  const transfer = completeTransfer(request);
  const refusal = checkWait(transfer);
  if (refusal !== undefined) return refusal;
  return done({
    ...transfer,
    name: request.name ?? `restore of ${request.backup}`,
    backup: request.backup,
    volumes: request.volumes,
    to: request.to,
  });
}

/** Fills in the defaults that backup and restore share. */
function completeTransfer(input: TransferInput): TransferOptions {
  return {
    atomic: input.atomic ?? 'group',
    copy: input.copy ?? 'none',
    separation: input.separation ?? 'instance',
    wait: input.wait ?? 'logical',
    onBusy: input.onBusy ?? 'wait',
    supersede: input.supersede ?? false,
    overwrite: input.overwrite ?? false,
    method: input.method ?? 'pointer',
  };
}

function checkWait(options: TransferOptions): Refusal | undefined {
  if (options.wait === 'logical' || options.copy === 'background') return undefined;
  return refuse('WAIT_NEVER_ENDS', {
    what: 'wait: physical with copy: none',
    limit: 'without a background copy no physical completion comes',
    fix: 'ask for copy: background, or wait for logical completion',
  });
}

function checkCounts(
  sources: readonly string[],
  targets: readonly TargetName[],
  volsers: readonly string[],
): Refusal | undefined {
  if (sources.length === 0 || new Set(sources).size < sources.length) {
    return refuse('VOLUME_UNKNOWN', {
      what: sources.length === 0 ? 'a backup of no volume' : `sources ${sources.join(', ')}`,
      limit: 'a backup has one source or more, each named once',
      fix: 'name the volumes',
    });
  }
  const isAutoForAll = targets.length === 1 && targets[0]?.kind === 'auto';
  if (!isAutoForAll && targets.length !== sources.length) {
    return refuse('NO_TARGET', {
      what: `${targets.length} targets for ${sources.length} sources`,
      limit: 'each source needs its own target',
      fix: 'name one target for each source, or one auto for all',
    });
  }
  if (volsers.length === 0 || volsers.length === sources.length) return undefined;
  return refuse('VOLSER_INVALID', {
    what: `${volsers.length} serials for ${sources.length} copies`,
    limit: 'each copy needs its own serial',
    fix: 'give one serial for each source, or none',
  });
}

function checkSerials(serials: readonly string[]): Refusal | undefined {
  for (const serial of serials) {
    const checked = checkVolser(serial);
    if (checked.kind === 'refused') return checked;
  }
  return undefined;
}

function checkIdentity(
  identity: IdentityMode,
  sources: readonly string[],
  volsers: readonly string[],
): Refusal | undefined {
  if (identity === 'clone' && volsers.length > 0) {
    return refuse('VOLSER_INVALID', {
      what: `serial ${volsers.join(', ')} for a clone`,
      limit: 'a clone keeps the serial of its source',
      fix: 'leave the serial out, or ask for identity: relabel',
    });
  }
  const taken = volsers.find((serial) => sources.includes(serial));
  if (taken === undefined && new Set(volsers).size === volsers.length) return undefined;
  return refuse('DUPLICATE_VOLSER', {
    what: `serial ${taken ?? volsers.join(', ')} for a copy`,
    limit: 'two volumes would have the same serial',
    fix: 'choose another serial',
  });
}

function asList<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
