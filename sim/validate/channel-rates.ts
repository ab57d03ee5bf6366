/**
 * What a channel path carries at most, against what is published: reads of 4 KiB that are all found in
 * the cache, more of them under way than the path can take.
 *
 * @module
 */
import { deviceNumber, findModel, invariant, Subsystem } from '../../src/index.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import { DriveWorkLog } from '../device/drive-work-log.ts';
import type { SubsystemParameters } from '../device/subsystem-parameters.ts';
import { TimedSubsystem } from '../device/timed-subsystem.ts';
import { Engine } from '../engine/engine.ts';
import { between, type ValidationSection, withinPart } from './check.ts';

const BLOCK_BYTES = 4096;
const DEVICES = 16;
const WARM_NANOS = 1e9;
const MEASURED_NANOS = 4e9;
const FIRST_DEVICE = 0x0a80;

/** Compares; `rva` is the parameter set of an ESCON subsystem, `drive` any that it may use. */
export function checkChannelRates(
  rva: SubsystemParameters,
  drive: DriveParameters,
): ValidationSection {
  const escon = operationsPerSecond(rva, drive, BLOCK_BYTES);
  const { channels } = rva;
  const wide = { ...channels, bytesPerSecond: channels.bytesPerSecond * 2 };
  const data = dataNanos(rva, drive);
  return {
    id: 'channel-rates',
    title: 'Channel paths',
    source: 'S-30; dimensional',
    checks: [
      between('ESCON, reads of 4 KiB on one path', '/s', 2000, 2500, escon),
      withinPart('4 KiB over ESCON, data part', 'ms', 0.241, data / 1e6, 0.01),
      withinPart(
        'data part at twice the rate',
        'ms',
        data / 2e6,
        dataNanos({ ...rva, channels: wide }, drive) / 1e6,
        0.001,
      ),
    ],
  };
}

/** Time that a path gives to the bytes of a block: what more bytes cost, beside the commands. */
function dataNanos(parameters: SubsystemParameters, drive: DriveParameters): number {
  const one = 1e9 / operationsPerSecond(parameters, drive, BLOCK_BYTES);
  const three = 1e9 / operationsPerSecond(parameters, drive, 3 * BLOCK_BYTES);
  return (three - one) / 2;
}

/** Reads a second on one path when there are always more to do. */
function operationsPerSecond(
  parameters: SubsystemParameters,
  drive: DriveParameters,
  bytes: number,
): number {
  const engine = new Engine();
  const log = new DriveWorkLog();
  const subsystem = Subsystem.create(
    {
      name: 'validation',
      content: 'signature',
      capacityBytes: 2 ** 30,
      groups: [{ dataDrives: 3, redundancyDrives: 2, cylinderSectors: 1024 }],
    },
    { driveWork: log },
  );
  const devices = Array.from({ length: DEVICES }, (_, at) => defineVolume(subsystem, at));
  const { channels } = parameters;
  const timed = new TimedSubsystem(
    engine,
    subsystem,
    log,
    { ...parameters, channels: { ...channels, paths: 1 } },
    { drive },
  );
  const done = timed.onDone((_, tag) => {
    timed.submit(devices[tag] ?? 0, 0, bytes, 0, 0, done, tag);
  });
  // A write brings the track into the cache; from then on its reader never pauses.
  for (const [tag, device] of devices.entries()) timed.submit(device, 0, bytes, 1, 0, done, tag);
  engine.runUntil(WARM_NANOS);
  const before = timed.completedCount;
  engine.runUntil(WARM_NANOS + MEASURED_NANOS);
  return (timed.completedCount - before) / (MEASURED_NANOS / 1e9);
}

function defineVolume(subsystem: Subsystem, at: number): number {
  const model = findModel('3390-3');
  invariant(model !== undefined, 'model-known', '3390-3');
  const outcome = subsystem.defineDevice({ number: deviceNumber(FIRST_DEVICE + at), model });
  invariant(outcome.kind === 'done', 'device-defined', String(at));
  return outcome.value.index;
}
