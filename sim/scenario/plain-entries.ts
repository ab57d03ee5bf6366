/**
 * The entries `check`, `advance` and `export`.
 *
 * @module
 */
import { deviceTracks, formatDeviceNumber, refuse } from '../../src/index.ts';
import { describeName } from './copy-entry.ts';
import { type EntryMachine, type EntryStep, ended, failed, oneStep } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import { formatCount, formatDuration } from './quantity.ts';
import type { EntryOf } from './scenario.ts';

/** The machine of a `check`: every invariant of one subsystem or of all. */
export function checkEntry(laboratory: Laboratory, entry: EntryOf<'check'>): EntryMachine {
  const { subsystem } = entry.fields;
  return oneStep(`check${subsystem === undefined ? '' : ` ${subsystem}`}`, () => {
    const chosen = laboratory.subsystems.filter((one) => (subsystem ?? one.name) === one.name);
    const looked: Record<string, number> = {};
    for (const { name, subsystem: checked, meter } of chosen) {
      const report = meter.unseen(() => checked.check());
      for (const [what, count] of Object.entries(report.looked)) {
        looked[what] = (looked[what] ?? 0) + count;
      }
      const [first] = report.violations;
      if (first === undefined) continue;
      return failed('integrity', {
        what: `${report.violations.length} violations in ${name}, first ${first.invariant}`,
        limit: first.detail,
        fix: 'this is a bug of vdasd: keep the scenario and its seed',
      });
    }
    const { devices = 0, pages = 0, instances = 0, parities = 0 } = looked;
    return ended({ violations: 0, looked }, [
      `every invariant holds: ${formatCount(devices, 'device')}, ${formatCount(pages, 'page')}, ` +
        `${formatCount(instances, 'track instance')}, redundancy of ${formatCount(parities, 'cylinder')}`,
    ]);
  });
}

/** The machine of an `advance`. */
export function advanceEntry(laboratory: Laboratory, entry: EntryOf<'advance'>): EntryMachine {
  return oneStep(`advance ${formatDuration(entry.fields)}`, () => {
    laboratory.advance(entry.fields);
    // Time passes for the forecast, too.
    for (const { subsystem } of laboratory.subsystems) subsystem.space.sample();
    return ended({ now: laboratory.clock.now() });
  });
}

/** The machine of an `export`: one step that begins the file, one when it is there. */
export function exportEntry(
  laboratory: Laboratory,
  entry: EntryOf<'export'>,
  progress: (done: number) => void,
): EntryMachine {
  const { volume, file, format } = entry.fields;
  let saved: readonly string[] | undefined;
  const step = (): EntryStep => {
    const placed = laboratory.find(volume);
    if (placed === undefined) return laboratory.refuseUnknown(volume);
    const { owner, device } = placed;
    if (saved !== undefined) {
      const number = formatDeviceNumber(device.number);
      return ended({ device: number, format, files: saved }, []);
    }
    if (owner.subsystem.configuration.content === 'signature') {
      return refuse('SIGNATURE_HAS_NO_BYTES', {
        what: `export of ${describeName(volume)}`,
        limit: `${owner.name} keeps signatures, not bytes`,
        fix: 'use content: bytes for volumes that are exported',
      });
    }
    const source = deviceTracks(owner.subsystem, owner.subsystem.device(device.index));
    const work = owner.meter
      .unseenWhile(() => laboratory.files.saveImage(file, format, source, progress))
      .then((files) => {
        saved = files;
        laboratory.outputs.push(...files);
      });
    return { kind: 'outside', work };
  };
  return { title: `export ${describeName(volume)} to ${file}`, step };
}
