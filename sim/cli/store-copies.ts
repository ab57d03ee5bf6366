/**
 * Requests about copies in a store: snapshots, backups, restores, and what becomes of them.
 *
 * @module
 */
import {
  type CopyTaskResult,
  done,
  formatDeviceNumber,
  type InstallationTask,
  type Outcome,
  type Refusal,
  refuse,
  type SnapshotPair,
  type TargetName,
  type VolumeName,
} from '../../src/index.ts';
import { describeJob } from '../report/store-description.ts';
import type { StoreOutcome, StoreRequest } from './store-request.ts';
import { outcomeOf, perform, STOPPED, type StoreSession } from './store-session.ts';
import { nameOf } from './store-volumes.ts';

/** Jobs that a log shows unless all are asked for. */
const JOBS_SHOWN = 50;
/** Serials from BK0001 up to this number, not included, are for copies without another. */
const BACKUP_SERIALS = 10_000;

type RequestOf<Kind extends StoreRequest['kind']> = Extract<StoreRequest, { kind: Kind }>;

/** Pointer copies of volumes as they are, at one instant. */
export function snapshotVolumes(
  session: StoreSession,
  request: RequestOf<'snapshot'>,
): StoreOutcome {
  const { copy, overwrite, supersede, label } = request;
  const pairs: SnapshotPair[] = [];
  for (const words of request.pairs) {
    const source = named(session, words.source);
    if (source.kind === 'refused') return { kind: 'refused', refusal: source };
    const target = named(session, words.target);
    if (target.kind === 'refused') return { kind: 'refused', refusal: target };
    pairs.push({ source: source.value, target: target.value });
  }
  const made = session.host().snapshot({
    pairs,
    copy,
    overwrite,
    supersede,
    ...(label === undefined ? {} : { label }),
  });
  return outcomeOf(made, (snapshot) => {
    const complete = request.wait && copyToEnd(session, snapshot.pollingToken);
    return {
      kind: 'snapshot',
      pairs: snapshot.pairs.map(({ source, target }) => ({
        source: formatDeviceNumber(source),
        target: formatDeviceNumber(target),
      })),
      pollingToken: snapshot.pollingToken,
      sequence: snapshot.sequence,
      tracks: snapshot.tracks,
      background: copy === 'background',
      physicallyComplete: complete,
      interrupted: session.ears.shouldStop(),
    };
  });
}

/** A backup, steps 201 to 211. */
export function backUp(session: StoreSession, request: RequestOf<'backup'>): StoreOutcome {
  const { name, sources, targets, options } = request.words;
  const volsers: string[] = [];
  for (const source of sources) {
    const volser = serialOf(session, source);
    if (volser.kind === 'refused') return { kind: 'refused', refusal: volser };
    volsers.push(volser.value);
  }
  const names: TargetName[] = [];
  for (const target of targets) {
    const found = target === 'auto' ? done({ kind: 'auto' } as const) : named(session, target);
    if (found.kind === 'refused') return { kind: 'refused', refusal: found };
    names.push(found.value);
  }
  const task = session.host().backup({
    ...options,
    name: name ?? volsers.join('+'),
    source: volsers,
    ...newSerials(session, options, names, volsers.length),
    ...(names.length === 0 ? {} : { target: names }),
  });
  return runCopy(session, 'backup', task, {
    dryRun: request.dryRun,
    background: options.copy === 'background',
  });
}

/** A restore from a backup. */
export function restoreBackup(session: StoreSession, request: RequestOf<'restore'>): StoreOutcome {
  const { to, options } = request.words;
  const target = to === undefined ? undefined : named(session, to);
  if (target?.kind === 'refused') return { kind: 'refused', refusal: target };
  const task = session.host().restore({
    ...options,
    ...(target === undefined ? {} : { to: target.value }),
  });
  return runCopy(session, 'restore', task, {
    dryRun: request.dryRun,
    background: options.copy === 'background',
  });
}

/** Relations that the subsystem remembers. */
export function listRelations({ installation }: StoreSession): StoreOutcome {
  const relations = installation
    .relations()
    .map(({ id, source, target, label, sequence, state }) => ({
      id,
      source: source === undefined ? null : formatDeviceNumber(source.number),
      target: target === undefined ? null : formatDeviceNumber(target.number),
      label,
      sequence,
      state: state.state,
      tracksTotal: state.tracksTotal,
      tracksCopied: state.tracksCopied,
      tracksRemaining: state.tracksRemaining,
      tracksFailed: state.tracksFailed,
      targetWrites: state.targetWrites,
      waitsForSpace: state.waitsForSpace,
    }));
  return { kind: 'done', record: { kind: 'relations', relations } };
}

/** How far a copy is. */
export function inquireStatus(session: StoreSession, request: RequestOf<'status'>): StoreOutcome {
  const { name, detail } = request;
  return outcomeOf(session.host().status(name, detail), (answers) => ({
    kind: 'status',
    name,
    copies: answers.map(({ pollingToken, status }) => ({
      pollingToken,
      state: status.state,
      logicallyComplete: status.logicallyComplete,
      physicallyComplete: status.physicallyComplete,
      waitsForSpace: status.waitsForSpace,
      tracksTotal: status.tracksTotal,
      tracksCopied: status.tracksCopied,
      tracksRemaining: status.tracksRemaining,
      tracksFailed: status.tracksFailed,
      targetWrites: status.targetWrites,
      detail: status.detail === undefined ? null : { ...status.detail },
    })),
  }));
}

/** Gives up the background copy of a copy, or the copy. */
export function withdrawCopy(session: StoreSession, request: RequestOf<'withdraw'>): StoreOutcome {
  const { name, discard } = request;
  return outcomeOf(session.host().withdraw({ name, discard }), (withdrawn) => ({
    kind: 'withdraw',
    name,
    withdrawn,
    discarded: discard,
  }));
}

/** Jobs of all hosts: the last ones, all, or those of a name or number. */
export function showLog(
  { installation, momentOf }: StoreSession,
  { job: wanted, all }: RequestOf<'log'>,
): StoreOutcome {
  const jobs = installation.log();
  const shown =
    wanted === undefined
      ? jobs.slice(all ? 0 : -JOBS_SHOWN)
      : jobs.filter(({ id, name }) => name === wanted || String(id) === wanted);
  if (wanted !== undefined && shown.length === 0) {
    return { kind: 'refused', refusal: unknownJob(wanted) };
  }
  return {
    kind: 'done',
    record: {
      kind: 'log',
      jobs: shown.map((job) => describeJob(job, momentOf)),
      isDetailed: wanted !== undefined,
    },
  };
}

/** Runs a job to its end; what is durable when somebody asks it to stop is told all the same. */
function runCopy(
  session: StoreSession,
  kind: 'backup' | 'restore',
  task: InstallationTask<CopyTaskResult>,
  asked: { readonly dryRun: boolean; readonly background: boolean },
): StoreOutcome {
  const { installation, momentOf } = session;
  const before = installation.log().at(-1)?.id ?? 0;
  const ended = perform(session, task, '');
  if (ended.kind === 'refused') return { kind: 'refused', refusal: ended };
  const job =
    ended.kind === 'done'
      ? ended.value.job
      : installation.log().find(({ id, state }) => id > before && state === 'done');
  // It was stopped before its end: all of it is in memory only.
  if (job === undefined) return STOPPED;
  return {
    kind: 'done',
    record: {
      kind,
      job: describeJob(job, momentOf),
      ...asked,
      waitsForSpace: ended.kind === 'done' && ended.value.waitsForSpace,
      interrupted: ended.kind !== 'done',
    },
  };
}

/**
 * Serials for copies that are to have one of their own and have none yet: a device that the host is to
 * choose is an empty one where there is one. The lowest of BK0001 and so on that no volume bears.
 */
function newSerials(
  { installation }: StoreSession,
  options: RequestOf<'backup'>['words']['options'],
  targets: readonly TargetName[],
  count: number,
): { readonly volser?: readonly string[] } {
  const isNamed = options.volser !== undefined || options.identity === 'clone';
  const isForChosen = targets.length === 0 || targets.some(({ kind }) => kind === 'auto');
  if (isNamed) return {};
  const isForEmpty = targets.some((target) => {
    const found = target.kind === 'auto' ? undefined : installation.find(target);
    return found?.kind === 'done' && installation.volserOf(found.value) === undefined;
  });
  if (!isForChosen && !isForEmpty) return {};
  const taken = new Set(installation.volumes().map(({ volser }) => volser));
  const serials: string[] = [];
  for (let number = 1; serials.length < count && number < BACKUP_SERIALS; number += 1) {
    const serial = `BK${String(number).padStart(4, '0')}`;
    if (!taken.has(serial)) serials.push(serial);
  }
  return { volser: serials };
}

/** Works in the background until a copy has nothing left to do. Answers whether it is complete. */
function copyToEnd(session: StoreSession, token: string): boolean {
  const { installation, ears } = session;
  const host = session.host();
  const isOwed = (): boolean => {
    const asked = host.status(token);
    return asked.kind === 'done' && asked.value.some(({ status }) => status.state === 'copying');
  };
  if (!isOwed()) return isComplete(session, token);
  const isOver = (): boolean => ears.shouldStop() || !isOwed();
  perform({ ...session, ears: { ...ears, shouldStop: isOver } }, installation.work(), '');
  return isComplete(session, token);
}

function isComplete(session: StoreSession, token: string): boolean {
  const asked = session.host().status(token);
  return asked.kind === 'done' && asked.value.every(({ status }) => status.physicallyComplete);
}

/** The device that a serial or a device number means. */
function named({ installation }: StoreSession, text: string): Outcome<VolumeName> {
  const found = installation.findText(text);
  return found.kind === 'refused' ? found : done(nameOf(found.value));
}

/** The serial of a volume that may be named by its device. */
function serialOf({ installation }: StoreSession, text: string): Outcome<string> {
  const found = installation.findText(text);
  if (found.kind === 'refused') return found;
  const volser = installation.volserOf(found.value);
  if (volser !== undefined) return done(volser);
  return refuse('NO_LABEL', {
    what: `device ${formatDeviceNumber(found.value.number)} as a source`,
    limit: 'it holds no volume',
    fix: 'name a volume; vdasd volume ls lists them',
  });
}

function unknownJob(wanted: string): Refusal {
  return refuse('BACKUP_UNKNOWN', {
    what: `job ${wanted}`,
    limit: 'no host has a job of that name or number',
    fix: 'vdasd log lists the jobs',
  });
}
