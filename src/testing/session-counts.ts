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
  /** Walks of the engine's own invariants. */
  checks: number;
  readonly accepted: Map<OperationKind, number>;
  /** By refusal code. */
  readonly refused: Map<string, number>;
}

/** Empty counts, to be shared by all sessions of a run. */
export function startCounts(): SessionCounts {
  return {
    operations: 0,
    tracksCompared: 0,
    checks: 0,
    accepted: new Map(),
    refused: new Map(),
  };
}

/** One more under a key. */
export function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
