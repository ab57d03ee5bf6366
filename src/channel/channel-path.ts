/**
 * One channel path from a data processor to a control unit.
 *
 * @module
 */
import type { Meter } from '../base/ports.ts';
import type { Step } from '../base/step.ts';
import { type PathGroupId, pathGroupIdOf } from '../ecam/path-group-id.ts';
import type { ChannelProgram } from './channel-program.ts';
import type { ChannelAddress, ChannelResult, ControlUnit } from './control-unit.ts';

/** What sense path group id says about a path. */
export interface PathState {
  readonly grouped: boolean;
  readonly id?: PathGroupId;
}

/** A path; not grouped when it is made. */
export class ChannelPath {
  /** Number of the path at its control unit. */
  readonly number: number;
  readonly #controlUnit: ControlUnit;
  readonly #meter: Meter | undefined;

  /** @param meter - Counts what the path carries, for its data processor. */
  constructor(controlUnit: ControlUnit, meter?: Meter) {
    this.#controlUnit = controlUnit;
    this.#meter = meter;
    this.number = controlUnit.attachPath();
  }

  /** Sends a channel program down the path. */
  execute(address: ChannelAddress, program: ChannelProgram): Step<ChannelResult> {
    return this.#controlUnit.execute(this.number, address, program, this.#meter);
  }

  /** Reads the bytes of sense path group id. */
  static parseState(bytes: Uint8Array): PathState {
    const grouped = ((bytes[0] ?? 0) & 0xc0) === 0xc0;
    return grouped ? { grouped, id: pathGroupIdOf(bytes.subarray(1)) } : { grouped };
  }
}
