/**
 * Copies in a store as text: snapshots, jobs with their steps, relations, how far a copy is.
 *
 * @module
 */
import { formatBytes, formatCount, formatDuration, formatNumber } from '../scenario/quantity.ts';
import type {
  CopyStatusRecord,
  HostJobRecord,
  JobEndRecord,
  LogRecord,
  RelationsRecord,
  SnapshotRecord,
  WithdrawnRecord,
} from './copy-record.ts';
import { toPrintable } from './printable.ts';
import { formatMoment } from './store-moment.ts';
import { type Column, formatTable } from './table.ts';

const RELATION_COLUMNS: readonly Column[] = [
  { title: 'relation', align: 'right' },
  { title: 'source' },
  { title: 'target' },
  { title: 'state' },
  { title: 'tracks', align: 'right' },
  { title: 'copied', align: 'right' },
  { title: 'to do', align: 'right' },
  { title: 'written', align: 'right', leaves: 2 },
  { title: 'label', shrinks: true, leaves: 1 },
];
const JOB_COLUMNS: readonly Column[] = [
  { title: 'job', align: 'right' },
  { title: 'name', shrinks: true },
  { title: 'kind' },
  { title: 'host', leaves: 1 },
  { title: 'started' },
  { title: 'state' },
  { title: 'copies', shrinks: true, leaves: 2 },
];
const STEP_COLUMNS: readonly Column[] = [
  { title: 'step', align: 'right' },
  { title: 'what', shrinks: true },
  { title: 'took', align: 'right' },
  { title: 'messages', align: 'right' },
  { title: 'channel', align: 'right' },
  { title: 'CPU', align: 'right' },
];

/** A snapshot that was made. */
export function snapshotLines(record: SnapshotRecord, folder: string): readonly string[] {
  const pairs = record.pairs.map(({ source, target }) => `${source} to ${target}`);
  return [
    `${pairs.join(', ')}: ${formatCount(record.tracks, 'track')} at change ` +
      formatNumber(record.sequence),
    ...(record.physicallyComplete ? ['logically and physically complete'] : []),
    `polling token ${record.pollingToken}`,
    ...(record.background && !record.physicallyComplete
      ? [`its background copy is not done; vdasd work ${folder} goes on with it`]
      : []),
  ];
}

/** A backup or restore that ended. */
export function jobEndLines(record: JobEndRecord, folder: string): readonly string[] {
  const { job, dryRun, kind } = record;
  const copies = job.copies.map((copy) => {
    const name = copy.targetVolser === copy.sourceVolser ? '' : ` as ${copy.targetVolser}`;
    const how = copy.method === 'pointer' ? '' : `, through the host: ${copy.methodReason ?? ''}`;
    return `${copy.sourceVolser} (${copy.source}) to ${copy.target}${name}${how}`;
  });
  const verb = kind === 'backup' ? 'backup' : 'restore';
  const completeness = job.physicallyComplete
    ? 'logically and physically complete'
    : job.logicallyComplete
      ? 'logically complete'
      : 'not complete';
  if (dryRun) return copies.map((copy) => `would ${verb} ${copy}`);
  return [
    ...copies,
    `job ${toPrintable(job.name)}, ${completeness}`,
    ...tokensOf(job).map((token) => `polling token ${token}`),
    ...(record.background && !job.physicallyComplete
      ? [
          record.waitsForSpace
            ? `its background copy waits for space; make room, then vdasd work ${folder}`
            : `its background copy is not done; vdasd work ${folder} goes on with it`,
        ]
      : []),
  ];
}

/** Jobs, each in a line, or with its steps. */
export function logLines({ jobs, isDetailed }: LogRecord, width: number): readonly string[] {
  if (jobs.length === 0) return ['no jobs yet'];
  if (isDetailed)
    return jobs.flatMap((job, at) => [...(at === 0 ? [] : ['']), ...jobLines(job, width)]);
  return formatTable(JOB_COLUMNS, jobs.map(jobCells), width);
}

/** Relations. */
export function relationLines({ relations }: RelationsRecord, width: number): readonly string[] {
  if (relations.length === 0) return ['no relations'];
  const rows = relations.map((one) => [
    formatNumber(one.id),
    one.source ?? 'removed',
    one.target ?? 'removed',
    one.waitsForSpace ? `${one.state}, waits for space` : one.state,
    formatNumber(one.tracksTotal),
    formatNumber(one.tracksCopied),
    formatNumber(one.tracksRemaining),
    formatNumber(one.targetWrites),
    toPrintable(one.label),
  ]);
  return formatTable(RELATION_COLUMNS, rows, width);
}

/** How far a copy is. */
export function statusLines({ copies, name }: CopyStatusRecord): readonly string[] {
  if (copies.length === 0) return [`${toPrintable(name)}: no copy that this host could ask about`];
  return copies.flatMap((copy) => [
    `${copy.pollingToken}: ${copy.state}, ${
      copy.physicallyComplete
        ? 'logically and physically complete'
        : copy.logicallyComplete
          ? 'logically complete'
          : 'not complete'
    }${copy.waitsForSpace ? ', waits for space' : ''}`,
    `  ${formatCount(copy.tracksTotal, 'track')}: ${formatNumber(copy.tracksCopied)} copied, ` +
      `${formatNumber(copy.tracksRemaining)} to do, ${formatNumber(copy.tracksFailed)} unreadable, ` +
      `${formatNumber(copy.targetWrites)} written since`,
    ...(copy.detail === null
      ? []
      : [
          `  ${Object.entries(copy.detail)
            .map(([key, count]) => `${DETAIL_WORDS[key] ?? key} ${formatNumber(count)}`)
            .join(', ')}`,
        ]),
  ]);
}

/** Background duties that were dropped. */
export function withdrawnLines(record: WithdrawnRecord): readonly string[] {
  const name = toPrintable(record.name);
  if (record.discarded) {
    return [`${name}: ${formatCount(record.withdrawn, 'relation')} discarded; the copy is gone`];
  }
  if (record.withdrawn === 0) return [`${name}: nothing is owed, nothing was withdrawn`];
  return [
    `${name}: background work of ${formatCount(record.withdrawn, 'relation')} withdrawn; ` +
      'the copy stays whole',
  ];
}

/** What became of tracks, in words. */
const DETAIL_WORDS: Readonly<Record<string, string>> = Object.freeze({
  shared: 'shared',
  separatedByBackground: 'copied',
  separatedBySourceWrite: 'separated by the source',
  separatedByTargetWrite: 'separated by the target',
  empty: 'empty',
});

function jobLines(job: HostJobRecord, width: number): readonly string[] {
  const rows = job.steps.map((step) => [
    String(step.step),
    step.name,
    formatDuration(step.endedAt.nanos - step.startedAt.nanos),
    formatNumber(Object.values(step.messages).reduce((sum, count) => sum + count, 0)),
    step.channelBytes === 0 ? '–' : formatBytes(step.channelBytes),
    step.processorNanos === 0 ? '–' : formatDuration(step.processorNanos),
  ]);
  const notes = job.steps.flatMap(({ step, notes: said }) =>
    said.map((note) => `  ${step}: ${toPrintable(note)}`),
  );
  return [
    `job ${job.id}: ${job.job} ${toPrintable(job.name)} by ${job.host}, ${job.state}` +
      (job.startedAt === null ? '' : `, ${formatMoment(job.startedAt)}`),
    ...job.copies.map(copyLine),
    ...(job.failure === null
      ? []
      : [`  ${failureText(job.failure)}; target: ${job.failure.targetState}`]),
    ...formatTable(STEP_COLUMNS, rows, width),
    ...notes,
  ];
}

function copyLine(copy: HostJobRecord['copies'][number]): string {
  const gone =
    copy.overwrittenBy === null ? '' : `, overwritten by ${toPrintable(copy.overwrittenBy)}`;
  const tokens = copy.pollingTokens.length === 0 ? '' : `, token ${copy.pollingTokens.join(', ')}`;
  return (
    `  ${copy.sourceVolser} (${copy.source}) to ${copy.targetVolser} (${copy.target}), ` +
    `${copy.identity}, change ${formatNumber(copy.sequence)}${gone}${tokens}`
  );
}

function failureText(failure: NonNullable<HostJobRecord['failure']>): string {
  return failure.step === null ? failure.why : `at step ${failure.step}: ${failure.why}`;
}

function jobCells(job: HostJobRecord): readonly string[] {
  const completeness = job.physicallyComplete ? ', physically complete' : '';
  return [
    String(job.id),
    toPrintable(job.name),
    job.job,
    job.host,
    job.startedAt === null ? '–' : formatMoment(job.startedAt),
    `${job.state}${completeness}`,
    job.failure === null
      ? job.copies.map((copy) => `${copy.sourceVolser} to ${copy.targetVolser}`).join(', ')
      : failureText(job.failure),
  ];
}

function tokensOf(job: HostJobRecord): readonly string[] {
  return [...new Set(job.copies.flatMap((copy) => copy.pollingTokens))];
}
