/**
 * The small interface behind which any copy engine can be checked: devices of tracks, snapshots that
 * are one instant each, background copy in steps.
 *
 * Devices, copies and retained points are named by the caller with small numbers; a name that was
 * refused stays free. A request is answered with a value, never with an exception: an exception out
 * of an engine is a finding. Methods marked optional stand for features that an engine may lack; the
 * commands for them are then left out.
 *
 * Not here: how a track is laid out. Content is opaque bytes of any length, and an engine that keeps
 * real track images wraps them (see `subsystem-engine.ts`).
 *
 * @module
 */

import type { DeviceRange, TrackRange } from './device-range.ts';
import type { EngineDrives } from './engine-drives.ts';

/** What a track shows. */
export type TrackContent =
  | { readonly kind: 'neverWritten' }
  | { readonly kind: 'null'; readonly format: 0 | 1 | 2 }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** What can be written to a track. */
export type WrittenContent = Exclude<TrackContent, { readonly kind: 'neverWritten' }>;

/** The content of a track that nobody has written. */
export const NEVER_WRITTEN_CONTENT: TrackContent = Object.freeze({ kind: 'neverWritten' });

/** How large a device is, and with which others it can exchange tracks. */
export interface DeviceShape {
  /** Name for people and for the engine, for instance a device model. */
  readonly name: string;
  /** Tracks at definition. */
  readonly trackCount: number;
  /** Tracks to which a copy of a larger device may grow it; at least `trackCount`. */
  readonly trackCapacity: number;
  /** Copies are possible between equal geometries only. */
  readonly geometry: string;
  /** Redundancy group in which the device's tracks are kept; none: anywhere. */
  readonly homeGroup?: number;
}

/** One extent of a snapshot. Counts are two because unequal ones must be refused. */
export interface SnapshotExtent {
  readonly source: number;
  readonly sourceFirst: number;
  readonly sourceCount: number;
  readonly target: number;
  readonly targetFirst: number;
  readonly targetCount: number;
}

/** A whole device onto another. */
export interface SnapshotDevice {
  readonly source: number;
  readonly target: number;
}

/** One part of a series of snapshots that together copy one thing, one after the other. */
export interface SnapshotSeries {
  /** Name of the series; used once. */
  readonly id: number;
  /** Place in the series, from 1. Parts are executed in order. */
  readonly ordinal: number;
  /** How many parts the series has. */
  readonly of: number;
}

/** What to copy. All of it is one instant. */
export interface SnapshotOrder {
  readonly extents: readonly SnapshotExtent[];
  readonly wholeDevices: readonly SnapshotDevice[];
  /** Whether the targets are to get their own instances of the tracks in the background. */
  readonly background: boolean;
  /** Whether a pending target may be overlaid, which ends the duty towards it. */
  readonly supersede: boolean;
  readonly series?: SnapshotSeries;
  /**
   * The background copy is to bring every target track into the target's home group; source and
   * target need different ones. Otherwise an instance of its own is enough.
   */
  readonly separation?: 'redundancyGroup';
}

/** What an engine says about a series. */
export interface SeriesReport {
  /** Between the execution of the first part and that of the last. */
  readonly open: boolean;
  /** The first write to a track of any part, executed or not, while the series was open. */
  readonly conflict?: {
    readonly device: number;
    readonly track: number;
    readonly side: 'source' | 'target';
  };
}

/**
 * What a background step leaves: nothing to do, more to do, or more that has to wait for space. Only
 * an engine that may run out of space (`excusedCodes`) may be stuck.
 */
export type BackgroundState = 'idle' | 'more' | 'stuck';

/** "Yes" with a value, or "no" with a stable code. */
export type Answer<Value = null> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly code: string };

/** The "yes" without a value. */
export const ANSWER_DONE: Answer = Object.freeze({ kind: 'done', value: null });

/** A copy engine as the checker sees it. One instance lives through one sequence of commands. */
export interface CopyEngine {
  /** Defines a device, every track never written. */
  defineDevice(device: number, shape: DeviceShape): Answer;

  /** Removes a device. Refused `DEVICE_IN_USE` while a pending copy touches it. */
  removeDevice?(device: number): Answer;

  /** Changes the number of tracks. Tracks that fall off the end are never written when they return. */
  resizeDevice?(device: number, trackCount: number): Answer;

  /** Makes all tracks of a device never written. */
  clearDevice?(device: number): Answer;

  /** Replaces one track. */
  write(device: number, track: number, content: WrittenContent): Answer;

  /**
   * Whether there is room for a content on a device, asked after a write was refused with an excused
   * code. An engine that tells is held to it, as long as its drives make up for all damage.
   */
  hasRoom?(device: number, content: WrittenContent): boolean;

  /** Whether null tracks can be written and keep their kind. */
  readonly keepsNullTracks?: boolean;

  /** What one track shows. Must have no side effect. */
  read(device: number, track: number): Answer<TrackContent>;

  /** Copies; refused without any change when a rule is broken. */
  snapshot(copy: number, order: SnapshotOrder): Answer;

  /** Whether background work is still owed to a copy. Once false, it stays false. */
  isPending(copy: number): boolean;

  /**
   * Target tracks for which background work is still owed to a copy; a track that a host has written
   * since is none of them. An engine that tells is held to it: a request that would take one of them
   * over must be refused, and no other for that reason.
   * Of an engine that does not tell, the twin knows only that a copy is pending.
   */
  owedTracks?(copy: number): readonly DeviceRange[];

  /**
   * Does background work on at most `trackBudget` tracks.
   */
  backgroundStep(trackBudget: number): BackgroundState;

  /**
   * Drops the background duty of a copy, or of those of its target tracks that lie in `range`. The
   * target stays a full copy. Withdrawing nothing succeeds.
   *
   * @returns How many tracks were still owed and no longer are; 0 when none was.
   */
  withdraw(copy: number, range?: DeviceRange): Answer<number>;

  /** Drops a copy: its target tracks that no later copy has overlaid become never written. */
  discard(copy: number): Answer;

  /** Keeps the present content of a device as a point to compare with. */
  retain?(point: number, device: number): Answer;

  /** Gives a point back. */
  releasePoint?(point: number): Answer;

  /** What a track showed at a point. */
  readPoint?(point: number, track: number): Answer<TrackContent>;

  /**
   * Tracks that changed between a point and a later point of the same device, or the present.
   * Must contain every track whose content differs, and none that nobody touched.
   */
  changedTracks?(from: number, to?: number): readonly TrackRange[];

  /** Announces a series with the extents of all its parts. */
  announceSeries?(series: number, parts: readonly (readonly SnapshotExtent[])[]): Answer;

  /** State of an announced series. */
  seriesReport?(series: number): SeriesReport;

  /**
   * Makes tracks of a device never written; a copy keeps what it has of them. With a name the tracks
   * are held, and it can be undone.
   *
   * @param ranges - In any order; they may overlap.
   */
  scratch?(device: number, ranges: readonly TrackRange[], hold?: number): Answer;

  /** Tracks that nothing has happened to since they were scratched show again what they showed. */
  undoScratch?(hold: number): Answer;

  /** A scratch cannot be undone any more. */
  forgetScratch?(hold: number): Answer;

  /** Defines a device that shows a point and can be read and copied from, but not changed. */
  openPoint?(device: number, point: number): Answer;

  /** The drives behind the engine, where it has any that may fail. */
  readonly drives?: EngineDrives;

  /**
   * Walks the engine's own invariants. Each entry names one that does not hold.
   *
   * @param isDamaged - Drives were damaged since everything was last known to be whole, so what lies
   *   on them may be wrong.
   */
  check?(isDamaged: boolean): readonly string[];
}

/** Whether two contents are the same. */
export function contentsEqual(one: TrackContent, other: TrackContent): boolean {
  if (one === other) return true;
  if (one.kind === 'null') return other.kind === 'null' && one.format === other.format;
  if (one.kind === 'neverWritten') return other.kind === 'neverWritten';
  return other.kind === 'bytes' && bytesEqual(one.bytes, other.bytes);
}

/** A content in a few words. */
export function formatContent(content: TrackContent): string {
  switch (content.kind) {
    case 'neverWritten':
      return 'never written';
    case 'null':
      return `null track of format ${content.format}`;
    default:
      return `${content.bytes.length} bytes ${formatBytes(content.bytes)}`;
  }
}

function bytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] !== other[at]) return false;
  }
  return true;
}

function formatBytes(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0'));
  return shown.join('') + (bytes.length > 12 ? '…' : '');
}
