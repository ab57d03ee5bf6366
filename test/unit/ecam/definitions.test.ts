import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { DEFINITION_BYTES_HELD_MAX, EXPIRED_TOKENS_MAX } from '../../../src/base/limits.ts';
import type { JournalRecord } from '../../../src/base/ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { deviceIndex, deviceNumber, nanos } from '../../../src/base/units.ts';
import { type Definition, DefinitionTable, hasExpired } from '../../../src/ecam/definitions.ts';
import type { SourceDefinition } from '../../../src/ecam/messages.ts';
import { pathGroupIdOfHost } from '../../../src/ecam/path-group-id.ts';
import { drawToken } from '../../../src/ecam/token.ts';
import { SAMPLE_REQUESTS } from './sample-messages.ts';

const SYSA = pathGroupIdOfHost('SYSA');
const SYSB = pathGroupIdOfHost('SYSB');
const random = new SeededRandom(1, 'tokens');
const device = { number: deviceNumber(1), index: deviceIndex(0), generation: 1 };

function definition(change: Partial<Definition> = {}): Definition {
  return {
    token: drawToken(random),
    pathGroup: SYSA,
    source: device,
    target: device,
    request: SAMPLE_REQUESTS[1] as SourceDefinition,
    expiresAt: nanos(600),
    bytes: 100,
    ...change,
  };
}

function table(perPathGroupMax = 2, countMax = 3, records: JournalRecord[] = []): DefinitionTable {
  const journal = {
    ...MEMORY_JOURNAL,
    append: (record: JournalRecord) => void records.push(record),
  };
  return new DefinitionTable({ perPathGroupMax, countMax }, new CommitOrder(), journal);
}

describe('the definition table', () => {
  it('holds a definition under its token until it is consumed', () => {
    const definitions = table();
    const held = definition();
    definitions.hold(held);
    expect(definitions.get(held.token)).toEqual(held);
    expect([definitions.size, definitions.bytesHeld]).toEqual([1, 100]);
    definitions.consume(held.token);
    expect(definitions.get(held.token)).toBeUndefined();
    expect([definitions.size, definitions.bytesHeld]).toEqual([0, 0]);
  });

  it('bounds each path group, and touches nothing of another', () => {
    const definitions = table(2, 100);
    for (let count = 0; count < 2; count += 1) definitions.hold(definition());
    const other = definition({ pathGroup: SYSB });
    definitions.hold(other);
    expect(definitions.checkRoom(SYSA, 1, 0)?.code).toBe('BUSY_RETRY');
    expect(definitions.checkRoom(SYSB, 1, 0)).toBeUndefined();
    expect(definitions.get(other.token)).toBeDefined();
  });

  it('gives the room of a consumed definition back to its path group', () => {
    const definitions = table(1, 100);
    const held = definition();
    definitions.hold(held);
    expect(definitions.checkRoom(SYSA, 1, 0)?.code).toBe('BUSY_RETRY');
    definitions.consume(held.token);
    expect(definitions.checkRoom(SYSA, 1, 0)).toBeUndefined();
  });

  it('bounds all path groups together', () => {
    const definitions = table(2, 3);
    for (const pathGroup of [SYSA, SYSA, SYSB]) definitions.hold(definition({ pathGroup }));
    expect(definitions.checkRoom(SYSB, 1, 0)?.code).toBe('BUSY_RETRY');
  });

  it('bounds the bytes that are held, those of jobs included', () => {
    const definitions = table();
    definitions.hold(definition({ bytes: 1000 }));
    const rest = DEFINITION_BYTES_HELD_MAX - 1000;
    expect(definitions.checkRoom(SYSA, rest, 0)).toBeUndefined();
    expect(definitions.checkRoom(SYSA, rest, 1)?.code).toBe('BUSY_RETRY');
    expect(definitions.checkRoom(SYSA, rest + 1, 0)?.code).toBe('BUSY_RETRY');
  });

  it('removes what has expired, and only that, and remembers whose it was', () => {
    const definitions = table(5, 5);
    const early = definition({ expiresAt: nanos(600) });
    const late = definition({ expiresAt: nanos(601), pathGroup: SYSB });
    definitions.hold(early);
    definitions.hold(late);
    expect(definitions.expire(nanos(599))).toEqual([]);
    expect(definitions.expire(nanos(600))).toEqual([early]);
    expect(definitions.get(early.token)).toBeUndefined();
    expect(definitions.expired(early.token)).toEqual({ pathGroup: SYSA });
    expect(definitions.get(late.token)).toBeDefined();
    expect(definitions.expired(late.token)).toBeUndefined();
  });

  it('remembers a bounded number of expired tokens, the latest ones', () => {
    const definitions = table(EXPIRED_TOKENS_MAX + 10, EXPIRED_TOKENS_MAX + 10);
    const all = Array.from({ length: EXPIRED_TOKENS_MAX + 2 }, () => definition());
    for (const held of all) definitions.hold(held);
    definitions.expire(nanos(600));
    const remembered = all.filter(({ token }) => definitions.expired(token) !== undefined);
    expect(remembered).toHaveLength(EXPIRED_TOKENS_MAX);
    expect(remembered[0]).toBe(all[2]);
  });

  it('journals every change, so that definitions can survive a restart', () => {
    const records: JournalRecord[] = [];
    const definitions = table(5, 5, records);
    const held = definition();
    definitions.hold(held);
    definitions.expire(nanos(600));
    expect(records.map(({ sequence, subject }) => [sequence, subject])).toEqual([
      [1, 'definition'],
      [2, 'definition'],
      [3, 'expiredDefinition'],
    ]);
    expect(records[0]?.payload).toEqual({ key: held.token, inserted: held });
  });

  it('counts the last nanosecond of a life as expired', () => {
    const held = definition({ expiresAt: nanos(600) });
    expect(hasExpired(held, nanos(599))).toBe(false);
    expect(hasExpired(held, nanos(600))).toBe(true);
  });
});
