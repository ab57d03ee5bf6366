/**
 * What must hold of our subsystem: what it walks itself, and what nobody but a checker can know.
 *
 * @module
 */
import type { RelationId } from '../copy/relation.ts';
import { placeGroup } from '../media/logical-cylinder.ts';
import type { Subsystem } from '../subsystem/subsystem.ts';
import { RESERVED_ENTRY_COUNT } from '../track/null-track.ts';

/** Invariants of what lies on the drives. */
const ON_DRIVES: ReadonlySet<string> = new Set(['content-intact', 'parity-consistent']);

/** Walks one subsystem again and again. */
export class SubsystemInvariants {
  readonly #subsystem: Subsystem;
  /** Group of each instance, by id and birth, at the last walk. */
  #groups: ReadonlyMap<string, number> = new Map();

  constructor(subsystem: Subsystem) {
    this.#subsystem = subsystem;
  }

  /**
   * @param isDamaged - What was rebuilt from damaged members may be wrong until it is verified.
   * @returns What does not hold, in words.
   */
  violations(relations: readonly RelationId[], isDamaged: boolean): readonly string[] {
    const { violations } = this.#subsystem.check();
    const held = violations.filter(({ invariant }) => !isDamaged || !ON_DRIVES.has(invariant));
    return [
      ...held.map(({ invariant, detail }) => `${invariant}: ${detail}`),
      ...relations.flatMap((id) => this.#relationFaults(id)),
      ...this.#groupChanges(),
      ...this.#reserveFaults(),
    ];
  }

  /** What a relation says about itself must fit together. */
  #relationFaults(id: RelationId): readonly string[] {
    const relation = this.#subsystem.relation(id);
    if (relation === undefined) return [];
    const state = this.#subsystem.relationState(id);
    const { shared, separatedByBackground, separatedBySourceWrite, ...rest } =
      this.#subsystem.relationTracks(id);
    const sum =
      shared +
      separatedByBackground +
      separatedBySourceWrite +
      rest.separatedByTargetWrite +
      rest.empty;
    const found: string[] = [];
    if (sum !== state.tracksTotal) found.push(`relation ${id}: ${sum} tracks told apart`);
    // By group, an instance in the target's group may be shared.
    if (relation.separation === 'instance' && state.physicallyComplete && shared > 0) {
      found.push(`relation ${id}: complete, but shared`);
    }
    if (!state.logicallyComplete) found.push(`relation ${id}: not logically complete`);
    return found;
  }

  /** Instances that have left their redundancy group since the last walk: nothing moves them that far. */
  #groupChanges(): readonly string[] {
    const { instances } = this.#subsystem.parts;
    const found: string[] = [];
    const groups = new Map<string, number>();
    for (let id = RESERVED_ENTRY_COUNT; id <= instances.highestId; id += 1) {
      if (instances.count(id) === 0) continue;
      const name = `${id} of ${instances.birth(id)}`;
      const group = placeGroup(instances.place(id));
      const before = this.#groups.get(name);
      if (before !== undefined && before !== group) {
        found.push(`home-groups: instance ${name} went from group ${before} to ${group}`);
      }
      groups.set(name, group);
    }
    this.#groups = groups;
    return found;
  }

  /** Nobody writes metadata here, so the space kept back for it must never be taken. */
  #reserveFaults(): readonly string[] {
    return this.#subsystem.parts.backEnd.groups
      .filter((group) => group.liveSectors > group.capacitySectors - group.reserveSectors)
      .map(({ number, liveSectors }) => {
        return `metadata-reserve: group ${number} holds ${liveSectors} sectors, some of the reserve`;
      });
  }
}
