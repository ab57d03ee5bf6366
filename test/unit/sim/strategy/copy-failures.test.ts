import { describe, expect, it } from 'vitest';
import type { CopyEnd, CopyMethod } from '../../../../sim/strategy/copy-method.ts';
import { COPY_METHODS, findCopyMethod } from '../../../../sim/strategy/copy-methods.ts';
import { CopySession } from '../../../../sim/strategy/copy-session.ts';
import { readPiece, writePiece } from '../../../../sim/strategy/host-channel.ts';
import { defineMethod } from '../../../../sim/strategy/method-entry.ts';
import { moveTracks } from '../../../../sim/strategy/piece-mover.ts';
import { DeviceContents } from '../../../../sim/strategy/track-contents.ts';
import { TrackQueue } from '../../../../sim/strategy/track-queue.ts';
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

describe('a method that lies', () => {
  /** A host copy without serialization that says that it is of the instant at which it began. */
  const liar = defineMethod(
    { name: 'liar', summary: 'claims what it does not keep', options: {} },
    () => ({
      start: (context, onEnd) => {
        const { environment, source, target } = context;
        const session = new CopySession('liar', context, onEnd);
        const whole = [{ first: 0, count: session.history.trackCount }];
        session.begin(() => {
          session.takeInstant();
          moveTracks(
            new TrackQueue(environment.subsystem, source.index, whole),
            { tracksPerProgram: 15, buffers: 2, readAheadTracks: 0 },
            {
              fetch: (piece, fetched) => readPiece(session, source, piece, fetched),
              deliver: (tracks, delivered) => writePiece(session, target, tracks, delivered),
              ended: () => {
                session.becomeUsable(new DeviceContents(environment.subsystem, target.index));
                session.end();
              },
            },
          );
        });
        return session;
      },
    }),
  );

  it('about its point in time is found out under load, and believed where it makes no difference', () => {
    const loaded = new CopyLaboratory(LOADED);
    loaded.engine.runUntil(SECOND);
    const { consistency } = loaded.run(liar.make(), loaded.context()).figures;
    expect(consistency.kind).toBe('torn');
    const idle = new CopyLaboratory();
    expect(idle.run(liar.make(), idle.context()).figures.consistency.kind).toBe('consistent');
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
