/**
 * What a run has looked at. A run that looked at nothing proves nothing, so tests assert on these.
 *
 * @module
 */
import type { OperationKind } from './operation.ts';

/** Counts of one or more sessions. */
export interface SessionCounts {
  operations: number;
  tracksCompared: number;
  /** Of these: while drives were damaged within their redundancy, and past it. */
  comparedDamaged: number;
  comparedPast: number;
  /** Walks of the engine's own invariants. */
  checks: number;
  readonly accepted: Map<OperationKind, number>;
  /** By refusal code. */
  readonly refused: Map<string, number>;
  /** What was done to the engine alone, by name. */
  readonly acts: Map<string, number>;
  /** Reads of lost tracks, by refusal code. */
  readonly lost: Map<string, number>;
  /** What engines say they did by themselves, at the end of each session. */
  readonly work: Map<string, number>;
}

/** Empty counts, to be shared by all sessions of a run. */
export function startCounts(): SessionCounts {
  return {
    operations: 0,
    tracksCompared: 0,
    comparedDamaged: 0,
    comparedPast: 0,
    checks: 0,
    accepted: new Map(),
    refused: new Map(),
    acts: new Map(),
    lost: new Map(),
    work: new Map(),
  };
}

/** One more under a key, or so many. */
export function countUp<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
