/**
 * Target selection: is the right device chosen, and never one whose data somebody needs?
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkNamedTarget,
  selectTarget,
  type TargetCandidate,
  type TargetNeed,
} from '../../../src/backup/target-selection.ts';
import { type DeviceNumber, deviceNumber, nanos } from '../../../src/base/units.ts';
import { findModel } from '../../../src/geometry/device-model.ts';

function deviceType(name: string) {
  const model = findModel(name);
  if (model === undefined) throw new Error(name);
  return model.type;
}

const T3390 = deviceType('3390-1');
const NEED: TargetNeed = {
  subsystem: 'DSS3',
  type: T3390,
  cylinders: 1113,
  reuse: false,
  overwrite: false,
  supersede: false,
};

function candidate(device: number, change: Partial<TargetCandidate> = {}): TargetCandidate {
  return {
    device: deviceNumber(device),
    subsystem: 'DSS3',
    type: T3390,
    cylinders: 1113,
    capacityCylinders: 1114,
    readOnly: false,
    online: false,
    content: { kind: 'unlabelled' },
    copyPending: false,
    isGroupCritical: false,
    ...change,
  };
}

const EMPTY = { kind: 'labelled', volser: 'BACK01', dataSetCount: 0 } as const;
const FULL = { kind: 'labelled', volser: 'PROD02', dataSetCount: 3 } as const;
const NONE: ReadonlySet<DeviceNumber> = new Set();

function choose(candidates: readonly TargetCandidate[], need = NEED, exclude = NONE) {
  const answer = selectTarget(need, candidates, exclude);
  return answer.kind === 'done' ? answer.value.device : answer;
}

describe('target chosen by the host', () => {
  it('takes an unlabelled device before a labelled empty one, whatever their sizes', () => {
    expect(
      choose([
        candidate(0x0a81, { content: EMPTY, online: true }),
        candidate(0x0a90, { cylinders: 3339, capacityCylinders: 3340 }),
      ]),
    ).toBe(0x0a90);
  });

  it('breaks ties by fewest cylinders, then by lowest number', () => {
    expect(
      choose([
        candidate(0x0a83, { cylinders: 2226, capacityCylinders: 2227 }),
        candidate(0x0a85),
        candidate(0x0a84),
      ]),
    ).toBe(0x0a84);
  });

  it('takes the oldest backup of ours, and only with reuse', () => {
    const backups = [
      candidate(0x0a81, { content: FULL, backup: { name: 'tuesday', takenAt: nanos(20) } }),
      candidate(0x0a82, { content: FULL, backup: { name: 'monday', takenAt: nanos(10) } }),
    ];
    expect(choose(backups, { ...NEED, reuse: true })).toBe(0x0a82);
    expect(choose(backups)).toMatchObject({
      code: 'NO_TARGET',
      limit: 'of 2 devices 2 holding backups',
    });
  });

  it('does not take a backup for an empty volume because it holds no data sets', () => {
    const empty = candidate(0x0a81, {
      content: EMPTY,
      backup: { name: 'nightly', takenAt: nanos(10) },
    });
    expect(choose([empty])).toMatchObject({ code: 'NO_TARGET' });
    expect(choose([empty, candidate(0x0a82, { content: EMPTY })], { ...NEED, reuse: true })).toBe(
      0x0a82,
    );
  });

  it('leaves out what does not fit and says how many for which reason', () => {
    expect(
      choose(
        [
          candidate(0x0a80),
          candidate(0x0a81, { subsystem: 'DSS4' }),
          candidate(0x0a82, { type: deviceType('3380-K') }),
          candidate(0x0a83, { capacityCylinders: 1000 }),
          candidate(0x0a84, { busyWith: 'backup nightly' }),
          candidate(0x0a85, { copyPending: true }),
          candidate(0x0a8f, { readOnly: true }),
          candidate(0x0a86, { content: FULL }),
          candidate(0x0a88, { isGroupCritical: true }),
          candidate(0x0a87, { content: { kind: 'unreadable', volser: 'ODD', why: 'no format 4' } }),
        ],
        { ...NEED, supersede: true },
        new Set([deviceNumber(0x0a80)]),
      ),
    ).toMatchObject({
      code: 'NO_TARGET',
      limit:
        'of 10 devices 2 in use, 1 in another subsystem, 1 of another device type, 1 too small, ' +
        '1 still being copied to, 1 read-only, 2 holding data, 1 in a group that is nearly full',
    });
  });

  it('never chooses a device that is full, busy, foreign, too small or excluded', () => {
    const content = fc.constantFrom<TargetCandidate['content']>(
      { kind: 'unlabelled' },
      EMPTY,
      FULL,
      { kind: 'unreadable', volser: 'X', why: 'y' },
    );
    const any = fc
      .record({
        device: fc.integer({ min: 0, max: 30 }),
        capacityCylinders: fc.constantFrom(1000, 1114, 2227),
        online: fc.boolean(),
        content,
        readOnly: fc.boolean(),
        copyPending: fc.boolean(),
        isGroupCritical: fc.boolean(),
        busy: fc.boolean(),
        ours: fc.boolean(),
      })
      .map(({ device, busy, ours, ...rest }) =>
        candidate(device, {
          ...rest,
          cylinders: rest.capacityCylinders - 1,
          ...(busy ? { busyWith: 'x' } : {}),
          ...(ours ? { backup: { name: 'n', takenAt: nanos(device) } } : {}),
        }),
      );
    const list = fc.uniqueArray(any, { selector: ({ device }) => device, maxLength: 12 });
    fc.assert(
      fc.property(list, fc.boolean(), (candidates, reuse) => {
        const exclude = new Set([deviceNumber(3)]);
        const answer = selectTarget({ ...NEED, reuse }, candidates, exclude);
        const isFit = (one: TargetCandidate) =>
          one.capacityCylinders >= 1113 &&
          !one.readOnly &&
          !one.copyPending &&
          !one.isGroupCritical &&
          one.busyWith === undefined &&
          one.device !== 3 &&
          (one.backup === undefined
            ? one.content.kind === 'unlabelled' ||
              (one.content.kind === 'labelled' && one.content.dataSetCount === 0)
            : reuse);
        if (answer.kind === 'done') expect(isFit(answer.value)).toBe(true);
        else expect(candidates.filter(isFit)).toEqual([]);
      }),
    );
  });
});

describe('target named by the request', () => {
  const check = (target: TargetCandidate, need = NEED) => checkNamedTarget(need, target)?.code;

  it('must have the same track geometry and room for the image of the source', () => {
    expect(check(candidate(1, { type: deviceType('3380-K') }))).toBe('GEOMETRY_MISMATCH');
    expect(check(candidate(1, { capacityCylinders: 1112 }))).toBe('TARGET_TOO_SMALL');
    expect(check(candidate(1), { ...NEED, cylinders: 1114 })).toBeUndefined();
  });

  it('must not be the target of a pending copy, unless superseded', () => {
    const pending = candidate(1, { copyPending: true });
    expect(check(pending)).toBe('TARGET_STILL_PENDING');
    expect(check(pending, { ...NEED, supersede: true })).toBeUndefined();
  });

  it('must not show a volume as it was', () => {
    expect(check(candidate(1, { readOnly: true }))).toBe('DEVICE_WRITE_PROTECTED');
  });

  it('must not lie in a group that takes no new backups', () => {
    expect(check(candidate(1, { isGroupCritical: true }))).toBe('SPACE_CRITICAL');
  });

  it('must not be online with data sets', () => {
    expect(check(candidate(1, { online: true, content: FULL }))).toBe('TARGET_HAS_DATA');
    expect(check(candidate(1, { online: false, content: FULL }))).toBeUndefined();
    expect(check(candidate(1, { online: true, content: EMPTY }))).toBeUndefined();
    expect(
      check(candidate(1, { online: true, content: { kind: 'unreadable', volser: 'X', why: 'y' } })),
    ).toBe('TARGET_HAS_DATA');
  });

  it('may be an online backup of ours when reuse is allowed', () => {
    const ours = candidate(1, {
      online: true,
      content: FULL,
      backup: { name: 'nightly', takenAt: nanos(1) },
    });
    expect(check(ours)).toBe('TARGET_HAS_DATA');
    expect(check(ours, { ...NEED, reuse: true })).toBeUndefined();
  });
});
