/**
 * The paths of one host to a subsystem, and how programs share them.
 *
 * | kind | a program has | several at once on a path |
 * | --- | --- | --- |
 * | parallel, ESCON | the path, while it is connected | no: the others wait |
 * | FICON | an exchange, from its start to its end | yes: their frames take turns |
 *
 * A program that disconnects gives its path back and asks for one again when its data is there. Those
 * come before programs that start. Where the data waits in the cache, the program takes the next free
 * path; where it turns under a head, a busy path means a whole turn more (missed reconnection).
 *
 * @module
 */
import type { Engine } from '../engine/engine.ts';
import { Gate } from '../engine/gate.ts';
import { Station } from '../engine/station.ts';
import type { RequestTable } from './request-table.ts';
import { REQUEST_MISSED_RECONNECTION } from './request-table.ts';
import type { ChannelParameters } from './subsystem-parameters.ts';

/** A program came back to a path before programs that start. */
const RECONNECT = 0;
const START = 1;
const PRIORITIES = 2;

/** In place of a path: none is held. */
const NO_PATH = -1;

/** Who is told how a program gets on. Slots are those of the request table. */
export interface ChannelEvents {
  /** It has a path for the first time. */
  readonly started: (slot: number) => void;
  /** It has a path again. */
  readonly reconnected: (slot: number) => void;
  /** Its bytes have crossed; the path is still held. */
  readonly transferred: (slot: number) => void;
}

/** The paths of one host. */
export class ChannelSet {
  /** Paths, or exchanges where programs share paths: one gate, or one a path. */
  readonly gates: readonly Gate[];
  /** The frames of paths that are shared. */
  readonly frames: Station | undefined;
  /** Reconnections that found no path free. */
  missedCount = 0;
  readonly #engine: Engine;
  readonly #requests: RequestTable;
  readonly #parameters: ChannelParameters;
  readonly #events: ChannelEvents;
  readonly #byteNanos: number;
  readonly #transferred: number;
  readonly #retry: number;
  #turn = 0;

  constructor(
    engine: Engine,
    name: string,
    parameters: ChannelParameters,
    requests: RequestTable,
    events: ChannelEvents,
  ) {
    const { paths, programsPerPath, reconnectsOnAnyPath } = parameters;
    this.#engine = engine;
    this.#requests = requests;
    this.#parameters = parameters;
    this.#events = events;
    this.#byteNanos = 1e9 / parameters.bytesPerSecond;
    const isShared = programsPerPath > 1;
    const isOneGate = isShared || reconnectsOnAnyPath;
    const granted = (slot: number): void => this.#granted(slot);
    this.gates = Array.from(
      { length: isOneGate ? 1 : paths },
      (_, path) =>
        new Gate(engine, {
          name: isOneGate ? `${name} ${isShared ? 'exchanges' : 'paths'}` : `${name} path ${path}`,
          permits: isShared ? paths * programsPerPath : isOneGate ? paths : 1,
          priorities: PRIORITIES,
          granted,
        }),
    );
    this.frames = isShared
      ? new Station(engine, {
          name: `${name} frames`,
          servers: paths,
          serviceOf: (slot) => this.#frameNanos(slot),
          done: (slot) => this.#framesDone(slot),
        })
      : undefined;
    this.#transferred = engine.handler(`${name} transfer`, (slot) => events.transferred(slot));
    this.#retry = engine.handler(`${name} reconnection`, (slot) => this.reconnect(slot));
  }

  /** A program wants to start. */
  start(slot: number): void {
    const path = this.gates.length === 1 ? 0 : this.#choosePath();
    this.#requests.path[slot] = path;
    this.#requests.phase[slot] = START;
    (this.gates[path] as Gate).acquire(slot, START);
  }

  /** Whether the program disconnects while it waits: it keeps its exchange on a shared path. */
  disconnect(slot: number): void {
    if (this.frames !== undefined) return;
    (this.gates[this.#requests.path[slot] as number] as Gate).release();
  }

  /** A program that has disconnected wants to go on. */
  reconnect(slot: number): void {
    if (this.frames !== undefined) {
      this.#events.reconnected(slot);
      return;
    }
    const gate = this.gates[this.#requests.path[slot] as number] as Gate;
    const { missedReconnectionNanos } = this.#parameters;
    if (missedReconnectionNanos > 0 && (gate.busy === gate.permits || gate.queued > 0)) {
      this.missedCount += 1;
      const { flags } = this.#requests;
      flags[slot] = (flags[slot] as number) | REQUEST_MISSED_RECONNECTION;
      this.#engine.schedule(missedReconnectionNanos, this.#retry, slot);
      return;
    }
    this.#requests.phase[slot] = RECONNECT;
    gate.acquire(slot, RECONNECT);
  }

  /** Moves bytes over the path that the program holds. */
  transfer(slot: number, bytes: number): void {
    if (this.frames !== undefined) {
      this.#requests.rest[slot] = bytes;
      this.#requests.phase[slot] = START;
      this.frames.enter(slot);
      return;
    }
    const nanos = this.#parameters.programNanos + Math.round(bytes * this.#byteNanos);
    this.#engine.schedule(nanos, this.#transferred, slot);
  }

  /** The program ends. */
  release(slot: number): void {
    const path = this.#requests.path[slot] as number;
    this.#requests.path[slot] = NO_PATH;
    (this.gates[path] as Gate).release();
  }

  #granted(slot: number): void {
    if (this.#requests.phase[slot] === START) this.#events.started(slot);
    else this.#events.reconnected(slot);
  }

  /** The next path in turn that is free, or the next in turn. */
  #choosePath(): number {
    const count = this.gates.length;
    this.#turn = (this.#turn + 1) % count;
    for (let at = 0; at < count; at += 1) {
      const path = (this.#turn + at) % count;
      if ((this.gates[path] as Gate).busy === 0) return path;
    }
    return this.#turn;
  }

  #frameNanos(slot: number): number {
    const { interleaveBytes, programNanos } = this.#parameters;
    const rest = this.#requests.rest[slot] as number;
    const bytes = rest < interleaveBytes ? rest : interleaveBytes;
    const isFirst = this.#requests.phase[slot] === START;
    return (isFirst ? programNanos : 0) + Math.round(bytes * this.#byteNanos);
  }

  #framesDone(slot: number): void {
    const rest = (this.#requests.rest[slot] as number) - this.#parameters.interleaveBytes;
    if (rest > 0) {
      this.#requests.rest[slot] = rest;
      this.#requests.phase[slot] = RECONNECT;
      (this.frames as Station).enter(slot);
      return;
    }
    this.#events.transferred(slot);
  }
}
