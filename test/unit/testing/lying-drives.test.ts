/**
 * Would the runner notice what drives do? Our subsystem with one lie each about its drives, which must
 * be found, and for the right reason.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import {
  type CopyEngine,
  driveCommands,
  type EngineDrives,
  type ModelReport,
  SUBSYSTEM_SHAPES,
  searchCopyEngineModel,
  spaceCommands,
  subsystemEngine,
} from '../../../src/testing.ts';

const LENGTHS = [12, 9_000];
const GROUP = { dataDrives: 2, redundancyDrives: 1, cylinderSectors: 256 };

/** An engine with some of its methods exchanged. */
function lying<Original extends object>(original: Original, lies: Partial<Original>): Original {
  return new Proxy(original, {
    get: (target, name) => {
      if (name in lies) return Reflect.get(lies, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function search(
  lies: (engine: CopyEngine, drives: EngineDrives) => Partial<CopyEngine>,
): ModelReport {
  return searchCopyEngineModel(
    () => {
      const engine = subsystemEngine({
        capacityBytes: 2 ** 20,
        groups: [GROUP],
        spareDrives: 0,
        nvs: { destage: 'scheduled' },
      });
      const { drives } = engine;
      if (drives === undefined) throw new Error('no drives');
      return lying(engine, lies(engine, drives));
    },
    {
      runs: 40,
      commandsPerRun: 120,
      seed: 5,
      shrink: false,
      shapes: SUBSYSTEM_SHAPES.slice(2, 3),
      contentLengths: LENGTHS,
      excusedCodes: ['WAITING_FOR_SPACE'],
      moreCommands: [
        ...driveCommands(2),
        ...spaceCommands({ contentLengths: LENGTHS, deviceCountMax: 6 }),
      ],
    },
  );
}

it('passes with drives that tell the truth, and the run has seen damage of every kind', () => {
  const { failure, counts } = search(() => ({}));
  expect(failure).toBeUndefined();
  expect(counts.comparedDamaged).toBeGreaterThan(1_000);
  expect(counts.comparedPast).toBeGreaterThan(1_000);
  expect(counts.lost.get('TRACK_LOST')).toBeGreaterThan(10);
  expect(counts.acts.get('end a phase of damage')).toBeGreaterThan(10);
  expect(counts.work.get('healedTracks')).toBeGreaterThan(10);
});

const LIES: readonly (readonly [string, Parameters<typeof search>[0], RegExp])[] = [
  [
    'loses a track within the redundancy',
    (engine) => ({
      read: (device, track) => {
        const answer = engine.read(device, track);
        const isLost = track === 3 && (engine.drives?.faults().now ?? 0) > 0;
        return isLost && answer.kind === 'done' && answer.value.kind === 'bytes'
          ? { kind: 'refused', code: 'TRACK_LOST' }
          : answer;
      },
    }),
    /is refused with TRACK_LOST/,
  ],
  [
    'shows something else in the place of a lost track',
    (engine) => ({
      read: (device, track) => {
        const answer = engine.read(device, track);
        if (answer.kind === 'done' || answer.code !== 'TRACK_LOST') return answer;
        return { kind: 'done', value: { kind: 'bytes', bytes: new Uint8Array(12) } };
      },
    }),
    /shows 12 bytes 0{24}, not/,
  ],
  [
    'names no lost track',
    (_engine, drives) => ({ drives: lying(drives, { lostTracks: () => [] }) }),
    /is lost, but is not named/,
  ],
  [
    'names tracks as lost that can be read',
    (_engine, drives) => ({
      drives: lying(drives, {
        lostTracks: () => [{ group: 0, shownBy: [{ device: 1, first: 0, count: 1 }] }],
      }),
    }),
    /is named as lost/,
  ],
  [
    'rebuilds nothing',
    (engine) => ({ backgroundStep: () => (engine.isPending(0) ? 'more' : 'idle') }),
    /drives stay damaged|is pending with no work left/,
  ],
  [
    'does not bring a failed drive back',
    (_engine, drives) => ({ drives: lying(drives, { bringBack: () => undefined }) }),
    /failed, but is not out/,
  ],
  [
    'finds faults where drives had only failed',
    (_engine, drives) => {
      let found = 0;
      return {
        drives: lying(drives, {
          requestScrub: () => {
            drives.requestScrub();
            if (found === 0) found = 1;
          },
          faults: () => ({
            now: drives.faults().now,
            everFound: drives.faults().everFound + found,
          }),
        }),
      };
    },
    /faults? found where drives had only failed/,
  ],
  [
    'has no room for a write although there is',
    (engine) => {
      let writes = 0;
      return {
        write: (device, track, content) => {
          writes += 1;
          return writes % 50 === 0 && content.kind === 'bytes'
            ? { kind: 'refused', code: 'WAITING_FOR_SPACE' }
            : engine.write(device, track, content);
        },
      };
    },
    /is refused with WAITING_FOR_SPACE, but there is room/,
  ],
  [
    'undoes nothing',
    () => ({ undoScratch: () => ({ kind: 'done', value: null }) }),
    /shows never written, not/,
  ],
  [
    'scratches one track too many',
    (engine) => ({
      scratch: (device, ranges, hold) => {
        const more = ranges.map(({ first, count }) => ({ first, count: count + 1 }));
        const answer = engine.scratch?.(device, more, hold);
        const exact = engine.scratch?.(device, ranges, hold);
        return (answer?.kind === 'done' ? answer : exact) ?? { kind: 'refused', code: '' };
      },
    }),
    /shows never written, not|is accepted, not refused/,
  ],
];

describe('drives of which an engine', () => {
  it.each(LIES)('%s are caught', (_name, lies, reason) => {
    const { failure } = search(lies);
    expect(failure?.reason).toMatch(reason);
  });
});
