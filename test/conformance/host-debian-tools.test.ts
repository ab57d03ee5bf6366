/**
 * Volumes that we initialise, build, rename and grow, seen by Debian's Hercules tools; and a volume that
 * `dasdload` makes, seen by us.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSequential, recordText } from '../../src/host/data-set-reading.ts';
import { growVolume } from '../../src/host/grow-volume.ts';
import { imageVolume } from '../../src/host/image-volume.ts';
import { listMembers, readMember } from '../../src/host/partitioned.ts';
import { renameVolume } from '../../src/host/rename-volume.ts';
import { planScratch } from '../../src/host/scratch-data-set.ts';
import { addressOf, type MemoryVolume, type VolumeTracks } from '../../src/host/volume-tracks.ts';
import { findDataSet } from '../../src/host/vtoc.ts';
import { imageGeometry, trackSource } from '../../src/image/track-source.ts';
import { openImageFile } from '../../src/store/open-image-file.ts';
import { saveImageFile } from '../../src/store/save-image-file.ts';
import { recogniseNullTrack } from '../../src/track/null-track.ts';
import { debianTool } from '../support/debian-tools.ts';
import { asListed, dasdlsListing, extractedFiles } from '../support/host-listings.ts';
import {
  build,
  copyOf,
  freshVolume,
  range,
  records,
  sampleVolume,
  valueOf,
  vtocOf,
} from '../support/host-volumes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FOLDER = temporaryFolder();
const dasdls = debianTool('dasdls');
const dasdseq = debianTool('dasdseq');
const dasdpdsu = debianTool('dasdpdsu');
const dasdcat = debianTool('dasdcat');
const dasdload = debianTool('dasdload');

/** Saves a volume in memory as an image file. */
async function save(volume: MemoryVolume, name: string, format: 'ckd' | 'cckd'): Promise<string> {
  const file = join(FOLDER, name);
  const source = trackSource(imageGeometry(volume.type, volume.cylinders), (track) => {
    const bytes = volume.readTrack(track);
    const nullFormat = recogniseNullTrack(bytes, addressOf(volume.type, track));
    return nullFormat === undefined
      ? { kind: 'bytes', bytes }
      : { kind: 'null', format: nullFormat };
  });
  await saveImageFile(file, format, source, { overwrite: true });
  return file;
}

/** Our listing in the order of the tool's. */
function ourListing(volume: VolumeTracks): object {
  const vtoc = vtocOf(volume);
  return { volser: vtoc.label.volser, dataSets: vtoc.entries.map((entry) => asListed(entry)) };
}

function joined(outcome: ReturnType<typeof readSequential>): Buffer {
  return Buffer.concat([...valueOf(outcome)]);
}

const MODELS = ['2314-1', '3330-1', '3340-1', '3350-1', '3375-1', '3380-1', '3390-1', '9345-1'];

describe.skipIf(dasdls === undefined)('volumes that we make', () => {
  it.each(MODELS)('%s: listed and read back by the tools', async (model) => {
    const volume = sampleVolume(model);
    const file = await save(volume, `${model}.cckd`, 'cckd');
    if (dasdls === undefined || dasdseq === undefined || dasdpdsu === undefined) return;
    expect(dasdlsListing(dasdls, file)).toEqual(ourListing(volume));
    const vtoc = vtocOf(volume);
    const payroll = valueOf(findDataSet(vtoc, 'PROD.PAYROLL.MASTER'));
    const folder = join(FOLDER, model);
    const sequential = extractedFiles(dasdseq, [file, payroll.name], folder);
    expect(sequential.get(payroll.name)?.equals(joined(readSequential(volume, payroll)))).toBe(
      true,
    );
    const library = valueOf(findDataSet(vtoc, 'PROD.SOURCE.COBOL'));
    const members = extractedFiles(dasdpdsu, [file, library.name], folder);
    const ours = valueOf(listMembers(volume, library));
    expect(members.size).toBe(ours.length);
    for (const { name } of ours) {
      const made = members.get(`${name.toLowerCase()}.mac`);
      expect(made?.equals(joined(readMember(volume, library, name)))).toBe(true);
    }
    const text = extractedFiles(dasdpdsu, [file, library.name, 'ascii'], folder);
    const lines = [...valueOf(readMember(volume, library, 'PAY001'))].map((one) => recordText(one));
    expect(text.get('pay001.mac')?.toString('latin1')).toBe(lines.join(''));
  });

  it('sixteen extents and zero extents, plain', async () => {
    const volume = freshVolume('3390-1', { vtoc: range(5000, 3) });
    const ranges = Array.from({ length: 16 }, (_, at) => range(900 - 50 * at, 2));
    const content = Array.from({ length: 10_000 }, (_, at) => `RECORD ${at}`);
    build(volume, (builder) => {
      const shape = { recordFormat: 'FB', recordLength: 80, blockLength: 3120 } as const;
      const wide = { ...shape, records: records(content) };
      valueOf(builder.addSequential({ name: 'A.SIXTEEN', ...wide, space: { ranges } }));
      valueOf(
        builder.addSequential({ name: 'A.NONE', ...shape, records: [], space: { tracks: 0 } }),
      );
    });
    const file = await save(volume, 'extents.ckd', 'ckd');
    if (dasdls === undefined || dasdseq === undefined) return;
    expect(dasdlsListing(dasdls, file)).toEqual(ourListing(volume));
    const made = extractedFiles(dasdseq, [file, 'A.SIXTEEN'], join(FOLDER, 'sixteen'));
    const entry = valueOf(findDataSet(vtocOf(volume), 'A.SIXTEEN'));
    expect(made.get('A.SIXTEEN')?.equals(joined(readSequential(volume, entry)))).toBe(true);
    expect(made.get('A.SIXTEEN')?.length).toBe(800_000);
  });

  it('a volume with scratched data sets lists without them, and reads back the others', async () => {
    const volume = sampleVolume('3390-1');
    const before = vtocOf(volume).entries.map(({ name }) => name);
    const scratched = before.filter((name, at) => name.startsWith('PROD.') && at % 2 === 0);
    expect(scratched.length).toBeGreaterThan(1);
    const { metadata } = valueOf(planScratch(volume, scratched));
    for (const { track, image } of metadata.writes) volume.writeTrack(track, image);
    const file = await save(volume, 'scratched.cckd', 'cckd');
    if (dasdls === undefined || dasdseq === undefined) return;
    const listing = dasdlsListing(dasdls, file);
    expect(listing).toEqual(ourListing(volume));
    expect(listing.dataSets.map(({ name }) => name)).toEqual(
      before.filter((name) => !scratched.includes(name)),
    );
    const left = vtocOf(volume).entries.find(
      ({ name, organisation }) => name.startsWith('PROD.') && organisation === 'PS',
    );
    if (left === undefined) throw new Error('no sequential data set left');
    const made = extractedFiles(dasdseq, [file, left.name], join(FOLDER, 'scratched'));
    expect(made.get(left.name)?.equals(joined(readSequential(volume, left)))).toBe(true);
  });

  it('a renamed and grown copy lists under its new serial with the same data sets', async () => {
    const source = sampleVolume('3390-1');
    const copy = copyOf(source, 3339);
    valueOf(renameVolume(copy, { from: 'PROD01', to: 'BACK02' }));
    valueOf(growVolume(copy, 3339));
    const file = await save(copy, 'copy.cckd', 'cckd');
    if (dasdls === undefined || dasdcat === undefined) return;
    const listing = dasdlsListing(dasdls, file);
    expect(listing).toEqual(ourListing(copy));
    expect(listing.volser).toBe('BACK02');
    const names = listing.dataSets.map((one) => one.name);
    expect(names).toEqual(
      vtocOf(source).entries.map((entry) => entry.name.replace('PROD01', 'BACK02')),
    );
    const members = dasdcat.run(['-i', file, 'PROD.SOURCE.COBOL/?']).text;
    for (let at = 1; at <= 24; at += 1) {
      expect(members).toContain(`pay${String(at).padStart(3, '0')}`);
    }
  });
});

describe.skipIf(dasdload === undefined || dasdls === undefined)(
  'a volume that dasdload makes',
  () => {
    it('is listed and read by us as by the tools', async () => {
      if (dasdload === undefined || dasdls === undefined || dasdseq === undefined) return;
      const lines = Array.from(
        { length: 500 },
        (_, at) => `${at} the quick brown fox [${at % 7}] ^|`,
      );
      writeFileSync(join(FOLDER, 'text.txt'), `${lines.join('\n')}\n`);
      const control = [
        'LOAD01 3350 *',
        'SYSVTOC VTOC TRK 2',
        'A.TEXT TEXT text.txt TRK 20 5 0 PS FB 80 3120 0',
        'A.VAR TEXT text.txt CYL 1 1 0 PS VB 255 3200 0',
        'A.EMPTY EMPTY TRK 3 1 0 PS FB 80 800 0',
      ];
      writeFileSync(join(FOLDER, 'control.txt'), `${control.join('\n')}\n`);
      const made = dasdload.run(['-0', 'control.txt', 'load.cckd', '1'], { cwd: FOLDER });
      expect(made.text).toContain('LOAD01');
      const file = join(FOLDER, 'load.cckd');
      const opened = await openImageFile(file);
      const volume = imageVolume(opened.image);
      expect(ourListing(volume)).toEqual(dasdlsListing(dasdls, file));
      const vtoc = vtocOf(volume);
      const text = valueOf(findDataSet(vtoc, 'A.TEXT'));
      const read = extractedFiles(dasdseq, [file, 'A.TEXT'], join(FOLDER, 'load'));
      expect(read.get('A.TEXT')?.equals(joined(readSequential(volume, text)))).toBe(true);
      const variable = valueOf(findDataSet(vtoc, 'A.VAR'));
      const ours = [...valueOf(readSequential(volume, variable))].map((one) =>
        recordText(one).trim(),
      );
      // The tool's own code page has other places for brackets and caret.
      expect(ours.map((line) => line.slice(0, 20))).toEqual(lines.map((line) => line.slice(0, 20)));
      opened.close();
    });
  },
);
