/**
 * A small pointer-copy engine with one mistake, for `docs/testing.md`: the background copy gives every
 * track of an extent an instance of its own, but fills all except the last.
 *
 * A device is an array of instance numbers; a snapshot copies numbers; a write makes a new instance.
 *
 * @module
 */
import {
  ANSWER_DONE,
  type Answer,
  type BackgroundState,
  brokenRules,
  type CopyEngine,
  type DeviceRange,
  type DeviceShape,
  NEVER_WRITTEN_CONTENT,
  NO_COPY,
  type RuledDevice,
  type SnapshotOrder,
  type TrackContent,
  type WrittenContent,
} from '../../src/testing.ts';

interface Device extends RuledDevice {
  readonly instances: number[];
  readonly owedBy: number[];
}

interface Duty {
  readonly copy: number;
  readonly target: Device;
  readonly first: number;
  readonly count: number;
}

/** The engine. `fixed` fills the last track, too. */
export class ExampleEngine implements CopyEngine {
  readonly #devices = new Map<number, Device>();
  readonly #contents: TrackContent[] = [NEVER_WRITTEN_CONTENT];
  readonly #copiedBy = new Map<Device, number[]>();
  #duties: Duty[] = [];
  readonly #fixed: boolean;

  constructor(options: { readonly fixed: boolean }) {
    this.#fixed = options.fixed;
  }

  defineDevice(name: number, shape: DeviceShape): Answer {
    if (this.#devices.has(name)) return { kind: 'refused', code: 'DEVICE_EXISTS' };
    const { trackCount } = shape;
    const places = (): number[] => Array.from({ length: trackCount }, () => 0);
    const device = { shape, trackCount, instances: places(), owedBy: places() };
    this.#devices.set(name, device);
    this.#copiedBy.set(device, places());
    return ANSWER_DONE;
  }

  write(name: number, track: number, content: WrittenContent): Answer {
    const device = this.#device(name);
    device.instances[track] = this.#contents.push(content) - 1;
    device.owedBy[track] = NO_COPY;
    return ANSWER_DONE;
  }

  read(name: number, track: number): Answer<TrackContent> {
    const device = this.#device(name);
    const content = this.#contents[device.instances[track] ?? -1];
    if (content === undefined) return { kind: 'refused', code: 'EXTENT_OUT_OF_DEVICE' };
    return { kind: 'done', value: content };
  }

  snapshot(copy: number, order: SnapshotOrder): Answer {
    const [code] = brokenRules(order, this.#devices);
    if (code !== undefined) return { kind: 'refused', code };
    const whole = order.wholeDevices.map(({ source, target }) => {
      const count = this.#device(source).trackCount;
      const none = { sourceFirst: 0, targetFirst: 0 };
      return { source, target, ...none, sourceCount: count, targetCount: count };
    });
    const pieces = [...order.extents, ...whole].map((extent) => {
      const { instances } = this.#device(extent.source);
      const { sourceFirst, sourceCount: count } = extent;
      const taken = instances.slice(sourceFirst, sourceFirst + count);
      return { target: this.#device(extent.target), first: extent.targetFirst, count, taken };
    });
    for (const { target, first, count, taken } of pieces) {
      const end = first + count;
      target.instances.splice(first, count, ...taken);
      target.owedBy.fill(order.background ? copy : NO_COPY, first, end);
      this.#copiedBy.get(target)?.fill(copy, first, end);
      if (order.background) this.#duties.push({ copy, target, first, count });
    }
    return ANSWER_DONE;
  }

  isPending(copy: number): boolean {
    return this.#duties.some((duty) => duty.copy === copy);
  }

  /** Does all that is owed to the oldest pending copy. */
  backgroundStep(_trackBudget: number): BackgroundState {
    const [oldest] = this.#duties;
    if (oldest === undefined) return 'idle';
    for (const duty of this.#duties) {
      if (duty.copy === oldest.copy) this.#separate(duty);
    }
    this.#duties = this.#duties.filter((duty) => duty.copy !== oldest.copy);
    return 'more';
  }

  #separate({ copy, target, first, count }: Duty): void {
    for (let at = 0; at < count; at += 1) {
      if (target.owedBy[first + at] !== copy) continue;
      target.owedBy[first + at] = NO_COPY;
      const own = this.#contents.push(NEVER_WRITTEN_CONTENT) - 1;
      const shared = target.instances[first + at] ?? 0;
      target.instances[first + at] = own;
      // The mistake: one track too few.
      const isFilled = this.#fixed || at < count - 1;
      if (isFilled) this.#contents[own] = this.#contents[shared] ?? NEVER_WRITTEN_CONTENT;
    }
  }

  withdraw(copy: number, range?: DeviceRange): Answer<number> {
    let withdrawn = 0;
    for (const [name, { owedBy }] of this.#devices) {
      if (range !== undefined && range.device !== name) continue;
      const first = range?.first ?? 0;
      const end = range === undefined ? owedBy.length : first + range.count;
      for (let track = first; track < end; track += 1) {
        if (owedBy[track] !== copy) continue;
        owedBy[track] = NO_COPY;
        withdrawn += 1;
      }
    }
    if (range === undefined) this.#duties = this.#duties.filter((duty) => duty.copy !== copy);
    return { kind: 'done', value: withdrawn };
  }

  discard(copy: number): Answer {
    this.#duties = this.#duties.filter((duty) => duty.copy !== copy);
    for (const [device, copiedBy] of this.#copiedBy) {
      for (const [track, last] of copiedBy.entries()) {
        if (last !== copy) continue;
        copiedBy[track] = NO_COPY;
        device.instances[track] = 0;
        device.owedBy[track] = NO_COPY;
      }
    }
    return ANSWER_DONE;
  }

  #device(name: number): Device {
    const device = this.#devices.get(name);
    if (device === undefined) throw new Error(`device ${name} is not there`);
    return device;
  }
}
