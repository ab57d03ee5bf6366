/**
 * Who pays for channel work: a meter that adds to a total and, while somebody is charged, to that
 * account as well.
 *
 * @module
 */
import type { Meter, MeterCounter } from '../base/ports.ts';
import type { Cost } from './host-records.ts';

/** One account: channel programs, bytes and processor time. Other counters are not its business. */
export class WorkAccount implements Meter {
  #channelPrograms = 0;
  #channelBytesIn = 0;
  #channelBytesOut = 0;
  #processorNanos = 0;

  add(counter: MeterCounter, amount: number): void {
    if (counter === 'channelPrograms') this.#channelPrograms += amount;
    else if (counter === 'channelBytesIn') this.#channelBytesIn += amount;
    else if (counter === 'channelBytesOut') this.#channelBytesOut += amount;
    else if (counter === 'processorNanos') this.#processorNanos += amount;
  }

  /** What was charged so far. */
  cost(): Cost {
    return {
      channelPrograms: this.#channelPrograms,
      channelBytesIn: this.#channelBytesIn,
      channelBytesOut: this.#channelBytesOut,
      processorNanos: this.#processorNanos,
    };
  }
}

/** The meter of a data processor. */
export class ChargingMeter implements Meter {
  readonly total = new WorkAccount();
  #charged: WorkAccount | undefined;

  add(counter: MeterCounter, amount: number): void {
    this.total.add(counter, amount);
    this.#charged?.add(counter, amount);
  }

  /** Does `work` and charges `account` for it; accounts nest, the innermost pays. */
  charge<Result>(account: WorkAccount | undefined, work: () => Result): Result {
    const before = this.#charged;
    this.#charged = account ?? before;
    try {
      return work();
    } finally {
      this.#charged = before;
    }
  }
}
