/**
 * The goals of all suites, in one place: what is compared and how far it has to come.
 *
 * Ratios hold on any machine; plain figures were set on one with two cores at about 3 GHz.
 *
 * @module
 */
import type { BenchRow, GoalOutcome } from './report.ts';

/** A goal: a figure of one row, or the ratio of two, against a bound. */
interface Goal {
  readonly goal: string;
  /** Names of the row, or of the two rows of a ratio, and the field they are compared by. */
  readonly rows: readonly [string] | readonly [string, string];
  readonly field: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const perSecond = (name: string, size: string, atLeast: number): Goal => ({
  goal: `${name}, ${size}: at least ${atLeast / 1e6} M/s`,
  rows: [`${name}, ${size}`],
  field: 'perSecond',
  atLeast,
});

/**
 * What the back end may cost signatures while collection is idle: 15 % of what this machine did before
 * (the run of bench/history that was the best then).
 */
const afterBackEnd = (name: string, size: string, before: number): Goal => ({
  goal: `${name}, ${size}: at least 0.85 of ${(before / 1e6).toFixed(2)} M/s, before the back end`,
  rows: [`${name}, ${size}`],
  field: 'perSecond',
  atLeast: 0.85 * before,
});

const GOALS: Readonly<Record<string, readonly Goal[]>> = {
  'store/durable-writes': [
    {
      goal: '64 in flight, within nonvolatile storage: at least 0.7 of a plain file',
      rows: ['64 in flight, burst: vdasd'],
      field: 'ofPlainFile',
      atLeast: 0.7,
    },
    {
      goal: '64 in flight, sustained: at least 0.3 of a plain file',
      rows: ['64 in flight, sustained: vdasd'],
      field: 'ofPlainFile',
      atLeast: 0.3,
    },
    ...['one at a time', '64 in flight, burst', '64 in flight, sustained'].map((name) => ({
      goal: `${name}: ahead of node:sqlite`,
      rows: [`${name}: vdasd`, `${name}: node:sqlite`] as const,
      field: 'mebibytesPerSecond',
      atLeast: 1,
    })),
  ],
  'store/import-volume': [
    {
      goal: 'import of a full 3390-3: at least 0.4 of a copy with a flush',
      rows: ['import of a full 3390-3'],
      field: 'ofCopy',
      atLeast: 0.4,
    },
  ],
  'store/recovery': [
    {
      goal: 'opening a million tracks, 100,000 records and full NVS after a crash: at most 3 s',
      rows: ['open after a crash'],
      field: 'seconds',
      atMost: 3,
    },
    {
      goal: 'a snapshot of 17.7 M tracks in a store: at most 1 KiB beyond changed pages',
      rows: ['10,000 snapshots of 17.7 M tracks, one commit each'],
      field: 'bytesEach',
      atMost: 1_024,
    },
  ],
  'mapping/pointer-copy': [
    ...['3390-1', '3390-3', '3390-9', '3390-A'].map((model) => ({
      goal: `pointer copy of a ${model}: at most 500 ns`,
      rows: [`${model}: share the root`] as const,
      field: 'nanosMedian',
      atMost: 500,
    })),
    {
      goal: 'pointer copy of 17.7 M tracks against 3390-1: at most 2 times',
      rows: ['3390-A: share the root', '3390-1: share the root'],
      field: 'nanosMedian',
      atMost: 2,
    },
    {
      goal: 'pointer copy with 1,000 snapshots there against none: at most 1.5 times',
      rows: ['3390-A: share the root, 1,000 snapshots there', '3390-A: share the root'],
      field: 'nanosMedian',
      atMost: 1.5,
    },
    {
      goal: 'group of 256 volumes: at most 1 ms',
      rows: ['group of 256 volumes, whole request'],
      field: 'nanosMedian',
      atMost: 1e6,
    },
    {
      goal: 'discard of a copy, foreground: at most 10 us',
      rows: ['3390-3: discard a copy, foreground'],
      field: 'nanosMedian',
      atMost: 10_000,
    },
  ],
  'mapping/track-access': [
    perSecond('random write', '3390-3', 10e6),
    perSecond('random read', '3390-3', 15e6),
    perSecond('first write after a snapshot', '3390-3', 2e6),
    perSecond('random write', '3390-A', 2e6),
    perSecond('random read', '3390-A', 4e6),
    perSecond('first write after a snapshot', '3390-A', 0.4e6),
    afterBackEnd('random write', '3390-3', 10.46e6),
    afterBackEnd('random read', '3390-3', 27.64e6),
    afterBackEnd('first write after a snapshot', '3390-3', 6.98e6),
    afterBackEnd('random write', '3390-A', 1.23e6),
    afterBackEnd('random read', '3390-A', 1.84e6),
    afterBackEnd('first write after a snapshot', '3390-A', 0.428e6),
    ...['3390-3', '3390-A'].map((model) => ({
      goal: `reads of a ${model} with 1,000 snapshots against none: at least 0.95`,
      rows: [
        `random read with 1,000 snapshots, ${model}`,
        `random read beside it, ${model}`,
      ] as const,
      field: 'perSecond',
      atLeast: 0.95,
    })),
    {
      goal: 'difference after 1,000 changes, 17.7 M tracks against 50 k: at most 10 times',
      rows: ['difference after 1,000 changes, 3390-A', 'difference after 1,000 changes, 3390-3'],
      field: 'nanosMedian',
      atMost: 10,
    },
    {
      goal: 'memory of a fully mapped 3390-A: at most 40 bytes a track',
      rows: ['memory, 3390-A'],
      field: 'bytesPerTrack',
      atMost: 40,
    },
  ],
  'mapping/byte-tracks': [
    {
      goal: 'random full-track writes with redundancy against checksum and copy alone: at least 0.45',
      rows: ['random full-track write', 'peer: checksum and copy, nothing else'],
      field: 'perSecond',
      atLeast: 0.45,
    },
    {
      goal: 'the same after a snapshot: at least 0.85 of that',
      rows: ['first full-track write after a snapshot', 'random full-track write'],
      field: 'perSecond',
      atLeast: 0.85,
    },
    {
      goal: 'background copy with redundancy: at least 1.5 GiB/s',
      rows: ['background copy'],
      field: 'gibibytesPerSecond',
      atLeast: 1.5,
    },
  ],
  'image/convert': ['records', 'dense'].flatMap((content) => [
    {
      goal: `${content}: ckd to ckd against dasdcopy: at least as fast`,
      rows: [`${content}: ckd to ckd`, `${content}: ckd to ckd, dasdcopy`] as const,
      field: 'mebibytesPerSecond',
      atLeast: 1,
    },
    {
      goal: `${content}: ckd to zlib cckd against dasdcopy: at least twice as fast`,
      rows: [`${content}: ckd to cckd zlib`, `${content}: ckd to cckd zlib, dasdcopy`] as const,
      field: 'mebibytesPerSecond',
      atLeast: 2,
    },
  ]),
  'media/parity': [
    {
      goal: 'encode P and Q over 13 + 2: at least 2 GiB/s of data',
      rows: ['encode P and Q, WebAssembly'],
      field: 'gibibytesPerSecond',
      atLeast: 2,
    },
    {
      goal: 'reconstruct two lost data members of 13 + 2: at least 1 GiB/s of data',
      rows: ['reconstruct two data members, WebAssembly'],
      field: 'gibibytesPerSecond',
      atLeast: 1,
    },
  ],
  'media/byte-writes': [
    {
      goal: 'sequential track writes, 13 + 2, against memory copy: at least 0.08',
      rows: ['sequential track write, 13 + 2', 'peer: memory copy'],
      field: 'gibibytesPerSecond',
      atLeast: 0.08,
    },
    {
      goal: 'moving an instance, 1,000 snapshots against 1: at most 1.25 times',
      rows: ['move an instance, 1,000 snapshots', 'move an instance, 1 snapshot'],
      // Some tens of nanoseconds: the median tells more of what else runs on the machine.
      field: 'nanosBest',
      atMost: 1.25,
    },
  ],
  'media/collection-theory': [
    ...['fifo, 102', 'fifo, 34', 'greedy, 34', 'greedy, 6'].flatMap((name) => {
      const goal = `uniform, ${name} tracks: measured against theory`;
      const rows = [`uniform, ${name} tracks`] as const;
      return [
        { goal: `${goal}: at least 0.95`, rows, field: 'measuredToTheory', atLeast: 0.95 },
        { goal: `${goal}: at most 1.05`, rows, field: 'measuredToTheory', atMost: 1.05 },
      ];
    }),
    ...['costBenefit', 'invalidationAge'].map((victim) => ({
      goal: `hot and cold, ${victim}, against the theory of uniform writes: below 0.9`,
      rows: [`hot and cold, ${victim}, 34 tracks`] as const,
      field: 'measuredToTheory',
      atMost: 0.9,
    })),
  ],
  'timing/requests': [
    ...[['cache hits', 500_000] as const, ['cache misses', 150_000] as const].map(
      ([name, atLeast]) => ({
        goal: `${name} at the timing level: at least ${atLeast.toLocaleString('en-US')} requests/s`,
        rows: [name] as const,
        field: 'perSecond',
        atLeast,
      }),
    ),
    ...[['cache hits', 6] as const, ['cache misses', 12] as const].map(([name, atMost]) => ({
      goal: `${name}: at most ${atMost} events a request`,
      rows: [name] as const,
      field: 'eventsPerRequest',
      atMost,
    })),
  ],
  'timing/day': [
    {
      goal: 'a day of 400 I/O/s with a backup every hour: at most 180 s',
      rows: ['a day of 400 I/O/s'],
      field: 'seconds',
      atMost: 180,
    },
  ],
  'engine/events': [
    ...(
      [
        ['M/M/1 with its station', 15e6],
        ['hold, 1000 pending', 20e6],
        ['hold, 100000 pending', 10e6],
      ] as const
    ).map(([name, atLeast]) => ({
      goal: `${name}: at least ${atLeast / 1e6} M events/s of processor time`,
      rows: [name] as const,
      field: 'perSecond',
      atLeast,
    })),
    {
      goal: 'hold with 100,000 pending against a binary heap: at least 1.5 times',
      rows: ['hold, 100000 pending', 'peer: hold in a binary heap, 100000'],
      field: 'perSecond',
      atLeast: 1.5,
    },
  ],
  'replay/mapping-level': [
    perSecond('compact', 'reads only: parse and replay', 10e6),
    ...['compact', 'vscsi1'].map((format) => ({
      goal: `${format}: parse alone: at least 10 M/s`,
      rows: [`${format}: parse alone`] as const,
      field: 'perSecond',
      atLeast: 10e6,
    })),
    {
      goal: 'compact: parse and replay: at least 10 M/s',
      rows: ['compact: parse and replay'],
      field: 'perSecond',
      atLeast: 10e6,
    },
    ...['alibaba', 'msr', 'spc', 'mqsim'].map((format) => ({
      goal: `${format}: parse and replay: at least 1.5 M/s`,
      rows: [`${format}: parse and replay`] as const,
      field: 'perSecond',
      atLeast: 1.5e6,
    })),
  ],
  'replay/timing-level': [
    {
      goal: 'replay with timing, hits: at least 0.5 M/s',
      rows: ['hits: 1,000 tracks'],
      field: 'perSecond',
      atLeast: 0.5e6,
    },
    {
      goal: 'replay with timing, misses: at least 0.15 M/s',
      rows: ['misses: 200,000 tracks'],
      field: 'perSecond',
      atLeast: 0.15e6,
    },
  ],
  'ecam/exchange': [
    {
      goal: 'exchange of a device backup: at most 100 us',
      rows: ['exchange, 10 relations'],
      field: 'microsMedian',
      atMost: 100,
    },
    {
      goal: 'exchange with 10,000 relations against 10: at most 1.5 times',
      rows: ['exchange, 10,000 relations', 'exchange, 10 relations'],
      field: 'microsMedian',
      atMost: 1.5,
    },
  ],
};

/** Compares the rows of a suite with its goals. A goal whose row is missing is missed. */
export function judge(suite: string, rows: readonly BenchRow[]): readonly GoalOutcome[] {
  return (GOALS[suite] ?? []).map(({ goal, rows: [name, beside], field, atLeast, atMost }) => {
    const figure = figureOf(rows, name, field);
    const value = beside === undefined ? figure : figure / figureOf(rows, beside, field);
    const isMet =
      (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
    return { goal, value, isMet };
  });
}

function figureOf(rows: readonly BenchRow[], name: string, field: string): number {
  const row = rows.find((candidate) => candidate.name === name);
  const value = (row as unknown as Readonly<Record<string, unknown>> | undefined)?.[field];
  return typeof value === 'number' ? value : Number.NaN;
}
