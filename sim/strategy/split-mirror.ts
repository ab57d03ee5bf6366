/**
 * A split mirror: every write to the source is made on a mirror, too; splitting it is the point in
 * time, at once and physically separate. Later the mirror is brought back into step with what has
 * changed since.
 *
 * @module
 */
import type { CopyContext, CopyEnd } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import { defineMethod } from './method-entry.ts';
import type { OptionTable, OptionValues } from './method-options.ts';
import { Mirror } from './mirror.ts';
import { copyPaced } from './paced-copy.ts';
import { clearTarget } from './target-device.ts';
import { DeviceContents } from './track-contents.ts';

const NAME = 'split-mirror';

/** Bytes of the message that splits or joins, and of its answer (our choice). */
const MESSAGE_BYTES = 64;

const OPTIONS = {
  inStep: {
    kind: 'flag',
    fallback: true,
    says: 'the mirror is in step before the load begins; otherwise the first copy makes it',
  },
  splitFor: {
    kind: 'duration',
    fallback: 60_000_000_000,
    says: 'how long the mirror stays split before it is brought into step again',
  },
  pace: {
    kind: 'rate',
    fallback: 100,
    says: 'tracks a second of bringing it into step; 0 for as fast as the drives allow',
  },
  tracksPerStep: {
    kind: 'count',
    fallback: 15,
    least: 1,
    most: 150,
    says: 'tracks that this takes at once',
  },
} as const satisfies OptionTable;

/** Mirror, split, bring into step again. */
export const SPLIT_MIRROR = defineMethod(
  {
    name: NAME,
    summary:
      'every write is made twice until the mirror is split off; later it is brought into step',
    options: OPTIONS,
  },
  (options) => {
    let mirror: Mirror | undefined;
    return {
      prepare: (context) => {
        if (!options.inStep) return;
        clearTarget(context);
        mirror = new Mirror(context);
        mirror.copyAtOnce();
        mirror.join();
      },
      start: (context, onEnd) => {
        if (mirror === undefined) {
          clearTarget(context);
          mirror = new Mirror(context);
        }
        return startSplit(context, mirror, options, onEnd);
      },
    };
  },
);

function startSplit(
  context: CopyContext,
  mirror: Mirror,
  options: OptionValues<typeof OPTIONS>,
  onEnd: (end: CopyEnd) => void,
): CopySession {
  const { environment, source, target } = context;
  const session = new CopySession(NAME, context, onEnd, {
    ended: () => {
      session.account.driveWriteBytes += mirror.takeDoubledBytes();
    },
  });
  const copy = new DeviceContents(environment.subsystem, target.index);
  const devices = { from: source, to: target };
  const catchUp = (ended: () => void): void => {
    if (!mirror.isInStep) mirror.join();
    copyPaced(session, devices, mirror.behind, options, ended);
  };
  const split = (): void => {
    if (mirror.failure !== undefined) {
      session.end(mirror.failure);
      return;
    }
    mirror.split();
    session.takeInstant();
    session.becomeUsable(copy);
    session.becomeSeparate();
    session.becomeDone();
    session.noteSpace();
    session.after(options.splitFor, () => {
      sendMessage(session, () => catchUp(() => session.end(mirror.failure)));
    });
  };
  session.begin(() => catchUp(() => sendMessage(session, split)));
  return session;
}

function sendMessage(session: CopySession, done: () => void): void {
  session.account.messages += 1;
  const processorNanos = session.processorNanos(1, 2 * MESSAGE_BYTES);
  const bytes = { bytesIn: MESSAGE_BYTES, bytesOut: MESSAGE_BYTES };
  session.perform({ programs: 1, ...bytes, processorNanos }, done);
}
