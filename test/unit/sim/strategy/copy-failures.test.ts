import { describe, expect, it } from 'vitest';
import type { CopyEnd, CopyMethod } from '../../../../sim/strategy/copy-method.ts';
import { COPY_METHODS, findCopyMethod } from '../../../../sim/strategy/copy-methods.ts';
import { CopyLaboratory, SECOND } from '../../../support/timed-copy.ts';

const LOADED = { rate: 40, writeShare: 0.3 };

function make(name: string): CopyMethod {
  const entry = findCopyMethod(name);
  if (entry === undefined) throw new Error(`no method ${name}`);
  return entry.make();
}

/** Drives of group 0 that fail. */
function fail(laboratory: CopyLaboratory, members: readonly number[]): void {
  for (const member of members) laboratory.subsystem.drives.fail(0, member);
}

describe('a copy that cannot be made', () => {
  it('onto a target that another copy has is refused at once, and harms neither', () => {
    for (const { name } of COPY_METHODS) {
      const laboratory = new CopyLaboratory(LOADED);
      const ends: CopyEnd[] = [];
      const first = make('host-copy');
      first.start(laboratory.context(), (end) => ends.push(end));
      laboratory.engine.runUntil(SECOND);
      const { failure } = laboratory.run(make(name), laboratory.context());
      expect(failure).toBe('the target is in use by copy COPY1');
      laboratory.engine.runUntil(60 * SECOND);
      expect(ends).toHaveLength(1);
      expect(ends[0]?.failure).toBeUndefined();
      expect(ends[0]?.figures.consistency.kind).toBe('consistent');
      const { failure: later } = laboratory.run(make('snapshot'), laboratory.context());
      expect(later).toBeUndefined();
    }
  });

  it('because the source has no label says which step found that out', () => {
    const laboratory = new CopyLaboratory();
    const context = laboratory.context();
    const swapped = { ...context, source: context.target, target: context.source };
    const { failure, figures } = laboratory.run(make('snapshot'), swapped);
    expect(failure).toMatch(/VOLUME_UNKNOWN/);
    expect(figures.exposureNanos).toBeNull();
  });
});

describe('drives that fail during a copy', () => {
  it('leave it whole as long as the redundancy holds', () => {
    for (const { name } of COPY_METHODS) {
      const laboratory = new CopyLaboratory(LOADED);
      const method = make(name);
      const context = laboratory.context();
      method.prepare(context);
      laboratory.engine.runUntil(SECOND);
      const ends: CopyEnd[] = [];
      method.start(context, (end) => ends.push(end));
      laboratory.engine.runUntil(laboratory.engine.now + SECOND / 2);
      fail(laboratory, [2, 9]);
      laboratory.engine.runUntil(300 * SECOND);
      expect(ends).toHaveLength(1);
      expect(ends[0]?.failure).toBeUndefined();
      expect(ends[0]?.figures.consistency.kind).toBe('consistent');
    }
  });

  it('beyond the redundancy make it one that failed, and it is said how many tracks are lost', () => {
    const laboratory = new CopyLaboratory();
    const ends: CopyEnd[] = [];
    make('host-copy').start(laboratory.context(), (end) => ends.push(end));
    laboratory.engine.runUntil(SECOND / 2);
    laboratory.subsystem.drives.closeOpen();
    fail(laboratory, [2, 5, 9]);
    laboratory.engine.runUntil(300 * SECOND);
    expect(ends[0]?.failure).toMatch(/^\d+ tracks are lost$/);
    expect(ends[0]?.figures.consistency.kind).toBe('torn');
  });
});
