/**
 * Step 202, first half: everything that the request names is serialized in one go.
 *
 * The sources are shared (readers may go on, other backups too), named targets are taken alone.
 * Waiting holds nothing. Resources that come to light later, data set names and chosen targets, are
 * added by {@link CopyRun.hold}.
 *
 * @module
 */
import { invariant } from '../../base/invariant.ts';
import { done, type Outcome, type Refusal, refuse } from '../../base/refusal.ts';
import { waiting } from '../../base/step.ts';
import { type DeviceNumber, formatDeviceNumber } from '../../base/units.ts';
import type { DeviceName } from '../../host/host-records.ts';
import type { ResourceMode, ResourceNeed } from '../../host/serialization.ts';
import type { UnitControlBlock } from '../../host/unit-control-block.ts';
import type { TargetName, VolumeName } from '../backup-request.ts';
import { type CopyPair, type CopyRun, go, type PhaseAnswer } from '../copy-run.ts';

/** Asks for the serialization, or looks whether it has come. */
export function serializeSource(run: CopyRun): PhaseAnswer {
  if (run.enqueue === undefined) {
    const needs = namedNeeds(run);
    if (needs.kind === 'refused') return needs;
    const asked = run.host.serialization.request(run.owner, needs.value, run.options.onBusy);
    if (asked.kind === 'refused') return asked;
    run.enqueue = asked.value;
  }
  const { enqueue } = run;
  if (enqueue.state === 'waiting') return waiting('lock', enqueue.waitsFor() ?? 'a free resource');
  invariant(enqueue.state === 'held', 'backup-serialized', run.owner);
  return go('locateSource');
}

/** What it takes to read a source undisturbed. */
export function sourceNeeds(block: UnitControlBlock, volser: string): readonly ResourceNeed[] {
  return volumeNeeds(block, volser, 'shared');
}

/** What it takes to overwrite a target. */
export function targetNeeds(block: UnitControlBlock): readonly ResourceNeed[] {
  return volumeNeeds(block, block.volume?.volser, 'exclusive');
}

/** A device as a resource. */
export function deviceNeed(place: DeviceName, mode: ResourceMode): ResourceNeed {
  return {
    major: 'DEVICE',
    minor: `${place.subsystem}.${formatDeviceNumber(place.device)}`,
    mode,
  };
}

/** The device that a source of the job is on now. */
export function findSource(run: CopyRun, pair: CopyPair): Outcome<UnitControlBlock> {
  const { plan } = pair;
  if (plan.kind === 'restore') return findDevice(run, plan.copy.target);
  return findVolume(run, plan.request.source);
}

/** Serial that the source of a pair must have. */
export function sourceVolser(pair: CopyPair): string {
  return pair.plan.kind === 'backup' ? pair.plan.request.source : pair.plan.copy.targetVolser;
}

/** The device that a named target is. */
export function findTarget(run: CopyRun, name: VolumeName): Outcome<UnitControlBlock> {
  if (name.kind === 'volser') return findVolume(run, name.volser);
  const block = run.host.findDevice(name.device);
  return block === undefined ? unknownDevice(formatDeviceNumber(name.device), run) : done(block);
}

/** The name of a pair's target. */
export function targetName(pair: CopyPair): TargetName {
  return pair.plan.kind === 'backup' ? pair.plan.request.target : pair.plan.target;
}

/** Everything that the request names. The same device twice is refused here already. */
function namedNeeds(run: CopyRun): Outcome<readonly ResourceNeed[]> {
  const needs: ResourceNeed[] = [];
  const devices = new Set<DeviceNumber>();
  for (const pair of run.pairs) {
    const found = awaited(run, findSource(run, pair), sourceVolser(pair));
    if (found.kind === 'refused') return found;
    if (found.value !== undefined) devices.add(found.value.device);
    needs.push(...volumeNeeds(found.value, sourceVolser(pair), 'shared'));
  }
  for (const pair of run.pairs) {
    const name = targetName(pair);
    if (name.kind === 'auto') continue;
    const volser = name.kind === 'volser' ? name.volser : undefined;
    const found = awaited(run, findTarget(run, name), volser);
    if (found.kind === 'refused') return found;
    const block = found.value;
    if (block !== undefined && devices.has(block.device)) return sourceIsTarget(block);
    if (block !== undefined) devices.add(block.device);
    needs.push(...volumeNeeds(block, volser ?? block?.volume?.volser, 'exclusive'));
  }
  return done(needs);
}

/**
 * A volume that is offline because a job is making it is no unknown volume: the job that wants it
 * waits for its name, and looks for its device afterwards.
 */
function awaited(
  run: CopyRun,
  found: Outcome<UnitControlBlock>,
  volser: string | undefined,
): Outcome<UnitControlBlock | undefined> {
  const isBeingMade =
    volser !== undefined && run.host.serialization.holders('VOLUME', volser).length > 0;
  return found.kind === 'refused' && isBeingMade ? done(undefined) : found;
}

function volumeNeeds(
  block: UnitControlBlock | undefined,
  volser: string | undefined,
  mode: ResourceMode,
): readonly ResourceNeed[] {
  const needs: ResourceNeed[] = [];
  if (block !== undefined) needs.push(deviceNeed(block, mode));
  if (volser === undefined) return needs;
  for (const major of ['VOLUME', 'SYSVTOC', 'SYSZVVDS'] as const) {
    needs.push({ major, minor: volser, mode });
  }
  return needs;
}

function findVolume(run: CopyRun, volser: string): Outcome<UnitControlBlock> {
  const block = run.host.findVolume(volser);
  if (block !== undefined) return done(block);
  return refuse('VOLUME_UNKNOWN', {
    what: `volume ${volser}`,
    limit: `no device of ${run.host.name} has it online`,
    fix: 'vary the device of the volume online, or correct the serial',
  });
}

function findDevice(run: CopyRun, place: DeviceName): Outcome<UnitControlBlock> {
  const block = run.host.findDevice(place.device);
  if (block !== undefined && block.subsystem === place.subsystem) return done(block);
  return unknownDevice(`${formatDeviceNumber(place.device)} in ${place.subsystem}`, run);
}

function unknownDevice(device: string, run: CopyRun): Outcome<never> {
  return refuse('DEVICE_UNKNOWN', {
    what: `device ${device}`,
    limit: `${run.host.name} has no such device`,
    fix: 'attach the subsystem, or correct the device number',
  });
}

/** The refusal of a target that the job uses otherwise. */
export function sourceIsTarget(block: UnitControlBlock): Refusal {
  return refuse('SOURCE_IS_TARGET', {
    what: `target ${formatDeviceNumber(block.device)}`,
    limit: 'it is a source or another target of the same job',
    fix: 'choose another target',
  });
}
