/**
 * The devices of a replay: one for each volume of the trace, defined when it is first touched, and more
 * where a volume is larger than the largest device.
 *
 * @module
 */
import {
  CYLINDER_COUNT_MAX,
  type Device,
  deviceNumber,
  extendedModel,
  granted,
  InputError,
  type Subsystem,
} from '../../src/index.ts';
import { TrackMapper } from '../load/track-mapper.ts';

/** Devices that a subsystem of a replay may have: what device numbers allow. */
export const REPLAY_DEVICE_COUNT_MAX = 65_536;

/** Defines devices and maps addresses to them. */
export class ReplayDevices {
  readonly mapper: TrackMapper;
  /** Devices that hold volumes, in the order in which they were touched. */
  readonly sources: Device[] = [];
  /** Volume of each, by place. */
  readonly volumes: number[] = [];
  readonly #subsystem: Subsystem;
  readonly #model = extendedModel(CYLINDER_COUNT_MAX);
  readonly #onDefined: (device: Device) => void;
  #defined = 0;

  /** @param onDefined - Told of each new device. */
  constructor(subsystem: Subsystem, trackBytes: number, onDefined: (device: Device) => void) {
    this.#subsystem = subsystem;
    this.#onDefined = onDefined;
    this.mapper = new TrackMapper({
      trackBytes,
      tracksPerDevice: this.#model.primaryCylinders * this.#model.type.headCount,
      deviceOf: (volume) => {
        const device = this.define();
        this.sources.push(device);
        this.volumes.push(volume);
        return device.index;
      },
    });
  }

  /** Defines the next device. @throws InputError CAPACITY_EXCEEDED */
  define(): Device {
    if (this.#defined === REPLAY_DEVICE_COUNT_MAX) {
      throw new InputError('CAPACITY_EXCEEDED', {
        what: `more than ${REPLAY_DEVICE_COUNT_MAX} devices`,
        limit: 'each volume has a device, and one more for each snapshot that is kept',
        fix: 'keep fewer snapshots, or pick fewer volumes',
      });
    }
    const number = deviceNumber(this.#defined);
    this.#defined += 1;
    const device = granted(this.#subsystem.defineDevice({ number, model: this.#model }));
    this.#onDefined(device);
    return device;
  }
}
