import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadScenario, type RunRecord, runScenario } from '../../../../sim/index.ts';
import {
  buildTrack,
  deviceNumber,
  Subsystem,
  toTrackAddress,
  trackIndex,
} from '../../../../src/index.ts';

/** The export stands where the test changes the copy behind the laboratory's back. */
const SCENARIO = `name: A copy that is verified
seed: 1
subsystems:
  - name: S
    capacity: 256 MiB
    devices:
      - { number: 0001, model: 3390-1, volume: { sample: production, volser: SOURCE } }
      - { number: 0002, model: 3390-1 }
hosts:
  - { name: H, subsystems: [S] }
timeline:
  - backup: { host: H, source: SOURCE, target: 0002, volser: TARGET, as: one }
  - write: { host: H, volume: SOURCE, tracks: 30 }
  - export: { volume: TARGET, file: here }
  - verify: { backup: one }
`;

async function run(text: string, meddle: (subsystem: Subsystem) => void): Promise<RunRecord> {
  const create = Subsystem.create.bind(Subsystem);
  let subsystem: Subsystem | undefined;
  vi.spyOn(Subsystem, 'create').mockImplementation((...args) => {
    subsystem = create(...args);
    return subsystem;
  });
  const files = {
    openImage: () => Promise.reject(new Error('no inputs')),
    saveImage: (file: string) => {
      if (subsystem !== undefined) meddle(subsystem);
      return Promise.resolve([file]);
    },
    digestInput: (file: string) => ({ file, sha256: '' }),
    readTrace: () => Promise.reject(new Error('no traces')),
    readParameters: (name: string) => ({ name, text: '' }),
    digest: () => 'digest',
    makeStore: () => {
      throw new Error('no stores');
    },
  };
  return await runScenario(loadScenario(text, 't.yaml'), files, { sha256: '', fileName: 't.yaml' });
}

/** Writes a track of the copy, unseen by the laboratory. */
function overwrite(subsystem: Subsystem, track: number): void {
  const device = subsystem.findDevice(deviceNumber(2));
  if (device === undefined) throw new Error('no copy');
  const address = toTrackAddress(trackIndex(track), 15);
  const image = buildTrack(address, [{ number: 1, data: new Uint8Array(99) }]);
  expect(subsystem.writeTrack(device.index, trackIndex(track), image).kind).toBe('done');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('verify', () => {
  it('finds a right copy right', async () => {
    const { failure, steps } = await run(SCENARIO, () => undefined);
    expect(failure).toBeNull();
    const { tracks, equal, rewritten, changedSince } = steps.at(-1)?.result ?? {};
    expect({ tracks, changedSince }).toEqual({ tracks: 16_695, changedSince: 0 });
    expect(Number(equal) + Number(rewritten)).toBe(16_695);
  });

  it.each([5000, 16_694, 900])('finds track %i wrong when it is changed unseen', async (track) => {
    const { failure } = await run(SCENARIO, (subsystem) => {
      overwrite(subsystem, track);
    });
    expect(failure).toMatchObject({
      kind: 'integrity',
      what: `1 difference in one, first at track ${track}`,
      limit: 'its content is not that of the source',
      line: 15,
    });
  });

  it('finds a rewritten track wrong when it is not what the host wrote', async () => {
    const { failure } = await run(SCENARIO, (subsystem) => {
      const device = subsystem.findDevice(deviceNumber(2));
      const read = device && subsystem.readTrack(device.index, trackIndex(0));
      if (device === undefined || read?.kind !== 'done') throw new Error('no label');
      const label = read.value.slice();
      // One bit in the owner's name.
      label[label.length - 40] = (label[label.length - 40] ?? 0) ^ 1;
      expect(subsystem.writeTrack(device.index, trackIndex(0), label).kind).toBe('done');
    });
    expect(failure).toMatchObject({ kind: 'integrity', limit: 'it is not what step 210 wrote' });
  });

  it('reports what hosts wrote to the copy as changed since', async () => {
    const text = SCENARIO.replace(
      '  - export',
      '  - write: { host: H, volume: TARGET, tracks: 25, pattern: sequential }\n  - export',
    );
    const { failure, steps } = await run(text, () => undefined);
    expect(failure).toBeNull();
    expect(steps.at(-1)?.result['changedSince']).toBe(25);
  });
});
