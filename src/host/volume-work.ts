/**
 * Work of a host on one online volume: serialized against every other host, the device reserved,
 * tracks written one by one, everything given back at the end whatever the end is.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import { done, type Outcome, refuse } from '../base/refusal.ts';
import { type StepWaiting, waiting } from '../base/step.ts';
import { formatDeviceNumber } from '../base/units.ts';
import type { DataProcessor } from './data-processor.ts';
import type { Enqueue, OnBusy, ResourceNeed } from './serialization.ts';
import type { UnitControlBlock } from './unit-control-block.ts';

/** How to wait for what somebody else holds. */
export interface VolumeWorkOptions {
  /** Who works, for people and for those who wait. */
  readonly owner: string;
  /** Default `wait`. */
  readonly onBusy?: OnBusy;
}

/** A volume taken for work. */
export class VolumeWork {
  readonly block: UnitControlBlock;
  readonly volser: string;
  readonly #host: DataProcessor;
  readonly #enqueue: Enqueue;
  #isReserved = false;

  private constructor(
    host: DataProcessor,
    block: UnitControlBlock,
    volser: string,
    enqueue: Enqueue,
  ) {
    this.#host = host;
    this.block = block;
    this.volser = volser;
    this.#enqueue = enqueue;
  }

  /**
   * Asks for a volume, alone as far as its VTOC and VVDS go; others may go on reading its data sets.
   *
   * Refused VOLUME_UNKNOWN, or VOLUME_BUSY when it is not to wait.
   *
   * @param dataSets - Taken alone as well.
   */
  static open(
    host: DataProcessor,
    volser: string,
    dataSets: readonly string[],
    { owner, onBusy = 'wait' }: VolumeWorkOptions,
  ): Outcome<VolumeWork> {
    const block = host.findVolume(volser);
    if (block === undefined) {
      return refuse('VOLUME_UNKNOWN', {
        what: `volume ${volser}`,
        limit: `no device of ${host.name} has it online`,
        fix: 'vary the device of the volume online, or correct the serial',
      });
    }
    const device = `${block.subsystem}.${formatDeviceNumber(block.device)}`;
    const needs: ResourceNeed[] = [
      { major: 'DEVICE', minor: device, mode: 'shared' },
      { major: 'VOLUME', minor: volser, mode: 'shared' },
      { major: 'SYSVTOC', minor: volser, mode: 'exclusive' },
      { major: 'SYSZVVDS', minor: volser, mode: 'exclusive' },
      ...dataSets.map(
        (minor): ResourceNeed => ({ major: 'SYSDSN', minor, mode: 'exclusive' as const }),
      ),
    ];
    const asked = host.serialization.request(owner, needs, onBusy);
    if (asked.kind === 'refused') return asked;
    return done(new VolumeWork(host, block, volser, asked.value));
  }

  /**
   * Looks whether the volume can be worked on now: serialized here, and reserved against hosts that
   * share no serialization with this one.
   *
   * @returns `undefined` when it can.
   */
  take(): StepWaiting | ReturnType<typeof refuse> | undefined {
    invariant(this.#enqueue.state !== 'released', 'volume-work-open', this.volser);
    if (this.#enqueue.state === 'waiting') {
      return waiting('lock', this.#enqueue.waitsFor() ?? 'a free resource');
    }
    if (this.#isReserved) return undefined;
    const online = this.#host.findVolume(this.volser);
    if (online?.device !== this.block.device) return this.#movedAway();
    const reserved = this.#host.reserve(this.block);
    if (reserved.kind === 'again') return waiting('reservation', this.volser);
    if (reserved.kind !== 'done') return reserved;
    this.#isReserved = true;
    return undefined;
  }

  /** Gives everything back. A second time nothing happens. */
  close(): void {
    if (this.#isReserved) this.#host.release(this.block);
    this.#isReserved = false;
    this.#enqueue.release();
  }

  #movedAway(): ReturnType<typeof refuse> {
    return refuse('VOLUME_OFFLINE', {
      what: `volume ${this.volser}`,
      limit: 'it was varied offline, or onto another device, while this waited for it',
      fix: 'ask again when the volume is online',
    });
  }
}
