/**
 * A measured trace served by the drive model, and how far the two distributions of service times are
 * apart.
 *
 * Where the spindle of the measured drive stood is not known, so requests cannot be compared one by
 * one. Distributions can: the demerit is the root mean square of the horizontal distance between the
 * two, which for equally many requests is the distance between the sorted times.
 *
 * @module
 */
import { DriveModel } from '../device/drive/drive-model.ts';
import type { DriveParameters } from '../device/drive/drive-parameters.ts';
import type { MeasuredTrace } from './measured-trace.ts';

/** Mean and percentiles of service times, milliseconds. */
export interface ServiceTimes {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** One drive, measured and modelled. */
export interface DriveComparison {
  readonly requests: number;
  readonly measured: ServiceTimes;
  readonly modelled: ServiceTimes;
  readonly demeritMillis: number;
  /** Demerit as a part of the measured mean. */
  readonly demerit: number;
}

const NANOS_PER_MILLI = 1e6;

/** Times of the model, one for each request. */
export interface ModelledTrace {
  readonly serviceNanos: Float64Array;
  /** Requests behind the last sector that the description has room for; served at its end. */
  readonly movedCount: number;
}

/** Serves the requests of a trace as they were measured: one at a time, with the measured gaps. */
export function serveTrace(parameters: DriveParameters, trace: MeasuredTrace): ModelledTrace {
  const drive = new DriveModel(parameters);
  const serviceNanos = new Float64Array(trace.count);
  let movedCount = 0;
  let now = 0;
  for (let at = 0; at < trace.count; at += 1) {
    const operation = trace.operation[at] === 0 ? 0 : 1;
    const sectors = Math.max(1, trace.blocks[at] as number);
    const block = trace.block[at] as number;
    const last = drive.sectorCount - sectors;
    if (block > last) movedCount += 1;
    const service = drive.serviceNanos(now, operation, Math.min(block, last), sectors);
    serviceNanos[at] = service;
    now += service + (trace.gapNanos[at] as number);
  }
  return { serviceNanos, movedCount };
}

/** Compares modelled with measured times; both hold one time for each request, in any order. */
export function compareTimes(measured: Float64Array, modelled: Float64Array): DriveComparison {
  const left = measured.toSorted();
  const right = modelled.toSorted();
  let square = 0;
  for (let at = 0; at < left.length; at += 1) {
    square += ((left[at] as number) - (right[at] as number)) ** 2;
  }
  const demeritNanos = Math.sqrt(square / left.length);
  const [one, other] = [timesOf(left), timesOf(right)];
  return {
    requests: left.length,
    measured: one,
    modelled: other,
    demeritMillis: demeritNanos / NANOS_PER_MILLI,
    demerit: demeritNanos / NANOS_PER_MILLI / one.mean,
  };
}

function timesOf(sorted: Float64Array): ServiceTimes {
  const mean = sorted.reduce((sum, time) => sum + time, 0) / sorted.length / NANOS_PER_MILLI;
  // The value below which such a part of the times lies, counted to the next whole one.
  const quantile = (part: number): number => {
    const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1));
    return (sorted[at] as number) / NANOS_PER_MILLI;
  };
  return { mean, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max: quantile(1) };
}
