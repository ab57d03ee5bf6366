/** Release of space by hosts: done once, undone once, by whom, and what is remembered of it. */
import { describe, expect, it } from 'vitest';
import { nanos } from '../../../src/base/units.ts';
import type { ReleaseSpace, UndoRelease } from '../../../src/ecam/messages.ts';
import { EcamBench, FIRST_DEVICE, SYSA, SYSB, trackImage } from '../../support/ecam-host.ts';

const OTHER_DEVICE = FIRST_DEVICE + 1;

function benchWithTracks(): EcamBench {
  const bench = new EcamBench();
  for (let track = 0; track < 10; track += 1) bench.write(FIRST_DEVICE, track, track);
  return bench;
}

function release(change: Partial<ReleaseSpace> = {}): ReleaseSpace {
  return {
    kind: 'releaseSpace',
    request: 'SYSA.1',
    device: FIRST_DEVICE,
    ranges: [{ first: 2, count: 3 }],
    ...change,
  };
}

const held = (change: Partial<ReleaseSpace> = {}): ReleaseSpace =>
  release({ hold: nanos(5_000), ...change });

const undo = (undoToken: Uint8Array | undefined): UndoRelease => ({
  kind: 'undoRelease',
  undoToken: undoToken ?? new Uint8Array(16),
});

describe('release space', () => {
  it('releases at once and says what that frees', () => {
    const bench = benchWithTracks();
    const answer = bench.get('spaceReleased', release());
    expect(answer).toEqual({
      kind: 'spaceReleased',
      tracks: 3,
      bytes: 3 * 512,
      sharedTracks: 0,
      nullTracks: 0,
      sequence: answer.sequence,
    });
    expect(bench.read(FIRST_DEVICE, 3)).toHaveLength(29);
    expect(bench.read(FIRST_DEVICE, 5)).toEqual(trackImage(5, 5));
  });

  it('is not done again when the request comes twice, whatever happened in between', () => {
    const bench = benchWithTracks();
    const first = bench.get('spaceReleased', held());
    bench.write(FIRST_DEVICE, 3, 99);
    const last = bench.subsystem.commits.last();
    expect(bench.get('spaceReleased', held())).toEqual(first);
    expect(bench.subsystem.commits.last()).toBe(last);
    expect(bench.read(FIRST_DEVICE, 3)).toEqual(trackImage(3, 99));
    expect(bench.refusal(held({ ranges: [{ first: 2, count: 4 }] }))).toBe('REQUEST_NAME_REUSED');
    // Another path group has names of its own, another request is another release.
    expect(bench.get('spaceReleased', held(), SYSB)).toMatchObject({ tracks: 1 });
    expect(bench.get('spaceReleased', release({ request: 'SYSA.2' }))).toMatchObject({ tracks: 0 });
  });

  it('is not done in a dry run, which may bear the name of the request to come', () => {
    const bench = benchWithTracks();
    const last = bench.subsystem.commits.last();
    const told = bench.get('spaceReleased', held({ dryRun: true }));
    expect(told).toMatchObject({ tracks: 3, sequence: last });
    expect(told.undoToken).toBeUndefined();
    expect(bench.subsystem.commits.last()).toBe(last);
    expect(bench.get('spaceReleased', held())).toMatchObject({ tracks: 3, bytes: told.bytes });
  });

  it('is refused for unknown, excluded and reserved devices, and for tracks outside', () => {
    const bench = benchWithTracks();
    const device = bench.device(FIRST_DEVICE);
    expect(bench.refusal(release({ device: 1 }))).toBe('DEVICE_UNKNOWN');
    expect(bench.refusal(release({ ranges: [{ first: 149, count: 2 }] }))).toBe(
      'EXTENT_OUT_OF_DEVICE',
    );
    bench.responder.reservations.reserve(device, SYSB);
    for (const dryRun of [true, false]) {
      expect(bench.refusal(release({ dryRun }))).toBe('DEVICE_RESERVED');
    }
    expect(bench.get('spaceReleased', release(), SYSB)).toMatchObject({ tracks: 3 });
    bench.responder.reservations.release(device, SYSB);
    bench.subsystem.deletedSpace.setExcluded(device.index, true);
    expect(bench.refusal(release({ request: 'A' }))).toBe('RELEASE_EXCLUDED');
    bench.subsystem.deletedSpace.setExcluded(device.index, false);
    // A refusal is not remembered under the name.
    expect(bench.get('spaceReleased', release({ request: 'A' }))).toMatchObject({ tracks: 0 });
  });

  it('remembers so many for each path group, until their holds are over', () => {
    const bench = new EcamBench({ definitionsPerPathGroupMax: 3 });
    const ask = (at: number, pathGroup = SYSA): string =>
      bench.ask(held({ request: `R${at}` }), pathGroup).kind;
    expect(new Set([0, 1, 2].map((at) => ask(at)))).toEqual(new Set(['spaceReleased']));
    expect(ask(3)).toBe('refused');
    expect(bench.refusal(held({ request: 'R3' }))).toBe('BUSY_RETRY');
    expect(ask(0)).toBe('spaceReleased');
    expect(ask(0, SYSB)).toBe('spaceReleased');
    bench.clock.advance(nanos(600_000_000_000));
    expect(ask(3)).toBe('spaceReleased');
  });
});

describe('undo release', () => {
  it('gives back what was not changed since, and says what was', () => {
    const bench = benchWithTracks();
    const { undoToken, expiresAt } = bench.get('spaceReleased', held());
    expect(expiresAt).toBe(5_000);
    bench.write(FIRST_DEVICE, 3, 99);
    const undone = bench.get('releaseUndone', undo(undoToken));
    expect(undone).toMatchObject({
      tracks: 2,
      changedTracks: 1,
      changed: [{ first: 3, count: 1 }],
    });
    expect([2, 3, 4].map((track) => bench.read(FIRST_DEVICE, track))).toEqual([
      trackImage(2, 2),
      trackImage(3, 99),
      trackImage(4, 4),
    ]);
    // The acknowledgment was lost, say; meanwhile the track was written.
    bench.write(FIRST_DEVICE, 2, 77);
    expect(bench.get('releaseUndone', undo(undoToken))).toEqual(undone);
    expect(bench.read(FIRST_DEVICE, 2)).toEqual(trackImage(2, 77));
  });

  it('is for the path group that released, and while nobody else has the device', () => {
    const bench = benchWithTracks();
    const { undoToken } = bench.get('spaceReleased', held());
    expect(bench.refusal(undo(undoToken), SYSB)).toBe('SECURITY_REJECT');
    const device = bench.device(FIRST_DEVICE);
    bench.responder.reservations.reserve(device, SYSB);
    expect(bench.refusal(undo(undoToken))).toBe('DEVICE_RESERVED');
    bench.responder.reservations.release(device, SYSB);
    expect(bench.get('releaseUndone', undo(undoToken))).toMatchObject({ tracks: 3 });
  });

  it('takes undo tokens alone, and an undo token is good for nothing else', () => {
    const bench = benchWithTracks();
    const { undoToken } = bench.get('spaceReleased', held());
    const source = bench.define();
    expect(bench.refusal(undo(source))).toBe('TOKEN_WRONG_KIND');
    const polling = bench.execute([source]);
    expect(bench.refusal(undo(polling))).toBe('TOKEN_WRONG_KIND');
    expect(bench.refusal(undo(undefined))).toBe('TOKEN_UNKNOWN');
    const tokens = [undoToken as Uint8Array];
    expect(bench.refusal({ kind: 'targetExecution', tokens })).toBe('TOKEN_WRONG_KIND');
    expect(bench.refusal({ kind: 'targetExecution', tokens }, SYSB)).toBe('SECURITY_REJECT');
    const [pollingToken] = tokens as [Uint8Array];
    expect(bench.refusal({ kind: 'statusInquiry', pollingToken })).toBe('TOKEN_WRONG_KIND');
    expect(bench.refusal({ kind: 'withdraw', pollingToken })).toBe('TOKEN_WRONG_KIND');
  });

  it('ends with the hold, and with the device', () => {
    const bench = benchWithTracks();
    const first = bench.get('spaceReleased', held());
    bench.clock.advance(nanos(5_000));
    expect(bench.refusal(undo(first.undoToken))).toBe('HOLD_UNKNOWN');
    bench.write(OTHER_DEVICE, 0, 1);
    const change = { device: OTHER_DEVICE, ranges: [{ first: 0, count: 1 }], request: 'B' };
    const second = bench.get('spaceReleased', held(change));
    const removed = bench.subsystem.removeDevice(bench.device(OTHER_DEVICE).number);
    expect(removed.kind).toBe('done');
    expect(bench.refusal(undo(second.undoToken))).toBe('DEVICE_CHANGED');
    bench.defineDevice(OTHER_DEVICE);
    expect(bench.refusal(undo(second.undoToken))).toBe('DEVICE_CHANGED');
    // Long after, nobody knows the token any more.
    bench.clock.advance(nanos(600_000_000_000));
    bench.get('spaceReleased', release({ request: 'C' }));
    expect(bench.refusal(undo(first.undoToken))).toBe('TOKEN_UNKNOWN');
  });
});
