/**
 * The ways out of a stored subsystem, and what it takes where nobody says.
 *
 * @module
 */
import type { Clock, Compress, DriveWork, Meter, Random, Trace } from '../base/ports.ts';
import type { CommitSequence } from '../base/units.ts';
import type { SubsystemPorts } from '../subsystem/configuration.ts';
import { CryptoRandom } from './crypto-random.ts';
import { ZstdCompress } from './zstd-compress.ts';

/** The ways out of a stored subsystem, and figures of its journal; everything has a default. */
export interface StorePorts {
  /** Model time. Default: real time since the store was made, which never goes back. */
  readonly clock?: Clock;
  /** Default: cryptographic. */
  readonly random?: Random;
  /** Default: zstd. */
  readonly compress?: Compress;
  readonly meter?: Meter;
  readonly trace?: Trace;
  readonly driveWork?: DriveWork;
  /**
   * Bytes of journal after which a checkpoint is made. Default 256 MiB, and at least twice what
   * nonvolatile storage holds, because a checkpoint has all of that.
   */
  readonly journalBytes?: number;
  /** Bytes of a journal segment. Default 32 MiB. */
  readonly segmentBytes?: number;
  /** Everything up to this sequence is seen by all registered readers. Default: there are none. */
  readonly readersSee?: () => CommitSequence;
}

/** The ports of the subsystem itself, but for those by which it is kept. */
export function subsystemPorts(ports: StorePorts, clock: Clock): Partial<SubsystemPorts> {
  const { random, compress, meter, trace, driveWork } = ports;
  return {
    clock,
    random: random ?? new CryptoRandom(),
    compress: compress ?? new ZstdCompress(),
    ...(meter && { meter }),
    ...(trace && { trace }),
    ...(driveWork && { driveWork }),
  };
}
