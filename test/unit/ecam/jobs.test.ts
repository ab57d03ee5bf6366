import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/base/commit-order.ts';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { SeededRandom } from '../../../src/base/random.ts';
import { commitSequence, deviceIndex, deviceNumber, nanos } from '../../../src/base/units.ts';
import { relationId } from '../../../src/copy/relation.ts';
import { type Job, JobTable } from '../../../src/ecam/jobs.ts';
import { pathGroupIdOfHost } from '../../../src/ecam/path-group-id.ts';
import { drawToken } from '../../../src/ecam/token.ts';

const random = new SeededRandom(2, 'tokens');

const device = (index: number, generation = 1) => ({
  number: deviceNumber(0x0a80 + index),
  index: deviceIndex(index),
  generation,
});

function job(pairs: readonly (readonly [source: number, target: number])[]): Job {
  return {
    token: drawToken(random),
    pathGroup: pathGroupIdOfHost('SYSA'),
    sequence: commitSequence(1),
    executedAt: nanos(0),
    parts: pairs.map(([source, target]) => ({
      sourceToken: drawToken(random),
      source: device(source),
      target: device(target),
      relation: relationId(1),
      volser: null,
      label: '',
      wholeDevice: true,
      tracks: 15,
      dataSets: [],
      bytes: 50,
    })),
    relations: [relationId(1)],
    series: null,
    seriesAbandoned: false,
  };
}

const table = (slotsMax: number): JobTable =>
  new JobTable(slotsMax, new CommitOrder(), MEMORY_JOURNAL);

describe('the job table', () => {
  it('finds a job by its polling token and by each of its source tokens', () => {
    const jobs = table(10);
    const group = job([
      [0, 1],
      [2, 3],
    ]);
    jobs.add(group);
    expect(jobs.get(group.token)).toEqual(group);
    for (const part of group.parts) {
      expect(jobs.findBySourceToken(part.sourceToken)).toEqual(group);
      expect(jobs.get(part.sourceToken)).toBeUndefined();
    }
    expect(jobs.findBySourceToken(group.token)).toBeUndefined();
  });

  it('takes a slot for each executed definition', () => {
    const jobs = table(3);
    jobs.add(
      job([
        [0, 1],
        [2, 3],
      ]),
    );
    expect([jobs.slots, jobs.bytesHeld]).toEqual([2, 100]);
    expect(jobs.findRoom(1)).toEqual([]);
    expect(jobs.findRoom(2)).toBeUndefined();
  });

  it('gives up slots only of jobs that were reported, the first reported first', () => {
    const jobs = table(3);
    const all = [job([[0, 1]]), job([[0, 2]]), job([[0, 3]])];
    for (const one of all) jobs.add(one);
    expect(jobs.findRoom(1)).toBeUndefined();
    jobs.noteReported(all[2]?.token as Job['token']);
    jobs.noteReported(all[0]?.token as Job['token']);
    jobs.noteReported(all[2]?.token as Job['token']);
    expect(jobs.findRoom(1)).toEqual([all[2]]);
    expect(jobs.findRoom(2)).toEqual([all[2], all[0]]);
    expect(jobs.findRoom(3)).toBeUndefined();
    // Asking takes nothing.
    expect(jobs.slots).toBe(3);
  });

  it('forgets a job with its source tokens and its place at the devices', () => {
    const jobs = table(3);
    const gone = job([[0, 1]]);
    jobs.add(gone);
    jobs.noteReported(gone.token);
    jobs.forget(gone.token);
    expect(jobs.get(gone.token)).toBeUndefined();
    expect(jobs.findBySourceToken(gone.parts[0]?.sourceToken as Job['token'])).toBeUndefined();
    expect([...jobs.partsOf(device(0))]).toEqual([]);
    expect([jobs.slots, jobs.bytesHeld]).toEqual([0, 0]);
  });

  it('never forgets a job whose final state nobody was told', () => {
    const jobs = table(3);
    const kept = job([[0, 1]]);
    jobs.add(kept);
    expect(() => jobs.forget(kept.token)).toThrow('job-reported-before-forgotten');
  });

  it('lists the parts of a device, oldest first, and none of its predecessor', () => {
    const jobs = table(10);
    const first = job([[0, 1]]);
    const group = job([
      [1, 0],
      [2, 3],
    ]);
    jobs.add(first);
    jobs.add(group);
    expect([...jobs.partsOf(device(0))]).toEqual([
      { job: first, part: first.parts[0] },
      { job: group, part: group.parts[0] },
    ]);
    expect([...jobs.partsOf(device(3))]).toHaveLength(1);
    expect([...jobs.partsOf(device(0, 2))]).toEqual([]);
  });
});
