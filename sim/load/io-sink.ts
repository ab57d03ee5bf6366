/**
 * Where requests of a load go: the part of a timed subsystem that a load needs to know.
 *
 * @module
 */

/** Takes requests and tells when they are done. */
export interface IoSink {
  /**
   * A request arrives now.
   *
   * @param device - Index in the device table.
   * @param operation - 0 reads, 1 writes.
   * @param loadClass - Whose request it is; measured apart.
   * @param done - From {@link onDone}.
   * @param tag - Handed back with the completion.
   * @returns Its slot, valid until it is done.
   */
  submit(
    device: number,
    track: number,
    bytes: number,
    operation: 0 | 1,
    loadClass: number,
    done: number,
    tag: number,
  ): number;
  /** Who is told of completed requests; gives the number by which {@link submit} names it. */
  onDone(run: (slot: number, tag: number) => void): number;
}
