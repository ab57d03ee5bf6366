/**
 * Refusals of the twin: they list every rule that is broken, and an engine may name any one of them.
 *
 * @module
 */
import type { Answer } from './copy-engine.ts';

/** A refusal that lists every broken rule behind the first. */
export interface TwinRefusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly codes: readonly string[];
}

/** Makes a refusal. */
export function refused(...codes: string[]): TwinRefusal {
  return { kind: 'refused', code: codes[0] ?? '', codes };
}

/** All rules that an answer of the twin says are broken; none when it is "yes". */
export function refusalCodes(answer: Answer<unknown>): readonly string[] {
  if (answer.kind === 'done') return [];
  return 'codes' in answer ? (answer as TwinRefusal).codes : [answer.code];
}
