/**
 * The witnesses of a run: whenever a copy comes into being, the source is looked at before anything
 * else can happen.
 *
 * A pointer copy is known by the relation that it leaves; the laboratory looks for new relations
 * after every step. A copy by the host has no instant; its source is looked at when it begins.
 *
 * @module
 */
import type { Relation, RelationId } from '../../src/index.ts';
import type { EntryMachine, MadeRelation } from './entry-machine.ts';
import type { Laboratory } from './laboratory.ts';
import type { LaboratorySubsystem, PlacedDevice } from './laboratory-subsystem.ts';
import type { Scenario } from './scenario.ts';
import { TrackWitness } from './witness.ts';

/** What was seen of the source of one copy. */
export interface WitnessedCopy {
  readonly source: PlacedDevice;
  /** Target of a pointer copy; the host's records know that of a host copy. */
  readonly target: PlacedDevice | undefined;
  readonly witness: TrackWitness;
  /** Moment of the copy in the run. */
  readonly moment: number;
  /** SHA-256 over the whole source, when somebody asks for it later. */
  readonly digest: string | undefined;
}

/** Looks at sources when they are copied. */
export class CopyWitnesses {
  readonly #laboratory: Laboratory;
  readonly #digested: ReadonlySet<string>;
  readonly #copies = new Map<string, WitnessedCopy[]>();
  readonly #lastRelation = new Map<LaboratorySubsystem, number>();
  readonly #hostCopies = new Set<EntryMachine>();

  /** @param digested - Names of copies whose whole-volume digest will be asked for. */
  constructor(laboratory: Laboratory, digested: ReadonlySet<string>) {
    this.#laboratory = laboratory;
    this.#digested = digested;
  }

  /** The witnessed copies of a name, in the order in which they were made. */
  of(name: string): readonly WitnessedCopy[] {
    return this.#copies.get(name) ?? [];
  }

  /** Looks before a step: a copy by the host is about to begin. */
  beforeStep(machine: EntryMachine, sources: () => readonly PlacedDevice[]): void {
    if (machine.job?.phase !== 'hostCopy' || this.#hostCopies.has(machine)) return;
    this.#hostCopies.add(machine);
    for (const source of sources()) {
      const { trackCount } = source.device;
      this.#witness(machine, source, undefined, [{ first: 0, count: trackCount }]);
    }
  }

  /** Looks after a step: gives the relations that it made, each witnessed. */
  afterStep(machine: EntryMachine): readonly MadeRelation[] {
    const made: MadeRelation[] = [];
    for (const owner of this.#laboratory.subsystems) {
      for (const relation of this.#newRelations(owner)) {
        made.push({ owner, id: relation.id });
        const source = { owner, device: owner.subsystem.device(relation.source) };
        const target = { owner, device: owner.subsystem.device(relation.target) };
        const runs = relation.extents.map((extent) => ({
          first: extent.sourceFirst,
          count: extent.sourceCount,
        }));
        this.#laboratory.writes.noteCopy(target);
        if (machine.job !== undefined) this.#witness(machine, source, target, runs);
      }
    }
    return made;
  }

  *#newRelations(owner: LaboratorySubsystem): Iterable<Relation> {
    for (let id = (this.#lastRelation.get(owner) ?? 0) + 1; ; id += 1) {
      const relation = owner.subsystem.relation(id as RelationId);
      if (relation === undefined) return;
      this.#lastRelation.set(owner, id);
      yield relation;
    }
  }

  #witness(
    machine: EntryMachine,
    source: PlacedDevice,
    target: PlacedDevice | undefined,
    runs: readonly { first: number; count: number }[],
  ): void {
    const { copyName } = machine;
    if (copyName === undefined) return;
    const { owner, device } = source;
    const laboratory = this.#laboratory;
    const copies = this.#copies.get(copyName) ?? [];
    this.#copies.set(copyName, copies);
    owner.meter.unseen(() => {
      copies.push({
        source,
        target,
        witness: TrackWitness.take(owner.subsystem, device.index, runs),
        moment: laboratory.writes.moment,
        digest: this.#digested.has(copyName) ? laboratory.digest(source) : undefined,
      });
    });
  }
}

/** Names whose `digest` some expectation asks for. */
export function digestNames(scenario: Scenario): ReadonlySet<string> {
  const names = new Set<string>();
  for (const entry of scenario.timeline) {
    for (const one of entry.kind === 'together' ? entry.entries : [entry]) {
      if (one.kind !== 'expect') continue;
      for (const text of Object.entries(one.fields).flat()) {
        for (const [, name] of text.matchAll(/([\w-]+)\.digest/g)) {
          if (name !== undefined) names.add(name);
        }
      }
    }
  }
  return names;
}
