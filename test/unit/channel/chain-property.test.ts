/** Any chain of commands ends in an answer; one that is refused has done nothing. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChannelCommand } from '../../../src/channel/channel-program.ts';
import { ControlUnit } from '../../../src/channel/control-unit.ts';
import { PathGroup } from '../../../src/channel/path-group.ts';
import { encodeRequest } from '../../../src/ecam/codec.ts';
import {
  deviceAt,
  EcamBench,
  SYSA,
  SYSB,
  TRACKS,
  trackImage,
  trackOf,
} from '../../support/ecam-host.ts';

const track = fc.integer({ min: 0, max: 12 }).map((at) => (at > 10 ? TRACKS - 11 + at : at));
const command: fc.Arbitrary<ChannelCommand> = fc.oneof(
  fc.tuple(track, track, fc.boolean()).map(([first, last, write]) => ({
    kind: 'defineExtent' as const,
    first: trackOf(first),
    last: trackOf(last),
    write,
  })),
  track.map((at) => ({ kind: 'locateRecord' as const, track: trackOf(at) })),
  fc
    .tuple(track, fc.nat(255))
    .map(([at, value]) => ({ kind: 'writeTrack' as const, image: trackImage(at, value) })),
  fc.constantFrom<ChannelCommand>(
    { kind: 'readTrack' },
    { kind: 'reserve' },
    { kind: 'release' },
    { kind: 'unconditionalReserve' },
    { kind: 'senseId' },
    { kind: 'readDeviceCharacteristics' },
    { kind: 'sensePathGroupId' },
    { kind: 'performSubsystemFunction', message: encodeRequest({ kind: 'queryCapacity' }) },
    { kind: 'readSubsystemData' },
  ),
);
/** A chain that begins as most do, so that many get past the first command. */
const chain = fc
  .tuple(fc.boolean(), fc.array(command, { maxLength: 6 }))
  .map(([usual, rest]) =>
    usual
      ? [
          { kind: 'defineExtent' as const, first: trackOf(0), last: trackOf(9), write: true },
          { kind: 'locateRecord' as const, track: trackOf(3) },
          ...rest,
        ]
      : rest,
  );

it('any chain is done, waits or is refused whole', () => {
  const bench = new EcamBench();
  const unit = new ControlUnit(bench.subsystem, bench.responder, bench.meter);
  const hosts = [PathGroup.form(SYSA, unit, 2), PathGroup.form(SYSB, unit, 1)];
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...hosts), fc.nat(1), chain, (host, device, program) => {
      const before = bench.subsystem.commits.last();
      const step = host.execute(deviceAt(device), program);
      seen.add(step.kind);
      if (step.kind === 'refused' || step.kind === 'waiting') {
        expect(bench.subsystem.commits.last()).toBe(before);
        return;
      }
      if (step.kind !== 'done') throw new Error(step.kind);
      const reading = program.filter(
        ({ kind }) =>
          kind.startsWith('read') || kind.startsWith('sense') || /reserve|release/i.test(kind),
      );
      expect(step.value.data).toHaveLength(reading.length);
      const writes = program.filter(({ kind }) => kind === 'writeTrack').length;
      expect(bench.subsystem.commits.last() - before).toBe(writes);
    }),
    { numRuns: 2000 },
  );
  expect(seen).toEqual(new Set(['done', 'waiting', 'refused']));
  expect(bench.subsystem.check().violations).toEqual([]);
});
