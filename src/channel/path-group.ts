/**
 * A path group: the paths over which one host reaches one control unit, under one name.
 *
 * The group is made by set path group id on every path. Since the control unit knows the name, what
 * the host begins on one path it may go on with on any other: reservations and tokens belong to the
 * group. Programs take the paths in turn.
 *
 * @module
 */
import { invariant } from '../base/invariant.ts';
import type { Meter } from '../base/ports.ts';
import type { Step } from '../base/step.ts';
import { decodeAnswer, encodeRequest } from '../ecam/codec.ts';
import type { EcamAnswer, EcamRequest } from '../ecam/messages.ts';
import type { PathGroupId } from '../ecam/path-group-id.ts';
import { ChannelPath, type PathState } from './channel-path.ts';
import type { ChannelProgram } from './channel-program.ts';
import type { ChannelAddress, ChannelResult, ControlUnit } from './control-unit.ts';

/** Paths of one host to one control unit: eight, as on the hardware. */
const PATH_COUNT_MAX = 8;

/** The paths of one host to one control unit. */
export class PathGroup {
  readonly id: PathGroupId;
  readonly paths: readonly ChannelPath[];
  #turn = 0;

  private constructor(id: PathGroupId, paths: readonly ChannelPath[]) {
    this.id = id;
    this.paths = paths;
  }

  /**
   * Attaches paths and groups them: one set path group id each.
   *
   * @param meter - Counts what the paths carry, for their data processor.
   * @throws RangeError unless there are 1 to 8 paths.
   */
  static form(
    id: PathGroupId,
    controlUnit: ControlUnit,
    pathCount: number,
    meter?: Meter,
  ): PathGroup {
    if (!Number.isInteger(pathCount) || pathCount < 1 || pathCount > PATH_COUNT_MAX) {
      throw new RangeError(`a path group has 1 to ${PATH_COUNT_MAX} paths, got ${pathCount}`);
    }
    const paths = Array.from({ length: pathCount }, () => new ChannelPath(controlUnit, meter));
    const group = new PathGroup(id, paths);
    group.#setOnEveryPath('establish');
    return group;
  }

  /** Runs a channel program on the next path. */
  execute(address: ChannelAddress, program: ChannelProgram): Step<ChannelResult> {
    const path = this.paths[this.#turn % this.paths.length] as ChannelPath;
    this.#turn += 1;
    return path.execute(address, program);
  }

  /** Sends an ECAM message and reads its answer, in one channel program. */
  exchange(request: EcamRequest, address: ChannelAddress = 'control'): Step<EcamAnswer> {
    const program: ChannelProgram = [
      { kind: 'performSubsystemFunction', message: encodeRequest(request) },
      { kind: 'readSubsystemData' },
    ];
    const step = this.execute(address, program);
    if (step.kind !== 'done') return step;
    return { kind: 'done', value: decodeAnswer(step.value.data[0] as Uint8Array) };
  }

  /** What the control unit says about one of the paths, 0 up. */
  sensePath(path: number): PathState {
    const on = this.paths[path];
    invariant(on !== undefined, 'path-of-group', String(path));
    const step = on.execute('control', [{ kind: 'sensePathGroupId' }]);
    invariant(step.kind === 'done', 'path-group-senses');
    return ChannelPath.parseState(step.value.data[0] as Uint8Array);
  }

  /** Takes every path out of the group; what the group had reserved is released. */
  resign(): void {
    this.#setOnEveryPath('resign');
  }

  #setOnEveryPath(what: 'establish' | 'resign'): void {
    for (const path of this.paths) {
      const step = path.execute('control', [
        { kind: 'setPathGroupId', id: this.id, function: what },
      ]);
      invariant(step.kind === 'done', 'path-group-formed', String(path.number));
    }
  }
}
