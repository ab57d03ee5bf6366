/**
 * A small installation on a medium, the operations whose crashes are looked at, and what tells two
 * machines apart.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { ManualClock } from '../../src/base/default-ports.ts';
import { KEPT_BLOCK_WORDS, type KeptPart } from '../../src/base/kept-state.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { deviceNumber, nanos, trackIndex } from '../../src/base/units.ts';
import { Installation } from '../../src/installation/installation.ts';
import { runTask } from '../../src/installation/installation-task.ts';
import { StateKeeper } from '../../src/store/state-keeper.ts';
import { StoredSubsystem } from '../../src/store/stored-subsystem.ts';
import type { SubsystemInput } from '../../src/subsystem/configuration.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { RecordingMedium } from '../../src/testing/recording-medium.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import { value } from './small-subsystem.ts';

/** Small cylinders, so that a few tracks fill one. */
export const RIG_INPUT: SubsystemInput = {
  name: 'CRASH',
  capacityBytes: 4 * 2 ** 20,
  groups: [{ dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 }],
  deviceCountMax: 16,
  jobCountMax: 64,
  definitionsPerPathGroupMax: 16,
};

/** How the journal is cut: so that a workload goes through several segments, or each record has its own. */
export interface JournalCut {
  readonly journalBytes: number;
  readonly segmentBytes: number;
}
const JOURNAL: JournalCut = { journalBytes: 256 * 1_024, segmentBytes: 64 * 1_024 };
/** A segment for every record. */
export const ONE_RECORD_SEGMENTS: JournalCut = { journalBytes: 256 * 1_024, segmentBytes: 512 };

/** Stores opened so far: no two processes draw the same tokens. */
let opened = 0;

/** Devices: a volume with data, a target with a copy under way, a third without anything. */
const SOURCE = deviceNumber(0xa80);
const TARGET = deviceNumber(0xa81);
const SPARE = deviceNumber(0xa82);

/** What tells a machine from any other: its kept state, word for word, and what its tracks show. */
export interface MachineView {
  /** Digest of each kept part. */
  readonly parts: ReadonlyMap<string, string>;
  readonly contents: string;
}

/** An installation on a medium, and what of it is acknowledged. */
export class CrashRig {
  readonly medium: RecordingMedium;
  readonly stored: StoredSubsystem;
  readonly installation: Installation;
  /** As of the last commit that was acknowledged. */
  acknowledged: MachineView;
  /** As of the commit that is under way; `undefined` between two commits. */
  underWay: MachineView | undefined;

  constructor(medium: RecordingMedium, stored: StoredSubsystem) {
    this.medium = medium;
    this.stored = stored;
    this.installation = new Installation({
      subsystem: stored.subsystem,
      journal: stored.journal,
      commit: () => this.commit(),
      bulk: (work) => stored.bulk(work),
    });
    this.acknowledged = this.#view();
  }

  /** A store on an empty medium. */
  static create(medium = new RecordingMedium(), input: SubsystemInput = RIG_INPUT): CrashRig {
    return new CrashRig(medium, StoredSubsystem.create(medium, input, ports()));
  }

  /** The store on a medium. @throws StoreFault */
  static open(
    medium: RecordingMedium,
    mode: 'read' | 'write' = 'write',
    journal: JournalCut = JOURNAL,
  ): CrashRig {
    return new CrashRig(medium, StoredSubsystem.open(medium, { mode, ports: ports(journal) }));
  }

  get subsystem(): Subsystem {
    return this.stored.subsystem;
  }

  /** Commits, and keeps account of what a crash meanwhile may leave. */
  commit(): ReturnType<StoredSubsystem['commit']> {
    const view = this.#view();
    this.underWay = view;
    const sequence = this.stored.commit();
    this.acknowledged = view;
    this.underWay = undefined;
    return sequence;
  }

  /** Closes the store, which commits what was not. */
  close(): void {
    this.underWay = this.#view();
    this.stored.close();
    this.acknowledged = this.underWay;
    this.underWay = undefined;
  }

  /** Machines that may be found after a crash at this moment. */
  allowed(): readonly MachineView[] {
    return this.underWay === undefined ? [this.acknowledged] : [this.acknowledged, this.underWay];
  }

  /** Writes a track of so many bytes of data; does not commit. */
  write(device: number, track: number, fill: number, dataBytes = 24_000): void {
    const found = this.subsystem.findDevice(deviceNumber(device));
    if (found === undefined) throw new Error('no such device');
    const heads = found.model.type.headCount;
    const address = { cylinder: Math.floor(track / heads), head: track % heads };
    const data = new Uint8Array(dataBytes);
    data.forEach((_, at) => {
      data[at] = fill + (at >>> 6);
    });
    const image = buildTrack(address, [{ number: 1, data }]);
    const step = this.subsystem.writeTrack(found.index, trackIndex(track), image);
    if (step.kind !== 'done') throw new Error(`not written: ${step.kind}`);
  }

  /** Defines a device of two cylinders. @returns Its number. */
  defineSmall(): number {
    return value(this.installation.define({ model: '3390-1', cylinders: 2 })).device.number;
  }

  device(number: number): ReturnType<Subsystem['device']> {
    const device = this.subsystem.findDevice(deviceNumber(number));
    if (device === undefined) throw new Error('no such device');
    return device;
  }

  /** Looking is no part of what is looked at: no call fails meanwhile. */
  #view(): MachineView {
    const { failure } = this.medium;
    this.medium.failure = undefined;
    try {
      return viewOf(this.stored);
    } finally {
      this.medium.failure = failure;
    }
  }
}

/** An operation whose crashes are looked at. */
export type RigOperation = (rig: CrashRig) => void;

/** All operations by name. Each leaves everything acknowledged. */
export const RIG_OPERATIONS: Readonly<Record<string, RigOperation>> = {
  define: ({ installation }) => {
    value(
      installation.define({
        model: '3390-1',
        cylinders: 2,
        volser: `N${installation.volumes().length}`,
      }),
    );
  },
  write: (rig) => {
    rig.write(SOURCE, 20, 0x51);
    rig.commit();
  },
  snapshot: ({ installation }) => {
    value(
      installation.host().snapshot({
        pairs: [
          { source: { kind: 'device', device: SOURCE }, target: { kind: 'device', device: SPARE } },
        ],
        copy: 'background',
        overwrite: true,
        supersede: true,
      }),
    );
  },
  backup: ({ installation }) => {
    const backup = installation.host().backup({
      name: `backup ${installation.log().length}`,
      source: 'SOURCE',
      target: { kind: 'device', device: SPARE },
      volser: `B${installation.log().length}`,
      copy: 'background',
      overwrite: true,
      supersede: true,
    });
    const ended = runTask(backup);
    if (ended.kind !== 'done') throw new Error(`backup ${JSON.stringify(ended)}`);
  },
  background: ({ installation }) => {
    installation.work({ tracksPerStep: 6 }).step();
  },
  withdraw: (rig) => {
    for (const { id } of rig.subsystem.relations()) value(rig.subsystem.withdraw(id));
    rig.commit();
  },
  destage: (rig) => {
    rig.subsystem.drives.closeOpen();
    rig.commit();
  },
  /** As an import: its data goes to the drives and not through the journal. */
  bulk: (rig) => {
    rig.stored.bulk(() => {
      for (let track = 16; track < 28; track += 1) rig.write(TARGET, track, 0x60 + track, 40_000);
    });
    rig.commit();
  },
  collect: (rig) => {
    value(rig.subsystem.drives.collect({ cylinders: 2 }));
    rig.commit();
  },
  release: (rig) => {
    const stretch = { first: trackIndex(16), count: 6 };
    value(rig.subsystem.deletedSpace.release(rig.device(SOURCE).index, [stretch]));
    rig.commit();
  },
  checkpoint: ({ stored }) => {
    stored.checkpoint();
  },
};

/** The medium on which every workload begins, with a store that has seen something. */
export function usedMedium(): RecordingMedium {
  const rig = CrashRig.create();
  const { installation, subsystem, stored } = rig;
  value(installation.define({ device: SOURCE, model: '3390-1', cylinders: 2, volser: 'SOURCE' }));
  value(installation.define({ device: TARGET, model: '3390-1', cylinders: 2, volser: 'TARGET' }));
  value(installation.define({ device: SPARE, model: '3390-1', cylinders: 2, volser: 'SPARE' }));
  for (let track = 16; track < 28; track += 1) rig.write(SOURCE, track, track);
  rig.commit();
  stored.checkpoint();
  subsystem.drives.closeOpen();
  for (let track = 16; track < 26; track += 3) rig.write(SOURCE, track, 0x80 + track);
  subsystem.retain(rig.device(SOURCE).index, 'before');
  value(
    installation.host().snapshot({
      pairs: [
        { source: { kind: 'device', device: SOURCE }, target: { kind: 'device', device: TARGET } },
      ],
      copy: 'background',
      overwrite: true,
    }),
  );
  installation.work({ tracksPerStep: 4 }).step();
  rig.write(SOURCE, 17, 0x99);
  rig.commit();
  return rig.medium.afterPowerCut(() => true);
}

/** What tells this machine apart. */
export function viewOf(stored: StoredSubsystem): MachineView {
  const { journal } = stored;
  if (!(journal instanceof StateKeeper)) throw new Error('whoever keeps the state is unknown');
  const parts = new Map<string, string>();
  const kept = [...journal.parts.values()];
  for (const part of kept) if (part.kind === 'figures') part.beforeSaving?.();
  for (const part of kept) parts.set(part.name, digestOf(part));
  return { parts, contents: contentsOf(stored.subsystem) };
}

/** Names of the parts in which two machines differ, and `contents` when their tracks do. */
export function differences(one: MachineView, other: MachineView): string[] {
  const names = new Set([...one.parts.keys(), ...other.parts.keys()]);
  const different = [...names].filter((name) => one.parts.get(name) !== other.parts.get(name));
  return one.contents === other.contents ? different : [...different, 'contents'];
}

function digestOf(part: KeptPart): string {
  const hash = createHash('sha1');
  const plain = (data: unknown): void => {
    hash.update(JSON.stringify(data, sortedKeys) ?? 'undefined');
  };
  if (part.kind === 'figures') {
    plain(part.save());
  } else if (part.kind === 'records') {
    plain([...part.entries()]);
  } else if (part.kind === 'entries') {
    const keys = [...part.keys()].toSorted((one, other) => (String(one) < String(other) ? -1 : 1));
    for (const key of keys) plain([key, part.save(key)]);
  } else {
    // How long a table is tells nothing: behind the last word everything is 0.
    const count = Math.ceil(part.wordCount / KEPT_BLOCK_WORDS);
    const words = new Uint32Array(count * KEPT_BLOCK_WORDS);
    for (let at = 0; at < count; at += 1) part.copyOut(at, words, at * KEPT_BLOCK_WORDS);
    let end = words.length;
    while (end > 0 && words[end - 1] === 0) end -= 1;
    hash.update(words.subarray(0, end));
  }
  return hash.digest('hex');
}

/** Plain data that is equal gets equal text, whatever the order of its names. */
function sortedKeys(_name: string, data: unknown): unknown {
  if (data instanceof Uint8Array) return { bytes: [...data] };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(
    Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Digest of everything that the tracks of all devices show. */
function contentsOf(subsystem: Subsystem): string {
  const hash = createHash('sha1');
  for (const device of subsystem.devices()) {
    hash.update(`device ${device.number} ${device.trackCount}`);
    for (let track = 0; track < device.trackCount; track += 1) {
      if (subsystem.trackEntry(device.index, trackIndex(track)).kind === 'neverWritten') continue;
      const read = subsystem.readTrack(device.index, trackIndex(track));
      hash.update(`track ${track}`).update(read.kind === 'done' ? read.value : read.code);
    }
  }
  return hash.digest('hex');
}

function ports(
  journal: JournalCut = JOURNAL,
): { clock: ManualClock; random: SeededRandom } & JournalCut {
  const clock = new ManualClock();
  clock.advance(nanos(1_000_000_000));
  opened += 1;
  return { clock, random: new SeededRandom(opened, 'crash'), ...journal };
}
