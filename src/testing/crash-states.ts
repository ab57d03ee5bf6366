/**
 * What a power cut may leave of a medium, as many of the possibilities as stated bounds allow.
 *
 * With n changes pending there are at least 2^n states, and more because each sector of a change
 * survives on its own. Looked at are, at the moment of the call:
 *
 * - the newest changes in all combinations, once with all older ones and once with none of them: that
 *   holds the prefixes, and every order in which a few may have been written;
 * - older changes, each missing alone, and each alone;
 * - the newest change torn, in seven ways, with all others and with none;
 * - random choices of sectors of all changes.
 *
 * @module
 */
import type { Random } from '../base/ports.ts';
import { type PendingChange, SECTOR_BYTES } from './pending-change.ts';
import type { RecordingMedium, Survival } from './recording-medium.ts';

/** How many of the possibilities are looked at. */
export interface CrashBounds {
  /** So many of the newest changes in all combinations. */
  readonly combined: number;
  /** So many of the older ones missing alone and there alone, spread evenly. */
  readonly single: number;
  /** So many random choices of sectors. */
  readonly random: number;
}

/** A state that a power cut may leave. */
export interface CrashState {
  /** What is different from the medium as it was, for people. */
  readonly name: string;
  readonly medium: RecordingMedium;
}

type Choice = readonly [name: string, survives: (at: number, change: PendingChange) => Survival];

/**
 * States of the medium after a power cut right now, each once.
 *
 * @param seen - Fingerprints of states that are left out; those that come out are added.
 */
export function* crashStates(
  medium: RecordingMedium,
  bounds: CrashBounds,
  random: Random,
  seen: Set<string> = new Set(),
): Generator<CrashState> {
  for (const [name, survives] of choices(medium.pending, bounds, random)) {
    const after = medium.afterPowerCut((change, at) => survives(at, change));
    const fingerprint = after.fingerprint();
    if (seen.has(fingerprint)) continue;
    seen.add(fingerprint);
    yield { name: `${medium.pending.length} pending, ${name}`, medium: after };
  }
}

function* choices(
  pending: readonly PendingChange[],
  bounds: CrashBounds,
  random: Random,
): Generator<Choice> {
  const recent = Math.min(bounds.combined, pending.length);
  const older = pending.length - recent;
  for (const withOlder of older > 0 ? [true, false] : [true]) {
    for (let chosen = 2 ** recent - 1; chosen >= 0; chosen -= 1) {
      yield [
        `older ${withOlder ? 'there' : 'gone'}, newest ${chosen.toString(2).padStart(recent, '0')}`,
        (at) => (at < older ? withOlder : ((chosen >> (pending.length - 1 - at)) & 1) === 1),
      ];
    }
  }
  for (const one of spread(older, bounds.single)) {
    yield [`change ${one} gone`, (at) => at !== one];
    yield [`change ${one} alone`, (at) => at === one];
  }
  yield* torn(pending);
  for (let draw = 0; draw < bounds.random && pending.length > 0; draw += 1) {
    yield [
      `random sectors ${draw}`,
      (_at, change) =>
        change.kind === 'name' ? random.below(2) === 0 : () => random.below(2) === 0,
    ];
  }
}

/** The newest change in parts. */
function* torn(pending: readonly PendingChange[]): Generator<Choice> {
  const newest = pending.length - 1;
  const change = pending[newest];
  if (change?.kind !== 'data' || change.after.length === 0) return;
  const { first } = change;
  const count = change.after.length / SECTOR_BYTES;
  const parts: readonly (readonly [string, (sector: number) => boolean])[] = [
    ['only its length', () => false],
    ['its first sector', (sector) => sector === first],
    ['without its first sector', (sector) => sector !== first],
    ['its last sector', (sector) => sector === first + count - 1],
    ['without its last sector', (sector) => sector !== first + count - 1],
    ['its first half', (sector) => sector < first + count / 2],
    ['every other sector', (sector) => sector % 2 === 0],
  ];
  for (const [name, part] of parts) {
    for (const others of [true, false]) {
      const text = `newest: ${name}; others ${others ? 'there' : 'gone'}`;
      yield [text, (at) => (at === newest ? part : others)];
    }
  }
}

/** At most `most` of the numbers below `count`, spread evenly. */
function spread(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, at) => Math.floor((at * count) / taken));
}
