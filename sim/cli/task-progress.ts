/**
 * How far long work is.
 *
 * @module
 */

/** Told how far a task is: `done` of `total` (0 when nobody knows), and what it is at. */
export type TaskProgress = (done: number, total: number, what: string) => void;
