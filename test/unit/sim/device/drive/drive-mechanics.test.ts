import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriveMechanics } from '../../../../../sim/device/drive/drive-mechanics.ts';
import type { DriveParameters } from '../../../../../sim/device/drive/drive-parameters.ts';
import { SMALL_ZONE, smallDrive } from '../../../../support/small-drive.ts';

const REVOLUTION = 10e6;

/** One sector after the other: go there, wait for it, let it pass. */
class SectorBySector {
  readonly #drive: DriveMechanics;
  readonly #parameters: DriveParameters;
  cylinder = 0;
  head = 0;

  constructor(parameters: DriveParameters) {
    this.#drive = new DriveMechanics(parameters);
    this.#parameters = parameters;
  }

  /** When sector `index` of a transfer has been done; `readyAt` is when its data is there. */
  pass(time: number, address: number, isWrite: boolean, readyAt: number): number {
    const { layout } = this.#drive;
    layout.find(address);
    const distance = Math.abs(layout.cylinder - this.cylinder);
    const isOtherHead = layout.head !== this.head;
    let ready = time;
    if (distance > 0 || isOtherHead) {
      const seek = distance === 0 ? 0 : 1e6 + distance * 1e5;
      ready += Math.max(seek, isOtherHead ? this.#parameters.headSwitch * 1e6 : 0);
      if (isWrite) ready += this.#parameters.writeSettle * 1e6;
    }
    this.cylinder = layout.cylinder;
    this.head = layout.head;
    ready = Math.max(ready, readyAt);
    const wanted = layout.angle * REVOLUTION;
    let wait = (wanted - (ready % REVOLUTION) + REVOLUTION) % REVOLUTION;
    if (wait > REVOLUTION - 10) wait = 0;
    return ready + wait + REVOLUTION / layout.sectorsPerTrack;
  }
}

const drive = fc
  .record({
    trackSkew: fc.integer({ min: 0, max: 40 }),
    cylinderSkew: fc.integer({ min: 0, max: 40 }),
    slips: fc.uniqueArray(fc.integer({ min: 0, max: 1500 }), { maxLength: 20 }),
    headOrder: fc.constantFrom('restart' as const, 'serpentine' as const),
  })
  .map(({ headOrder, slips, ...skews }) =>
    smallDrive({
      headOrder,
      zones: [{ ...SMALL_ZONE, ...skews, slips: slips.toSorted((a, b) => a - b) }],
    }),
  );
const requests = fc.array(
  fc.record({
    address: fc.integer({ min: 0, max: 7000 }),
    sectors: fc.integer({ min: 1, max: 420 }),
    pause: fc.integer({ min: 0, max: 40_000_000 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('a transfer track by track', () => {
  it('takes as long as sector by sector, reading', () => {
    fc.assert(
      fc.property(drive, requests, (parameters, list) => {
        const whole = new DriveMechanics(parameters);
        const single = new SectorBySector(parameters);
        let now = 0;
        for (const { address, sectors, pause } of list) {
          now += pause;
          const end = whole.read(now, address, sectors, 0, 1, 0, false);
          let time = now;
          for (let at = 0; at < sectors; at += 1) time = single.pass(time, address + at, false, 0);
          expect(Math.abs(end - time)).toBeLessThan(1000);
          now = end;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes as long as sector by sector, writing data that comes over a bus', () => {
    fc.assert(
      fc.property(
        drive,
        requests,
        fc.integer({ min: 0, max: 300_000 }),
        (parameters, list, bus) => {
          const whole = new DriveMechanics(parameters);
          const single = new SectorBySector(parameters);
          let now = 0;
          for (const { address, sectors, pause } of list) {
            now += pause;
            const end = whole.write(now, address, sectors, now, bus, 0, false);
            // A drive that misses one sector writes on from the beginning of the run: never earlier.
            let time = now;
            for (let at = 0; at < sectors; at += 1) {
              time = single.pass(time, address + at, true, now + (at + 1) * bus);
            }
            if (bus <= 100_000) expect(Math.abs(end - time)).toBeLessThan(1000);
            else expect(end).toBeGreaterThan(now + sectors * bus);
            [single.cylinder, single.head] = [whole.cylinder, whole.head];
            now = end;
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('knows when the bus can have sent it', () => {
    const media = new DriveMechanics(smallDrive());
    // Sectors of 0.1 ms and a bus of 0.25 ms: the bus ends last, 20 sectors after the first is read.
    media.read(0, 0, 20, 0, 1, 250_000, false);
    expect(media.pacedAt).toBeCloseTo(100_000 + 20 * 250_000, 3);
    // A bus of 0.02 ms waits for the medium and sends the last sector when it has been read.
    const quick = new DriveMechanics(smallDrive());
    const end = quick.read(0, 0, 20, 0, 10, 20_000, false);
    expect(quick.pacedAt).toBeCloseTo(end + 20_000, 3);
    expect(quick.markAt).toBeCloseTo(10 * 100_000, 3);
  });

  it('reads a whole track in one revolution when it may begin anywhere', () => {
    const slow = new DriveMechanics(smallDrive());
    const quick = new DriveMechanics(smallDrive());
    // The head is in the middle of sector 30 when the command comes.
    const start = 3_050_000;
    expect(slow.read(start, 0, 100, 0, 1, 0, false)).toBeCloseTo(20e6, 0);
    expect(quick.read(start, 0, 100, 0, 1, 0, true)).toBeCloseTo(13.1e6, 0);
  });

  it('waits half a revolution for everything where only the mean is modelled', () => {
    const mean = new DriveMechanics(smallDrive({ positioning: { kind: 'average-rotation' } }));
    let now = 0;
    for (const address of [50, 7, 93]) {
      const end = mean.read(now, address, 1, 0, 1, 0, false);
      expect(end - now).toBeCloseTo(5.1e6, 0);
      now = end + 1_234_567;
    }
    // Sectors that follow each other still follow each other.
    expect(mean.read(now, 94, 5, 0, 1, 0, false) - now).toBeCloseTo(5.5e6, 0);
    const constant = new DriveMechanics(smallDrive({ positioning: { kind: 'constant', time: 4 } }));
    expect(constant.read(777, 5000, 1, 0, 1, 0, false) - 777).toBeCloseTo(4.1e6, 0);
  });
});
