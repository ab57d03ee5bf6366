/**
 * Redundancy of 13 + 2 members: encoding, reconstruction and checking, in gibibytes of data members
 * a second on one core.
 *
 * Peers: plain memory copy of the same data members, and the checked twin in JavaScript. The logical
 * cylinders taken in turn are together far larger than a second-level cache.
 *
 * @module
 */
import type { ParityEngine } from '../../src/media/parity.ts';
import { PARITY_SCALAR } from '../../src/media/parity-scalar.ts';
import { PARITY_WASM } from '../../src/media/parity-simd.ts';
import { type Measured, measure } from '../measure.ts';
import type { BenchRow } from '../report.ts';

/** One line of the table. */
export interface ParityRow extends BenchRow {
  readonly microsPerCylinder: number;
  readonly gibibytesPerSecond: number;
}

const DATA_COUNT = 13;
/** A physical cylinder of 1,024 sectors. */
const MEMBER_BYTES = 1024 * 512;
const CYLINDER_COUNT = 8;

/** One logical cylinder: the bytes of every member. */
interface Cylinder {
  readonly members: readonly Uint8Array[];
  readonly data: readonly Uint8Array[];
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

/** Runs everything; some seconds and 70 MB. */
export async function run(): Promise<readonly ParityRow[]> {
  const cylinders = Array.from({ length: CYLINDER_COUNT }, (_, at) => makeCylinder(at));
  const copyOf = new Uint8Array(DATA_COUNT * MEMBER_BYTES).fill(1);
  const figure = (name: string, work: (cylinder: Cylinder) => void): ParityRow => {
    const measured = measure(name, {
      operations: CYLINDER_COUNT,
      run: () => cylinders.forEach(work),
    });
    return row(name, measured);
  };
  const engineRows = (name: string, engine: ParityEngine): readonly ParityRow[] => [
    figure(`encode P and Q, ${name}`, ({ data, p, q }) => engine.encode(data, p, q)),
    figure(`reconstruct two data members, ${name}`, ({ members }) =>
      engine.reconstruct(members, DATA_COUNT, [3, 9]),
    ),
    figure(`reconstruct one data member, ${name}`, ({ members }) =>
      engine.reconstruct(members, DATA_COUNT, [3]),
    ),
    figure(`check P and Q, ${name}`, ({ data, p, q }) => {
      if (!engine.isConsistent(data, p, q)) throw new Error('redundancy is not that of the data');
    }),
  ];
  return [
    figure('peer: memory copy', ({ data }) =>
      data.forEach((bytes, member) => copyOf.set(bytes, member * MEMBER_BYTES)),
    ),
    ...engineRows('WebAssembly', PARITY_WASM),
    ...engineRows('JavaScript', PARITY_SCALAR),
  ];
}

function makeCylinder(seed: number): Cylinder {
  const members = Array.from({ length: DATA_COUNT + 2 }, (_, member) => {
    const bytes = new Uint8Array(MEMBER_BYTES);
    for (let at = 0; at < MEMBER_BYTES; at += 1)
      bytes[at] = (at * (2 * member + 1)) ^ (at >>> seed);
    return bytes;
  });
  const [p, q] = members.slice(DATA_COUNT);
  if (p === undefined || q === undefined) throw new Error('no redundancy members');
  return { members, data: members.slice(0, DATA_COUNT), p, q };
}

function row(name: string, { nanosMedian }: Measured): ParityRow {
  return {
    name,
    microsPerCylinder: nanosMedian / 1000,
    gibibytesPerSecond: (DATA_COUNT * MEMBER_BYTES * 1e9) / nanosMedian / 2 ** 30,
  };
}
