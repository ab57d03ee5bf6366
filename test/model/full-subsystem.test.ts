/**
 * A subsystem filled to the last sector, under every policy: no acknowledged track is lost, snapshots
 * are still taken, overwriting goes on for as long as there is any space at all, and after copies are
 * discarded, points released and devices cleared everything comes back.
 *
 * A map from device and track to what was last acknowledged is the oracle.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { deviceNumber } from '../../src/base/units.ts';
import type { RelationId } from '../../src/copy/relation.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { Device, OutOfSpacePolicy } from '../../src/mapping/device-table.ts';
import type { SubsystemInput } from '../../src/subsystem/configuration.ts';
import { Subsystem } from '../../src/subsystem/subsystem.ts';
import {
  codeOf,
  fillOf,
  finish,
  snap,
  track,
  trackOf,
  value,
  violationsOf,
  whole,
} from '../support/small-subsystem.ts';

const POLICIES = ['block', 'failWrite', 'dropBackground'] as const;
/** What a write answers when there is no space. */
const NO_SPACE = { block: 'waiting', failWrite: 'OUT_OF_SPACE', dropBackground: 'OUT_OF_SPACE' };
const NEVER_WRITTEN = -1;
/** Lengths of tracks, in data bytes: mixed, so that ends of members are lost. */
const LENGTHS = [100, 4_000, 11_000, 27_000, 52_000];
const LONGEST = 52_000;
const DEVICES = 7;

/** A subsystem, and what each track of each device must show. */
class FullSubsystem {
  readonly subsystem: Subsystem;
  readonly devices: readonly Device[];
  readonly random: SeededRandom;
  readonly noSpace: string;
  readonly #shown = new Map<Device, number[]>();
  readonly #lengths = new Map<Device, number[]>();
  #next = 0;

  constructor(outOfSpace: OutOfSpacePolicy, input: Partial<SubsystemInput>) {
    this.random = new SeededRandom(7, `full ${outOfSpace}`);
    this.noSpace = NO_SPACE[outOfSpace];
    this.subsystem = Subsystem.create({
      name: 'FULL',
      capacityBytes: 12_582_912,
      outOfSpace,
      ...input,
    });
    const model = findModel('3390-1');
    if (model === undefined) throw new Error('no model 3390-1');
    const groups = this.subsystem.space.groups().length;
    this.devices = Array.from({ length: DEVICES }, (_, at) =>
      value(
        this.subsystem.defineDevice({
          number: deviceNumber(0xa80 + at),
          model,
          cylinders: 100,
          // The last two may lie anywhere.
          ...(at < DEVICES - 2 && { homeGroup: at % groups }),
        }),
      ),
    );
    for (const device of this.devices) {
      this.#shown.set(
        device,
        Array.from({ length: device.trackCount }, () => NEVER_WRITTEN),
      );
      this.#lengths.set(device, []);
    }
  }

  device(at: number): Device {
    const device = this.devices[at];
    if (device === undefined) throw new Error(`no device ${at}`);
    return device;
  }

  shown(device: Device): number[] {
    return this.#shown.get(device) as number[];
  }

  /** Data bytes of the track that was last acknowledged here. */
  length(device: Device, at: number): number {
    return this.#lengths.get(device)?.[at] ?? 0;
  }

  /**
   * Writes one track; full nonvolatile storage is waited for, as hosts do.
   *
   * @returns `done`, `waiting` for space, or a refusal's code.
   */
  write(device: Device, at: number, dataBytes = this.randomLength(), reserve = false): string {
    this.#next = (this.#next + 1) % 251;
    const image = trackOf(device, at, this.#next, dataBytes);
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = this.subsystem.writeTrack(device.index, track(at), image, { reserve });
      if (answer.kind === 'waiting' && answer.for === 'nvs') {
        this.subsystem.backgroundStep({ tracks: 10 });
        continue;
      }
      if (answer.kind === 'done') {
        this.shown(device)[at] = this.#next;
        (this.#lengths.get(device) as number[])[at] = dataBytes;
      }
      return codeOf(answer);
    }
    throw new Error('nonvolatile storage is never emptied');
  }

  randomLength(): number {
    return LENGTHS[this.random.below(LENGTHS.length)] as number;
  }

  /** A track of the device that takes no space. */
  empty(device: Device, at: number): void {
    value(this.subsystem.loadNullTrack(device.index, track(at), 1) as never);
    this.shown(device)[at] = NEVER_WRITTEN;
  }

  /** Writes never-written tracks in turn until not even the shortest fits. @returns Tracks written. */
  fill(device: Device): number {
    let written = 0;
    for (let at = 0; at < device.trackCount; at += 1) {
      if (this.shown(device)[at] !== NEVER_WRITTEN) continue;
      const answers = new Set<string>();
      for (const length of [this.randomLength(), ...LENGTHS.toReversed()]) {
        answers.add(this.write(device, at, length));
        if (answers.has('done')) break;
      }
      if (!answers.has('done')) {
        expect([...answers]).toEqual([this.noSpace]);
        return written;
      }
      written += 1;
    }
    throw new Error('the devices are too small to fill the subsystem');
  }

  snapshot(source: Device, target: Device, background: 'none' | 'copy'): RelationId {
    const made = snap(this.subsystem, { wholeDevices: [whole(source, target)], background });
    this.#shown.set(target, [...this.shown(source)]);
    return made.relation;
  }

  clear(device: Device): void {
    this.subsystem.clearDevice(device.index);
    this.shown(device).fill(NEVER_WRITTEN);
  }

  /** Everything acknowledged is there, and every invariant holds. */
  verify(): void {
    for (const device of this.devices) {
      this.shown(device).forEach((fill, at) => {
        if (fillOf(this.subsystem, device, at) === fill) return;
        throw new Error(`device ${device.index} track ${at} does not show ${fill}`);
      });
    }
    expect(violationsOf(this.subsystem)).toEqual([]);
  }
}

const SHAPES: readonly (readonly [string, Partial<SubsystemInput>])[] = [
  ['one group', {}],
  ['two groups of different shape', { groups: [{ dataDrives: 4 }, { redundancyDrives: 1 }] }],
  ['destage in the background', { nvs: { destage: 'scheduled' } }],
];

describe.each(POLICIES)('policy %s', (policy) => {
  it.each(SHAPES)('%s: filled to the end, and back', (_name, input) => {
    const full = new FullSubsystem(policy, input);
    const { subsystem, random } = full;
    const [a, b, c, d, e, anywhere, spare] = full.devices as unknown as readonly Device[] &
      Record<0 | 1 | 2 | 3 | 4 | 5 | 6, Device>;
    for (let at = 0; at < 60; at += 1) {
      full.write(a, at);
      full.write(b, at);
    }
    const copy = full.snapshot(a, c, 'copy');
    subsystem.backgroundStep({ tracks: 30 });
    for (const device of [d, b, a, anywhere]) full.fill(device);
    full.verify();

    // Full: snapshots are still taken, at every moment, and what they hold is not overwritten.
    const second = full.snapshot(b, e, 'copy');
    finish(subsystem);
    full.snapshot(a, spare, 'none');
    for (let round = 0; round < 300; round += 1) {
      full.write(full.device(random.below(DEVICES)), random.below(100));
    }
    full.verify();
    // The copy that was under way waits, or was given up for the space that it had taken.
    expect(subsystem.relationState(copy)).toMatchObject(
      policy === 'dropBackground'
        ? { state: 'withdrawn', tracksCopied: 0 }
        : { state: 'copying', waitsForSpace: true },
    );

    // The metadata of running backups still finds its reserve.
    expect(full.write(b, 0, 1_000, true)).toBe('done');

    // Copies and devices go: everything comes back, to the writer and without being asked for.
    for (const relation of [copy, second]) {
      if (subsystem.relationState(relation).state !== 'copying') continue;
      value(subsystem.withdraw(relation));
    }
    for (const device of [c, d, e, anywhere, spare]) full.clear(device);
    const again = full.fill(d);
    expect(again).toBeGreaterThan(20);
    full.verify();
    for (const device of full.devices) full.clear(device);
    finish(subsystem);
    expect(subsystem.capacity()).toMatchObject({ liveBytes: 0, threshold: 'normal' });
    for (const device of [a, b]) full.fill(device);
    full.verify();
  });

  it('goes on overwriting for as long as one track is free, however worn the cylinders are', () => {
    // Small cylinders, so that long tracks leave much of every member unused.
    const full = new FullSubsystem(policy, {
      groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }],
    });
    const a = full.device(0);
    for (let at = 0; at < 3; at += 1) expect(full.write(a, at, LONGEST)).toBe('done');
    const count = 3 + full.fill(a);
    // One of the longest tracks is free: every write takes it, and frees its former one.
    full.empty(a, 0);
    for (let round = 0; round < 3_000; round += 1) {
      const at = 1 + full.random.below(count - 1);
      expect(full.write(a, at, full.length(a, at))).toBe('done');
    }
    const { collection } = full.subsystem.parts;
    expect(collection.collectedCount).toBeGreaterThan(150);
    full.verify();
  });
});
