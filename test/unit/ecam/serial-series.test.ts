import { describe, expect, it } from 'vitest';
import { MEMORY_JOURNAL } from '../../../src/base/default-ports.ts';
import { deviceIndex, deviceNumber } from '../../../src/base/units.ts';
import { pathGroupIdOfHost } from '../../../src/ecam/path-group-id.ts';
import { SerialSeries, seriesKey } from '../../../src/ecam/serial-series.ts';

const SYSA = pathGroupIdOfHost('SYSA');
const SYSB = pathGroupIdOfHost('SYSB');
const DEVICES = [
  { number: deviceNumber(0x0a80), index: deviceIndex(0), generation: 1 },
  { number: deviceNumber(0x0a81), index: deviceIndex(1), generation: 1 },
];
const part = (ordinal: number, of = 3, id = 'JOB1') => ({ id, ordinal, of });

describe('a serial series', () => {
  it('takes each part once', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    expect(series.checkDefine(SYSA, part(2))).toBeUndefined();
    series.define(SYSA, part(2), DEVICES);
    expect(series.checkDefine(SYSA, part(2))?.code).toBe('SERIES_MISMATCH');
    expect(series.checkDefine(SYSA, part(1))).toBeUndefined();
  });

  it('has as many parts as its first definition said', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    expect(series.checkDefine(SYSA, part(4))?.code).toBe('SERIES_MISMATCH');
    series.define(SYSA, part(1), DEVICES);
    expect(series.checkDefine(SYSA, part(2, 4))?.code).toBe('SERIES_MISMATCH');
  });

  it('is executed in the order of its ordinals', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    for (const ordinal of [1, 2, 3]) series.define(SYSA, part(ordinal), DEVICES);
    expect(series.checkExecute(SYSA, part(2))?.code).toBe('SERIES_INCOMPLETE');
    for (const ordinal of [1, 2, 3]) {
      expect(series.isOver(SYSA, part(1))).toBe(false);
      expect(series.checkExecute(SYSA, part(ordinal))).toBeUndefined();
      series.execute(SYSA, part(ordinal));
      expect(series.executed(SYSA, part(1))).toBe(ordinal);
    }
    expect(series.isOver(SYSA, part(1))).toBe(true);
    expect(series.checkDefine(SYSA, part(1))?.code).toBe('SERIES_MISMATCH');
  });

  it('may define an expired part again', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    series.define(SYSA, part(1), DEVICES);
    series.define(SYSA, part(2), DEVICES);
    series.execute(SYSA, part(1));
    series.undefine(SYSA, part(2));
    expect(series.checkDefine(SYSA, part(2))).toBeUndefined();
  });

  it('is closed by giving it up', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    series.define(SYSA, part(1), DEVICES);
    series.define(SYSA, part(2), DEVICES);
    series.execute(SYSA, part(1));
    const seen = { open: true, conflict: false };
    series.abandon(SYSA, part(1), seen);
    expect(series.abandonedWith(SYSA, part(1))).toBe(seen);
    expect(series.isOver(SYSA, part(1))).toBe(true);
    expect(series.checkExecute(SYSA, part(2))?.code).toBe('SERIES_MISMATCH');
    expect(series.checkDefine(SYSA, part(3))?.code).toBe('SERIES_MISMATCH');
  });

  it('is forgotten with its last definition and job, and its id is free again', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    series.define(SYSA, part(1, 1), DEVICES);
    series.execute(SYSA, part(1, 1));
    expect(series.checkDefine(SYSA, part(1, 2))?.code).toBe('SERIES_MISMATCH');
    expect(series.forget(SYSA, part(1, 1))).toBe(true);
    expect(series.checkDefine(SYSA, part(1, 2))).toBeUndefined();
  });

  it('remembers its devices by number', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    series.define(SYSA, part(1), DEVICES);
    expect(series.deviceNumber(SYSA, part(2), deviceIndex(1))).toBe(0x0a81);
  });

  it('belongs to its path group', () => {
    const series = new SerialSeries(MEMORY_JOURNAL);
    series.define(SYSA, part(1, 3), DEVICES);
    expect(series.checkDefine(SYSB, part(1, 2))).toBeUndefined();
    expect(seriesKey(SYSA, 'JOB1')).not.toBe(seriesKey(SYSB, 'JOB1'));
  });
});
