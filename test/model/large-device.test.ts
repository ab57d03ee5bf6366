/**
 * The largest device: 17.7 million tracks, a thousand snapshots, a thousand random writes between any
 * two, and every snapshot still right.
 *
 * The witness is independent of the map: the history of every write as (track, when), from which the
 * content of any track at any snapshot follows. It runs in a process of its own with a fresh heap, so
 * that the memory that is measured is the subsystem's and the witness's alone. Left to CI.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { IS_LONG } from '../support/effort.ts';

/** Memory allowed for everything: 2.5 GiB. */
const RSS_BYTES_MAX = 2.5 * 2 ** 30;

it.runIf(IS_LONG)(
  'keeps 1,000 snapshots of a 17.7-million-track device right within 2.5 GiB',
  () => {
    const script = fileURLToPath(new URL('./large-device.ts', import.meta.url));
    const answer = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
    process.stdout.write(
      `large device: ${answer.tracks} tracks, ${answer.snapshots} snapshots, ${answer.writes} writes, ` +
        `${answer.compared} tracks compared, ${answer.rssBytes} bytes resident\n`,
    );
    expect(answer).toMatchObject({
      tracks: 17_730_090,
      snapshots: 1_000,
      writes: 1_000_000,
      compared: 1_000 * 200,
      different: 0,
    });
    expect(answer.rssBytes).toBeLessThan(RSS_BYTES_MAX);
    expect(answer.bytesPerTrackLoaded).toBeLessThanOrEqual(40);
  },
);
