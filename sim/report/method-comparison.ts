/**
 * What a pointer backup and a host copy of the same volume cost, side by side, when a run has both.
 *
 * @module
 */
import { formatBytes, formatDuration } from '../scenario/quantity.ts';
import type { EntryRecord, RunRecord } from '../scenario/run-record.ts';

/** Lines of the comparison; none when the run does not have both. */
export function compareMethods(run: RunRecord): readonly string[] {
  const backups = run.steps
    .flatMap((step) => step.entries ?? [step])
    .filter((step) => step.kind === 'backup' && step.outcome === 'done');
  for (const pointer of backups) {
    if (pointer.result['method'] !== 'pointer') continue;
    const host = backups.find(
      (one) => one.result['method'] === 'hostCopy' && isSameSource(one, pointer),
    );
    if (host !== undefined) return compare(pointer, host);
  }
  return [];
}

function isSameSource(one: EntryRecord, other: EntryRecord): boolean {
  return JSON.stringify(one.result['source']) === JSON.stringify(other.result['source']);
}

function compare(pointer: EntryRecord, host: EntryRecord): readonly string[] {
  const bytes = (entry: EntryRecord): number =>
    entry.cost.channelBytesIn + entry.cost.channelBytesOut;
  const cpu = (entry: EntryRecord): number => entry.cost.processorNanos;
  const says = (entry: EntryRecord): string =>
    `${formatBytes(bytes(entry))} over the channels in ` +
    `${entry.cost.channelPrograms.toLocaleString('en-US')} channel programs, ` +
    `${formatDuration(cpu(entry))} of CPU`;
  return [
    `by pointers (line ${pointer.line}): ${says(pointer)}; ${messagesOf(pointer)}.`,
    `by the host (line ${host.line}): ${says(host)}.`,
    `The host copy moved ${ratio(bytes(host), bytes(pointer))} as many bytes and took ` +
      `${ratio(cpu(host), cpu(pointer))} as much CPU: every track came up to the host and went down ` +
      'again. For the pointer backup the host sent a few messages, and the subsystem shared all ' +
      'tracks in one instant; what still crossed the channels was the label and the VTOC.',
  ];
}

/** Messages of a backup: all, and those that make the copy. */
function messagesOf(entry: EntryRecord): string {
  const counts = entry.result['messages'] as Readonly<Record<string, number>> | undefined;
  const own = ['sourceDefinition', 'targetExecution', 'statusInquiry'];
  const made = own.reduce((sum, kind) => sum + (counts?.[kind] ?? 0), 0);
  return `${entry.cost.messages} ECAM messages, ${made} of them made the copy`;
}

function ratio(more: number, less: number): string {
  if (less === 0) return 'infinitely';
  const times = more / less;
  return `${times >= 10 ? Math.round(times).toLocaleString('en-US') : times.toFixed(1)} times`;
}
