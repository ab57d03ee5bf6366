/**
 * The patent's way: pointers are copied by messages, no data moves; for `snapshot-background` the
 * subsystem then gives the target instances of its own, at a pace.
 *
 * Source: docs/sources.md, S-01 (steps 201 to 211) and S-07.
 *
 * @module
 */
import type { CopyContext, CopyEnd } from './copy-method.ts';
import { CopySession } from './copy-session.ts';
import { defineMethod } from './method-entry.ts';
import type { OptionTable, OptionValues } from './method-options.ts';
import { runPointerCopy } from './pointer-copy.ts';
import { pointerMachine } from './pointer-machine.ts';
import { DeviceContents } from './track-contents.ts';

const OPTIONS = {
  serialize: {
    kind: 'flag',
    fallback: true,
    says: 'hold the writers of the source from the first step to the last acknowledgment',
  },
  atomic: {
    kind: 'choice',
    values: ['group', 'serial'],
    fallback: 'group',
    says: 'one execution for everything, or one for each extent as in the patent',
  },
  pieces: {
    kind: 'count',
    fallback: 0,
    most: 4096,
    says: 'extents sent as bare messages; 0 runs the device backup system with steps 201 to 211',
  },
  keep: {
    kind: 'duration',
    fallback: 0,
    says: 'how long the copy is watched after it is done, for the space that it comes to hold',
  },
} as const satisfies OptionTable;

const BACKGROUND_OPTIONS = {
  ...OPTIONS,
  pace: {
    kind: 'rate',
    fallback: 0,
    says: 'tracks a second of background work; 0 leaves it to the pace of the subsystem',
  },
  inquiry: {
    kind: 'duration',
    fallback: 1_000_000_000,
    least: 1_000_000,
    says: 'time between two inquiries for physical completion',
  },
} as const satisfies OptionTable;

/** Pointers only. */
export const SNAPSHOT = defineMethod(
  {
    name: 'snapshot',
    summary: 'pointers are copied by a few messages; source and target share what neither changes',
    options: OPTIONS,
  },
  (options) => ({
    start: (context, onEnd) => startSnapshot(context, options, onEnd),
  }),
);

/** Pointers, then data in the background. */
export const SNAPSHOT_BACKGROUND = defineMethod(
  {
    name: 'snapshot-background',
    summary: 'pointers are copied by a few messages, then the subsystem copies the data at a pace',
    options: BACKGROUND_OPTIONS,
  },
  (options) => ({
    start: (context, onEnd) => startBackground(context, options, onEnd),
  }),
);

function startSnapshot(
  context: CopyContext,
  options: OptionValues<typeof OPTIONS>,
  onEnd: (end: CopyEnd) => void,
): CopySession {
  const { environment, target } = context;
  const copy = new DeviceContents(environment.subsystem, target.index);
  let except: ReadonlySet<number> = new Set();
  const session = new CopySession('snapshot', context, onEnd, {
    // Nothing happens between being usable and the end, unless the copy is watched.
    ended: () => {
      if (options.keep > 0) session.prove(copy, except);
    },
  });
  runSnapshot(
    session,
    { ...options, background: false, inquiry: 0 },
    {
      acknowledged: () => undefined,
      ended: (notCopied) => {
        except = notCopied;
        session.becomeUsable(copy, notCopied);
        session.becomeDone();
        session.after(options.keep, () => session.end());
      },
    },
  );
  return session;
}

function startBackground(
  context: CopyContext,
  options: OptionValues<typeof BACKGROUND_OPTIONS>,
  onEnd: (end: CopyEnd) => void,
): CopySession {
  const { environment, target } = context;
  const { subsystem, timed } = environment;
  const copy = new DeviceContents(subsystem, target.index);
  let except: ReadonlySet<number> = new Set();
  const relationsBefore = lastRelation(context);
  const session = new CopySession('snapshot-background', context, onEnd, {
    ended: () => session.prove(copy, except),
  });
  runSnapshot(
    session,
    { ...options, background: true },
    {
      acknowledged: () => {
        session.becomeUsable(copy);
        if (options.pace > 0) timed.startBackground({ tracksPerSecond: options.pace });
      },
      ended: (notCopied) => {
        except = notCopied;
        countBackground(session, relationsBefore);
        session.becomeSeparate();
        session.becomeDone();
        session.after(options.keep, () => session.end());
      },
    },
  );
  return session;
}

/** Holds the source if asked, and runs the machine. */
function runSnapshot(
  session: CopySession,
  options: OptionValues<typeof OPTIONS> & {
    readonly background: boolean;
    readonly inquiry: number;
  },
  events: {
    readonly acknowledged: () => void;
    readonly ended: (except: ReadonlySet<number>) => void;
  },
): void {
  const { serialize, atomic, inquiry } = options;
  const machine = pointerMachine(session.context, options);
  const pace = { isClaimed: serialize || atomic === 'group', inquiryNanos: inquiry };
  const run = (): void => runPointerCopy(session, machine, pace, events);
  if (serialize) session.hold(run);
  else session.begin(run);
}

/** Relations that were made up to now. */
function lastRelation({ environment }: CopyContext): number {
  let last = 0;
  for (const { id } of environment.subsystem.relations()) last = Math.max(last, id);
  return last;
}

/** What the background copy did: it reads and writes within the subsystem, over no channel. */
function countBackground(session: CopySession, relationsBefore: number): void {
  const { environment, target } = session.context;
  const { subsystem } = environment;
  let copied = 0;
  for (const { id } of subsystem.relations()) {
    if (id > relationsBefore) copied += subsystem.relationState(id).tracksCopied;
  }
  const { mapped, storedBytes } = subsystem.space.device(target.index);
  const bytes = mapped === 0 ? 0 : Math.round((storedBytes / mapped) * copied);
  session.account.copiedTracks += copied;
  session.account.driveReadBytes += bytes;
  session.account.driveWriteBytes += bytes;
}
