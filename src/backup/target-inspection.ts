/**
 * What a host can find out about a device before it overwrites it: label, data sets, records of our
 * own backups, who uses it.
 *
 * @module
 */
import { done, type Refusal, refuse } from '../base/refusal.ts';
import type { Step } from '../base/step.ts';
import { formatDeviceNumber } from '../base/units.ts';
import type { DeviceAnswer } from '../ecam/messages.ts';
import type { UnitControlBlock } from '../host/unit-control-block.ts';
import { readVolumeLabel } from '../host/volume-label.ts';
import type { VolumeTracks } from '../host/volume-tracks.ts';
import { readVtoc, type Vtoc } from '../host/vtoc.ts';
import type { CopyRun } from './copy-run.ts';
import type { CandidateContent, TargetCandidate } from './target-selection.ts';

/** Looks at a device's label and VTOC through the channel. May wait for a reservation. */
export function inspectTarget(run: CopyRun, block: UnitControlBlock): Step<TargetCandidate> {
  const { host } = run;
  const sensed = host.senseDevice(block);
  if (sensed.kind !== 'done') return sensed;
  const content = host.onVolume(sensed.value, (volume) => done(readContent(volume)));
  if (content.kind !== 'done') return content;
  return done(describeCandidate(run, sensed.value, content.value));
}

/** Data sets other than those that an empty volume has for itself. */
function userDataSetCount(vtoc: Vtoc): number {
  return vtoc.entries.filter(({ name }) => !/^SYS1\.(VTOCIX|VVDS)\./.test(name)).length;
}

/** What a subsystem says of a device that might become a target. */
export interface TargetStanding {
  /** A copy onto the device is under way. */
  readonly copyPending: boolean;
  /** Redundancy group in which its tracks lie. */
  readonly homeGroup: number | undefined;
}

/** Asks the subsystem where the device's tracks lie, and whether a copy onto it is under way. */
export function queryStanding(run: CopyRun, block: UnitControlBlock): Step<TargetStanding> {
  for (let from = 0; ; ) {
    const answer = run.exchange(
      block.subsystem,
      { kind: 'queryDevice', device: block.device, from },
      { sent: 203, received: 203 },
    );
    if (answer.kind !== 'done') return answer;
    if (answer.value.kind !== 'device') return unexpected(answer.value.kind);
    const { homeGroup, jobs, next } = answer.value;
    const copyPending = jobs.some(isPendingOnto);
    if (copyPending || next === undefined) return done({ copyPending, homeGroup });
    from = next;
  }
}

/** A subsystem that answers with the wrong kind of message is broken; the job stops politely. */
export function unexpected(kind: string): Refusal {
  return refuse('MESSAGE_MALFORMED', {
    what: `an answer of kind ${kind}`,
    limit: 'the protocol answers this request with another kind',
    fix: 'check the subsystem',
  });
}

function readContent(volume: VolumeTracks): CandidateContent {
  const label = readVolumeLabel(volume);
  if (label.kind === 'refused') return { kind: 'unlabelled' };
  const { volser } = label.value;
  const vtoc = readVtoc(volume);
  return vtoc.kind === 'refused'
    ? { kind: 'unreadable', volser, why: vtoc.what }
    : { kind: 'labelled', volser, dataSetCount: userDataSetCount(vtoc.value) };
}

function describeCandidate(
  run: CopyRun,
  block: UnitControlBlock,
  content: CandidateContent,
): TargetCandidate {
  const { host } = run;
  const holder = holderOf(run, block);
  const recorded = host.records.backupOn(block);
  // A record says what we once wrote there; the label says whether it is still there.
  const isOurs =
    recorded !== undefined &&
    content.kind !== 'unlabelled' &&
    content.volser === recorded.copy.targetVolser;
  return {
    device: block.device,
    subsystem: block.subsystem,
    type: block.type,
    cylinders: block.cylinders,
    capacityCylinders: block.capacityCylinders,
    readOnly: block.readOnly,
    online: host.complex.hostsWithOnline(block).length > 0,
    content,
    ...(isOurs ? { backup: { name: recorded.job.name, takenAt: recorded.copy.takenAt } } : {}),
    ...(holder === undefined ? {} : { busyWith: holder }),
    copyPending: false,
    isGroupCritical: false,
  };
}

function holderOf(run: CopyRun, block: UnitControlBlock): string | undefined {
  const minor = `${block.subsystem}.${formatDeviceNumber(block.device)}`;
  return run.host.serialization.holders('DEVICE', minor).find((owner) => owner !== run.owner);
}

function isPendingOnto(job: DeviceAnswer['jobs'][number]): boolean {
  return job.role !== 'source' && job.state === 'copying';
}
