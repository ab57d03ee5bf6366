/**
 * Serialization: does a request get all or nothing, in order, without deadlock or starvation?
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Enqueue,
  type OnBusy,
  type ResourceNeed,
  SerializationManager,
} from '../../../src/host/serialization.ts';

const volume = (minor: string, mode: ResourceNeed['mode'] = 'exclusive'): ResourceNeed => ({
  major: 'VOLUME',
  minor,
  mode,
});

function ask(
  manager: SerializationManager,
  owner: string,
  needs: readonly ResourceNeed[],
  onBusy: OnBusy = 'wait',
): Enqueue {
  const answer = manager.request(owner, needs, onBusy);
  if (answer.kind === 'refused') throw new Error(answer.code);
  return answer.value;
}

describe('serialization', () => {
  it('lets sharers in together and keeps an exclusive request out', () => {
    const manager = new SerializationManager();
    const one = ask(manager, 'one', [volume('PROD01', 'shared')]);
    const two = ask(manager, 'two', [volume('PROD01', 'shared')]);
    const three = ask(manager, 'three', [volume('PROD01')]);
    expect([one.state, two.state, three.state]).toEqual(['held', 'held', 'waiting']);
    expect(three.waitsFor()).toBe('VOLUME PROD01 is held by one');
    one.release();
    expect(three.waitsFor()).toBe('VOLUME PROD01 is held by two');
    two.release();
    expect(three.state).toBe('held');
    expect(manager.holders('VOLUME', 'PROD01')).toEqual(['three']);
  });

  it('refuses instead of waiting when asked to, and then holds nothing', () => {
    const manager = new SerializationManager();
    ask(manager, 'backup NIGHTLY of SYSA', [volume('PROD01')]);
    const answer = manager.request('two', [volume('FREE01'), volume('PROD01')], 'refuse');
    expect(answer).toMatchObject({
      kind: 'refused',
      code: 'VOLUME_BUSY',
      what: 'VOLUME PROD01',
      limit: 'held by backup NIGHTLY of SYSA',
    });
    expect(manager.holders('VOLUME', 'FREE01')).toEqual([]);
    expect(manager.waitingCount()).toBe(0);
  });

  it('holds nothing while it waits', () => {
    const manager = new SerializationManager();
    const one = ask(manager, 'one', [volume('A')]);
    const two = ask(manager, 'two', [volume('B'), volume('A')]);
    expect(two.state).toBe('waiting');
    expect(manager.holders('VOLUME', 'B')).toEqual([]);
    one.release();
    expect(manager.holders('VOLUME', 'B')).toEqual(['two']);
  });

  it('does not let later requests starve an earlier one', () => {
    const manager = new SerializationManager();
    const reader = ask(manager, 'reader', [volume('A', 'shared')]);
    const writer = ask(manager, 'writer', [volume('A'), volume('B')]);
    const late = ask(manager, 'late', [volume('A', 'shared')]);
    const lateOther = ask(manager, 'lateOther', [volume('B')]);
    const free = ask(manager, 'free', [volume('C')]);
    expect([late.state, lateOther.state, free.state]).toEqual(['waiting', 'waiting', 'held']);
    expect(late.waitsFor()).toBe('VOLUME A is held by writer');
    reader.release();
    expect([writer.state, late.state]).toEqual(['held', 'waiting']);
    writer.release();
    expect([late.state, lateOther.state]).toEqual(['held', 'held']);
  });

  it('extends what is held at once or not at all', () => {
    const manager = new SerializationManager();
    const one = ask(manager, 'one', [volume('A', 'shared')]);
    const two = ask(manager, 'two', [volume('B')]);
    expect(one.extend([volume('C'), volume('B')])).toBe('VOLUME B is held by two');
    expect(manager.holders('VOLUME', 'C')).toEqual([]);
    two.release();
    expect(one.extend([volume('C'), volume('B')])).toBeUndefined();
    expect(one.extend([volume('A')])).toBeUndefined();
    expect(one.needs.map(({ minor, mode }) => `${minor} ${mode}`)).toEqual([
      'A exclusive',
      'B exclusive',
      'C exclusive',
    ]);
  });

  it('restarts: gives back what it holds, lets others go first, then gets the union', () => {
    const manager = new SerializationManager();
    const one = ask(manager, 'one', [volume('A')]);
    const two = ask(manager, 'two', [volume('B')]);
    const three = ask(manager, 'three', [volume('A')]);
    one.restart([volume('B')]);
    expect([one.state, three.state]).toEqual(['waiting', 'held']);
    three.release();
    expect(one.state).toBe('waiting');
    two.release();
    expect(one.state).toBe('held');
    expect(one.needs.length).toBe(2);
  });

  it('releases a part, and leaves the queue when released while waiting', () => {
    const manager = new SerializationManager();
    const one = ask(manager, 'one', [volume('A'), volume('B')]);
    const two = ask(manager, 'two', [volume('A')]);
    const three = ask(manager, 'three', [volume('A', 'shared')]);
    one.releaseSome(({ minor }) => minor === 'A');
    expect([one.state, two.state, three.state]).toEqual(['held', 'held', 'waiting']);
    three.release();
    three.release();
    expect(manager.waitingCount()).toBe(0);
    two.release();
    one.release();
    expect(manager.heldCount()).toBe(0);
  });

  it('never deadlocks and never grants a conflict, whatever the order', () => {
    const need = fc.record({
      major: fc.constantFrom('DEVICE' as const, 'VOLUME' as const),
      minor: fc.constantFrom('A', 'B', 'C'),
      mode: fc.constantFrom('shared' as const, 'exclusive' as const),
    });
    const jobs = fc.array(
      fc.record({
        first: fc.array(need, { minLength: 1, maxLength: 3 }),
        more: fc.array(need, { maxLength: 2 }),
      }),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(jobs, fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (plans, picks) => {
        const manager = new SerializationManager();
        const open = plans.map((plan, at) => ({
          ...plan,
          enqueue: ask(manager, `job ${at}`, plan.first),
          extended: false,
        }));
        let turn = 0;
        let idle = 0;
        while (open.length > 0) {
          const at = (picks[turn % picks.length] ?? 0) % open.length;
          const job = open[idle > 0 ? idle % open.length : at];
          turn += 1;
          if (job === undefined || job.enqueue.state === 'waiting') {
            // Walking through all jobs without finding one that can go on is a deadlock.
            idle += 1;
            expect(idle).toBeLessThan(open.length + 2);
            continue;
          }
          idle = 0;
          if (!job.extended) {
            job.extended = true;
            if (job.enqueue.extend(job.more) !== undefined) job.enqueue.restart(job.more);
          } else {
            job.enqueue.release();
            open.splice(open.indexOf(job), 1);
          }
        }
        expect(manager.heldCount()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
