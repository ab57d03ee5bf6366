/**
 * Volumes of others: real packs, and the volumes that Hercules' own tools made. Every VTOC lists as
 * `dasdls` lists it, free space recomputes to what the volume records, members and sequential data sets
 * extract to the bytes that `dasdpdsu` and `dasdseq` extract.
 *
 * Neither is part of the project: packs are looked for in `../shared/data/packs`, volumes in the folder of
 * `VDASD_VOLUMES`; without them the tests are skipped with a message.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataSetEntry } from '../../src/host/data-set-entry.ts';
import { readSequential, recordText } from '../../src/host/data-set-reading.ts';
import { imageVolume } from '../../src/host/image-volume.ts';
import { listMembers, readMember } from '../../src/host/partitioned.ts';
import type { VolumeTracks } from '../../src/host/volume-tracks.ts';
import { readVtoc } from '../../src/host/vtoc.ts';
import { type OpenedImage, openImageFile } from '../../src/store/open-image-file.ts';
import { debianTool } from '../support/debian-tools.ts';
import { asListed, dasdlsListing, extractedFiles } from '../support/host-listings.ts';
import { pairs, valueOf, vtocOf } from '../support/host-volumes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TOP } from '../support/tree.ts';

const FOLDER = temporaryFolder();
const PACKS = join(TOP, '../shared/data/packs');
const VOLUMES = process.env['VDASD_VOLUMES'] ?? '';
const dasdls = debianTool('dasdls');
const dasdseq = debianTool('dasdseq');
const dasdpdsu = debianTool('dasdpdsu');

const packs = existsSync(PACKS)
  ? readdirSync(PACKS).filter((name) => !name.endsWith('.cckd64'))
  : [];
const volumes =
  VOLUMES !== '' && existsSync(VOLUMES)
    ? readdirSync(VOLUMES).filter((name) => /^VD[^I]\w+\.cckd$/.test(name) && !name.includes('_'))
    : [];
const files = [...packs.map((name) => join(PACKS, name)), ...volumes.map((n) => join(VOLUMES, n))];
console.log(`host volumes: ${packs.length} packs, ${volumes.length} volumes of VDASD_VOLUMES`);

/** Opens an image, gives it to `work` and closes it. */
async function withVolume(file: string, work: (volume: VolumeTracks) => void): Promise<void> {
  const opened: OpenedImage = await openImageFile(file);
  try {
    work(imageVolume(opened.image));
  } finally {
    opened.close();
  }
}

/** Extracts what `dasdseq` can and compares; tells whether it was compared. */
function compareSequential(volume: VolumeTracks, file: string, entry: DataSetEntry): boolean {
  const isReadable = entry.organisation === 'PS' && /^FB?$/.test(entry.recordFormat);
  if (!isReadable || dasdseq === undefined || entry.extents.length === 0) return false;
  const made = extractedFiles(dasdseq, [file, entry.name], join(FOLDER, 'seq')).get(entry.name);
  if (made === undefined) return false;
  const ours = Buffer.concat([...valueOf(readSequential(volume, entry))]);
  expect(ours.equals(made), entry.name).toBe(true);
  return true;
}

/** Extracts the members that `dasdpdsu` can and compares; tells how many were compared. */
function compareMembers(volume: VolumeTracks, file: string, entry: DataSetEntry): number {
  if (entry.organisation !== 'PO' || entry.recordFormat !== 'FB' || dasdpdsu === undefined)
    return 0;
  const made = extractedFiles(dasdpdsu, [file, entry.name], join(FOLDER, 'pds'));
  const members = valueOf(listMembers(volume, entry));
  expect(made.size).toBe(members.length);
  for (const { name } of members) {
    const ours = Buffer.concat([...valueOf(readMember(volume, entry, name))]);
    expect(ours.equals(made.get(`${name.toLowerCase()}.mac`) ?? Buffer.of(0)), name).toBe(true);
  }
  return members.length;
}

describe.skipIf(files.length === 0 || dasdls === undefined)('volumes of others', () => {
  it.each(files)('%s lists as dasdls lists it', async (file) => {
    await withVolume(file, (volume) => {
      if (dasdls === undefined) return;
      const vtoc = vtocOf(volume);
      const listing = dasdlsListing(dasdls, file);
      expect(vtoc.label.volser).toBe(listing.volser);
      expect(vtoc.entries.map((entry) => asListed(entry))).toEqual(listing.dataSets);
      expect(vtoc.warnings).toEqual([]);
    });
  });

  it.each(files)('%s records the free space that its data sets leave', async (file) => {
    await withVolume(file, (volume) => {
      const { freeSpace, format4 } = vtocOf(volume);
      const isInvalid = (format4.flags & 0x80) !== 0;
      expect(freeSpace.authority).toBe(isInvalid ? 'invalid' : 'format5');
      if (!isInvalid) expect(pairs(freeSpace.recorded ?? [])).toEqual(pairs(freeSpace.recomputed));
    });
  });

  it('every member and every fixed sequential data set extracts to the same bytes', async () => {
    let memberCount = 0;
    let sequentialCount = 0;
    for (const file of files) {
      await withVolume(file, (volume) => {
        for (const entry of vtocOf(volume).entries) {
          memberCount += compareMembers(volume, file, entry);
          if (compareSequential(volume, file, entry)) sequentialCount += 1;
        }
      });
    }
    console.log(`compared ${memberCount} members and ${sequentialCount} sequential data sets`);
    expect(memberCount).toBeGreaterThan(packs.length > 0 ? 20 : 0);
    if (volumes.length > 0) expect(sequentialCount).toBeGreaterThan(10);
  });

  it('variable and undefined records read to their end', async () => {
    let count = 0;
    for (const file of files) {
      await withVolume(file, (volume) => {
        for (const entry of vtocOf(volume).entries) {
          if (!/^[VU]/.test(entry.recordFormat)) continue;
          if (entry.organisation === 'PS') {
            for (const record of valueOf(readSequential(volume, entry))) count += record.length;
          } else if (entry.organisation === 'PO') {
            for (const { name } of valueOf(listMembers(volume, entry))) {
              for (const record of valueOf(readMember(volume, entry, name))) count += record.length;
            }
          }
        }
      });
    }
    console.log(`read ${count} bytes of variable and undefined records`);
    if (volumes.length > 0) expect(count).toBeGreaterThan(0);
  });
});

describe.skipIf(volumes.length === 0)('volumes made by the tools', () => {
  it.each([
    ['VDE391.cckd', 0],
    ['VDS391.cckd', 11],
    ['VDP391.cckd', 5],
    ['VDM391.cckd', 5],
    ['VDF391.cckd', 47],
  ])('%s has %i data sets', async (name, count) => {
    await withVolume(join(VOLUMES, name), (volume) => {
      expect(vtocOf(volume).entries.length).toBe(count);
    });
  });

  it('VDI391 has a label and no VTOC', async () => {
    await withVolume(join(VOLUMES, 'VDI391.cckd'), (volume) => {
      const vtoc = readVtoc(volume);
      expect(vtoc.kind === 'refused' && vtoc.code).toBe('BAD_VTOC_POINTER');
    });
  });

  it('VDM391: extents of format 3, free space of two chained format 5', async () => {
    await withVolume(join(VOLUMES, 'VDM391.cckd'), (volume) => {
      const { entries, freeSpace } = vtocOf(volume);
      const extents = (name: string) =>
        pairs(entries.find((entry) => entry.name === name)?.extents ?? []);
      expect(extents('VDASD.EXT3.SEQ')).toEqual([
        [3000, 15],
        [3100, 4],
        [3205, 5],
      ]);
      expect(extents('VDASD.EXT16.PDS')).toEqual(
        Array.from({ length: 16 }, (_, at) => [1503 + 5 * at, 1]),
      );
      expect(freeSpace.recorded?.length).toBe(41);
    });
  });

  it('text comes out as the sources have it', async () => {
    await withVolume(join(VOLUMES, 'VDP391.cckd'), (volume) => {
      const vtoc = vtocOf(volume);
      const entry = vtoc.entries.find((one) => one.name === 'VDASD.CLIST.PDS');
      if (entry === undefined) throw new Error('no data set');
      const members = valueOf(listMembers(volume, entry));
      expect(members.length).toBeGreaterThan(0);
      for (const { name } of members) {
        const text = [...valueOf(readMember(volume, entry, name))].map((one) => recordText(one));
        expect(text.length).toBeGreaterThan(0);
      }
    });
  });
});
