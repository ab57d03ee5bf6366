/**
 * What every kind of entry becomes when it runs: a machine that is stepped to its end.
 *
 * A step does one bounded piece (one message, one track), so entries that run together can be
 * interleaved at every place where real ones could be.
 *
 * @module
 */
import type { CopyJob, Refusal, RelationId, StepAgain, StepWaiting } from '../../src/index.ts';
import type { LaboratorySubsystem } from './laboratory-subsystem.ts';
import type { FailureKind, Plain, SubsystemReport } from './run-record.ts';

/** What an entry leaves when it has ended well. */
export interface EntryResult {
  /** Figures by name. */
  readonly result: { readonly [key: string]: Plain };
  /** Remarks for people. */
  readonly notes: readonly string[];
  /** Tables. */
  readonly reports?: readonly SubsystemReport[];
}

/** Trouble that is no refusal: a difference, a violation, an expectation that does not hold. */
export interface EntryFailed {
  readonly kind: 'failed';
  readonly failure: FailureKind;
  readonly what: string;
  readonly limit: string;
  readonly fix: string;
}

/** Work outside of the model that has to be waited for: a file. */
interface EntryOutside {
  readonly kind: 'outside';
  readonly work: Promise<unknown>;
}

/** The answer of one step. */
export type EntryStep =
  | StepAgain
  | StepWaiting
  | Refusal
  | EntryFailed
  | EntryOutside
  | { readonly kind: 'done'; readonly value: EntryResult };

/** A running entry. */
export interface EntryMachine {
  /** What it is about, in a few words. */
  readonly title: string;
  /** Background tracks for each of its inquiries. */
  readonly tracksPerInquiry?: number;
  /** Name under which its copies are witnessed. */
  readonly copyName?: string;
  /** The job behind it, when it is one. */
  readonly job?: CopyJob;
  step(): EntryStep;
}

/** Relations that an entry made. */
export interface MadeRelation {
  readonly owner: LaboratorySubsystem;
  readonly id: RelationId;
}

/** An ended entry. */
export function ended(result: EntryResult['result'], notes: readonly string[] = []): EntryStep {
  return { kind: 'done', value: { result, notes } };
}

/** A failed entry. */
export function failed(
  failure: FailureKind,
  text: { readonly what: string; readonly limit: string; readonly fix: string },
): EntryFailed {
  return { kind: 'failed', failure, ...text };
}

/** A machine that does everything in one step. */
export function oneStep(title: string, work: () => EntryStep): EntryMachine {
  return { title, step: work };
}
