/**
 * How the end of an entry is judged: a refusal fails it unless the entry says that it must be refused.
 *
 * @module
 */
import type { Refusal } from '../../src/index.ts';
import type { EntryOutcome, FailureKind, RunFailure } from './run-record.ts';
import type { InnerEntry } from './scenario.ts';
import type { MachineEnd } from './scheduler.ts';

/** A failure that does not know its place yet. */
export type EntryFailure = Omit<RunFailure, 'file' | 'line' | 'column'>;

/** How an entry ended, seen from what its author expects of it. */
export function judge(
  end: MachineEnd,
  expected: string | undefined,
): { readonly outcome: EntryOutcome; readonly failure?: EntryFailure } {
  if (end.kind === 'notRun') return { outcome: 'notRun' };
  if (expected !== undefined && end.kind !== 'failed') return judgeExpected(end, expected);
  switch (end.kind) {
    case 'done':
      return { outcome: 'done' };
    case 'refused':
      return { outcome: 'failed', failure: failureOf(end, 'refused') };
    case 'stuck':
      return { outcome: 'failed', failure: stuckFailure(end) };
    default: {
      const { failure: kind, what, limit, fix } = end;
      return { outcome: 'failed', failure: { kind, what, limit, fix } };
    }
  }
}

function judgeExpected(
  end: Exclude<MachineEnd, { kind: 'notRun' | 'failed' }>,
  expected: string,
): { readonly outcome: EntryOutcome; readonly failure?: EntryFailure } {
  if (end.kind === 'refused' && end.code === expected) return { outcome: 'refusedAsExpected' };
  const was =
    end.kind === 'refused' ? `refused with ${end.code}` : end.kind === 'done' ? 'done' : 'stuck';
  return {
    outcome: 'failed',
    failure: {
      kind: 'expectation',
      what: `it was ${was}`,
      limit: `the scenario expects it to be refused with ${expected}`,
      fix: 'correct refused, or what the entry does',
    },
  };
}

function failureOf(refusal: Refusal, kind: FailureKind): EntryFailure {
  const { code, what, limit, fix } = refusal;
  return { kind, code, what, limit, fix };
}

function stuckFailure(end: Extract<MachineEnd, { kind: 'stuck' }>): EntryFailure {
  const { waiting } = end;
  // Background work that is given its budget and does not move lacks space.
  const isSpace = ['space', 'nvs', 'background'].includes(waiting.for);
  return {
    kind: isSpace ? 'space' : 'busy',
    what:
      waiting.for === 'background'
        ? `background work has no space to go on: ${waiting.detail}`
        : `it waits for ${waiting.for}: ${waiting.detail}`,
    limit: 'nothing that is still to run will end that',
    fix: isSpace
      ? 'give the subsystem more capacity, or discard copies before'
      : 'let whoever holds it end first, or run both together',
  };
}

/** The reason code with which an entry must be refused; none for most. */
export function expectedRefusal(entry: InnerEntry): string | undefined {
  const { kind, fields } = entry;
  // Names in an expectation are the author's own.
  if (kind === 'advance' || kind === 'expect' || kind === 'remember') return undefined;
  return 'refused' in fields ? fields.refused : undefined;
}
