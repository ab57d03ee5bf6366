import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDriveSet } from '../../../../sim/device/drive/drive-loading.ts';
import { loadSubsystemParameters } from '../../../../sim/device/parameters-loading.ts';
import { REQUEST_HIT } from '../../../../sim/device/request-table.ts';
import { TimedRig } from '../../../support/timed-rig.ts';

const FOLDER = new URL('../../../../sim/device/parameters/', import.meta.url);
const BYTES = 4_096;

function rigOf(name: string): TimedRig {
  const text = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');
  const parameters = loadSubsystemParameters(text(`${name}.yaml`), `${name}.yaml`);
  const { drives } = parameters;
  if (typeof drives !== 'string') return new TimedRig(parameters);
  const drive = loadDriveSet(text(`${drives}.yaml`), `${drives}.yaml`).parameters;
  return new TimedRig(parameters, { options: { drive } });
}

describe('the parameter sets, running', () => {
  // Commands, program, and the bytes at the rate of the path, in microseconds.
  it.each([
    ['rva', 80 + 120 + BYTES / 17],
    ['iceberg', 200 + 300 + BYTES / 4.5],
    ['flash-array', 30 + 10 + BYTES / 1_600],
  ])('%s answers a hit in what its figures add up to', (name, micros) => {
    const rig = rigOf(name);
    const hit = rig.one(0, 40_000, BYTES);
    expect(hit.flags).toBe(REQUEST_HIT);
    expect(hit.response / 1e3).toBeCloseTo(micros, 2);
    expect(rig.one(1, 40_000, BYTES).response).toBe(hit.response);
  });

  it.each(['rva', 'iceberg'])('%s answers a miss in what its drives need', (name) => {
    const rig = rigOf(name);
    const misses = Array.from({ length: 40 }, (_, at) => rig.one(0, (at * 61) % 189, BYTES));
    const waits = misses
      .filter(({ flags }) => flags === 0)
      .map(({ disconnect }) => disconnect / 1e6);
    expect(waits.length).toBeGreaterThan(10);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    // A track is 5 to 7 ms of transfer, after half a turn of 8.33 ms at least, and a short seek.
    expect(mean).toBeGreaterThan(8);
    expect(mean).toBeLessThan(30);
  });

  it('flash-array answers a miss in a fraction of a millisecond', () => {
    const rig = rigOf('flash-array');
    // A command of 100 us and 111 sectors at 1,000 MB/s.
    expect(rig.one(0, 5, BYTES).disconnect).toBe(100_000 + 56_832);
  });
});
