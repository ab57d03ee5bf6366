/**
 * The entry `verify`: is every track of a copy what the source was at the instant of the copy?
 *
 * | track | has to |
 * | --- | --- |
 * | written by a host since | nothing; it is reported |
 * | rewritten by step 210 | have been right before, be what the host wrote, differ from that in nothing but names and sizes, and mean the same |
 * | any other | have the digest that the witness saw |
 *
 * @module
 */
import {
  type CopyLineage,
  compareMetadata,
  deviceNumber,
  deviceVolume,
  formatAddress,
  formatDeviceNumber,
  type JobRecord,
  type MetadataExpectation,
  refuse,
  toTrackAddress,
  trackIndex,
} from '../../src/index.ts';
import type { CopyWitnesses, WitnessedCopy } from './copy-witnesses.ts';
import { type EntryMachine, type EntryStep, ended, failed, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { PlacedDevice } from './laboratory-subsystem.ts';
import { formatCount } from './quantity.ts';
import type { EntryOf } from './scenario.ts';
import { compareStructure, volumeBefore } from './structure-comparison.ts';

/** What was found on one copy. */
interface Verification {
  equal: number;
  rewritten: number;
  changedSince: number;
  readonly wrong: { readonly track: number; readonly why: string }[];
  /** Tracks that no redundancy brings back. */
  readonly lost: number[];
}

/** What one copy is verified by. */
interface Case {
  readonly placed: PlacedDevice;
  /** What was seen of the source: once, or extent by extent in a serial series. */
  readonly copies: readonly WitnessedCopy[];
  readonly lineage: CopyLineage;
  /** Tracks that a host rewrote on purpose, with what they held and hold. */
  readonly rewritten: CopyLineage['rewritten'];
  /** What rewriting them may have changed; without, only their meaning is compared. */
  readonly expected?: MetadataExpectation;
  /** Writes after the copy, and after this moment, are later changes. */
  readonly moment: number;
}

/** The machine of a `verify`. */
export function verifyEntry(
  laboratory: Laboratory,
  entry: EntryOf<'verify'>,
  witnesses: CopyWitnesses,
): EntryMachine {
  const { backup, volume } = entry.fields;
  const against = volume === undefined ? '' : ` on ${volume}`;
  return oneStep(`verify ${backup}${against}`, () => {
    const cases = findCases(laboratory, backup, volume, witnesses);
    if (!Array.isArray(cases)) return cases as EntryStep;
    const found = (cases as readonly Case[]).map((one) =>
      one.placed.owner.meter.unseen(() => verifyCase(laboratory, one)),
    );
    return conclude(entry, cases as readonly Case[], found);
  });
}

function findCases(
  laboratory: Laboratory,
  backup: string,
  volume: string | undefined,
  witnesses: CopyWitnesses,
): readonly Case[] | EntryStep {
  const job = laboratory.complex.records.find(backup);
  if (job?.state !== 'done') {
    return refuse('BACKUP_UNKNOWN', {
      what: `backup ${backup}`,
      limit: job === undefined ? 'it was not made' : `it is ${job.state}`,
      fix: 'verify a backup that has ended well',
    });
  }
  if (volume !== undefined) return casesOnVolume(laboratory, job, volume, witnesses);
  const gone = job.copies.find((copy) => copy.overwrittenBy !== undefined);
  if (gone !== undefined) {
    return refuse('BACKUP_TARGET_CHANGED', {
      what: `copy of ${gone.sourceVolser} in backup ${backup}`,
      limit: `its device was overwritten by ${gone.overwrittenBy}`,
      fix: 'verify before the target is used again',
    });
  }
  return job.copies.map((lineage): Case => {
    const placed = requirePlaced(laboratory, lineage.target);
    const copies = witnessesOf(witnesses, backup, lineage);
    const expected = expectationOf(lineage);
    return { placed, copies, lineage, rewritten: lineage.rewritten, expected, moment: 0 };
  });
}

/** Another volume, such as the source after a restore, compared with the same witness. */
function casesOnVolume(
  laboratory: Laboratory,
  job: JobRecord,
  volume: string,
  witnesses: CopyWitnesses,
): readonly Case[] | EntryStep {
  const placed = laboratory.findVolume(volume);
  const lineage =
    job.copies.find((copy) => copy.sourceVolser === volume) ??
    (job.copies.length === 1 ? job.copies[0] : undefined);
  if (placed === undefined || lineage === undefined) {
    return refuse('VOLUME_UNKNOWN', {
      what: `volume ${volume} to compare with backup ${job.name}`,
      limit: placed === undefined ? 'no device has it' : 'the backup has several volumes, not this',
      fix: 'name a volume that the backup was made of or restored to',
    });
  }
  const { owner, device } = placed;
  const last = laboratory.complex.records
    .all()
    .findLast(({ copies }) => copies.some(({ target }) => isDevice(target, placed)));
  const restored = last?.copies.find(({ target }) => isDevice(target, placed));
  const copies = witnessesOf(witnesses, job.name, lineage);
  const current = { owner, device: owner.subsystem.device(device.index) };
  return [
    {
      placed: current,
      copies,
      lineage,
      rewritten: restored?.rewritten ?? [],
      moment: laboratory.writes.lastCopy(placed),
    },
  ];
}

/** What step 210 was asked to change on a copy. */
function expectationOf(lineage: CopyLineage): MetadataExpectation {
  return {
    identity: lineage.identity,
    from: lineage.sourceVolser,
    to: lineage.targetVolser,
    isFreeSpaceRewritten: lineage.targetCylinders > lineage.sourceCylinders,
  };
}

function isDevice(place: CopyLineage['target'], { owner, device }: PlacedDevice): boolean {
  return place.subsystem === owner.name && place.device === device.number;
}

function requirePlaced(laboratory: Laboratory, place: CopyLineage['target']): PlacedDevice {
  const placed = laboratory.device(place.subsystem, deviceNumber(place.device));
  if (placed === undefined) throw new RangeError(`no device ${place.device} in ${place.subsystem}`);
  return placed;
}

function witnessesOf(
  witnesses: CopyWitnesses,
  name: string,
  lineage: CopyLineage,
): readonly WitnessedCopy[] {
  const { subsystem, device } = lineage.source;
  return witnesses
    .of(name)
    .filter(({ source }) => source.owner.name === subsystem && source.device.number === device);
}

function verifyCase(laboratory: Laboratory, one: Case): Verification {
  const found: Verification = { equal: 0, rewritten: 0, changedSince: 0, wrong: [], lost: [] };
  const runs = one.lineage.runs;
  for (const copy of one.copies) compareWith(laboratory, one, copy, found);
  const compared = runs.reduce((sum, run) => sum + run.count, 0);
  found.equal =
    compared - found.changedSince - found.rewritten - found.wrong.length - found.lost.length;
  for (const run of runs) {
    for (let track: number = run.first; track < run.first + run.count; track += 1) {
      const isSeen = one.copies.some(({ witness }) => witness.covers(track));
      if (!isSeen) found.wrong.push({ track, why: 'no witness saw it being copied' });
    }
  }
  checkRewritten(laboratory, one, found);
  return found;
}

function compareWith(
  laboratory: Laboratory,
  one: Case,
  copy: WitnessedCopy,
  found: Verification,
): void {
  const { placed, lineage } = one;
  const rewritten = new Map(one.rewritten.map((track) => [Number(track.track), track]));
  const moment = Math.max(copy.moment, one.moment);
  const isCopied = (track: number): boolean =>
    lineage.runs.some((run) => track >= run.first && track < run.first + run.count);
  for (const track of copy.witness.differences(placed.owner.subsystem, placed.device.index)) {
    if (!isCopied(track)) continue;
    if (isLost(placed, track)) {
      found.lost.push(track);
      continue;
    }
    const change = rewritten.get(track);
    const isChanged =
      laboratory.writes.isWrittenAfter(placed, track, moment) ||
      wasWrittenDuring(laboratory, lineage, copy, track);
    if (isChanged) found.changedSince += 1;
    else if (change !== undefined && copy.witness.sawBytes(track, change.before)) {
      found.rewritten += 1;
    } else found.wrong.push({ track, why: 'its content is not that of the source' });
  }
}

/** Whether a track differs because nobody can read it any more. */
function isLost({ owner, device }: PlacedDevice, track: number): boolean {
  const read = owner.subsystem.readTrack(device.index, trackIndex(track));
  return read.kind === 'refused' && read.code === 'TRACK_LOST';
}

/** A host copy has no instant: tracks of its source that were written meanwhile may be either. */
function wasWrittenDuring(
  laboratory: Laboratory,
  lineage: CopyLineage,
  copy: WitnessedCopy,
  track: number,
): boolean {
  if (lineage.method !== 'hostCopy') return false;
  return laboratory.writes.isWrittenAfter(copy.source, track, copy.moment);
}

/** Rewritten tracks hold what the host wrote, and the volume still means the same. */
function checkRewritten(laboratory: Laboratory, one: Case, found: Verification): void {
  const { placed } = one;
  const moment = Math.max(one.moment, ...one.copies.map((copy) => copy.moment));
  const untouched = one.rewritten.filter(
    ({ track }) =>
      !laboratory.writes.isWrittenAfter(placed, track, moment) && !found.lost.includes(track),
  );
  if (untouched.length === 0) return;
  const volume = deviceVolume(placed.owner.subsystem, placed.device);
  for (const { track, before, after } of untouched) {
    const now = volume.readTrack(track);
    if (now.length !== after.length || now.some((byte, at) => byte !== after[at])) {
      found.wrong.push({ track, why: 'it is not what step 210 wrote' });
      continue;
    }
    const judged = one.expected && compareMetadata(before, now, one.expected);
    if (judged?.kind === 'unexpected') found.wrong.push({ track, why: judged.what });
  }
  const before = new Map(untouched.map((track) => [Number(track.track), track.before]));
  for (const why of compareStructure(volumeBefore(volume, before), volume)) {
    found.wrong.push({ track: Number(untouched[0]?.track ?? 0), why });
  }
}

/** Lost tracks are named, and are nobody's bug. */
function failLost(
  entry: EntryOf<'verify'>,
  lost: readonly { readonly track: number; readonly case: Case | undefined }[],
): EntryStep {
  const [first] = lost;
  const device = first?.case?.placed.device;
  const address = device && toTrackAddress(trackIndex(first.track), device.model.type.headCount);
  const where = device === undefined ? '' : ` on ${formatDeviceNumber(device.number)}`;
  return failed('integrity', {
    what:
      `${formatCount(lost.length, 'track')} of ${entry.fields.backup} lost${where}, ` +
      `first at ${address === undefined ? first?.track : formatAddress(address)}`,
    limit: 'more drives failed or are damaged there than the group has redundancy for',
    fix: 'return a failed drive, or restore from another copy',
  });
}

function conclude(
  entry: EntryOf<'verify'>,
  cases: readonly Case[],
  found: readonly Verification[],
): EntryStep {
  const sum = (of: (one: Verification) => number): number =>
    found.reduce((total, one) => total + of(one), 0);
  const compared = cases.reduce(
    (total, { lineage }) => total + lineage.runs.reduce((tracks, run) => tracks + run.count, 0),
    0,
  );
  const wrong = found.flatMap((one) => one.wrong);
  const [first] = wrong;
  const lost = found.flatMap((one, at) => one.lost.map((track) => ({ track, case: cases[at] })));
  if (first === undefined && lost.length > 0) return failLost(entry, lost);
  if (first !== undefined) {
    return failed('integrity', {
      what: `${formatCount(wrong.length, 'difference')} in ${entry.fields.backup}, first at track ${first.track}`,
      limit: first.why,
      fix: 'this is a bug of vdasd: keep the scenario and its seed',
    });
  }
  const result = {
    backup: entry.fields.backup,
    volumes: cases.length,
    tracks: compared,
    equal: sum((one) => one.equal),
    rewritten: sum((one) => one.rewritten),
    changedSince: sum((one) => one.changedSince),
  };
  const parts = [
    `${result.equal.toLocaleString('en-US')} equal`,
    ...(result.rewritten > 0 ? [`${result.rewritten} rewritten by step 210, same structure`] : []),
    ...(result.changedSince > 0 ? [`${result.changedSince} written since`] : []),
  ];
  return ended(result, [
    `witness of ${entry.fields.backup}: ${formatCount(compared, 'track')}, ${parts.join(', ')}`,
  ]);
}
