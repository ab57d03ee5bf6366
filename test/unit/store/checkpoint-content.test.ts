/**
 * Checkpoints say the same as all the changes that they stand for: whatever changes, and whenever a
 * checkpoint is made, the machine that comes back is the one that was kept.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { KeptArray, type KeptEntries, type Plain } from '../../../src/base/kept-state.ts';
import { RecordTable } from '../../../src/base/record-table.ts';
import { ChangeLog, everything } from '../../../src/store/checkpoint-content.ts';
import { type StateChange, StateKeeper } from '../../../src/store/state-keeper.ts';

/** Things by key, like those of the model. */
class Things implements KeptEntries {
  readonly kind = 'entries';
  readonly name = 'things';
  isKept = false;
  readonly map = new Map<string | number, number>();
  readonly #touched = new Set<string | number>();

  set(key: string | number, value: number | undefined): void {
    if (value === undefined) this.map.delete(key);
    else this.map.set(key, value);
    this.#touched.add(key);
  }

  takeTouched(): Iterable<string | number> {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  keys(): Iterable<string | number> {
    return this.map.keys();
  }

  save(key: string | number): Plain | undefined {
    return this.map.get(key);
  }

  restore(saved: ReadonlyMap<string | number, Plain>): void {
    this.map.clear();
    for (const [key, value] of saved) this.map.set(key, value as number);
  }
}

/** A machine with one part of each kind. */
class Machine {
  readonly keeper = new StateKeeper();
  /** Words that are not 0 in a fresh machine, too. */
  words = new Uint32Array(80).fill(7);
  readonly kept: KeptArray;
  readonly records: RecordTable<number, { readonly value: number }>;
  readonly things = new Things();
  figure = 0;

  constructor() {
    this.kept = new KeptArray(
      'words',
      () => this.words,
      (count) => {
        const longer = new Uint32Array(Math.max(count, this.words.length));
        longer.set(this.words);
        this.words = longer;
      },
    );
    this.keeper.keep(this.kept);
    this.records = new RecordTable('records', new CommitOrder(), this.keeper);
    this.keeper.keep(this.things);
    this.keeper.keep({
      kind: 'figures',
      name: 'figure',
      save: () => this.figure,
      restore: (saved) => {
        this.figure = (saved as number | undefined) ?? 0;
      },
    });
  }

  do({ kind, key, value }: Operation): void {
    if (kind === 'word') {
      this.words[key * 4] = value;
      this.kept.touch(key * 4);
    } else if (kind === 'grow') {
      const longer = new Uint32Array(this.words.length + 40);
      longer.set(this.words);
      this.words = longer;
      longer[longer.length - 1] = value;
      this.kept.touch(longer.length - 1);
    } else if (kind === 'record') {
      if (!this.records.has(key)) this.records.insert(key, { value });
      else if (value % 2 === 0) this.records.replace(key, { value });
      else {
        this.records.update(key, (draft) => {
          draft.value = value;
        });
      }
    } else if (kind === 'noRecord') {
      if (this.records.has(key)) this.records.delete(key);
    } else if (kind === 'thing') this.things.set(key, value);
    else if (kind === 'noThing') this.things.set(key, undefined);
    else this.figure = value;
  }

  state(): object {
    return {
      words: [...this.words],
      records: [...this.records.entries()],
      // A thing that is gone and made again between two commits keeps its place in the journal.
      things: [...this.things.map].toSorted(([one], [other]) => Number(one) - Number(other)),
      figure: this.figure,
    };
  }
}

interface Operation {
  readonly kind: 'word' | 'grow' | 'record' | 'noRecord' | 'thing' | 'noThing' | 'figure';
  readonly key: number;
  readonly value: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('word', 'grow', 'record', 'noRecord', 'thing', 'noThing', 'figure'),
  key: fc.nat(9),
  value: fc.nat(1_000),
});
/** What is done between two commits, and whether a checkpoint follows. */
const round = fc.record({
  operations: fc.array(operation, { maxLength: 6 }),
  checkpoint: fc.constantFrom('nothing', 'nothing', 'delta', 'base'),
});

/** Applies a base, deltas and journal to a fresh machine. */
function reopened(changes: readonly StateChange[]): Machine {
  const machine = new Machine();
  machine.keeper.clearWords();
  for (const change of changes) machine.keeper.apply(change);
  machine.keeper.restore();
  return machine;
}

describe('checkpoints', () => {
  it('bring back the machine, whatever changed and whenever they were made', () => {
    let checkpoints = 0;
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 12 }), (rounds) => {
        let machine = new Machine();
        machine.keeper.restore();
        machine.keeper.collect();
        const log = new ChangeLog();
        let durable: StateChange[] = [...everything(machine.keeper)];
        let sinceCheckpoint: StateChange[] = [];
        for (const { operations, checkpoint } of rounds) {
          for (const one of operations) machine.do(one);
          const change = machine.keeper.collect();
          log.note(change);
          sinceCheckpoint.push(change);
          if (checkpoint !== 'nothing') {
            checkpoints += 1;
            if (checkpoint === 'base') durable = [];
            durable.push(
              ...(checkpoint === 'base' ? everything(machine.keeper) : log.take(machine.keeper)),
            );
            log.forget();
            sinceCheckpoint = [];
          }
          const again = reopened([...durable, ...sinceCheckpoint]);
          // A table may come back longer than it was, by zeros that fill its last block.
          expect(trimmed(again.state())).toEqual(trimmed(machine.state()));
        }
        machine = reopened([...durable, ...sinceCheckpoint]);
        machine.do({ kind: 'record', key: 1, value: 1 });
        expect(machine.records.get(1)).toEqual({ value: 1 });
      }),
      { numRuns: 300 },
    );
    expect(checkpoints).toBeGreaterThan(300);
  });

  it('have what waits for its part in another process', () => {
    const machine = new Machine();
    machine.keeper.restore();
    machine.do({ kind: 'record', key: 3, value: 4 });
    machine.do({ kind: 'thing', key: 'x' as never, value: 5 });
    const base = [machine.keeper.collect()];
    const other = new StateKeeper();
    for (const { records, entries, figures } of base) {
      other.apply({ words: [], records, entries, figures });
    }
    other.restore();
    const kept = [...everything(other)];
    expect(kept.flatMap(({ records }) => records)).toEqual([
      { name: 'records', payload: { key: 3, inserted: { value: 4 } } },
    ]);
    expect(kept.flatMap(({ entries }) => entries)).toEqual([
      { name: 'things', key: 'x', saved: 5 },
    ]);
    expect(kept.flatMap(({ figures }) => figures)).toEqual([{ name: 'figure', saved: 0 }]);
    const late = new RecordTable<number, { readonly value: number }>(
      'records',
      new CommitOrder(),
      other,
    );
    expect(late.get(3)).toEqual({ value: 4 });
  });
});

function trimmed(state: object): object {
  const { words } = state as { words: number[] };
  return { ...state, words: words.slice(0, words.findLastIndex((word) => word !== 0) + 1) };
}
