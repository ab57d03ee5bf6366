/**
 * A store that is open for one request: its installation, the host that asks, and how to end.
 *
 * @module
 */
import {
  HOST_NAME_DEFAULT,
  Installation,
  type InstallationHost,
  type InstallationTask,
  type Outcome,
  type Refusal,
  refuse,
  runTask,
  VolumeStopped,
  type VolumeSummary,
} from '../../src/index.ts';
import { type OpenStoreOptions, openStore, type RecoveryReport } from '../../src/store.ts';
import { describeVolume } from '../report/store-description.ts';
import type { StoreMoment } from '../report/store-moment.ts';
import type { OpeningRecord, StoreRecord, VolumeRow } from '../report/store-record.ts';
import type { TaskEars } from './convert-image.ts';
import { openToRead } from './open-to-read.ts';
import { storeMoment } from './store-calendar.ts';
import type { StoreOutcome, StoreTask } from './store-request.ts';

/** How a store is open. */
export type StoreMode = OpenStoreOptions['mode'];

/** What a request does with an open store. */
export interface StoreSession {
  readonly folder: string;
  readonly installation: Installation;
  readonly ears: TaskEars;
  /** The host that asks; it comes up when it is asked for. */
  readonly host: () => InstallationHost;
  readonly momentOf: (nanos: number) => StoreMoment;
  /** A device as it is shown. */
  readonly row: (volume: VolumeSummary) => VolumeRow;
}

/** Somebody asked it to end, and nothing of it is in the store. */
export const STOPPED: StoreOutcome = Object.freeze({ kind: 'stopped' });

/** Opens a store for as long as `work` takes. @throws StoreFault, InputError */
export async function withStore(
  { folder, host }: StoreTask,
  mode: StoreMode,
  ears: TaskEars,
  work: (session: StoreSession) => StoreOutcome | Promise<StoreOutcome>,
): Promise<{ readonly outcome: StoreOutcome; readonly opening: OpeningRecord }> {
  const { opened, warning } =
    mode === 'readTracks'
      ? openToRead(folder)
      : { opened: openStore(folder, { mode }), warning: undefined };
  const { subsystem, recovery, madeAtMillis } = opened.stored;
  let outcome: StoreOutcome;
  try {
    const installation = new Installation(opened.stored, mode === 'write' ? 'write' : 'read');
    const momentOf = (nanos: number): StoreMoment => storeMoment(madeAtMillis, nanos);
    const { name } = subsystem.configuration;
    outcome = await work({
      folder,
      installation,
      ears,
      host: () => installation.host(host ?? HOST_NAME_DEFAULT),
      momentOf,
      row: (volume) => describeVolume(volume, name, installation.records, momentOf),
    });
  } catch (error) {
    // What failed in between is not to be committed by closing.
    opened.abandon();
    if (!(error instanceof VolumeStopped)) throw error;
    const stopped = { kind: 'refused', refusal: error.refusal } as const;
    return { outcome: stopped, opening: describeOpening(recovery, warning) };
  }
  // What was stopped has changed memory at most, and that is not to stay. A refusal has changed nothing.
  if (outcome.kind === 'stopped') opened.abandon();
  else opened.close();
  return { outcome, opening: describeOpening(recovery, warning) };
}

/**
 * Drives a task to its end and shows how far it is.
 *
 * @throws VolumeStopped when it waits for what nobody brings
 */
export function perform<Value>(
  { ears }: StoreSession,
  task: InstallationTask<Value>,
  about: string,
): Outcome<Value> | { readonly kind: 'stopped' } {
  const step = runTask(task, () => {
    const { what, done, total = 0 } = task.progress;
    ears.progress(done, total, about === '' ? what : `${what} ${about}`);
    return ears.shouldStop();
  });
  // What it has done so far is half of something: thrown, so that the store is left as it was.
  if (step.kind === 'waiting') throw new VolumeStopped(refuseWaiting(step.for, step.detail));
  return step;
}

/** The outcome of something that gives a record. */
export function outcomeOf<Value>(
  answer: Outcome<Value> | { readonly kind: 'stopped' },
  record: (value: Value) => StoreRecord,
): StoreOutcome {
  switch (answer.kind) {
    case 'done':
      return { kind: 'done', record: record(answer.value) };
    case 'refused':
      return { kind: 'refused', refusal: answer };
    default:
      return STOPPED;
  }
}

function refuseWaiting(what: string, detail: string): Refusal {
  return refuse('BUSY_RETRY', {
    what: detail,
    limit: `it waits for ${what}, and nobody is there who would end that`,
    fix: 'make room or end what holds it, and try again',
  });
}

function describeOpening(recovery: RecoveryReport, warning: string | undefined): OpeningRecord {
  return {
    wasClosed: recovery.wasClosed,
    checkpoint: recovery.checkpoint,
    deltas: recovery.deltaCount,
    journalRecords: recovery.recordCount,
    journalBytes: recovery.journalBytes,
    tornTail: recovery.tornTail === undefined ? null : placeText(recovery.tornTail),
    cylindersWrittenAgain: recovery.cylindersWrittenAgain,
    damage: recovery.damage.map((one) => ({
      where: placeText(one),
      what: one.what,
      outcome: one.outcome,
    })),
    warning: warning ?? null,
    missingDrives: recovery.missingDrives.map(({ group, member }) => `${group}/${member}`),
  };
}

/** A place in a store's files: `journal/…` and the byte. */
export function placeText({
  file = 'the store',
  offset,
}: {
  readonly file?: string;
  readonly offset?: number;
}): string {
  return offset === undefined ? file : `${file} at byte ${offset}`;
}
