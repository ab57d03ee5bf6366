/**
 * Where the bytes of drives lie: in memory, or behind a port that keeps them elsewhere.
 *
 * @module
 */

/** The bytes of one drive. */
export interface DriveBytes {
  /**
   * Bytes of sectors of a cylinder: a view that is right until the cylinder is written.
   *
   * @returns `undefined` where nothing was ever written; `unreadable` where the medium gives an error.
   */
  read(cylinder: number, sector: number, sectors: number): Uint8Array | 'unreadable' | undefined;
  /**
   * A cylinder is written as a whole. The buffer belongs to the drive from now on.
   *
   * @returns A buffer of the same length that the drive does not need any more, if there is one.
   */
  write(cylinder: number, buffer: Uint8Array): Uint8Array | undefined;
  /** Sectors are overwritten with something wrong, on purpose. */
  damage(cylinder: number, sector: number, bytes: Uint8Array): void;
  /** Gives a cylinder that was never written its memory ahead of need, where memory is what holds it. */
  prepare(cylinder: number, buffer: Uint8Array): void;
}

/** Where drives come from, and who hears of what goes to them. */
export interface DriveSupply {
  /**
   * Whether what lies in nonvolatile storage can be had again without the drives, as it was at the last
   * durable change. Otherwise a cylinder that has come to hold nothing is written all the same, as
   * long as its freeing is not durable.
   */
  readonly keepsStorage: boolean;
  /** The drive that stands at a place when the subsystem comes up. */
  open(group: number, member: number): DriveBytes;
  /** An empty drive takes the place of the one that stands there. */
  exchange(group: number, member: number): DriveBytes;
  /**
   * A logical cylinder leaves nonvolatile storage: its members are written next, one by one.
   *
   * @param stamp - Clock of the group when the cylinder was opened: tells its uses apart.
   * @param buffers - Of the data members, as they were filled; none where nothing was.
   */
  destaging(
    group: number,
    cylinder: number,
    stamp: number,
    buffers: readonly (Uint8Array | undefined)[],
  ): void;
  /** One member of a cylinder that lies on the drives is written anew next. */
  rewriting(group: number, cylinder: number, member: number): void;
  /** A logical cylinder left nonvolatile storage because it holds nothing any more. */
  dropped(group: number, cylinder: number, stamp: number): void;
}
