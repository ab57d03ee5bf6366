/**
 * The process that a kill campaign kills: `node campaign-process.ts STORE IMAGE SEED`. It imports,
 * writes, snapshots, backs up, gives copies up and works in the background, at random, until it is
 * killed. Each operation is told before it begins and again when it is durable.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { unreachable } from '../../src/base/invariant.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { deviceNumber, trackIndex } from '../../src/base/units.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { Installation } from '../../src/installation/installation.ts';
import { runTask } from '../../src/installation/installation-task.ts';
import type { Device } from '../../src/mapping/device-table.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { openStore } from '../../src/store/open-store.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import {
  CAMPAIGN_CYLINDERS,
  CAMPAIGN_DEVICES,
  CAMPAIGN_JOURNAL,
  CAMPAIGN_TRACKS,
  type CampaignAnswer,
  type CampaignLine,
  type CampaignOperation,
  contentOf,
  fillBytes,
} from './campaign-operation.ts';

const [folder = '', imageFile = '', seed = '0'] = process.argv.slice(2);
const random = new SeededRandom(Number(seed), 'kill campaign');
const { stored } = openStore(folder, { mode: 'write', ports: CAMPAIGN_JOURNAL });
const { subsystem } = stored;
const installation = new Installation(stored);
const host = installation.host();
const { image } = await openImageFile(imageFile);
tell({ open: true });
for (;;) {
  const operation = nextOperation();
  tell({ before: operation });
  tell({ after: perform(operation) });
}

function tell(line: CampaignLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function device(number: number): Device | undefined {
  return subsystem.findDevice(deviceNumber(number));
}

function anyDevice(): number {
  return 0xa80 + random.below(CAMPAIGN_DEVICES);
}

function twoDevices(): { readonly source: number; readonly target: number } {
  const source = random.below(CAMPAIGN_DEVICES);
  const target = (source + 1 + random.below(CAMPAIGN_DEVICES - 1)) % CAMPAIGN_DEVICES;
  return { source: 0xa80 + source, target: 0xa80 + target };
}

function nextOperation(): CampaignOperation {
  const missing = Array.from({ length: CAMPAIGN_DEVICES }, (_, at) => 0xa80 + at).find(
    (number) => device(number) === undefined,
  );
  if (missing !== undefined) {
    return { kind: random.below(2) === 0 ? 'define' : 'import', device: missing };
  }
  const draw = random.below(100);
  if (draw < 45) return { kind: 'write', device: anyDevice(), tracks: someTracks() };
  if (draw < 53) return { kind: 'snapshot', ...twoDevices() };
  if (draw < 60) {
    const first = random.below(CAMPAIGN_TRACKS - 1);
    const count = 1 + random.below(CAMPAIGN_TRACKS - first - 1);
    return { kind: 'range', ...twoDevices(), first, count };
  }
  if (draw < 68) return { kind: 'backup', ...twoDevices() };
  if (draw < 72) return { kind: 'withdraw' };
  if (draw < 90) return { kind: 'work', steps: 1 + random.below(4) };
  if (draw < 93) return { kind: 'collect' };
  if (draw < 96) return { kind: 'checkpoint' };
  return { kind: 'remove', device: anyDevice() };
}

function someTracks(): { readonly track: number; readonly fill: number }[] {
  const count = 1 + random.below(16);
  return Array.from({ length: count }, () => ({
    track: random.below(CAMPAIGN_TRACKS),
    fill: 1 + random.below(250),
  }));
}

function perform(operation: CampaignOperation): CampaignAnswer {
  switch (operation.kind) {
    case 'define':
      return answerOf(
        installation.define({
          device: deviceNumber(operation.device),
          model: '3390-1',
          cylinders: CAMPAIGN_CYLINDERS,
        }),
      );
    case 'import':
      return answerOf(
        runTask(
          installation.import(image, { device: deviceNumber(operation.device), model: '3390-1' }),
        ),
      );
    case 'remove':
      return answerOf(
        installation.remove({ kind: 'device', device: deviceNumber(operation.device) }, true),
      );
    case 'write':
      return write(operation.device, operation.tracks);
    case 'snapshot':
    case 'range':
      return snapshot(operation);
    case 'backup':
      return backup(operation.source, operation.target);
    case 'withdraw':
      return withdraw();
    case 'work': {
      for (let step = 0; step < operation.steps; step += 1) {
        installation.bulk(() => subsystem.backgroundStep({ tracks: 40 }));
        installation.commit();
      }
      return { kind: 'done' };
    }
    case 'collect': {
      installation.bulk(() => subsystem.drives.collect({ cylinders: 2 }));
      installation.commit();
      return { kind: 'done' };
    }
    case 'checkpoint':
      stored.checkpoint();
      return { kind: 'done' };
    default:
      return unreachable(operation, 'campaign operation');
  }
}

/** All tracks of a write are durable together. A write that finds no space is told as refused. */
function write(
  number: number,
  tracks: readonly { readonly track: number; readonly fill: number }[],
): CampaignAnswer {
  const target = device(number);
  if (target === undefined) return { kind: 'refused', reason: 'no device' };
  for (const [at, { track, fill }] of tracks.entries()) {
    const records = [{ number: 1, data: fillBytes({ track, fill }) }];
    const bytes = buildTrack(toTrackAddress(trackIndex(track), 15), records);
    for (let tries = 0; ; tries += 1) {
      const step = subsystem.writeTrack(target.index, trackIndex(track), bytes);
      if (step.kind === 'done') break;
      if (step.kind === 'refused' || tries === 50) {
        if (at === 0) return { kind: 'refused', reason: step.kind };
        throw new Error(`no space in the middle of a write: ${JSON.stringify(step)}`);
      }
      subsystem.backgroundStep({ tracks: 100 });
      // What was written so far would be durable before the rest: only the first may wait so.
      if (at === 0) installation.commit();
    }
  }
  installation.commit();
  return { kind: 'done' };
}

function snapshot(
  operation: Extract<CampaignOperation, { readonly kind: 'snapshot' | 'range' }>,
): CampaignAnswer {
  const pair = {
    source: { kind: 'device', device: deviceNumber(operation.source) },
    target: { kind: 'device', device: deviceNumber(operation.target) },
  } as const;
  const extents =
    operation.kind === 'snapshot'
      ? {}
      : { extents: [{ first: operation.first, count: operation.count }] };
  return answerOf(
    host.snapshot({
      pairs: [{ ...pair, ...extents } as Parameters<typeof host.snapshot>[0]['pairs'][number]],
      copy: random.below(2) === 0 ? 'none' : 'background',
      overwrite: true,
      supersede: true,
    }),
  );
}

function backup(source: number, target: number): CampaignAnswer {
  const from = device(source);
  const to = device(target);
  if (from === undefined || to === undefined) return { kind: 'refused', reason: 'no device' };
  const volser = installation.volserOf(from);
  if (volser === undefined) return { kind: 'refused', reason: 'no label' };
  // Snapshots bear the serials of their sources: a serial names the volume that is in use.
  const named = installation.find({ kind: 'volser', volser });
  if (named.kind === 'refused' || named.value.number !== from.number) {
    return { kind: 'refused', reason: 'not in use' };
  }
  const outcome = runTask(
    host.backup({
      name: `B${random.below(2 ** 30)}`,
      source: volser,
      target: { kind: 'device', device: deviceNumber(target) },
      volser: `C${random.below(90_000) + 10_000}`,
      copy: random.below(2) === 0 ? 'none' : 'background',
      overwrite: true,
      supersede: true,
    }),
  );
  const answer = answerOf(outcome);
  if (answer.kind === 'refused') return answer;
  const changed: (readonly [number, string])[] = [];
  for (let track = 0; track < CAMPAIGN_TRACKS; track += 1) {
    const one = content(from, track);
    const other = content(to, track);
    if (one !== other) changed.push([track, other]);
  }
  return { kind: 'done', changed };
}

function withdraw(): CampaignAnswer {
  const pending = installation.relations().find(({ state }) => state.tracksRemaining > 0);
  if (pending === undefined) return { kind: 'refused', reason: 'nothing pending' };
  return answerOf(installation.change(() => subsystem.withdraw(pending.id as never)));
}

function content(of: Device, track: number): string {
  const outcome = subsystem.readTrack(of.index, trackIndex(track));
  if (outcome.kind === 'refused') throw new Error(outcome.what);
  return contentOf(outcome.value);
}

function answerOf(outcome: { readonly kind: string; readonly reason?: unknown }): CampaignAnswer {
  if (outcome.kind === 'done') return { kind: 'done' };
  return { kind: 'refused', reason: JSON.stringify(outcome) };
}
