/**
 * Seek curves against what is known of them: laws whose mean can be reckoned exactly, and the published
 * figures of drives whose curve was measured.
 *
 * @module
 */
import type { DriveParameters, SeekParameters } from '../device/drive/drive-parameters.ts';
import { meanSeekNanos, seekTable } from '../device/drive/seek-curve.ts';
import { type ValidationCheck, type ValidationSection, within, withinPart } from './check.ts';

const NANOS_PER_MILLI = 1e6;
/** Half of the last digit of the figures in milliseconds. */
const ROUNDING = 0.006;

/** The two-piece curve that stands in the head of a trace of HP Laboratories (SRT 1.3). */
const TRACE_HEAD: SeekParameters = {
  kind: 'two-piece',
  boundary: 616,
  nearConstant: 3.45,
  nearRoot: 0.597,
  farConstant: 10.84,
  farSlope: 0.012,
  shortest: [],
};
const TRACE_HEAD_CYLINDERS = 1449;

/** `2 + 0.2 * sqrt(d)` over 2,098 cylinders: the mean as a closed form of the sum. */
const ROOT_LAW: SeekParameters = { ...TRACE_HEAD, boundary: 2098, nearConstant: 2, nearRoot: 0.2 };

/** Three points of a drive that nobody built, to see that the mean comes out where it was put. */
const THREE_POINTS: SeekParameters = { kind: 'three-point-curve', single: 1, average: 8, full: 16 };
const MANY_CYLINDERS = 4000;

/** Milliseconds of measured curves: one cylinder, mean over all pairs, full stroke. */
const MEASURED: readonly (readonly [name: RegExp, single: number, mean: number, full: number])[] = [
  [/DNES-?309170W/i, 1.062, 7.2, 12.85],
  [/ST39102LW|cheetah9LP/i, 0.831, 5.47, 10.63],
  [/TORNADO|atlas10k/i, 1.245, 5.6, 10.83],
  [/ST32171W|barracuda/i, 1.943, 9.33, 16.68],
  [/C3323A/i, 1.178, 9.52, 18.12],
  [/C2490A/i, 1.264, 9.19, 17.38],
  [/RZ26/i, 1.014, 10.49, 19.1],
];

/** Laws with known means: needs nothing but the model. */
export function checkSeekLaws(): ValidationSection {
  const head = seekTable(TRACE_HEAD, TRACE_HEAD_CYLINDERS);
  const root = seekTable(ROOT_LAW, 2098);
  const three = seekTable(THREE_POINTS, MANY_CYLINDERS);
  return {
    id: 'seek-laws',
    title: 'Seek laws',
    source: 'exact sums over all pairs of cylinders; head of a trace of HP Laboratories',
    checks: [
      within('two pieces, mean', 'ms', 15.69, millis(meanSeekNanos(head)), ROUNDING),
      within('two pieces, standard deviation', 'ms', 5.23, deviation(head), ROUNDING),
      within('two pieces, full stroke', 'ms', 28.22, millis(head.at(-1) ?? 0), ROUNDING),
      within('2 + 0.2 √d, mean', 'ms', 6.884759, millis(meanSeekNanos(root)), 1e-6),
      withinPart('three points, mean', 'ms', 8, millis(meanSeekNanos(three)), 0.01),
      within('three points, full stroke', 'ms', 16, millis(three.at(-1) ?? 0), 0.02),
    ],
  };
}

/** Measured curves of drives that are known; drives that are not give no checks. */
export function checkMeasuredCurves(drives: readonly DriveParameters[]): ValidationSection {
  return {
    id: 'seek-curves',
    title: 'Measured seek curves',
    source: 'exact sums over the curve that comes with each drive, worked out independently',
    checks: drives.flatMap(checkCurve),
  };
}

function checkCurve(drive: DriveParameters): readonly ValidationCheck[] {
  if (drive.seek.kind !== 'table') return [];
  const known = MEASURED.find(([name]) => name.test(drive.name));
  if (known === undefined) return [];
  const [, single, mean, full] = known;
  const cylinders = Math.max(...drive.zones.map((zone) => zone.lastCylinder)) + 1;
  const table = seekTable(drive.seek, cylinders);
  // The full stroke that was published is the longest distance that was measured.
  const longest = Math.min(drive.seek.distances.at(-1) ?? 1, cylinders - 1);
  return [
    within(`${drive.name}, one cylinder`, 'ms', single, millis(table[1] ?? 0), ROUNDING),
    within(`${drive.name}, mean`, 'ms', mean, millis(meanSeekNanos(table)), ROUNDING),
    within(`${drive.name}, full stroke`, 'ms', full, millis(table[longest] ?? 0), ROUNDING),
  ];
}

function deviation(table: Float64Array): number {
  const mean = meanSeekNanos(table);
  const squares = table.map((time) => time * time);
  return millis(Math.sqrt(meanSeekNanos(squares) - mean * mean));
}

function millis(nanos: number): number {
  return nanos / NANOS_PER_MILLI;
}
