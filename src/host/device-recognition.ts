/**
 * Device recognition: what a host looks at before it takes a device into use.
 *
 * The label is read, its serial must be well formed and no other online device may have it; the
 * format 4 that it points to must describe a volume that the device can hold. A VTOC index that fails
 * its checks does not keep a volume offline; the volume then counts as not indexed, and a warning
 * says so.
 *
 * Source: docs/sources.md, S-01 ("forces device recognition processing"); the checks are our choice.
 *
 * @module
 */
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { describeDevice, type MountedVolume, type UnitControlBlock } from './unit-control-block.ts';
import { checkVolser, readVolumeLabel } from './volume-label.ts';
import type { VolumeTracks } from './volume-tracks.ts';
import { readVtoc, type Vtoc } from './vtoc.ts';

/** A volume fit for use, and what is odd about it. */
export interface Recognition {
  readonly volume: MountedVolume;
  readonly warnings: readonly string[];
}

/**
 * Looks at the volume on a device.
 *
 * @param table - The host's device table, for serials already online.
 * @returns Refused NO_LABEL, VOLSER_INVALID, DUPLICATE_VOLSER, BAD_VTOC_POINTER, VTOC_INVALID or
 * GEOMETRY_MISMATCH.
 */
export function recogniseVolume(
  volume: VolumeTracks,
  block: UnitControlBlock,
  table: Iterable<UnitControlBlock>,
): Outcome<Recognition> {
  const label = readVolumeLabel(volume);
  if (label.kind === 'refused') return label;
  const volser = checkVolser(label.value.volser);
  if (volser.kind === 'refused') return volser;
  for (const other of table) {
    if (other.device === block.device || other.volume?.volser !== volser.value) continue;
    return refuse('DUPLICATE_VOLSER', {
      what: `volume ${volser.value} on ${describeDevice(block)}`,
      limit: `a volume of that serial is online on ${describeDevice(other)}`,
      fix: 'vary the other device offline, or give one of them another serial',
    });
  }
  const vtoc = readVtoc(volume);
  if (vtoc.kind === 'refused') return vtoc;
  return checkGeometry(vtoc.value, block) ?? done(recognition(vtoc.value, volser.value));
}

function checkGeometry(vtoc: Vtoc, block: UnitControlBlock): Outcome<never> | undefined {
  const { cylinders, headCount } = vtoc.format4;
  if (headCount === block.type.headCount && cylinders <= block.cylinders) return undefined;
  return refuse('GEOMETRY_MISMATCH', {
    what: `volume ${vtoc.label.volser} on ${describeDevice(block)}`,
    limit:
      `its format 4 states ${cylinders} cylinders of ${headCount} tracks, ` +
      `the device has ${block.cylinders} of ${block.type.headCount}`,
    fix: 'restore or initialise the volume on a device that fits',
  });
}

function recognition(vtoc: Vtoc, volser: string): Recognition {
  return {
    volume: { volser, vtoc: vtoc.slots[0]?.address ?? { track: vtoc.extent.first, record: 1 } },
    warnings: vtoc.warnings.map(({ code, what }) => `${code}: ${what}`),
  };
}
