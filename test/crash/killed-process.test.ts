/**
 * A process that imports, writes, snapshots, backs up and works in the background is killed at random
 * moments. After each, its check is clean, the store opens, everything that was acknowledged is there,
 * what was under way is there wholly or not at all, and the naive twin agrees.
 *
 * `VDASD_KILLS` is the number of kills, `VDASD_SEED` the seed. Two stores go through half of the kills each,
 * side by side.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../src/base/random.ts';
import { trackIndex } from '../../src/base/units.ts';
import { toTrackAddress } from '../../src/geometry/address.ts';
import { findModel } from '../../src/geometry/device-model.ts';
import { imageGeometry, trackSource } from '../../src/image/track-source.ts';
import { checkFolder } from '../../src/store/check-folder.ts';
import { createStore, openStore } from '../../src/store/open-store.ts';
import type { RecoveryReport } from '../../src/store/recovery-report.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import type { Subsystem } from '../../src/subsystem/subsystem.ts';
import { buildTrack } from '../../src/track/track-image.ts';
import {
  CAMPAIGN_CYLINDERS,
  CAMPAIGN_JOURNAL,
  CAMPAIGN_KINDS,
  CAMPAIGN_TRACKS,
  type CampaignLine,
  type CampaignOperation,
  contentOf,
  fillBytes,
} from '../support/campaign-operation.ts';
import { CampaignTwin } from '../support/campaign-twin.ts';
import { sampleTracks } from '../support/campaign-volume.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KILLS = Number(process.env['VDASD_KILLS'] ?? '4');
const SEED = Number(process.env['VDASD_SEED'] ?? '19970418');
const PROCESS = fileURLToPath(new URL('../support/campaign-process.ts', import.meta.url));
/** After the process has opened the store: long enough for some dozens of operations. */
const LIFE_MILLIS_MAX = 400;
/** One in so many is killed while it starts, perhaps in the middle of recovery. */
const EARLY_KILLS = 8;
const START_MILLIS_MAX = 900;

/** After so many, every kind of operation was begun often. */
const MANY_KILLS = 50;
/** Seeds of the two stores are this far apart: each round of kills has one of its own. */
const SEED_STEP = 1_000_000;

const folder = temporaryFolder();
const halves = [
  { name: 'first', kills: Math.ceil(KILLS / 2), seed: SEED },
  { name: 'second', kills: Math.floor(KILLS / 2), seed: SEED + SEED_STEP },
].filter(({ kills }) => kills > 0);

test.concurrent.each(halves)(
  'after each of $kills kills around the $name store everything acknowledged is there',
  {
    timeout: 30_000 + KILLS * 10_000,
  },
  async ({ name, kills, seed }) => {
    const random = new SeededRandom(seed, 'kills');
    const store = join(folder, name);
    const image = join(folder, `${name}.ckd`);
    const tracks = sampleTracks(CAMPAIGN_CYLINDERS);
    await saveVolume(image, tracks);
    let twin = new CampaignTwin(emptyContent(), tracks.map(contentOf), fillContent);
    makeStore(store);
    const kinds = new Map<string, number>();
    const seen = { kills: 0, operations: 0, underWay: 0, kept: 0, tracks: 0, torn: 0, redone: 0 };
    while (seen.kills < kills) {
      const lines = await killed(store, image, random, seed + seen.kills);
      seen.kills += 1;
      const underWay = replay(twin, lines);
      // As the process has left it, before anything is put in order.
      expect(checkFolder(store).problems).toEqual([]);
      seen.operations += lines.filter((line) => 'after' in line).length;
      for (const line of lines) {
        if ('before' in line) kinds.set(line.before.kind, (kinds.get(line.before.kind) ?? 0) + 1);
      }
      const reopened = openStore(store, { mode: 'write', ports: CAMPAIGN_JOURNAL });
      const { recovery, subsystem } = reopened.stored;
      expect(recovery.damage).toEqual([]);
      expect(subsystem.check().violations).toEqual([]);
      const state = contents(subsystem);
      seen.tracks += state.size * CAMPAIGN_TRACKS;
      if (recovery.tornTail !== undefined) seen.torn += 1;
      seen.redone += recovery.cylindersWrittenAgain;
      const followed = follow(twin, underWay, state, recovery);
      if (underWay !== undefined) seen.underWay += 1;
      if (followed !== twin) seen.kept += 1;
      twin = followed;
      if (random.below(2) === 0) reopened.close();
      else reopened.abandon();
    }
    const begun = JSON.stringify(Object.fromEntries(kinds));
    process.stdout.write(`kills: seed ${seed}, ${JSON.stringify(seen)}, begun ${begun}\n`);
    expect(seen.operations).toBeGreaterThan(kills);
    expect(seen.tracks).toBeGreaterThan(kills * CAMPAIGN_TRACKS);
    if (kills < MANY_KILLS) return;
    for (const kind of CAMPAIGN_KINDS)
      expect(kinds.get(kind), kind).toBeGreaterThan(MANY_KILLS / 10);
  },
);

/** Lets the process live for a while. @returns What it said. */
async function killed(
  store: string,
  image: string,
  random: SeededRandom,
  round: number,
): Promise<readonly CampaignLine[]> {
  const child = spawn(process.execPath, [PROCESS, store, image, `${round}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ended = once(child, 'close');
  if (round % EARLY_KILLS === EARLY_KILLS - 1) await pause(random.below(START_MILLIS_MAX));
  else {
    await Promise.race([opened(child), ended]);
    await Promise.race([pause(random.below(LIFE_MILLIS_MAX)), ended]);
  }
  child.kill('SIGKILL');
  await ended;
  expect(complaint, `the process of round ${round} ended by itself: ${said.slice(-300)}`).toBe('');
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as CampaignLine);
}

function opened(child: ChildProcess): Promise<unknown> {
  return once(child.stdout as NonNullable<typeof child.stdout>, 'data');
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}

/** The twin follows what was acknowledged. @returns What was under way. */
function replay(twin: CampaignTwin, lines: readonly CampaignLine[]): CampaignOperation | undefined {
  let underWay: CampaignOperation | undefined;
  for (const line of lines) {
    if ('before' in line) underWay = line.before;
    else if ('after' in line && underWay !== undefined) {
      if (line.after.kind === 'done') twin.apply(underWay, line.after);
      underWay = undefined;
    }
  }
  return underWay;
}

/** The twin that agrees: as it was, or with what was under way. */
function follow(
  twin: CampaignTwin,
  underWay: CampaignOperation | undefined,
  state: ReadonlyMap<number, readonly string[]>,
  recovery: RecoveryReport,
): CampaignTwin {
  const difference = twin.difference(state);
  if (difference === undefined) return twin;
  const recovered = JSON.stringify(recovery);
  expect(underWay, `${difference}; ${recovered}`).toBeDefined();
  if (underWay === undefined) return twin;
  const answer =
    underWay.kind === 'backup' ? twin.guessChanged(underWay, state) : ({ kind: 'done' } as const);
  expect(answer, `${JSON.stringify(underWay)}: ${difference}`).toBeDefined();
  const other = twin.copy();
  if (answer !== undefined) other.apply(underWay, answer);
  const story = `${JSON.stringify(underWay)}; without it ${difference}; ${recovered}`;
  expect(other.difference(state), story).toBe(undefined);
  return other;
}

function contents(subsystem: Subsystem): Map<number, readonly string[]> {
  return new Map(
    subsystem.devices().map((device) => [
      device.number,
      Array.from({ length: device.trackCount }, (_, track) => {
        const outcome = subsystem.readTrack(device.index, trackIndex(track));
        return outcome.kind === 'done' ? contentOf(outcome.value) : `lost: ${outcome.what}`;
      }),
    ]),
  );
}

function makeStore(store: string): void {
  const made = createStore(
    store,
    {
      name: 'CAMPAIGN',
      capacityBytes: 96 * 2 ** 20,
      groups: [{ dataDrives: 6, redundancyDrives: 2, cylinderSectors: 256 }],
      outOfSpace: 'failWrite',
    },
    CAMPAIGN_JOURNAL,
  );
  made.close();
}

async function saveVolume(file: string, tracks: readonly Uint8Array[]): Promise<void> {
  const model = findModel('3390-1');
  if (model === undefined) throw new Error('no 3390-1');
  await saveImageFile(
    file,
    'ckd',
    trackSource(imageGeometry(model.type, CAMPAIGN_CYLINDERS), (track) => ({
      kind: 'bytes',
      bytes: tracks[track] as Uint8Array,
    })),
  );
}

function fillContent(track: number, fill: number): string {
  const records = [{ number: 1, data: fillBytes({ track, fill }) }];
  return contentOf(buildTrack(toTrackAddress(trackIndex(track), 15), records));
}

function emptyContent(): string {
  return contentOf(buildTrack({ cylinder: 0, head: 0 }, []));
}
