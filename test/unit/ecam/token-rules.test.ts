/** The rules of tokens, one by one (docs/messages.md, "Tokens"). */
import { describe, expect, it } from 'vitest';
import { nanos } from '../../../src/base/units.ts';
import type { EcamRequest } from '../../../src/ecam/messages.ts';
import { definition, EcamBench, SYSA, SYSB } from '../../support/ecam-host.ts';

const execution = (...tokens: Uint8Array[]): EcamRequest => ({ kind: 'targetExecution', tokens });
const inquiry = (pollingToken: Uint8Array): EcamRequest => ({
  kind: 'statusInquiry',
  pollingToken,
});
const LIFE = 600_000_000_000;

describe('a source token', () => {
  it('is 16 random bytes, different for equal definitions', () => {
    const bench = new EcamBench();
    const tokens = [bench.define(), bench.define(), bench.define()];
    expect(tokens.map(({ length }) => length)).toEqual([16, 16, 16]);
    expect(new Set(tokens.map(String)).size).toBe(3);
  });

  it('is answered with the model time at which it expires', () => {
    const bench = new EcamBench({ sourceTokenLife: nanos(5000) });
    bench.clock.advance(nanos(70));
    expect(bench.get('sourceAccepted', definition()).expiresAt).toBe(5070);
  });

  it('executes what was defined, and nothing in the execution can change that', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 7, 42);
    const token = bench.define();
    bench.write(0x0a80, 7, 43);
    bench.execute([token]);
    // The definition froze nothing: the instant is the execution.
    expect(bench.read(0x0a81, 7)).toEqual(bench.read(0x0a80, 7));
  });

  it('is unknown when it was never given out', () => {
    const bench = new EcamBench();
    const forged = bench.define().map((byte) => byte ^ 0xff);
    expect(bench.refusal(execution(forged))).toBe('TOKEN_UNKNOWN');
    expect(bench.refusal(inquiry(forged))).toBe('TOKEN_UNKNOWN');
    expect(bench.refusal({ kind: 'withdraw', pollingToken: forged })).toBe('TOKEN_UNKNOWN');
  });

  it('expires', () => {
    const bench = new EcamBench();
    const token = bench.define();
    bench.clock.advance(nanos(LIFE - 1));
    const other = bench.define({ target: { device: 0x0a82 } });
    bench.clock.advance(nanos(1));
    expect(bench.refusal(execution(token))).toBe('TOKEN_EXPIRED');
    expect(bench.execute([other])).toHaveLength(16);
  });

  it('stays expired, not unknown, when later definitions have swept it out', () => {
    const bench = new EcamBench();
    const token = bench.define();
    bench.clock.advance(nanos(LIFE + 1));
    bench.define();
    expect(bench.refusal(execution(token))).toBe('TOKEN_EXPIRED');
    expect(bench.refusal(execution(token), SYSB)).toBe('SECURITY_REJECT');
  });

  it('is used once; its owner who uses it again is given the polling token again', () => {
    const bench = new EcamBench();
    const token = bench.define();
    const pollingToken = bench.execute([token]);
    const before = bench.subsystem.commits.last();
    const again = bench.get('refused', execution(token));
    expect(again).toMatchObject({ code: 'TOKEN_CONSUMED', pollingToken });
    expect(bench.subsystem.commits.last()).toBe(before);
    expect([...bench.subsystem.relations()]).toHaveLength(1);
  });

  it('gives the polling token again for every token of a group', () => {
    const bench = new EcamBench();
    const tokens = [bench.define(), bench.define({ target: { device: 0x0a82 } })];
    const pollingToken = bench.execute(tokens);
    for (const token of tokens) {
      expect(bench.get('refused', execution(token))).toMatchObject({ pollingToken });
    }
    expect(bench.get('refused', execution(...tokens))).toMatchObject({ pollingToken });
  });

  it('is rejected from any other path group, counted, and stays valid', () => {
    const bench = new EcamBench();
    const token = bench.define();
    const answer = bench.get('refused', execution(token), SYSB);
    expect(answer.code).toBe('SECURITY_REJECT');
    expect(answer.pollingToken).toBeUndefined();
    expect(bench.meter.total('securityRejects')).toBe(1);
    expect(bench.execute([token])).toHaveLength(16);
    // Consumed by its owner, it still tells the other nothing.
    expect(bench.get('refused', execution(token), SYSB)).toMatchObject({ code: 'SECURITY_REJECT' });
    expect(bench.meter.total('securityRejects')).toBe(2);
  });

  it('spoils a group in which it is the only foreign one, without consuming the others', () => {
    const bench = new EcamBench();
    const own = bench.define();
    const foreign = bench.define({ target: { device: 0x0a82 } }, SYSB);
    expect(bench.refusal(execution(own, foreign))).toBe('SECURITY_REJECT');
    expect([...bench.subsystem.relations()]).toEqual([]);
    expect(bench.execute([own])).toHaveLength(16);
  });

  it('is of the wrong kind for an inquiry', () => {
    const bench = new EcamBench();
    const token = bench.define();
    expect(bench.refusal(inquiry(token))).toBe('TOKEN_WRONG_KIND');
    bench.execute([token]);
    expect(bench.refusal(inquiry(token))).toBe('TOKEN_WRONG_KIND');
    expect(bench.refusal(inquiry(token), SYSB)).toBe('SECURITY_REJECT');
  });

  it('is consumed by success alone', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const first = bench.define();
    const second = bench.define({ source: { device: 0x0a82 } });
    bench.execute([first]);
    // Its target is still pending from the first copy.
    expect(bench.refusal(execution(second))).toBe('TARGET_STILL_PENDING');
    expect(bench.refusal(execution(second))).toBe('TARGET_STILL_PENDING');
    bench.settle();
    expect(bench.execute([second])).toHaveLength(16);
  });

  it('is bound to the devices as they were defined', () => {
    const bench = new EcamBench();
    const token = bench.define();
    const { number, model } = bench.device(0x0a81);
    expect(bench.subsystem.removeDevice(number).kind).toBe('done');
    expect(bench.refusal(execution(token))).toBe('DEVICE_CHANGED');
    bench.defineDevice(number, model.name);
    expect(bench.refusal(execution(token))).toBe('DEVICE_CHANGED');
  });

  it('cannot stand twice in one group', () => {
    const bench = new EcamBench();
    const token = bench.define();
    expect(bench.refusal(execution(token, token))).toBe('GROUP_MISMATCH');
    expect(bench.execute([token])).toHaveLength(16);
  });

  it('is refused while a device is reserved to another path group, and good afterwards', () => {
    const bench = new EcamBench();
    const token = bench.define();
    for (const number of [0x0a80, 0x0a81]) {
      bench.responder.reservations.reserve(bench.device(number), SYSB);
      expect(bench.refusal(execution(token))).toBe('DEVICE_RESERVED');
      bench.responder.reservations.releaseAll(SYSB);
    }
    bench.responder.reservations.reserve(bench.device(0x0a81), SYSA);
    expect(bench.execute([token])).toHaveLength(16);
  });
});

describe('a polling token', () => {
  it('is good for inquiries without end and without effect', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const pollingToken = bench.execute([bench.define()]);
    const before = bench.subsystem.commits.last();
    const first = bench.ask(inquiry(pollingToken));
    for (let count = 0; count < 10; count += 1) {
      expect(bench.ask(inquiry(pollingToken))).toEqual(first);
    }
    bench.settle();
    const last = bench.subsystem.commits.last();
    expect(last).toBeGreaterThan(before);
    for (let count = 0; count < 10; count += 1) {
      expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'complete' });
    }
    expect(bench.subsystem.commits.last()).toBe(last);
  });

  it('is of the wrong kind for an execution', () => {
    const bench = new EcamBench();
    const pollingToken = bench.execute([bench.define()]);
    expect(bench.refusal(execution(pollingToken))).toBe('TOKEN_WRONG_KIND');
    expect(bench.refusal(execution(pollingToken), SYSB)).toBe('SECURITY_REJECT');
  });

  it('is rejected from any other path group, for inquiry and withdrawal', () => {
    const bench = new EcamBench();
    bench.write(0x0a80, 1, 1);
    const pollingToken = bench.execute([bench.define()]);
    expect(bench.refusal(inquiry(pollingToken), SYSB)).toBe('SECURITY_REJECT');
    expect(bench.refusal({ kind: 'withdraw', pollingToken, discard: true }, SYSB)).toBe(
      'SECURITY_REJECT',
    );
    expect(bench.meter.total('securityRejects')).toBe(2);
    expect(bench.ask(inquiry(pollingToken))).toMatchObject({ state: 'copying' });
  });
});

describe('bounded tables', () => {
  it('tell the path group that fills its definitions to come again, and nobody else', () => {
    const bench = new EcamBench({ definitionsPerPathGroupMax: 3 });
    const tokens = [1, 2, 3].map((at) => bench.define({ target: { device: 0x0a80 + at } }));
    expect(bench.refusal(definition())).toBe('BUSY_RETRY');
    expect(bench.define({ target: { device: 0x0a87 } }, SYSB)).toHaveLength(16);
    bench.execute([tokens[2] as Uint8Array]);
    expect(bench.define({ target: { device: 0x0a84 } })).toHaveLength(16);
    expect(bench.execute([tokens[0] as Uint8Array])).toHaveLength(16);
  });

  it('get the room of expired definitions back', () => {
    const bench = new EcamBench({ definitionsPerPathGroupMax: 1 });
    bench.define();
    expect(bench.refusal(definition())).toBe('BUSY_RETRY');
    bench.clock.advance(nanos(LIFE));
    expect(bench.define()).toHaveLength(16);
  });

  it('free the slot of a job whose final state was reported, when it is needed', () => {
    const bench = new EcamBench({ jobCountMax: 2 });
    const run = (at: number, pathGroup = SYSA): Uint8Array =>
      bench.execute(
        [bench.define({ target: { device: 0x0a80 + at }, copy: 'none' }, pathGroup)],
        pathGroup,
      );
    const first = run(1);
    const second = run(2);
    const third = bench.define({ target: { device: 0x0a83 }, copy: 'none' });
    expect(bench.refusal(execution(third))).toBe('BUSY_RETRY');
    expect(bench.ask(inquiry(second))).toMatchObject({ state: 'shared' });
    // Asked for, the second job is still there until somebody needs the slot.
    expect(bench.ask(inquiry(second))).toMatchObject({ state: 'shared' });
    bench.execute([third]);
    expect(bench.refusal(inquiry(second))).toBe('TOKEN_UNKNOWN');
    expect(bench.ask(inquiry(first))).toMatchObject({ kind: 'status' });
  });

  it('never take the slot of a job that is not final or was not reported', () => {
    const bench = new EcamBench({ jobCountMax: 2 });
    bench.write(0x0a80, 1, 1);
    const copying = bench.execute([bench.define()]);
    const unreported = bench.execute(
      [bench.define({ target: { device: 0x0a82 }, copy: 'none' }, SYSB)],
      SYSB,
    );
    expect(bench.ask(inquiry(copying))).toMatchObject({ state: 'copying' });
    const third = bench.define({ target: { device: 0x0a83 } });
    expect(bench.refusal(execution(third))).toBe('BUSY_RETRY');
    expect(bench.ask(inquiry(copying))).toMatchObject({ state: 'copying' });
    expect(bench.ask(inquiry(unreported), SYSB)).toMatchObject({ state: 'shared' });
    expect(bench.execute([third])).toHaveLength(16);
  });
});
