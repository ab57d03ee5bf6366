/**
 * Runs a pointer copy in simulated time: the model acts at once with each step of the host's machine,
 * and what the step cost is waited for before the next one.
 *
 * @module
 */
import type { Step } from '../../src/index.ts';
import type { CopySession } from './copy-session.ts';
import type { PointerMachine } from './pointer-machine.ts';

/** A step that has to wait for a lock is tried again after this time (our choice). */
const LOCK_RETRY_NANOS = 1_000_000;
/** A machine that waits this often for anything but background work is given up. */
const LOCK_RETRIES_MAX = 100_000;

/** Who is told how far it is. */
export interface PointerEvents {
  /** The step just done made the copy; at this very instant. */
  readonly taken?: () => void;
  /** The last acknowledgment is in, with its time. */
  readonly acknowledged: () => void;
  /** The machine has ended; these tracks it has not copied, or changed on purpose. */
  readonly ended: (except: ReadonlySet<number>) => void;
}

/** How it is run. */
export interface PointerPace {
  /** Whether all extents are meant to show one instant. */
  readonly isClaimed: boolean;
  /** Time between two inquiries for physical completion. */
  readonly inquiryNanos: number;
}

/** Runs a machine; a refusal ends the session. */
export function runPointerCopy(
  session: CopySession,
  machine: PointerMachine,
  pace: PointerPace,
  events: PointerEvents,
): void {
  const { environment, target } = session.context;
  let isTaken = false;
  let isAcknowledged = false;
  let retries = 0;
  const goOn = (step: Step<ReadonlySet<number>>): void => {
    if (machine.isAcknowledged && !isAcknowledged) {
      isAcknowledged = true;
      session.release();
      events.acknowledged();
    }
    if (step.kind === 'again') proceed();
    else if (step.kind === 'done') events.ended(step.value);
    else if (step.kind === 'refused') session.end(`${step.code}: ${step.what}; ${step.limit}`);
    else if (step.for === 'background') session.after(pace.inquiryNanos, proceed);
    else if (retries === LOCK_RETRIES_MAX) session.end(`waited too long: ${step.detail}`);
    else {
      retries += 1;
      session.after(LOCK_RETRY_NANOS, proceed);
    }
  };
  const proceed = (): void => {
    charge(session, machine, () => {
      const step = machine.step();
      if (machine.isTaken && !isTaken) {
        isTaken = true;
        environment.timed.purge(target.index);
        session.takeInstant(pace.isClaimed);
        events.taken?.();
      }
      return () => goOn(step);
    });
  };
  proceed();
}

/** Gives a copy up again, with the time that its messages take. */
export function discardPointerCopy(
  session: CopySession,
  machine: PointerMachine,
  discarded: () => void,
): void {
  const { environment, target } = session.context;
  charge(session, machine, () => {
    const refusal = machine.discard();
    if (refusal !== undefined) session.end(`${refusal.code}: ${refusal.what}; ${refusal.limit}`);
    environment.timed.purge(target.index);
    return discarded;
  });
}

/** Does a piece of the machine's work at once, then waits for what it cost. */
function charge(session: CopySession, machine: PointerMachine, work: () => () => void): void {
  const { host, environment } = session.context;
  const messages = machine.messageCount;
  const before = host.meter.total.cost();
  const then = work();
  const after = host.meter.total.cost();
  session.account.messages += machine.messageCount - messages;
  environment.timed.collectDriveWork();
  const programs = after.channelPrograms - before.channelPrograms;
  if (programs === 0) {
    then();
    return;
  }
  const bytesIn = after.channelBytesIn - before.channelBytesIn;
  const bytesOut = after.channelBytesOut - before.channelBytesOut;
  const processorNanos = session.processorNanos(programs, bytesIn + bytesOut);
  session.perform({ programs, bytesIn, bytesOut, processorNanos }, then);
}
