/**
 * An engine and its twin side by side: every operation is done to both, and the two must agree.
 *
 * What is compared, and when:
 *
 * - every answer: "yes" with "yes", a refusal with one of the rules that the twin says are broken;
 * - every read, and on request all tracks of a device (`track-comparison.ts`);
 * - what changed, against the least and the most that may have;
 * - the engine's own invariants every few operations;
 * - in the end every track of every device, then again after all background work is done, when
 *   nothing may be pending any more.
 *
 * @module
 */
import { unreachable } from '../base/invariant.ts';
import {
  type Answer,
  type BackgroundState,
  type CopyEngine,
  formatContent,
  type WrittenContent,
} from './copy-engine.ts';
import { DamageRecord } from './damage-record.ts';
import type { DeviceRange } from './device-range.ts';
import { mismatch } from './model-mismatch.ts';
import { NaiveTwin } from './naive-twin.ts';
import { formatOperation, type Operation, type OperationKind } from './operation.ts';
import { RecentOrders } from './recent-orders.ts';
import { compareDifference, compareSeries } from './report-comparison.ts';
import { countUp, type SessionCounts, startCounts } from './session-counts.ts';
import { TrackComparison } from './track-comparison.ts';
import { refusalCodes } from './twin-refusal.ts';

/** Settings of a session. */
export interface SessionOptions {
  /** Operations between two walks of the engine's invariants. */
  readonly checkEvery: number;
  /** Refusal codes behind which an engine may say "no" to anything; the twin then does nothing. */
  readonly excusedCodes: readonly string[];
  /** Called with every operation and what came of it. */
  readonly tell?: (line: string) => void;
}

/** Tracks given to one background step when all work is to be done. */
const DRAIN_TRACKS = 1_000;
/** Background steps after which work that has not ended never will. */
const DRAIN_STEPS_MAX = 1_000;

/** One sequence of operations on a fresh engine. */
export class ModelSession {
  readonly twin: NaiveTwin;
  readonly engine: CopyEngine;
  /** The last accepted snapshots, for commands that refer to them. */
  readonly recent = new RecentOrders();
  /** Drives of the engine that were damaged. */
  readonly damage: DamageRecord;
  readonly #comparison: TrackComparison;
  readonly #options: SessionOptions;
  readonly #counts: SessionCounts;
  #sinceCheck = 0;
  #serial = 0;
  #lastName = 0;

  constructor(engine: CopyEngine, options: SessionOptions, counts = startCounts()) {
    this.twin = new NaiveTwin(engine.owedTracks !== undefined);
    this.engine = engine;
    this.damage = new DamageRecord(engine.drives?.groups ?? []);
    this.#comparison = new TrackComparison(engine, this.twin, this.damage, counts);
    this.#options = options;
    this.#counts = counts;
  }

  /** A number that was not given before, to tell any two written contents apart. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** A name for a device, copy, point or series that was not given before. */
  nextName(): number {
    this.#lastName += 1;
    return this.#lastName;
  }

  /** Does one operation to both. @throws ModelMismatch when they disagree. */
  perform(operation: Operation): void {
    this.#step(formatOperation(operation), () => this.#dispatch(operation));
  }

  /**
   * Does something to the engine alone, which nobody who reads may notice: what a tester's own
   * commands do.
   *
   * @param name - What is done, in words; counted under it.
   * @param action - Answers what came of it, in words; nothing when there was nothing to do.
   */
  act(name: string, action: () => string | undefined): void {
    this.#step(name, () => {
      const result = action();
      if (result === undefined) return 'nothing to do';
      countUp(this.#counts.acts, name);
      return result;
    });
  }

  /** Walks the engine's invariants. */
  check(): void {
    this.#sinceCheck = 0;
    if (this.engine.check === undefined) return;
    this.#counts.checks += 1;
    const violations = this.engine.check(!this.damage.isWhole);
    if (violations.length > 0) mismatch(`invariants do not hold: ${violations.join('; ')}`);
    this.#comparison.losses();
  }

  /** Does background work until there is none, or none that can be done. */
  drain(): BackgroundState {
    const mayBeStuck = this.#options.excusedCodes.length > 0;
    for (let steps = 0; steps < DRAIN_STEPS_MAX; steps += 1) {
      this.twin.backgroundStep();
      const state = this.engine.backgroundStep(DRAIN_TRACKS);
      if (state === 'more' || (state === 'stuck' && !mayBeStuck)) continue;
      this.#settle();
      return state;
    }
    return mismatch('background work does not end');
  }

  /** Tracks of all devices that are lost now, and points that show a lost track. */
  losses(): { readonly tracks: readonly DeviceRange[]; readonly points: readonly number[] } {
    const tracks: DeviceRange[] = [];
    for (const { name, trackCount } of this.twin.devices()) {
      for (let track = 0; track < trackCount; track += 1) {
        if (this.#comparison.track(name, track).kind !== 'lost') continue;
        tracks.push({ device: name, first: track, count: 1 });
      }
    }
    const points = this.twin.points().filter(({ point }) => this.#comparison.point(point) > 0);
    return { tracks, points: points.map(({ point }) => point) };
  }

  /** Compares everything, does all background work, and compares everything again. */
  finish(): void {
    this.#comparison.all();
    this.check();
    this.#options.tell?.('all background work');
    const isStuck = this.drain() === 'stuck';
    this.#comparison.noteChange();
    const pending = this.twin.copies().filter((copy) => this.twin.isPending(copy));
    if (pending.length > 0 && !isStuck) {
      mismatch(`copy ${pending.join(', ')} is pending with no work left`);
    }
    this.#comparison.all();
    this.check();
    for (const [name, count] of Object.entries(this.engine.drives?.work() ?? {})) {
      countUp(this.#counts.work, name, count);
    }
  }

  #step(name: string, action: () => string): void {
    this.#counts.operations += 1;
    this.#comparison.noteChange();
    let result = 'and there it fails';
    try {
      result = action();
    } finally {
      this.#options.tell?.(`${name}: ${result}`);
    }
    this.#comparison.noteChange();
    this.#sinceCheck += 1;
    if (this.#sinceCheck >= this.#options.checkEvery) this.check();
  }

  #dispatch(operation: Operation): string {
    const { engine, twin } = this;
    switch (operation.kind) {
      case 'define': {
        const { device, shape } = operation;
        return this.#both(operation, (side) => side.defineDevice(device, shape));
      }
      case 'remove': {
        this.#settle();
        const { device } = operation;
        const perhaps = this.twin.isPerhapsInUse(device) ? ['DEVICE_IN_USE'] : [];
        const remove = (side: CopyEngine): Answer => side.removeDevice?.(device) ?? MISSING;
        return this.#both(operation, remove, perhaps);
      }
      case 'resize': {
        const { device, trackCount } = operation;
        return this.#both(operation, (side) => side.resizeDevice?.(device, trackCount) ?? MISSING);
      }
      case 'clear':
        return this.#both(operation, (side) => side.clearDevice?.(operation.device) ?? MISSING);
      case 'write':
        return this.#write(operation);
      case 'merge':
        return this.#merge(operation);
      case 'read':
        return this.#read(operation.device, operation.track);
      case 'compare':
        return this.#compareDevice(operation.device);
      case 'snapshot':
        // What is pending decides about refusals, and only the engine knows it.
        this.#settle();
        return this.#snapshot(operation);
      case 'background': {
        twin.backgroundStep();
        const state = engine.backgroundStep(operation.trackBudget);
        this.#settle();
        this.#accept('background');
        return state;
      }
      case 'withdraw':
        return this.#withdraw(operation);
      case 'discard':
        return this.#both(operation, (side) => side.discard(operation.copy));
      case 'retain': {
        const { point, device } = operation;
        return this.#both(operation, (side) => side.retain?.(point, device) ?? MISSING);
      }
      case 'release':
        return this.#both(operation, (side) => side.releasePoint?.(operation.point) ?? MISSING);
      case 'recall':
        return this.#comparePoint(operation.point);
      case 'difference':
        this.#accept('difference');
        return compareDifference(engine, twin, operation.from, operation.to);
      case 'announce': {
        const { series, parts } = operation;
        return this.#both(operation, (side) => side.announceSeries?.(series, parts) ?? MISSING);
      }
      case 'series':
        this.#accept('series');
        return compareSeries(engine, twin, operation.series);
      case 'scratch': {
        const { device, ranges, hold } = operation;
        return this.#both(operation, (side) => side.scratch?.(device, ranges, hold) ?? MISSING);
      }
      case 'undo':
        return this.#both(operation, (side) => side.undoScratch?.(operation.hold) ?? MISSING);
      case 'forget':
        return this.#both(operation, (side) => side.forgetScratch?.(operation.hold) ?? MISSING);
      case 'open': {
        const { device, point } = operation;
        return this.#both(operation, (side) => side.openPoint?.(device, point) ?? MISSING);
      }
      default:
        return unreachable(operation, 'operation-kind');
    }
  }

  /**
   * Asks the engine, then the twin, and compares the answers.
   *
   * @param perhaps - Codes with which the engine may refuse what the twin would allow.
   * @param hasRoom - Whether an excuse does not count, because the engine itself says it has room.
   */
  #both(
    operation: Operation,
    ask: (side: CopyEngine) => Answer,
    perhaps: readonly string[] = [],
    hasRoom: () => boolean = () => false,
  ): string {
    const answer = ask(this.engine);
    const excused = [...this.#options.excusedCodes, ...perhaps];
    if (answer.kind === 'refused' && excused.includes(answer.code)) {
      if (!this.damage.isPast && hasRoom()) {
        mismatch(`${formatOperation(operation)} is refused with ${answer.code}, but there is room`);
      }
      // The twin is not asked: nothing may have changed.
      this.#refuse(answer.code);
      return `refused ${answer.code}`;
    }
    const expected = ask(this.twin);
    const codes = refusalCodes(expected);
    if (answer.kind === 'done') {
      if (codes.length > 0) {
        mismatch(
          `${formatOperation(operation)} is accepted, not refused with ${codes.join(' or ')}`,
        );
      }
      this.#accept(operation.kind);
      return 'done';
    }
    if (!codes.includes(answer.code)) {
      const instead = codes.length === 0 ? 'accepted' : `refused with ${codes.join(' or ')}`;
      mismatch(`${formatOperation(operation)} is refused with ${answer.code}, not ${instead}`);
    }
    this.#refuse(answer.code);
    return `refused ${answer.code}`;
  }

  #snapshot(operation: Operation & { readonly kind: 'snapshot' }): string {
    const { copy, order } = operation;
    const perhaps = this.twin.perhapsBrokenRules(order);
    const result = this.#both(operation, (side) => side.snapshot(copy, order), perhaps);
    if (result === 'done') this.recent.add(order);
    return result;
  }

  #write(operation: Operation & { readonly kind: 'write' }): string {
    const { device, first, contents } = operation;
    let result = 'done';
    for (const [at, content] of contents.entries()) {
      result = this.#writeTrack(operation, device, first + at, content);
    }
    return result;
  }

  #merge(operation: Operation & { readonly kind: 'merge' }): string {
    const { device, track, offset, bytes } = operation;
    const before = this.#comparison.track(device, track);
    // Nothing can be changed in a part of what cannot be read.
    if (before.kind === 'lost') return 'lost';
    const old =
      before.kind === 'equal' && before.content.kind === 'bytes' ? before.content.bytes : undefined;
    const merged = new Uint8Array(Math.max(old?.length ?? 0, offset + bytes.length));
    if (old !== undefined) merged.set(old);
    merged.set(bytes, offset);
    const content: WrittenContent = { kind: 'bytes', bytes: merged };
    return this.#writeTrack(operation, device, track, content);
  }

  #writeTrack(
    operation: Operation,
    device: number,
    track: number,
    content: WrittenContent,
  ): string {
    const write = (side: CopyEngine): Answer => side.write(device, track, content);
    const hasRoom = (): boolean => this.engine.hasRoom?.(device, content) ?? false;
    return this.#both(operation, write, [], hasRoom);
  }

  #read(device: number, track: number): string {
    const compared = this.#comparison.track(device, track);
    if (compared.kind !== 'equal') {
      this.#refuse(compared.code);
      return `${compared.kind} ${compared.code}`;
    }
    this.#accept('read');
    return formatContent(compared.content);
  }

  #compareDevice(name: number): string {
    const device = this.twin.device(name);
    if (device === undefined) return 'not there';
    const lost = this.#comparison.device(name);
    this.#accept('compare');
    return `${device.trackCount - lost} tracks equal${lost > 0 ? `, ${lost} lost` : ''}`;
  }

  #comparePoint(point: number): string {
    const trackCount = this.twin.pointTracks(point);
    const lost = this.#comparison.point(point);
    this.#accept('recall');
    return `${trackCount - lost} tracks equal${lost > 0 ? `, ${lost} lost` : ''}`;
  }

  #withdraw(operation: Operation & { readonly kind: 'withdraw' }): string {
    const { copy, range } = operation;
    this.#settle();
    const expected = this.twin.withdraw(copy, range);
    const answer = this.engine.withdraw(copy, range);
    if (answer.kind !== expected.kind) {
      const instead = expected.kind === 'done' ? 'accepted' : `refused with ${expected.code}`;
      mismatch(`${formatOperation(operation)} is ${answer.kind}, not ${instead}`);
    }
    if (answer.kind === 'refused' || expected.kind === 'refused') return 'refused';
    if (answer.value > expected.value) {
      mismatch(
        `${formatOperation(operation)} withdraws ${answer.value}, at most ${expected.value}`,
      );
    }
    if (range === undefined && this.engine.isPending(copy)) {
      mismatch(`copy ${copy} is pending though it was withdrawn`);
    }
    this.#settle();
    this.#accept('withdraw');
    return `${answer.value} tracks withdrawn`;
  }

  /** Brings the twin up to date about pending copies. Completion is sticky. */
  #settle(): void {
    for (const copy of this.twin.copies()) {
      const isPending = this.engine.isPending(copy);
      if (isPending && !this.twin.isPending(copy)) {
        mismatch(`copy ${copy} is pending though it was none or had ended`);
      }
      if (!isPending) this.twin.settle(copy);
      else if (this.engine.owedTracks !== undefined) {
        const wrong = this.twin.settleTo(copy, this.engine.owedTracks(copy));
        if (wrong === undefined) continue;
        mismatch(`device ${wrong.device} track ${wrong.first} cannot be owed to copy ${copy}`);
      }
    }
  }

  #accept(kind: OperationKind): void {
    countUp(this.#counts.accepted, kind);
  }

  #refuse(code: string): void {
    countUp(this.#counts.refused, code);
  }
}

/** Features that an engine lacks are never asked of it: the commands look first. */
const MISSING: Answer = Object.freeze({ kind: 'refused', code: 'FEATURE_MISSING' });
