/**
 * Everything that can be asked of a subsystem, drawn at random: writes, copies, series, points, rules,
 * holds, drives, time and background work. Nothing here knows what should come of it.
 *
 * @module
 */
import type { ManualClock } from '../../src/base/default-ports.ts';
import type { SeededRandom } from '../../src/base/random.ts';
import {
  type DeviceIndex,
  deviceNumber,
  type Nanos,
  nanos,
  trackIndex,
} from '../../src/base/units.ts';
import type { CopyExtent } from '../../src/copy/extent.ts';
import type { SnapshotRequest } from '../../src/copy/snapshot-request.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import type { PointId } from '../../src/mapping/retained-point.ts';
import type { RetentionRule } from '../../src/subsystem/retention-rule.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';

/** Something to be asked of every machine alike. */
export interface RandomDuty {
  readonly name: string;
  readonly ask: (subsystem: Subsystem) => unknown;
}

type Draw = (draws: Draws) => RandomDuty['ask'] | undefined;

const DEVICES_MAX = 5;
const SECOND = 1_000_000_000;
/** Cylinders of the images: of a small device, so that copies and clearings cover much of it. */
const CYLINDERS = [2, 6, 12, 36, 48];
/** Tracks under one leaf of a directory. */
const LEAF_TRACKS = 128;

/** Draws from what a subsystem holds now. */
class Draws {
  readonly subsystem: Subsystem;
  readonly random: SeededRandom;

  constructor(subsystem: Subsystem, random: SeededRandom) {
    this.subsystem = subsystem;
    this.random = random;
  }

  below(bound: number): number {
    return this.random.below(bound);
  }

  /** Model time of up to so many seconds. */
  time(seconds: number): Nanos {
    return nanos(this.below(seconds * 1_000) * (SECOND / 1_000));
  }

  of<Value>(values: Iterable<Value>): Value | undefined {
    const all = [...values];
    return all.length === 0 ? undefined : all[this.below(all.length)];
  }

  device(): Device | undefined {
    return this.of(this.subsystem.devices());
  }

  writable(): Device | undefined {
    return this.of(this.subsystem.devices().filter(({ readOnly }) => !readOnly));
  }

  /** A stretch of a device, mostly short. */
  stretch({ trackCount }: Device): { readonly first: number; readonly count: number } {
    const first = this.below(trackCount);
    const most = this.below(3) === 0 ? trackCount - first : Math.min(12, trackCount - first);
    return { first, count: 1 + this.below(most) };
  }

  extent(): CopyExtent | undefined {
    const source = this.device();
    const target = this.device();
    if (source === undefined || target === undefined) return undefined;
    const from = this.stretch(source);
    const to = this.stretch(target);
    if (this.below(3) === 0) return this.#leaves(source, target);
    const count = Math.min(from.count, to.count);
    return {
      source: source.index,
      sourceFirst: trackIndex(from.first),
      sourceCount: count,
      target: target.index,
      targetFirst: trackIndex(this.below(2) === 0 ? Math.min(from.first, to.first) : to.first),
      targetCount: count,
    };
  }

  /** Whole leaves of both directories. */
  #leaves(source: Device, target: Device): CopyExtent | undefined {
    const most = Math.floor(Math.min(source.trackCount, target.trackCount) / LEAF_TRACKS);
    if (most === 0) return undefined;
    const leaf = this.below(most);
    const first = trackIndex(leaf * LEAF_TRACKS);
    const count = (1 + this.below(most - leaf)) * LEAF_TRACKS;
    return {
      source: source.index,
      sourceFirst: first,
      sourceCount: count,
      target: target.index,
      targetFirst: first,
      targetCount: count,
    };
  }

  drive(): { readonly group: number; readonly member: number } {
    const group = this.below(this.subsystem.parts.backEnd.groups.length);
    const { members } = this.subsystem.parts.backEnd.groupNumbered(group);
    return { group, member: this.below(members.length) };
  }
}

/** What may be asked, with how often. */
const DUTIES: readonly (readonly [name: string, weight: number, draw: Draw])[] = [
  ['define', 3, drawDefine],
  [
    'remove',
    1,
    onDevice(
      ({ number }) =>
        (subsystem) =>
          subsystem.removeDevice(number),
    ),
  ],
  ['resize', 1, drawResize],
  [
    'clear',
    1,
    onWritable(
      ({ index }) =>
        (subsystem) =>
          subsystem.clearDevice(index),
    ),
  ],
  ['write', 22, drawWrite],
  ['null track', 2, drawNullTrack],
  ['read', 10, drawRead],
  ['snapshot', 5, drawSnapshot],
  ['series part', 4, drawSeriesPart],
  ['execute a series part', 4, drawSeriesExecution],
  ['series', 1, ({ random }) => askSeries(random)],
  ['forget a series', 1, ({ random }) => forgetSeries(random)],
  ['withdraw', 3, drawWithdraw],
  ['discard', 1, onRelation((id) => (subsystem) => subsystem.discard(id))],
  ['forget a relation', 1, onRelation((id) => (subsystem) => subsystem.forgetRelation(id))],
  [
    'retain',
    2,
    onDevice(
      ({ index }) =>
        (subsystem) =>
          subsystem.retain(index, 'point'),
    ),
  ],
  ['drop a point', 2, drawDrop],
  ['set a rule', 2, drawRule],
  [
    'clear a rule',
    1,
    onDevice(
      ({ index }) =>
        ({ retention }) =>
          retention.clearRule(index),
    ),
  ],
  ['open a point', 2, drawOpen],
  ['release', 4, drawRelease],
  ['undo a release', 3, drawUndo],
  ['give up a hold', 3, drawEndHold],
  ['exclude', 1, drawExclude],
  ['background step', 8, drawBackground],
  ['fail a drive', 1, (draws) => onDrive(draws, 'fail')],
  ['return a drive', 1, (draws) => onDrive(draws, 'return')],
  ['replace a drive', 1, (draws) => onDrive(draws, 'replace')],
  ['damage', 8, drawDamage],
  [
    'close open',
    1,
    () =>
      ({ drives }) =>
        drives.closeOpen(),
  ],
  [
    'destage',
    1,
    () =>
      ({ drives }) =>
        drives.destage(),
  ],
  [
    'request a scrub',
    1,
    () =>
      ({ drives }) =>
        drives.requestScrub(),
  ],
  ['pace a scrub', 1, drawPace],
  ['collect', 2, drawCollect],
  [
    'forecast',
    1,
    () =>
      ({ space }) =>
        space.forecast(),
  ],
];

/** Names of all that may be asked. */
export const DUTY_NAMES: readonly string[] = DUTIES.map(([name]) => name);

const WEIGHTS = DUTIES.reduce((sum, [, weight]) => sum + weight, 0);

/**
 * Draws what to ask next, and lets time pass now and then.
 *
 * @param subsystem - As it is now: what is asked is drawn from what it holds.
 */
export function drawDuty(
  subsystem: Subsystem,
  random: SeededRandom,
  clock: ManualClock,
): RandomDuty {
  if (random.below(4) === 0) clock.advance(new Draws(subsystem, random).time(2));
  for (;;) {
    let at = random.below(WEIGHTS);
    const [name, , draw] = DUTIES.find(
      ([, weight]) => (at -= weight) < 0,
    ) as (typeof DUTIES)[number];
    const ask = draw(new Draws(subsystem, random));
    if (ask !== undefined) return { name, ask };
  }
}

function onDevice(make: (device: Device) => RandomDuty['ask']): Draw {
  return (draws) => {
    const device = draws.device();
    return device && make(device);
  };
}

function onWritable(make: (device: Device) => RandomDuty['ask']): Draw {
  return (draws) => {
    const device = draws.writable();
    return device && make(device);
  };
}

function onRelation(make: (id: Parameters<Subsystem['discard']>[0]) => RandomDuty['ask']): Draw {
  return (draws) => {
    const relation = draws.of(draws.subsystem.relations());
    return relation && make(relation.id);
  };
}

function onDrive(draws: Draws, how: 'fail' | 'return' | 'replace'): RandomDuty['ask'] | undefined {
  const { group, member } = draws.drive();
  const failed = draws.subsystem.parts.backEnd.groups.reduce(
    (sum, one) => sum + one.failedCount,
    0,
  );
  // Most of what is asked should still be there.
  if (how === 'fail' && failed >= 2) return undefined;
  return ({ drives }) => drives[how](group, member);
}

function drawDefine(draws: Draws): RandomDuty['ask'] | undefined {
  const model = findModel('2305-1');
  if (model === undefined || draws.subsystem.devices().length >= DEVICES_MAX) return undefined;
  const number = deviceNumber(draws.below(DEVICES_MAX + 2));
  const groups = draws.subsystem.parts.backEnd.groups.length;
  const home = draws.below(2) === 0 ? {} : { homeGroup: draws.below(groups) };
  const cylinders = CYLINDERS[draws.below(CYLINDERS.length)] as number;
  const outOfSpace = draws.below(2) === 0 ? 'block' : 'dropBackground';
  return (subsystem) => subsystem.defineDevice({ number, model, cylinders, outOfSpace, ...home });
}

function drawResize(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  const cylinders = 1 + draws.below(14);
  return device && ((subsystem) => subsystem.setCylinders(device.index, cylinders));
}

function drawWrite(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.writable();
  if (device === undefined) return undefined;
  const { first, count } = draws.stretch(device);
  const value = draws.below(2 ** 32);
  const isSignature = draws.subsystem.configuration.content === 'signature' && draws.below(8) > 0;
  if (isSignature) {
    return (subsystem) =>
      Array.from({ length: count }, (_, at) => {
        const track = trackIndex(first + at);
        const written = subsystem.writeSignature(
          device.index,
          track,
          value,
          at,
          100 + (value % 9_000),
        );
        return written === 0 ? subsystem.shortageAnswer(device.index) : written;
      });
  }
  const data = new Uint8Array(1 + (value % 9_000)).fill(value);
  const reserve = draws.below(6) === 0;
  const { headCount } = device.model.type;
  return (subsystem) =>
    Array.from({ length: Math.min(count, 8) }, (_, at) => {
      const track = trackIndex(first + at);
      const image = buildTrack(toTrackAddress(track, headCount), [{ number: 1, data }]);
      return subsystem.writeTrack(device.index, track, image, { reserve });
    });
}

function drawNullTrack(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.writable();
  if (device === undefined) return undefined;
  const track = trackIndex(draws.below(device.trackCount));
  const format = draws.below(3) as 0 | 1 | 2;
  return (subsystem) => subsystem.loadNullTrack(device.index, track, format);
}

function drawRead(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  if (device === undefined) return undefined;
  const { first, count } = draws.stretch(device);
  return (subsystem) =>
    Array.from({ length: count }, (_, at) => readOf(subsystem, device.index, first + at));
}

function readOf(subsystem: Subsystem, device: DeviceIndex, at: number): unknown {
  const track = trackIndex(at);
  const entry = subsystem.trackEntry(device, track);
  if (entry.kind !== 'instance' || entry.hasBytes) return subsystem.readTrack(device, track);
  const isRead = subsystem.readSignature(device, track);
  return [isRead, subsystem.signatureLow, subsystem.signatureHigh, subsystem.isSignatureLost];
}

function drawSnapshot(draws: Draws): RandomDuty['ask'] | undefined {
  const request = drawRequest(draws);
  return request && ((subsystem) => subsystem.snapshot(request));
}

function drawRequest(draws: Draws): SnapshotRequest | undefined {
  const background = draws.below(2) === 0 ? 'copy' : 'none';
  const options = {
    background,
    supersede: draws.below(2) === 0,
    separation: draws.below(4) === 0 ? 'redundancyGroup' : 'instance',
  } as const;
  const source = draws.device();
  const target = draws.device();
  if (source === undefined || target === undefined) return undefined;
  if (draws.below(2) === 0) {
    return { ...options, wholeDevices: [{ source: source.index, target: target.index }] };
  }
  const extents = [draws.extent(), draws.extent()].flatMap((extent) => extent ?? []);
  return { ...options, extents: extents.slice(draws.below(2)) };
}

const SERIES = ['S', 'T'] as const;
const PARTS = 3;

function seriesOf(random: SeededRandom): string {
  return SERIES[random.below(SERIES.length)] as string;
}

function drawSeriesPart(draws: Draws): RandomDuty['ask'] | undefined {
  const extent = draws.extent();
  const series = { id: seriesOf(draws.random), ordinal: 1 + draws.below(PARTS), of: PARTS };
  return extent && ((subsystem) => subsystem.defineSeriesPart(series, [extent]));
}

function drawSeriesExecution(draws: Draws): RandomDuty['ask'] | undefined {
  const extent = draws.extent();
  const series = { id: seriesOf(draws.random), ordinal: 1 + draws.below(PARTS), of: PARTS };
  return (
    extent &&
    ((subsystem) =>
      subsystem.snapshot({ extents: [extent], background: 'none', supersede: true, series }))
  );
}

function askSeries(random: SeededRandom): RandomDuty['ask'] {
  const id = seriesOf(random);
  return (subsystem) => subsystem.seriesConflict(id);
}

function forgetSeries(random: SeededRandom): RandomDuty['ask'] {
  const id = seriesOf(random);
  return (subsystem) => subsystem.forgetSeries(id);
}

function drawWithdraw(draws: Draws): RandomDuty['ask'] | undefined {
  const relations = [...draws.subsystem.relations()];
  const pending = relations.filter(({ phase }) => phase === 'copying');
  const relation = draws.of(draws.below(4) === 0 ? relations : pending);
  const extent = draws.of(relation?.extents ?? []);
  if (relation === undefined || extent === undefined) return undefined;
  const { targetFirst, targetCount } = extent;
  const first = trackIndex(targetFirst + draws.below(targetCount));
  const range = { first, count: draws.below(targetCount + 1) };
  const isWhole = draws.below(4) === 0;
  return (subsystem) => subsystem.withdraw(relation.id, isWhole ? undefined : range);
}

function pointOf(draws: Draws): PointId | undefined {
  return draws.of(draws.subsystem.points())?.id;
}

function drawDrop(draws: Draws): RandomDuty['ask'] | undefined {
  const point = pointOf(draws);
  return point && (({ retention }) => retention.drop(point));
}

function drawRule(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  const rule: RetentionRule = {
    ...(draws.below(2) === 0 ? { everyWrites: 1 + draws.below(9) } : { every: nanos(SECOND) }),
    ...(draws.below(2) === 0 && { keep: 1 + draws.below(4) }),
    ...(draws.below(2) === 0 && { keepFor: nanos(3 * SECOND) }),
  };
  return device && (({ retention }) => retention.setRule(device.index, rule));
}

function drawOpen(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  if (device === undefined || draws.subsystem.devices().length >= DEVICES_MAX) return undefined;
  const number = deviceNumber(100 + draws.below(2));
  const ago = draws.time(3);
  return ({ retention }) => retention.openAt(device.index, { ago }, { number });
}

function drawRelease(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  if (device === undefined) return undefined;
  const stretches = [draws.stretch(device), draws.stretch(device)].map(({ first, count }) => ({
    first: trackIndex(first),
    count,
  }));
  const options = draws.below(3) === 0 ? {} : { hold: draws.time(5) };
  return ({ deletedSpace }) => deletedSpace.release(device.index, stretches, options);
}

function drawUndo(draws: Draws): RandomDuty['ask'] | undefined {
  const hold = draws.of(draws.subsystem.deletedSpace.holds())?.hold;
  return hold && (({ deletedSpace }) => deletedSpace.undo(hold));
}

function drawEndHold(draws: Draws): RandomDuty['ask'] | undefined {
  const hold = draws.of(draws.subsystem.deletedSpace.holds())?.hold;
  return hold && (({ deletedSpace }) => deletedSpace.end(hold));
}

function drawExclude(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  // Taken back more often than not, so that releases go on.
  const isExcluded = draws.below(4) === 0;
  return device && (({ deletedSpace }) => deletedSpace.setExcluded(device.index, isExcluded));
}

function drawBackground(draws: Draws): RandomDuty['ask'] {
  const tracks = 1 + draws.below(draws.below(2) === 0 ? 6 : 40);
  return (subsystem) => subsystem.backgroundStep({ tracks });
}

function drawDamage(draws: Draws): RandomDuty['ask'] | undefined {
  const device = draws.device();
  if (device === undefined) return undefined;
  const { first, count } = draws.stretch(device);
  const tracks = Array.from({ length: count }, (_, at) => trackIndex(first + at));
  const range = draws.of(
    tracks.flatMap((track) => draws.subsystem.drives.locate(device.index, track) ?? []),
  );
  const kind = draws.of(['unreadable', 'torn', 'misdirected', 'flipped'] as const);
  return range && kind && (({ drives }) => drives.corrupt({ ...range, kind }));
}

function drawPace(draws: Draws): RandomDuty['ask'] {
  const isPaced = draws.below(2) === 0;
  return ({ drives }) => drives.paceScrub(isPaced);
}

function drawCollect(draws: Draws): RandomDuty['ask'] {
  const cylinders = 1 + draws.below(2);
  const scope = draws.below(2) === 0 ? {} : { cylinders };
  return ({ drives }) => drives.collect(scope);
}
