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
import { done, type Outcome, refuse } from '../../base/refusal.ts';
import { waiting } from '../../base/step.ts';
import { formatDeviceNumber } from '../../base/units.ts';
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
  return block.volume === undefined
    ? [deviceNeed(block, 'exclusive')]
    : volumeNeeds(block, block.volume.volser, 'exclusive');
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

function namedNeeds(run: CopyRun): Outcome<readonly ResourceNeed[]> {
  const needs: ResourceNeed[] = [];
  const sources = new Set<number>();
  for (const pair of run.pairs) {
    const source = findSource(run, pair);
    if (source.kind === 'refused') return source;
    sources.add(source.value.device);
    const volser =
      pair.plan.kind === 'backup' ? pair.plan.request.source : pair.plan.copy.targetVolser;
    needs.push(...sourceNeeds(source.value, volser));
  }
  const targets = new Set<number>();
  for (const pair of run.pairs) {
    const name = targetName(pair);
    if (name.kind === 'auto') continue;
    const target = findTarget(run, name);
    if (target.kind === 'refused') return target;
    const { device } = target.value;
    if (sources.has(device) || targets.has(device)) return sameDevice(target.value);
    targets.add(device);
    needs.push(...targetNeeds(target.value));
  }
  return done(needs);
}

function volumeNeeds(
  block: UnitControlBlock,
  volser: string,
  mode: ResourceMode,
): readonly ResourceNeed[] {
  return [
    deviceNeed(block, mode),
    { major: 'VOLUME', minor: volser, mode },
    { major: 'SYSVTOC', minor: volser, mode },
    { major: 'SYSZVVDS', minor: volser, mode },
  ];
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

function sameDevice(block: UnitControlBlock): Outcome<never> {
  return refuse('SOURCE_IS_TARGET', {
    what: `target ${formatDeviceNumber(block.device)}`,
    limit: 'it is a source or another target of the same job',
    fix: 'choose another target',
  });
}
