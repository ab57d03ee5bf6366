/**
 * What the process of a kill campaign does, and what it says about it: one line of JSON before each
 * operation and one after it, when it is durable.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { parseTrack, recordData, recordKey } from '../../src/track/track-image.ts';

/** Devices by name of a number: 0 to 5 are 0A80 to 0A85. */
export const CAMPAIGN_DEVICES = 6;
/** Cylinders of each device: 180 tracks. */
export const CAMPAIGN_CYLINDERS = 12;
export const CAMPAIGN_TRACKS = CAMPAIGN_CYLINDERS * 15;

/** A short journal, so that a campaign sees many checkpoints. */
export const CAMPAIGN_JOURNAL = Object.freeze({ journalBytes: 3 * 2 ** 20, segmentBytes: 2 ** 20 });

/** One operation. Device numbers are plain numbers. */
export type CampaignOperation =
  | { readonly kind: 'define'; readonly device: number }
  | { readonly kind: 'import'; readonly device: number }
  | { readonly kind: 'remove'; readonly device: number }
  | { readonly kind: 'write'; readonly device: number; readonly tracks: readonly TrackFill[] }
  | { readonly kind: 'snapshot'; readonly source: number; readonly target: number }
  | {
      readonly kind: 'range';
      readonly source: number;
      readonly target: number;
      readonly first: number;
      readonly count: number;
    }
  | { readonly kind: 'backup'; readonly source: number; readonly target: number }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'work'; readonly steps: number }
  | { readonly kind: 'collect' }
  | { readonly kind: 'checkpoint' };

/** All kinds of operations. */
export const CAMPAIGN_KINDS: readonly CampaignOperation['kind'][] = [
  'define',
  'import',
  'remove',
  'write',
  'snapshot',
  'range',
  'backup',
  'withdraw',
  'work',
  'collect',
  'checkpoint',
];

/** A track and the byte that its record is filled with. */
export interface TrackFill {
  readonly track: number;
  readonly fill: number;
}

/** What became of it. */
export interface CampaignAnswer {
  readonly kind: 'done' | 'refused';
  readonly reason?: string;
  /** After a backup: tracks that differ from the source's, with their contents. */
  readonly changed?: readonly (readonly [number, string])[];
}

/** One line of the process. */
export type CampaignLine =
  | { readonly open: true }
  | { readonly before: CampaignOperation }
  | { readonly after: CampaignAnswer };

/** The data that a fill stands for: long enough that cylinders fill up, of a length of its own. */
export function fillBytes({ track, fill }: TrackFill): Uint8Array {
  return new Uint8Array(2_000 + ((track * 7_919 + fill * 104_729) % 50_000)).fill(fill);
}

/** Content of a track, whatever its address: a digest of keys and data of its records. */
export function contentOf(track: Uint8Array): string {
  const hash = createHash('sha256');
  for (const record of parseTrack(track)) {
    hash.update(`${record.number} ${record.keyBytes} ${record.dataBytes} `);
    hash.update(recordKey(track, record)).update(recordData(track, record));
  }
  return hash.digest('base64').slice(0, 16);
}
