/**
 * What subsystems told of by themselves, in words.
 *
 * @module
 */
import { formatCount } from '../scenario/quantity.ts';
import type { EventRecord } from '../scenario/run-record.ts';

/** A line for an event that people want to hear of; nothing for those that the entry itself tells. */
export function eventLine({ subsystem, event, count, data }: EventRecord): string | undefined {
  const text = (key: string): string => {
    const value = data[key];
    return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
  };
  switch (event) {
    case 'netCapacityLoad':
    case 'grossCapacityLoad': {
      const load = event === 'netCapacityLoad' ? 'net' : 'gross';
      const space = data['space'] === 'subsystem' ? subsystem : `${text('space')} of ${subsystem}`;
      return `${space}: ${load} capacity load ${Number(data['percent']).toFixed(1)} %, from ${text('from')} to ${text('to')}`;
    }
    case 'outOfSpace':
      return data['policy'] === 'block'
        ? `no space on ${text('device')}: a writer waited and tried ${formatCount(count, 'time')}`
        : undefined;
    case 'backgroundDropped':
      return `no space: background copy ${text('relation')} given up, ${formatCount(Number(data['tracks']), 'track')} shared again`;
    default:
      return undefined;
  }
}
