/**
 * Images of full 3390 tracks that carry their own addresses, and a device to write them to.
 *
 * @module
 */
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { benchModel } from '../mapping/loaded-device.ts';

const TRACK_BYTES = 56_664;
/** Home address, record 0, count of record 1, end marker. */
const FRAME_BYTES = 37;

/** Images of the first tracks of a device. @param dataBytes - Of record 1. */
export function addressedImages(
  count: number,
  headCount: number,
  dataBytes = TRACK_BYTES - FRAME_BYTES,
): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) =>
    addressedImage(at, headCount, new Uint8Array(dataBytes).fill((at % 255) + 1)),
  );
}

/** Image of one track. */
export function addressedImage(track: number, headCount: number, data: Uint8Array): Uint8Array {
  return buildTrack(toTrackAddress(trackIndex(track), headCount), [{ number: 1, data }]);
}

/** Device 0A80 of a model. */
export function defineBenchDevice(subsystem: Subsystem, model: string): Device {
  const outcome = subsystem.defineDevice({ number: deviceNumber(0xa80), model: benchModel(model) });
  if (outcome.kind === 'refused') throw new Error(outcome.what);
  return outcome.value;
}
