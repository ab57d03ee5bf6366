/**
 * Requests about the upkeep of a store: data sets that go, drives, work in the background, space.
 *
 * @module
 */
import {
  formatDeviceNumber,
  formatRefusal,
  fromHexadecimal,
  type InstallationTask,
  type IntervalReleaseRequest,
  type Outcome,
  type Refusal,
  refuse,
  toHexadecimal,
  type WorkReport,
} from '../../src/index.ts';
import { describeDataSet, isPartlyRead } from '../report/image-record.ts';
import type { WorkRecord } from '../report/store-record.ts';
import { describeDrives } from '../scenario/drives-record.ts';
import { describeSpace } from '../scenario/record-space.ts';
import type { DriveName, StoreOutcome, StoreRequest } from './store-request.ts';
import { outcomeOf, perform, type StoreSession } from './store-session.ts';
import { findNamed, nameOf } from './store-volumes.ts';

type RequestOf<Kind extends StoreRequest['kind']> = Extract<StoreRequest, { kind: Kind }>;

/** Data sets of a volume. */
export function listDataSets(session: StoreSession, request: RequestOf<'dataSets'>): StoreOutcome {
  const { installation, row } = session;
  session.host();
  const found = findNamed(session, request.volume);
  if (found.kind === 'refused') return { kind: 'refused', refusal: found };
  const vtoc = installation.dataSets(nameOf(found.value));
  return outcomeOf(vtoc, ({ entries, warnings }) => {
    const { headCount } = found.value.model.type;
    const volume = installation.volumes().find(({ device }) => device === found.value);
    return {
      kind: 'dataSets',
      volume: row(volume ?? { device: found.value, online: false }),
      dataSets: entries.map((entry) => describeDataSet(entry, headCount)),
      warnings: warnings.map((warning) => `${warning.code}: ${warning.what}`),
      partial: isPartlyRead(vtoc),
    };
  });
}

/** Scratches data sets, all of them or none. */
export function scratchDataSets(
  session: StoreSession,
  request: RequestOf<'dataSetScratch'>,
): StoreOutcome {
  const { installation, momentOf } = session;
  const found = findNamed(session, request.volume);
  if (found.kind === 'refused') return { kind: 'refused', refusal: found };
  const volser = installation.volserOf(found.value) ?? request.volume.toUpperCase();
  const task = session.host().scratch({
    volser,
    dataSets: request.dataSets,
    release: request.release,
    ...(request.hold === undefined ? {} : { hold: request.hold }),
  });
  return outcomeOf(perform(session, task, volser), ({ dataSets, released, notReleased }) => ({
    kind: 'dataSetScratch',
    volser,
    dataSets: dataSets.map(({ name }) => name),
    tracks: released?.tracks ?? 0,
    bytes: released?.bytes ?? 0,
    undoToken: released?.undoToken === undefined ? null : toHexadecimal(released.undoToken),
    undoUntil: released?.expiresAt === undefined ? null : momentOf(released.expiresAt),
    notReleased: notReleased === undefined ? null : formatRefusal(notReleased),
  }));
}

/** How all drives stand. */
export function listDrives({ installation }: StoreSession): StoreOutcome {
  const record = { kind: 'drives', ...describeDrives(installation.subsystem) } as const;
  return { kind: 'done', record };
}

/** A drive fails, comes back, or is exchanged. */
export function changeDrive(
  { installation }: StoreSession,
  { kind, drive }: RequestOf<'driveFail' | 'driveReturn' | 'driveReplace'>,
): StoreOutcome {
  const { group, member } = drive;
  const changed = installation.change(
    ({ drives }): Outcome<{ readonly spare: boolean; readonly takesOver?: DriveName }> => {
      if (kind === 'driveFail') return drives.fail(group, member);
      return kind === 'driveReturn' ? drives.return(group, member) : drives.replace(group, member);
    },
  );
  return outcomeOf(changed, ({ spare, takesOver }) => {
    const { groups } = installation.subsystem.drives.report();
    const redundancy = groups.find((one) => one.group === group)?.redundancy ?? 'full';
    return {
      kind,
      drive: driveText(drive),
      spare,
      takesOver: takesOver === undefined ? null : driveText(takesOver),
      redundancy,
    };
  });
}

/** Works in the background until nothing is owed, or until somebody asks it to end. */
export function work(session: StoreSession, kind: 'work' | 'scrub'): StoreOutcome {
  const { installation, ears } = session;
  const scrubbed = installation.subsystem.drives.scrubState();
  const task: InstallationTask<WorkReport> =
    kind === 'scrub' ? installation.scrub() : installation.work();
  const ended = perform(session, task, '');
  if (ended.kind === 'refused') return { kind: 'refused', refusal: ended };
  const { subsystem } = installation;
  const report = ended.kind === 'done' ? ended.value : undefined;
  const record: WorkRecord = {
    kind,
    idle: report?.idle ?? false,
    interrupted: report === undefined && ears.shouldStop(),
    waitsForSpace: report?.waitsForSpace ?? false,
    done: figuresOf(report),
    tracksRemaining: installation
      .relations()
      .reduce((sum, { state }) => sum + state.tracksRemaining, 0),
    faultyCylinders: subsystem.drives.scrubState().faulty - scrubbed.faulty,
    lostTracks: subsystem.drives.lostTracks().length,
  };
  return { kind: 'done', record };
}

/** Collects free space now. */
export function collect(
  { installation }: StoreSession,
  { group, cylinders }: RequestOf<'collect'>,
): StoreOutcome {
  const collected = installation.change(({ drives }) =>
    drives.collect({
      ...(group === undefined ? {} : { group }),
      ...(cylinders === undefined ? {} : { cylinders }),
    }),
  );
  return outcomeOf(collected, (done) => ({ kind: 'collect', ...done }));
}

/** Releases tracks that belong to nobody. */
export function release(session: StoreSession, request: RequestOf<'release'>): StoreOutcome {
  const { dryRun, emptyVolumes, hold } = request;
  const volumes = request.volumes.map((text) => text.toUpperCase());
  const asked: Omit<IntervalReleaseRequest, 'onBusy'> = {
    dryRun,
    emptyVolumes,
    exclude: request.exclude.map((text) => text.toUpperCase()),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(hold === undefined ? {} : { hold }),
  };
  const task = session.host().release(asked);
  return outcomeOf(perform(session, task, ''), (releases) => ({
    kind: 'release',
    dryRun,
    volumes: releases.map((one) =>
      one.kind === 'leftAlone'
        ? {
            volser: one.volser,
            device: null,
            tracks: 0,
            bytes: 0,
            undoTokens: [],
            leftAlone: { code: one.why.code, why: formatRefusal(one.why) },
          }
        : {
            volser: one.volser,
            device: formatDeviceNumber(one.device),
            tracks: one.tracks,
            bytes: one.bytes,
            undoTokens: one.undoTokens.map(toHexadecimal),
            leftAlone: null,
          },
    ),
  }));
}

/** Takes a release back. */
export function undoRelease(session: StoreSession, { token }: RequestOf<'undo'>): StoreOutcome {
  const { installation } = session;
  const { processor } = session.host();
  const answer = processor.exchange(installation.subsystem.configuration.name, {
    kind: 'undoRelease',
    undoToken: fromHexadecimal(token),
  });
  if (answer.kind === 'refused') return { kind: 'refused', refusal: answer };
  if (answer.kind !== 'done' || answer.value.kind !== 'releaseUndone') {
    return { kind: 'refused', refusal: unexpectedAnswer() };
  }
  installation.commit();
  const { tracks, changedTracks } = answer.value;
  return { kind: 'done', record: { kind: 'undo', tracks, changedTracks } };
}

/** Space by group, device and retained point, and when it will be full. */
export function showSpace({ installation }: StoreSession): StoreOutcome {
  const { subsystem } = installation;
  const space = describeSpace(subsystem, (device) => installation.volserOf(device));
  return { kind: 'done', record: { kind: 'space', ...space } };
}

/** The figures of work that people ask about. */
function figuresOf(report: WorkReport | undefined): Readonly<Record<string, number>> {
  if (report === undefined) return {};
  const { idle: _, waitsForSpace: __, ...figures } = report;
  return figures;
}

function unexpectedAnswer(): Refusal {
  return refuse('MESSAGE_KIND_UNKNOWN', {
    what: 'the answer to an undo',
    limit: 'it is none that belongs to the request',
    fix: 'try again',
  });
}

/** A drive as people write it: `0/5`. */
function driveText({ group, member }: DriveName): string {
  return `${group}/${member}`;
}
