/**
 * What channel programs cost the data processor.
 *
 * The patent's point is that a backup by pointers leaves the data processor alone; so the model has
 * to say what a copy through the data processor would cost instead. Our choice, for a processor of
 * the time of the first pointer-copying subsystems, 50 million instructions a second:
 *
 * | cost | figure | reason |
 * | --- | --- | --- |
 * | a channel program | 100,000 ns | 5,000 instructions: build and translate the chain, fix pages, start, take the interrupt, post |
 * | a byte, either way | 2 ns | a tenth of an instruction: buffers are managed and looked through, the channel itself moves the bytes |
 *
 * A full 3390 track read and written again so costs some 0.43 ms, and a snapshot of any device what
 * three programs with a few hundred bytes cost. Ratios between methods matter here, not the absolute
 * figures; both are printed with results that use them.
 *
 * @module
 */
/** Nanoseconds of processor time for each channel program, whatever it does. */
export const PROCESSOR_NANOS_PER_PROGRAM = 100_000;

/** Nanoseconds of processor time for each byte that crosses the channel. */
export const PROCESSOR_NANOS_PER_BYTE = 2;

/** Processor time of one channel program, in nanoseconds. */
export function processorNanos(bytesIn: number, bytesOut: number): number {
  return PROCESSOR_NANOS_PER_PROGRAM + (bytesIn + bytesOut) * PROCESSOR_NANOS_PER_BYTE;
}
