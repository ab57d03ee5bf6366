/** A store that is open for one request: what of it stays, however the request ends. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreTask } from '../../../../sim/cli/store-request.ts';
import { perform, type StoreSession, withStore } from '../../../../sim/cli/store-session.ts';
import { done, type InstallationTask, type Step } from '../../../../src/index.ts';
import { createStore, openStore } from '../../../../src/store.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const root = temporaryFolder();
const EARS = {
  progress: (): void => undefined,
  writes: (): void => undefined,
  shouldStop: (): boolean => false,
};

/** Something that changes the subsystem, and then answers as it was told. */
class HalfDone implements InstallationTask<string> {
  readonly progress = { what: 'defining', done: 0 };
  readonly #session: StoreSession;
  readonly #answer: Step<string>;

  constructor(session: StoreSession, answer: Step<string>) {
    this.#session = session;
    this.#answer = answer;
  }

  step(): Step<string> {
    const { subsystem } = this.#session.installation;
    const [device] = subsystem.devices();
    if (device !== undefined) subsystem.removeDevice(device.number);
    return this.#answer;
  }
}

async function devicesAfter(name: string, answer: Step<string>): Promise<readonly unknown[]> {
  const folder = join(root, name);
  createStore(folder, {
    name: 'SESSION',
    capacityBytes: 4 * 2 ** 20,
    content: 'signature',
  }).close();
  const request: StoreTask = {
    kind: 'store',
    folder,
    host: undefined,
    request: { kind: 'work' },
  };
  await withStore(request, 'write', EARS, ({ installation }) => {
    installation.define({ model: '3390-1', cylinders: 2 });
    return { kind: 'stopped' };
  });
  const { outcome } = await withStore(request, 'write', EARS, (session) => {
    const ended = perform(session, new HalfDone(session, answer), '');
    if (ended.kind === 'refused') return { kind: 'refused', refusal: ended };
    return { kind: 'stopped' };
  });
  const again = openStore(folder, { mode: 'read' });
  const devices = again.stored.subsystem.devices();
  again.close();
  return [outcome.kind, devices.length];
}

describe('a request that has changed something', () => {
  it('leaves nothing of it when it waits for what nobody brings', async () => {
    const answer = { kind: 'waiting', for: 'space', detail: 'a track' } as const;
    expect(await devicesAfter('waiting', answer)).toEqual(['refused', 1]);
  });

  it('leaves nothing of it when it was stopped', async () => {
    expect(await devicesAfter('stopped', done('half'))).toEqual(['stopped', 1]);
  });
});
