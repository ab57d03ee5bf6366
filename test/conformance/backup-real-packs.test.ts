/**
 * Real packs through the whole device backup: imported, backed up under a new serial while written,
 * exported, listed by Hercules' own tool, and restored to the digest of the point in time.
 *
 * The packs are not part of the project; without them the tests are skipped with a message.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackup } from '../../src/backup/backup-job.ts';
import { startRestore } from '../../src/backup/restore-job.ts';
import { deviceNumber, type TrackIndex, trackIndex } from '../../src/base/units.ts';
import { readVtoc } from '../../src/host/vtoc.ts';
import { imageGeometry, type TrackContent, trackSource } from '../../src/image/track-source.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { digestVolume } from '../../src/store/sha256.ts';
import { debianTool } from '../support/debian-tools.ts';
import { saveAndDigest } from '../support/image-round-trip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';
import { MachineRoom, must } from '../unit/backup/machine-room.ts';

const PACKS = join(TOP, '../shared/data/packs');
const names = existsSync(PACKS) ? readdirSync(PACKS).toSorted() : [];
console.log(
  names.length > 0
    ? `real packs: backing up ${names.length} of ../shared/data/packs`
    : 'skipped: no real packs in ../shared/data/packs',
);
const FOLDER = temporaryFolder();
const dasdls = debianTool('dasdls');

const SOURCE = 0x0190;
const TARGET = 0x0191;

/** A room with a pack imported on 0190 and a device of the same model without label on 0191. */
async function roomWithPack(name: string): Promise<MachineRoom> {
  const opened = await openImageFile(join(PACKS, name));
  const { image } = opened;
  const { model, geometry } = image;
  if (model === undefined) throw new Error(`${name} has no model`);
  const room = new MachineRoom();
  const { subsystem } = room.addStore('DSS3');
  for (const number of [SOURCE, TARGET]) {
    const cylinders = number === SOURCE ? geometry.cylinders : model.primaryCylinders;
    must(subsystem.defineDevice({ number: deviceNumber(number), model, cylinders }));
  }
  const device = subsystem.findDevice(deviceNumber(SOURCE));
  if (device === undefined) throw new Error('not defined');
  image.scan(0, geometry.trackCount, (track: TrackIndex, content: TrackContent) => {
    if (content.kind === 'bytes') must(subsystem.writeTrack(device.index, track, content.bytes));
    else must(subsystem.loadNullTrack(device.index, track, content.format));
  });
  opened.close();
  return room;
}

/** The tracks of a device as an image writer takes them. */
function tracksOf(room: MachineRoom, device: number) {
  const volume = room.volume(device);
  const geometry = imageGeometry(volume.type, volume.cylinders);
  return trackSource(geometry, (track) => ({ kind: 'bytes', bytes: volume.readTrack(track) }));
}

/** Lines of a listing without the one that names the file and the serial. */
function listing(file: string): readonly string[] {
  const { text } = dasdls?.run([file]) ?? { text: '' };
  return text.split('\n').slice(1);
}

describe.skipIf(names.length === 0)('real packs', () => {
  it.each(names)('%s is backed up, exported, listed and restored', async (name) => {
    const room = await roomWithPack(name);
    const host = room.addHost();
    const block = must(host.varyOnline(deviceNumber(SOURCE)));
    const volser = block.volume?.volser ?? '';
    const before = digestVolume(tracksOf(room, SOURCE)).digest;
    const dataSets = must(readVtoc(room.volume(SOURCE))).entries.map((entry) => entry.name);
    const job = startBackup(host, { name: 'nightly', source: volser, volser: 'COPY01' });
    room.driveTo(job, 'inquire');
    const written = [0, 1, 20, 100].map((track) => trackIndex(track));
    for (const track of written) room.scribble(host, SOURCE, track, 'production goes on');
    must(room.drive(job));

    const copy = must(readVtoc(room.volume(TARGET)));
    expect(copy.label.volser).toBe('COPY01');
    expect(copy.entries.map((entry) => entry.name)).toEqual(dataSets.map((one) => renamed(one)));
    expect(room.volume(TARGET).cylinders).toBe(block.cylinders);
    if (dasdls !== undefined && !name.endsWith('64')) {
      await saveAndDigest(FOLDER, 'ckd', tracksOf(room, TARGET), {}, (file) => {
        expect(dasdls.run([file]).text).toContain('COPY01');
        expect(listing(file)).toEqual(listing(join(PACKS, name)));
      });
    }

    must(room.drive(startRestore(host, { backup: 'nightly' })));
    expect(digestVolume(tracksOf(room, SOURCE)).digest).toBe(before);
    expect(host.findVolume(volser)?.device).toBe(SOURCE);
    expect(room.violations()).toEqual([]);
  });
});

/** Index and VVDS follow the serial; all other names stay. */
function renamed(name: string): string {
  if (name.startsWith('SYS1.VTOCIX.')) return 'SYS1.VTOCIX.COPY01';
  return name.startsWith('SYS1.VVDS.V') ? 'SYS1.VVDS.VCOPY01' : name;
}
