import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../../sim/report/event-lines.ts';

const load = { from: 'normal', to: 'warn', percent: 75.04 };

describe('eventLine', () => {
  it.each([
    [
      'netCapacityLoad',
      { ...load, space: 'subsystem' },
      'D: net capacity load 75.0 %, from normal to warn',
    ],
    [
      'grossCapacityLoad',
      { ...load, space: 'group 1' },
      'group 1 of D: gross capacity load 75.0 %, from normal to warn',
    ],
    [
      'outOfSpace',
      { device: '0A80', policy: 'block' },
      'no space on 0A80: a writer waited and tried 2 times',
    ],
    [
      'backgroundDropped',
      { relation: 3, tracks: 1200 },
      'no space: background copy 3 given up, 1,200 tracks shared again',
    ],
  ])('tells %s', (event, data, line) => {
    expect(eventLine({ subsystem: 'D', event, count: 2, data })).toBe(line);
  });

  it('says nothing of what the entry itself tells', () => {
    const data = { device: '0A80', policy: 'failWrite' };
    expect(eventLine({ subsystem: 'D', event: 'outOfSpace', count: 1, data })).toBeUndefined();
    expect(eventLine({ subsystem: 'D', event: 'driveFailed', count: 1, data: {} })).toBeUndefined();
  });
});
