/**
 * The loads of a run: their volumes as one row of tracks, and where their requests go.
 *
 * @module
 */
import { Substream } from '../engine/substream.ts';
import { deviceVolume } from './device-volume.ts';
import type { FileRecord } from './run-record.ts';
import type { UnitOptions } from './timed-run.ts';
import type { TimedWorld } from './timed-world.ts';
import { findArea } from './write-area.ts';

export class TimedLoads {
  readonly inputs: readonly FileRecord[] = [];
  readonly #starts: (() => void)[] = [];
  #isStopped = false;
  constructor(world: TimedWorld, options: UnitOptions) {
    const { laboratory, engine } = world;
    for (const [at, load] of laboratory.scenario.loads.entries()) {
      const timed = world.timed[0]!;
      const tracks: number[] = [];
      const devices: number[] = [];
      for (const v of load.volumes) {
        const placed = laboratory.find(v)!;
        const area = placed.owner.meter.unseen(() =>
          findArea(deviceVolume(placed.owner.subsystem, placed.device), { area: 'any' }),
        );
        if (area.kind === 'refused') throw new Error('area');
        for (const t of area.value.tracks()) {
          tracks.push(t);
          devices.push(placed.device.index);
        }
      }
      const random = new Substream(options.seed, options.unit.replication, `load ${load.name}`);
      const done = timed.onDone((slot) => world.noteRequest(timed, slot));
      const handler = engine.handler(`load ${load.name}`, () => {
        if (this.#isStopped) return;
        const place = random.below(tracks.length);
        const op = random.fraction() < load.reads ? 0 : 1;
        timed.submit(devices[place]!, tracks[place]!, load.size ?? 56664, op, at, done, 0);
        engine.schedule(Math.round(random.exponential(1e9 / (load.rate ?? 1))), handler);
      });
      this.#starts.push(() => engine.schedule(0, handler));
    }
  }
  start(): void {
    for (const s of this.#starts) s();
  }
  stop(): void {
    this.#isStopped = true;
  }
}
