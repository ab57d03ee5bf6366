import { describe, expect, it } from 'vitest';
import { compareStructure, volumeBefore } from '../../../../sim/scenario/structure-comparison.ts';
import {
  buildSampleVolume,
  type DeviceModel,
  findModel,
  initialiseVolume,
  MemoryVolume,
  readVtoc,
  SeededRandom,
  VolumeBuilder,
} from '../../../../src/index.ts';

const model = findModel('3390-1') as DeviceModel;

function sample(volser: string): MemoryVolume {
  const volume = new MemoryVolume(model.type, model.primaryCylinders);
  buildSampleVolume(volume, new SeededRandom(4, 'sample'), { volser });
  return volume;
}

describe('the structure of a copy', () => {
  it('is the same under another serial', () => {
    expect(compareStructure(sample('ONE'), sample('TWO'))).toEqual([]);
  });

  it('differs when a data set is gone, or is new', () => {
    const [whole, less] = [sample('ONE'), sample('ONE')];
    const opened = VolumeBuilder.open(less);
    if (opened.kind === 'refused') throw new Error(opened.what);
    opened.value.scratch('PROD.LOG');
    opened.value.finish();
    expect(compareStructure(whole, less).join('; ')).toMatch(
      /PROD.LOG is not on the copy.*free space/,
    );
    expect(compareStructure(less, whole).join('; ')).toMatch(
      /PROD.LOG is on the copy only.*free space/,
    );
  });

  it('differs when the VTOC lies elsewhere or cannot be read', () => {
    const [one, other] = [sample('ONE'), new MemoryVolume(model.type, model.primaryCylinders)];
    expect(compareStructure(one, other).join()).toContain('NO_LABEL');
    expect(compareStructure(other, other)).toEqual([]);
    initialiseVolume(other, { volser: 'ONE' });
    expect(compareStructure(one, other).length).toBeGreaterThan(3);
  });

  it('is looked at as it was before tracks were rewritten', () => {
    const volume = sample('ONE');
    const label = sample('TWO').readTrack(0 as Parameters<MemoryVolume['readTrack']>[0]);
    const before = volumeBefore(volume, new Map([[0, label]]));
    const vtoc = readVtoc(before);
    expect(vtoc.kind === 'done' && vtoc.value.label.volser).toBe('TWO');
    expect(compareStructure(before, volume)).toEqual([]);
  });
});
