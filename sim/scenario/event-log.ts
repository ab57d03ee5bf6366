/**
 * What the subsystems tell of by themselves (thresholds passed, drives failed, tracks lost), gathered
 * for the entry during which it happened.
 *
 * @module
 */
import type { Trace } from '../../src/index.ts';
import type { EventRecord, Plain } from './run-record.ts';

/** Events of one entry that are kept one by one; more of them are only counted. */
const EVENTS_MAX = 200;

/** Gathers events of all subsystems of a run. */
export class EventLog {
  #events: EventRecord[] = [];
  #left = 0;

  /** The trace of one subsystem. */
  traceOf(subsystem: string): Trace {
    return {
      emit: (event, data) => {
        this.#add({ subsystem, event, count: 1, data: toPlain(data) });
      },
    };
  }

  /** Takes what has happened since the last time. */
  take(): readonly EventRecord[] {
    const taken = this.#events;
    if (this.#left > 0) {
      taken.push({ subsystem: '', event: 'more', count: this.#left, data: {} });
    }
    this.#events = [];
    this.#left = 0;
    return taken;
  }

  #add(event: EventRecord): void {
    const last = this.#events.at(-1);
    const isSame =
      last?.event === event.event &&
      last.subsystem === event.subsystem &&
      JSON.stringify(last.data) === JSON.stringify(event.data);
    if (isSame) {
      // A writer that waits says the same at every try.
      this.#events[this.#events.length - 1] = { ...last, count: last.count + 1 };
    } else if (this.#events.length < EVENTS_MAX) this.#events.push(event);
    else this.#left += 1;
  }
}

/** Data of an event without what JSON does not know. */
function toPlain(data: Readonly<Record<string, unknown>>): { readonly [key: string]: Plain } {
  return JSON.parse(JSON.stringify(data)) as { readonly [key: string]: Plain };
}
